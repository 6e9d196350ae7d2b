"""What the reading room shows of documents that say nearly the same."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.contexts.common import Link, Piece
from webapp.search_state import SearchState


@dataclass(frozen=True, slots=True)
class AlikeRow:
    """A document of nearly the same wording: how alike it is, and what is known to be different about it.

    The note beside its title is the name of its file, because titles of such documents are alike, too.
    """

    document: Link
    about: tuple[str, ...]
    shares: str
    differences: tuple[str, ...]
    beside: Link


@dataclass(frozen=True, slots=True)
class Alike:
    """Documents that are alike in one way; ``note`` says in which."""

    anchor: str
    title: str
    note: str
    rows: tuple[AlikeRow, ...]


@dataclass(frozen=True, slots=True)
class FieldPair:
    """One field in both documents; None where it is unknown."""

    label: str
    here: str | None
    there: str | None
    differs: bool


@dataclass(frozen=True, slots=True)
class Side:
    """One of two documents and the text of one of its pages. ``page`` is None if it has no such page."""

    document: Link
    language: str | None
    page: Link | None
    paragraphs: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class BesideContext:
    """Two documents beside each other, at the page of one number in both. ``differing`` says what the marks mean."""

    state: SearchState
    title: str
    back: Link
    summary: str
    sides: tuple[Side, Side]
    fields: tuple[FieldPair, ...]
    place: str
    differing: str | None
    previous: str | None
    next: str | None
