"""What a query means: a small tree of terms, the same for every engine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    """The two indexed forms of every word: its stem, and its exact form (script, case and diacritics folded)."""

    STEM = "stem"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Term:
    """A word in one field. ``weight`` multiplies its score."""

    field: Field
    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Prefix:
    """Every term of a field that begins with ``text``."""

    field: Field
    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Exact forms on consecutive words, across page breaks too."""

    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class And:
    """Every part must match. Parts that are :class:`Not` exclude."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part must match."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not match. A query of nothing but exclusions means every document except those."""

    part: Query


Query = Term | Prefix | Phrase | And | Or | Not
