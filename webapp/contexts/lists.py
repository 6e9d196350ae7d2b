"""What the page of list search shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from webapp.contexts.common import Link, Piece
from webapp.search_state import SearchState


@dataclass(frozen=True, slots=True)
class ListForm:
    """What the form was filled in with."""

    text: str = ""
    column: str = ""
    has_header: bool = False
    is_phrase: bool = False


@dataclass(frozen=True, slots=True)
class ListHit:
    """A document that a line found. ``page`` is the first that matches, with its ``snippet``."""

    title: str
    url: str
    language: str | None
    page: Link | None
    snippet: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class ListRow:
    """A line of the list with what it found. ``trouble`` is the reason why it could not be searched."""

    number: int
    text: str
    found: Link | None
    pages: str
    hits: tuple[ListHit, ...]
    more: str | None
    notes: tuple[str, ...]
    trouble: str | None


@dataclass(frozen=True, slots=True)
class ListContext:
    """The page of list search: the form, and below it the answer if something was asked.

    ``rows`` come one by one, as they are found; the page is sent as they come. ``only`` are the filters in force, each
    with the address without it; ``filters`` are their (name, value) pairs.
    """

    state: SearchState
    form: ListForm
    only: tuple[Link, ...]
    filters: tuple[tuple[str, str], ...]
    limit: str
    problem: str | None = None
    summary: str | None = None
    rows: Iterable[ListRow] | None = None
