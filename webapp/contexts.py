"""What each template is given: plain values with ready-made labels and links, one frozen dataclass a page.

Marked text comes as :class:`Piece` values, and one macro writes them; so there is one place where text meets HTML, and
no string in here holds any.
"""

from __future__ import annotations

from dataclasses import dataclass

from webapp.search_state import SearchState


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, marked or not. ``anchor`` is its id on the page; ``current`` is the mark the reader came for."""

    text: str
    marked: bool = False
    anchor: str | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A link. ``current`` says that it leads to where the reader is; ``note`` is said beside its label."""

    label: str
    url: str
    current: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class FacetChoice:
    """One checkbox."""

    value: str
    label: str
    count: str
    selected: bool


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """The checkboxes of one facet: those always shown, and those that fold away."""

    name: str
    label: str
    top: tuple[FacetChoice, ...]
    rest: tuple[FacetChoice, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, as a link that removes it."""

    facet: str
    value: str
    url: str


@dataclass(frozen=True, slots=True)
class PageLine:
    """A matching page of a hit: where it is, and why it matched."""

    label: str
    url: str
    snippet: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class HitCard:
    """One document among the results. ``language`` is a BCP 47 tag, for the title and the snippets."""

    title: str
    url: str
    language: str | None
    about: tuple[str, ...]
    lines: tuple[PageLine, ...]
    more: Link | None


@dataclass(frozen=True, slots=True)
class Pagination:
    """Where to go among the pages of results; None in ``numbers`` stands for pages left out."""

    previous: str | None
    numbers: tuple[Link | None, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class SearchContext:
    """The search page. ``is_empty_archive`` tells "nothing found" from "nothing there"."""

    state: SearchState
    title: str
    count: str
    took: str
    notes: tuple[str, ...]
    facets: tuple[FacetGroup, ...]
    filter_count: int
    chips: tuple[Chip, ...]
    clear_url: str
    sorts: tuple[Link, ...]
    hits: tuple[HitCard, ...]
    pagination: Pagination | None
    wider: tuple[Link, ...]
    is_empty_archive: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that prove a value, and where they can be seen. ``how`` names the rule and its confidence."""

    quote: str
    place: Link
    how: str


@dataclass(frozen=True, slots=True)
class FactRow:
    """One value of a field."""

    label: str
    value: str
    details: tuple[str, ...]
    evidence: Evidence | None
    status: str | None


@dataclass(frozen=True, slots=True)
class PageTile:
    """A page in a document's list of pages. ``image`` is None on a flowing page; sizes are pixels."""

    number: int
    url: str
    image: str | None
    width: int
    height: int
    about: tuple[str, ...]
    note: str | None
    matches: str | None


@dataclass(frozen=True, slots=True)
class FileRow:
    """Something to know about the original."""

    label: str
    value: str
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class DocumentContext:
    """The page of a document."""

    state: SearchState
    title: str
    language: str | None
    about: tuple[str, ...]
    results: Link
    original: Link
    facts: tuple[FactRow, ...]
    matches: str | None
    first_match: str | None
    tiles: tuple[PageTile, ...]
    parts: tuple[Link, ...]
    file: tuple[FileRow, ...]


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A mark on a page image, in the units of the page."""

    x: float
    y: float
    width: float
    height: float
    anchor: str | None
    current: bool


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

    ``carried`` are the parameters (name, value) that the form to another page takes along.
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
    notes: tuple[str, ...]
    image: PageImage | None
    is_large: bool
    paragraphs: tuple[tuple[Piece, ...], ...]
    text_language: str | None


@dataclass(frozen=True, slots=True)
class ErrorContext:
    """A page that says what failed and what to try."""

    status: int
    title: str
    message: str
    remedy: str | None
    state: SearchState
