"""What several pages show, and the page of an error."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.search_state import SearchState


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, marked or not. ``anchor`` is its id on the page; ``current`` is the mark the reader came for.

    ``doubt`` says how unsure OCR was of this word, where it was too unsure to be taken at its word. ``noted`` marks
    what a person's note is on, ``found`` what was looked for in this document alone.
    """

    text: str
    marked: bool = False
    anchor: str | None = None
    current: bool = False
    doubt: str | None = None
    noted: bool = False
    found: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A link. ``current`` says that it leads to where the reader is; ``note`` is said beside its label."""

    label: str
    url: str
    current: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class OlderReading:
    """What pages of a reading say that is no longer the newest, and where the newest is."""

    text: str
    newest: Link


@dataclass(frozen=True, slots=True)
class ErrorContext:
    """A page that says what failed and what to try."""

    status: int
    title: str
    message: str
    remedy: str | None
    state: SearchState
