"""What the view of one page shows."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.contexts.annotations import NoteCard
from webapp.contexts.common import Link, OlderReading, Piece
from webapp.page_state import PageState
from webapp.search_state import SearchState


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A mark on a page image, in the units of the page. ``noted`` marks what a person's note is on, ``found`` what was
    looked for in this document alone."""

    x: float
    y: float
    width: float
    height: float
    anchor: str | None
    current: bool
    noted: bool = False
    found: bool = False


@dataclass(frozen=True, slots=True)
class WordLayer:
    """Where the words stand on a page image, for a script to let a reader choose some of them.

    ``first`` is the number of the first word in the reading. ``boxes`` are x, y, width and height of each word in
    points. ``cite`` and ``mark`` are addresses with ``A-B`` where the numbers of the chosen words go.
    """

    first: int
    boxes: str
    cite: str
    mark: str


@dataclass(frozen=True, slots=True)
class PageImage:
    """The image of a page with the marks on it. ``width`` and ``height`` are points, as the page is drawn.

    ``view_box`` is what is seen of it after ``transform`` turned it. ``smaller`` and ``larger`` are None where there is
    no such size.
    """

    url: str
    label: str
    width: float
    height: float
    view_box: str
    transform: str | None
    marks: tuple[Rectangle, ...]
    layer: WordLayer | None
    smaller: str | None
    larger: str | None
    turn_left: str
    turn_right: str


@dataclass(frozen=True, slots=True)
class MatchSteps:
    """Where the reader is among the matches in a document, and the way to the ones before and after."""

    summary: str
    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A page in the strip: its image with marks, or none on a flowing page; sizes are pixels, marks are points.
    ``hits`` is how many marks it has."""

    page: Link
    image: str | None
    width: int
    height: int
    view_box: str
    marks: tuple[Rectangle, ...]
    hits: str | None


@dataclass(frozen=True, slots=True)
class Strip:
    """The pages around this one. ``earlier`` and ``later`` tell of matches on pages beyond its ends."""

    thumbnails: tuple[Thumbnail, ...]
    earlier: Link | None
    later: Link | None


@dataclass(frozen=True, slots=True)
class ClauseHere:
    """A clause that stands on the page. ``show`` marks its words here; ``page`` is its own page."""

    show: Link
    page: str
    topic: str | None
    depth: int


@dataclass(frozen=True, slots=True)
class FactHere:
    """A value that was read from words of the page. ``places`` mark the words here."""

    label: str
    value: str
    places: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class OnPage:
    """The clauses and facts of the page. ``summary`` counts them."""

    summary: str
    clauses: tuple[ClauseHere, ...]
    facts: tuple[FactHere, ...]


@dataclass(frozen=True, slots=True)
class PageContext:
    """The view of one page. ``notes`` say what is marked, and why there may be little to see.

    ``carried`` are the parameters (name, value) that the form to another page takes along, ``searching`` those of the
    form that finds something in the document. ``found`` leads through what was found so, and ``unfind`` leads away from
    it. ``doubtful`` words look different, because OCR was less than ``doubtful_below`` per cent sure of them. ``cite``
    leads to the citation of the marked evidence. ``cards`` are persons' notes on what stands here.
    """

    state: SearchState
    view: PageState
    title: str
    heading: str
    language: str | None
    document: Link
    results: Link
    document_id: str
    reading: int
    number: int
    page_count: int
    carried: tuple[tuple[str, str], ...]
    searching: tuple[tuple[str, str], ...]
    previous: str | None
    next: str | None
    steps: MatchSteps | None
    found: MatchSteps | None
    unfind: str | None
    strip: Strip | None
    on_page: OnPage | None
    about: tuple[str, ...]
    reason: str | None
    older: OlderReading | None
    notes: tuple[str, ...]
    image: PageImage | None
    paragraphs: tuple[tuple[Piece, ...], ...]
    text_language: str | None
    doubtful: int
    doubtful_below: int
    cite: Link | None
    cards: tuple[NoteCard, ...]
