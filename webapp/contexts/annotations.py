"""What the reading room shows of persons' notes."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.contexts.common import Link
from webapp.search_state import SearchState


@dataclass(frozen=True, slots=True)
class NoteCard:
    """A note. ``place`` leads to where it is marked, ``permalink`` to its own page. ``quote`` is None where it is on a
    box. ``carried`` says how it came into the reading it stands in, if it was made in another."""

    place: Link
    permalink: Link
    quote: str | None
    note: str
    about: str
    carried: str | None


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """What somebody did to a note."""

    about: str
    note: str | None


@dataclass(frozen=True, slots=True)
class AnnotationContext:
    """The page of a note. ``removed`` says who removed it, if somebody did: then it cannot be changed."""

    state: SearchState
    id: str
    title: str
    document: Link
    language: str | None
    card: NoteCard
    text: str
    removed: str | None
    changes: tuple[ChangeRow, ...]
    exported: Link
