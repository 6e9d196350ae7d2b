"""What the pages of saved searches show."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.contexts.common import Link, Piece
from webapp.search_state import SearchState


@dataclass(frozen=True, slots=True)
class SavedRow:
    """A saved search. ``asked`` says in words what it asks; ``trouble`` on what it could not be run, and why."""

    id: str
    name: str
    url: str
    asked: tuple[str, ...]
    since: str
    found: str
    unread: str | None
    results: str
    feed: str
    trouble: str | None


@dataclass(frozen=True, slots=True)
class AlertPage:
    """A page of a document that was found."""

    page: Link
    snippet: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class AlertCard:
    """A document that a saved search found. ``found_at`` is the moment, for machines and for people."""

    title: str
    url: str
    language: str | None
    about: tuple[str, ...]
    found_at: tuple[str, str]
    is_unread: bool
    pages: tuple[AlertPage, ...]
    more: str | None


@dataclass(frozen=True, slots=True)
class SavedContext:
    """The page of all saved searches."""

    state: SearchState
    searches: tuple[SavedRow, ...]


@dataclass(frozen=True, slots=True)
class SavedSearchContext:
    """The page of one saved search. ``until`` is the moment up to which its news can be marked as read from here;
    ``not_shown`` says how many older documents there are."""

    state: SearchState
    search: SavedRow
    alerts: tuple[AlertCard, ...]
    until: str | None
    not_shown: str | None
