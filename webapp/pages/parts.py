"""Parts of several pages: links, marked words in a text and on an image, facts, and the error page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise

from archive.model import Break, Page, Span, Words
from archive.search.results import PageHit, Snippet
from webapp.languages.translation import gettext, number
from webapp.links import evidence_url, image_url, page_url, search_url
from webapp.page_images import PAGE_WIDTH
from webapp.pages.wording import page_name, page_short
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, marked or not.

    ``anchor`` is its HTML id; ``current`` is the mark that the reader navigated to. ``doubt`` tells the OCR confidence
    of a word below the threshold. ``noted`` marks an annotation, ``found`` a match of the search within this document.
    """

    text: str
    marked: bool = False
    anchor: str | None = None
    current: bool = False
    doubt: str | None = None
    noted: bool = False
    found: bool = False

    @property
    def is_plain_mark(self) -> bool:
        """Whether it is marked and has no other attribute."""
        return self.marked and not (self.anchor or self.current or self.doubt or self.noted or self.found)


@dataclass(frozen=True, slots=True)
class Link:
    """A link. ``current`` says that it leads to the current page; ``note`` is shown beside its label."""

    label: str
    url: str
    current: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class LabelledValue:
    """A value with its label. ``is_code``: shown in monospace, like a hash."""

    label: str
    value: str
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class OlderReading:
    """A notice that a page belongs to an older reading, with a link to the newest."""

    text: str
    newest: Link


@dataclass(frozen=True, slots=True)
class Context:
    """The base class of page contexts. ``state`` is the search that led to the page, empty if there was none."""

    state: SearchState = field(default=SearchState(), kw_only=True)


@dataclass(frozen=True, slots=True)
class SaidByPerson:
    """A decision of a person. ``event`` is its number in the event log, None where it was or cannot be undone."""

    text: str
    event: int | None


@dataclass(frozen=True, slots=True)
class ErrorContext(Context):
    """The error page.

    ``last`` links to the last part of a list whose end was passed, ``back`` to the previous page; ``number`` is the
    request id in the log.
    """

    status: int
    title: str
    message: str
    remedy: str | None
    last: Link | None
    back: str | None
    number: str
    at: str


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A mark on a page image, in points.

    ``of`` is the id of the mark that this line belongs to; the first line of a mark has its ``anchor``. ``noted`` marks
    an annotation, ``found`` a match of the search within this document, ``fact`` the evidence of a fact.
    """

    x: float
    y: float
    width: float
    height: float
    anchor: str | None
    current: bool
    noted: bool = False
    found: bool = False
    fact: bool = False
    of: str = ""


@dataclass(frozen=True, slots=True)
class Crop:
    """A horizontal strip of a page image around cited words.

    ``view_box`` is that of SVG; ``width`` and ``height`` are those of the page, in points.
    """

    page: Link
    label: str
    image: str
    view_box: str
    width: float
    height: float
    marks: tuple[Rectangle, ...]


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """The evidence of a value and where it is.

    ``how`` names the rule and its confidence; it is empty where a person gave the value.
    """

    quote: str
    place: Link
    how: str


@dataclass(frozen=True, slots=True)
class FactRow:
    """A value of a field.

    ``url`` links to the page of what it names, if there is one; ``correct`` to the form that corrects it. ``is_title``:
    the value is the title, in the document's own language.
    """

    label: str
    value: str
    details: tuple[str, ...]
    evidence: tuple[EvidenceRow, ...]
    status: str | None
    url: str | None = None
    correct: str | None = None
    is_title: bool = False


def back_to_search(state: SearchState) -> Link:
    """Return the link to the results, or to the search form if there was no search."""
    return Link(gettext("Results") if state.parameters() else gettext("Search"), search_url(state))


PARTS = 12
"""Maximum parts of a list of which all are linked."""

PARTS_AROUND = 4
"""Parts linked on each side of the current one, where there are more."""


def part_links(total: int, size: int, first: int, url: Callable[[int], str]) -> tuple[Link, ...]:
    """Return links to the parts of a list, ``size`` items each; none if there is only one part.

    ``first`` is the number of an item in the current part, ``url`` returns the URL of the part that begins at a number.
    Of many parts, the first, the last and those around the current one are linked.
    """
    if total <= size:
        return ()
    last = (total - 1) // size
    return tuple(
        Link(f"{number(start)}–{number(min(start + size - 1, total))}", url(start), start <= first < start + size)
        for at, start in enumerate(range(1, total + 1, size))
        if at in (0, last) or abs(at - (first - 1) // size) <= PARTS_AROUND or last <= PARTS
    )


_MARGIN = 1.5
"""Padding of a mark around its words, in points."""

DOUBTFUL = 60
"""Threshold of OCR confidence, in per cent; words below it are shown as doubtful.

