"""What the view of one page shows."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.contexts.annotations import NoteCard
from webapp.contexts.common import Link, OlderReading, Piece
from webapp.search_state import SearchState


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A mark on a page image, in the units of the page. ``noted`` marks what a person's note is on."""

    x: float
    y: float
    width: float
    height: float
    anchor: str | None
    current: bool
    noted: bool = False


@dataclass(frozen=True, slots=True)
class PageImage:
    """The image of a page with the marks on it. ``width`` and ``height`` are points, as the page is shown."""

    url: str
    label: str
    width: float
    height: float
    marks: tuple[Rectangle, ...]
    resize: Link


@dataclass(frozen=True, slots=True)
class MatchSteps:
    """Where the reader is among a document's matches, and the way to the ones before and after."""

    summary: str
    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True)
class PageContext:
    """The view of one page. ``notes`` say what is marked, and why there may be little to see.

    ``carried`` are the parameters (name, value) that the form to another page takes along. ``legend`` says how many
    words look different because OCR was unsure of them; the template adds how they look. ``cite`` leads to the
    citation of the marked evidence. ``cards`` are persons' notes on what stands here.
    """

    state: SearchState
    title: str
    heading: str
    language: str | None
    document: Link
    results: Link
    document_id: str
    number: int
    page_count: int
    carried: tuple[tuple[str, str], ...]
    previous: str | None
    next: str | None
    steps: MatchSteps | None
    about: tuple[str, ...]
    reason: str | None
    older: OlderReading | None
    notes: tuple[str, ...]
    image: PageImage | None
    is_large: bool
    paragraphs: tuple[tuple[Piece, ...], ...]
    text_language: str | None
    legend: str | None
    cite: Link | None
    cards: tuple[NoteCard, ...]
