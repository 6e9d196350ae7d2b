"""The query tree, the same for every engine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from archive.text.vocabulary import IndexField, Term

__all__ = [
    "And", "Carries", "Fuzzy", "IndexField", "Leaf", "Near", "Not", "NumericField", "Or", "Pattern", "Phrase", "Query",
    "Range", "Term", "every_part", "expression_of",
]  # fmt: skip


class NumericField(StrEnum):
    """Numeric fields that can be searched by range. Dates are YYYYMMDD; amounts are printed ones in any currency."""

    YEAR = "year"
    DATE = "date"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Pattern:
    """Every term of a field that matches ``text``; ``*`` matches any characters and ``?`` one."""

    field: IndexField
    text: str


@lru_cache(maxsize=64)
def expression_of(pattern: str) -> re.Pattern[str]:
    """Return what the text of a :class:`Pattern` matches, as a regular expression."""
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(character) or re.escape(character) for character in pattern), re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Every term of a field within ``distance`` edits (insertion, deletion, substitution or swap of characters) of
    ``text``."""

    field: IndexField
    text: str
    distance: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """Exact forms on consecutive words, also across page breaks."""

    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """A match of each part, in either order or only ``in_order``, with less than ``distance`` words between them."""

    left: Query
    right: Query
    distance: int
    in_order: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """Documents with a number of ``column`` from ``low`` to ``high`` inclusive; None for no bound."""

    column: NumericField
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Carries:
    """Documents that have a value of a facet."""

    facet: str
    value: str


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
    """The part must not match. A query of exclusions only matches every other document."""

    part: Query


Leaf = Term | Pattern | Fuzzy
Query = Leaf | Phrase | Near | Range | Carries | And | Or | Not


def every_part(query: Query) -> Iterator[Query]:
    """Yield all parts of a query, including excluded ones, and then the query itself: inner parts first."""
    match query:
        case And(parts) | Or(parts):
            for part in parts:
                yield from every_part(part)
        case Near(left, right):
            yield from every_part(left)
            yield from every_part(right)
        case Not(part):
            yield from every_part(part)
        case _:
            pass
    yield query


def some_of(parts: tuple[Query, ...], required: tuple[Query, ...] = ()) -> And:
    """Return the query for documents that match all ``required`` parts, and at least one but not all of ``parts``."""
    return And((Or(parts), Not(And(parts)), *required))


def words_together(query: Query) -> tuple[Query, ...]:
    """Return the parts of a query that score higher the nearer they are to each other."""
    match query:
        case And((Or(some), Not(And(every)), *_)) if some == every:
            return some
        case And(parts) | Or(parts):
            return parts
        case _:
            return ()


def is_one_word(query: Query) -> bool:
    """Return whether a query is for one word in one spelling, possibly in several forms."""
    parts = query.parts if isinstance(query, Or) else (query,)
    fields = [part.field for part in parts if isinstance(part, Term) and part.field in _OF_ONE_WORD]
    return len(fields) == len(parts) and (len(parts) == 1 or fields.count(IndexField.FORM) == 1)


_OF_ONE_WORD = frozenset({IndexField.FORM, IndexField.STEM, IndexField.BARE_STEM})


PAGE_FIELDS = frozenset(
    {IndexField.WORD, IndexField.FORM, IndexField.STEM, IndexField.BARE_STEM, IndexField.LOOK_ALIKE}
)
"""Fields whose terms have positions on pages; the others are for facts about a document."""
