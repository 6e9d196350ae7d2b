"""What the reading room shows of the procedure that a document belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.contexts.common import Link


@dataclass(frozen=True, slots=True)
class ChainRow:
    """A paper of a procedure. ``number`` leads to the number on its page that holds it there; without one, ``by_date``
    says that it is there because body and date fit. ``copy`` names the file that it nearly is once more."""

    kind: str
    document: Link
    date: str | None
    number: Link | None
    by_date: bool
    copy: str | None


@dataclass(frozen=True, slots=True)
class MissingRow:
    """A paper that is not in the archive, and why it has to exist."""

    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class ChainContext:
    """A procedure: its papers in the order of its stages, and those that are missing."""

    title: str
    about: tuple[str, ...]
    rows: tuple[ChainRow, ...]
    missing: tuple[MissingRow, ...]


@dataclass(frozen=True, slots=True)
class Chains:
    """The procedures of a document, or the ``trouble`` why they cannot be shown."""

    shown: tuple[ChainContext, ...]
    trouble: str | None
