"""What several pages show: links, words marked in a text and on an image, facts, and the page of an error."""

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

    @property
    def is_plain_mark(self) -> bool:
        """Whether it is marked, and nothing else is to be said of it."""
        return self.marked and not (self.anchor or self.current or self.doubt or self.noted or self.found)


@dataclass(frozen=True, slots=True)
class Link:
    """A link. ``current`` says that it leads to where the reader is; ``note`` is said beside its label."""

    label: str
    url: str
    current: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class LabelledValue:
    """Something to know. ``is_code``: letter for letter, like a hash."""

    label: str
    value: str
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class OlderReading:
    """What pages of a reading say that is no longer the newest, and where the newest is."""

    text: str
    newest: Link


@dataclass(frozen=True, slots=True)
class Context:
    """What every page shows. ``state`` is the search that it came from, an empty one where it came from none."""

    state: SearchState = field(default=SearchState(), kw_only=True)


@dataclass(frozen=True, slots=True)
class SaidByPerson:
    """What a person said. ``event`` is its number in the log, None where it was taken back or cannot be."""

    text: str
    event: int | None


@dataclass(frozen=True, slots=True)
class ErrorContext(Context):
    """A page that says what failed and what to try. ``last`` leads to the end of a list that was passed, ``back`` to
    where the reader was; ``number`` is that of the request, by which the log knows it."""

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
    """A mark on a page image, in the units of the page. ``of`` is the mark that it is a line of, whose first line has
    its ``anchor``. ``noted`` marks what a person's note is on, ``found`` what was looked for in this document alone,
    ``fact`` what a value was read from."""

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
    """The strip of a page's image around cited words. ``view_box`` is SVG's; ``width`` and ``height`` those of the
    page, in points."""

    page: Link
    label: str
    image: str
    view_box: str
    width: float
    height: float
    marks: tuple[Rectangle, ...]


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """The words that prove a value, and where they can be seen. ``how`` names the rule and its confidence; it is empty
    where a person gave the value."""

    quote: str
    place: Link
    how: str


@dataclass(frozen=True, slots=True)
class FactRow:
    """One value of a field. ``url`` leads to what it names, where that has a page; ``correct`` to the form that
    corrects it. ``is_title``: the value is the title, in the document's own language."""

    label: str
    value: str
    details: tuple[str, ...]
    evidence: tuple[EvidenceRow, ...]
    status: str | None
    url: str | None = None
    correct: str | None = None
    is_title: bool = False


def back_to_search(state: SearchState) -> Link:
    """Return the way back to the results, or to the search where there are none."""
    return Link(gettext("Results") if state.parameters() else gettext("Search"), search_url(state))


PARTS = 12
"""Parts of a list up to which all are linked."""

PARTS_AROUND = 4
"""Parts linked on each side of the current one, where there are more."""