Of words with a confidence from 60 to 80, 56 of 100 are right (``indexer/ocr/second_look.py``), and fewer of those
below.
"""

_SEPARATORS = {Break.SPACE: " ", Break.LINE: "\n", Break.BLOCK: ""}

_PROSE = 0.4
"""Minimum width of a block of running text, as a share of the page's width.

Its lines are joined, because they end where the page was full; a line of a narrower block may be a line of an address
or a cell. Blocks without boxes are measured by :data:`_PROSE_LETTERS`.
"""

_PROSE_LETTERS = 60
_HYPHENS = ("-", "\u00ad", "¬")
"""Hyphens at the end of a line that break a word. Such a line keeps its break, or the word would look like two."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A range of words of a page to mark: the first and the last index on the page.

    ``anchor`` is its HTML id; ``noted`` marks an annotation, ``found`` a match of the search within this document,
    ``fact`` the evidence of a fact.
    """

    first: int
    last: int
    anchor: str
    current: bool = False
    noted: bool = False
    found: bool = False
    fact: bool = False


@dataclass(frozen=True, slots=True)
class PageLine:
    """A matching page with its snippet."""

    page: Link
    snippet: tuple[Piece, ...]


def page_line(document_id: str, page: PageHit, state: SearchState) -> PageLine:
    """Return a matching page of a document with its snippet."""
    link = Link(page_short(page.number), page_url(document_id, page.number, state))
    return PageLine(link, snippet_pieces(page.snippet))


BETWEEN_MARKS = 5
"""Maximum number of words shown between two marks of a snippet, which has room for two or three lines."""


def snippet_pieces(snippet: Snippet) -> tuple[Piece, ...]:
    """Return a snippet as pieces. Long gaps between marks are shortened, so that all of them are seen."""
    text, pieces, at = snippet.text, list[Piece](), 0
    for start, end in snippet.marks:
        words = text[at:start].split(" ")
        if at and len(words) > BETWEEN_MARKS:
            # Gaps begin and end with a space.
            kept = BETWEEN_MARKS // 2 + 1
            pieces.append(Piece(" ".join((*words[:kept], "…", *words[-kept:]))))
        elif at < start:
            pieces.append(Piece(text[at:start]))
        pieces.append(Piece(text[start:end], marked=True))
        at = end
    if at < len(text):
        pieces.append(Piece(text[at:]))
    return tuple(pieces)


def paragraphs(words: Words, marks: Sequence[Mark], *, anchored: bool) -> tuple[tuple[Piece, ...], ...]:
    """Return the text of a page as blocks of pieces.

    Line breaks are kept, but for those of running text. A doubtful word is a piece of its own. A mark that crosses the
    end of a block is split there. Where marks overlap, the earlier one wins.

    ``anchored`` sets the ids of the marks on the text; where there is an image they are set there.
    """
    words = _flowing(words)
    by_word = _marks_by_word(marks)
    doubtful = set(doubtful_words(words))

    def alike(index: int) -> tuple[Mark | None, int | None]:
        return by_word.get(index), index if index in doubtful else None

    blocks: list[tuple[Piece, ...]] = []
    for start, end in _blocks(words):
        pieces: list[Piece] = []
        before: Mark | None = None
        for (mark, doubted), run in groupby(range(start, end), alike):
            indexes = list(run)
            separator = _SEPARATORS[Break(words.breaks[indexes[0]])]
            if pieces and separator:
                # Inside a mark, the space beside a doubtful word is part of the mark.
                inside = mark if mark is before else None
                pieces.append(_piece(separator, inside))
            doubt = None if doubted is None else _doubt(words.confidence(doubted))
            before = mark
            text = words.text(indexes[0], indexes[-1])
            begins = anchored and mark is not None and indexes[0] == mark.first
            pieces.append(_piece(text, mark, doubt, begins=begins))
        blocks.append(tuple(pieces))
    return tuple(blocks)


def _flowing(words: Words) -> Words:
    """Return the words with full lines of running text joined to the next line."""
    breaks = bytearray(words.breaks)
    least, gap = (_PROSE, 0.005) if words.boxes else (_PROSE_LETTERS, 1)
    for start, end in _blocks(words):
        edges = _edges(words, start, end)
        most = max(right for _, right in edges)
        if most - min(left for left, _ in edges) < least:
            continue
        for at in range(start + 1, end):
            (_, before), (left, right) = edges[at - 1 - start], edges[at - start]
            is_cut = words.texts[at - 1].endswith(_HYPHENS)
            if breaks[at] == Break.LINE and not is_cut and before + gap + right - left > most:
                breaks[at] = Break.SPACE
    return replace(words, breaks=bytes(breaks))


def _edges(words: Words, start: int, end: int) -> list[tuple[float, float]]:
    """Return the start and end of each word of a block on its line: as shares of the page, or in characters."""
    edges: list[tuple[float, float]] = []
    for at in range(start, end):
        box = words.box(at)
        begins = edges[-1][1] + 1 if edges and words.breaks[at] == Break.SPACE else 0
        edges.append((box.x0, box.x1) if box else (begins, begins + len(words.texts[at])))
    return edges


def _doubt(confidence: int | None) -> str:
    return gettext("OCR was %(share)s%% sure of this word", share=confidence)


def _piece(text: str, mark: Mark | None, doubt: str | None = None, *, begins: bool = False) -> Piece:
    """Return a piece of text inside a mark or outside of all; ``begins``: it gets the id of the mark."""
    if mark is None:
        return Piece(text, doubt=doubt)
    return Piece(text, True, mark.anchor if begins else None, mark.current, doubt, mark.noted, mark.found)


def doubtful_words(words: Words) -> list[int]:
    """Return the indexes on the page of words with an OCR confidence below :data:`DOUBTFUL`."""
    return [index for index, confidence in enumerate(words.confidences) if confidence < DOUBTFUL]


def rectangles(words: Words, page: Page, marks: Iterable[Mark]) -> tuple[Rectangle, ...]:
    """Return the marks on a page image in points: one rectangle for each line of a mark."""
    found: list[Rectangle] = []
    for mark in marks:
        anchor: str | None = mark.anchor
        for box in words.line_boxes(range(mark.first, mark.last + 1)):
            left, top = box.x0 * page.width - _MARGIN, box.y0 * page.height - _MARGIN
            width = (box.x1 - box.x0) * page.width + 2 * _MARGIN
            height = (box.y1 - box.y0) * page.height + 2 * _MARGIN
            edges = round(left, 1), round(top, 1), round(width, 1), round(height, 1)
            found.append(Rectangle(*edges, anchor, mark.current, mark.noted, mark.found, mark.fact, mark.anchor))
            anchor = None
    return tuple(found)


def _marks_by_word(marks: Sequence[Mark]) -> dict[int, Mark]:
    by_word: dict[int, Mark] = {}
    for mark in marks:
        for index in range(mark.first, mark.last + 1):
            by_word.setdefault(index, mark)
    return by_word


def _blocks(words: Words) -> Iterator[tuple[int, int]]:
    starts = [index for index in range(len(words)) if index == 0 or words.breaks[index] == Break.BLOCK]
    return pairwise([*starts, len(words)]) if starts else iter(())


CROP_MARGIN = 36
"""Margin above and below the words, in points."""


def crop(span: Span, page: Page, words: Words, marks: Sequence[Mark], label: str) -> Crop:
    """Return the strip of a page image around the words of ``span`` on that page, with ``marks``."""
    first = max(0, span.first - page.first_word)
    last = min(page.word_count - 1, span.last - page.first_word)
    shown = rectangles(words, page, [Mark(first, last, "")])
    # Words without boxes have no position on the image, so all of it is shown.
    top = max(0.0, min((one.y for one in shown), default=0.0) - CROP_MARGIN)
    bottom = min(page.height, max((one.y + one.height for one in shown), default=page.height) + CROP_MARGIN)
    return Crop(
        page=Link(page_name(page.number), evidence_url(span, page.number, SearchState())),
        label=label,
        image=image_url(span.document, page.number, PAGE_WIDTH, span.reading),
        view_box=f"0 {top:.1f} {page.width:.1f} {bottom - top:.1f}",
        width=round(page.width, 1),
        height=round(page.height, 1),
        marks=rectangles(words, page, marks),
    )
