"""What the page of a clause, and the outline of a document, show."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.contexts.common import Link, OlderReading, Piece
from webapp.search_state import SearchState


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """A clause in a list: its link, what it is about, where it stands, how deep in the tree (0: outermost), and its
    first words where no heading tells what it says."""

    link: Link
    topic: str | None
    place: str
    depth: int
    beginning: str | None


@dataclass(frozen=True, slots=True)
class ClausePageText:
    """What stands of a clause on one page. ``page`` leads there, with its words marked."""

    page: Link
    paragraphs: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class ClauseContext:
    """The page of a clause. ``path`` leads to the clauses around it; ``cite`` to its citation,
    ``compare`` to another clause beside it."""

    state: SearchState
    title: str
    heading: str
    language: str | None
    text_language: str | None
    about: tuple[str, ...]
    results: Link
    document: Link
    path: tuple[Link, ...]
    older: OlderReading | None
    notes: tuple[str, ...]
    pages: tuple[ClausePageText, ...]
    inside: tuple[ClauseRow, ...]
    previous: str | None
    next: str | None
    cite: Link
    compare: Link