def part_links(total: int, size: int, first: int, url: Callable[[int], str]) -> tuple[Link, ...]:
    """Return links to the parts of a long list, ``size`` things each, with ``first`` in the current one; none for a
    short list. ``url`` gives the address of the part that begins at a number. Of many parts, the first and the last are
    told and those around the current one."""
    if total <= size:
        return ()
    last = (total - 1) // size
    return tuple(
        Link(f"{number(start)}–{number(min(start + size - 1, total))}", url(start), start <= first < start + size)
        for at, start in enumerate(range(1, total + 1, size))
        if at in (0, last) or abs(at - (first - 1) // size) <= PARTS_AROUND or last <= PARTS
    )


_MARGIN = 1.5
"""Points by which a mark on an image is larger than its words, so that it does not touch the letters."""

DOUBTFUL = 60
"""A word of which OCR was less sure, in per cent, is shown as doubtful: of those between 60 and 80, 56 of 100 are right
(``indexer/ocr/second_look.py``), and of those below fewer still."""

_SEPARATORS = {Break.SPACE: " ", Break.LINE: "\n", Break.BLOCK: ""}

_PROSE = 0.4
"""A block of this share of the page's width, or of :data:`_PROSE_LETTERS`, is running text. Its lines end where the
page was full, so they flow here; in a narrower one, as an address or a cell, a line may be a thing of its own."""

_PROSE_LETTERS = 60
_HYPHENS = ("-", "\u00ad", "¬")
"""What ends a line within a word. Run on, it would look like two words."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Words of a page to be marked: indexes on the page, both included. ``anchor`` is the mark's id on the web page;
    ``noted`` marks what a person's note is on, ``found`` what was looked for in this document alone, ``fact`` what a
    value was read from."""

    first: int
    last: int
    anchor: str
    current: bool = False
    noted: bool = False
    found: bool = False
    fact: bool = False


@dataclass(frozen=True, slots=True)
class PageLine:
    """A matching page: where it is, and why it matched."""

    page: Link
    snippet: tuple[Piece, ...]


def page_line(document_id: str, page: PageHit, state: SearchState) -> PageLine:
    """Return a matching page of a document."""
    link = Link(page_short(page.number), page_url(document_id, page.number, state))
    return PageLine(link, snippet_pieces(page.snippet))


def snippet_pieces(snippet: Snippet) -> tuple[Piece, ...]:
    """Return a snippet as pieces."""
    edges = [0, *(edge for mark in snippet.marks for edge in mark), len(snippet.text)]
    runs = ((snippet.text[start:end], at % 2 == 1) for at, (start, end) in enumerate(pairwise(edges)))
    return tuple(Piece(text, marked=is_marked) for text, is_marked in runs if text)


def paragraphs(words: Words, marks: Sequence[Mark], *, anchored: bool) -> tuple[tuple[Piece, ...], ...]:
    """Return the text of a page: its blocks, each in pieces, with line breaks as they stand on the page, but for those
    of running text, which flows.

    A doubtful word is a piece of its own. A mark that runs over the end of a block is cut there. Marks that share
    words: the earlier one has them.
    ``anchored`` puts the marks' ids on the text; they go on the image where there is one.
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
                # Inside a mark, the space beside a doubtful word belongs to the mark.
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
    """Return the same words; in running text, a line that had no room for the next word runs on into the next line."""
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
    """Return where each word of a block begins and ends on its line: as shares of the page, or in letters."""
    edges: list[tuple[float, float]] = []
    for at in range(start, end):
        box = words.box(at)
        begins = edges[-1][1] + 1 if edges and words.breaks[at] == Break.SPACE else 0
        edges.append((box.x0, box.x1) if box else (begins, begins + len(words.texts[at])))
    return edges


def _doubt(confidence: int | None) -> str:
    return gettext("OCR was %(share)s%% sure of this word", share=confidence)


def _piece(text: str, mark: Mark | None, doubt: str | None = None, *, begins: bool = False) -> Piece:
    """Return text inside a mark or outside of all; ``begins``: the mark's id goes on it."""
    if mark is None:
        return Piece(text, doubt=doubt)
    return Piece(text, True, mark.anchor if begins else None, mark.current, doubt, mark.noted, mark.found)


def doubtful_words(words: Words) -> list[int]:
    """Return the words (indexes on the page) of which OCR was less sure than :data:`DOUBTFUL`."""
    return [index for index, confidence in enumerate(words.confidences) if confidence < DOUBTFUL]


def rectangles(words: Words, page: Page, marks: Iterable[Mark]) -> tuple[Rectangle, ...]:
    """Return the marks on a page's image, in points: one rectangle for each line that a mark runs over."""
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
"""Points of the page that are shown above and below the words."""


def crop(span: Span, page: Page, words: Words, marks: Sequence[Mark], label: str) -> Crop:
    """Return what a page's image shows of the words of ``span``, which stand on it, with ``marks`` on it."""
    first = max(0, span.first - page.first_word)
    last = min(page.word_count - 1, span.last - page.first_word)
    shown = rectangles(words, page, [Mark(first, last, "")])
    # Words without boxes have no place on the image, so all of it is shown.
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
