"""Running lines: running heads, running feet and page numbers, the lines at a page's edge that are not part of its
text.

A running line recurs on neighbouring pages: with equal letters, at the same height or long enough not to recur by
chance, and with numbers that are equal or count the pages. Lines are checked from the edge of a page inwards, up to the
first that is not a running line. A false positive would remove a line from a cited clause, which is worse than a footer
in it: so apparent table headings, article numbers and lines on two pages only are text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import islice

from archive.model.words import BOX_UNITS, Words
from archive.text.folding import fold

WINDOW = 6
"""Pages on each side of a page that are compared with it. Heads change with the chapter, and the cost per page must not
grow with the document."""

EDGE = 6
"""Lines at each edge of a page that are checked."""

MARGIN = 0.16
"""Share of a page's height at its top and its bottom in which a line may be recognized by its height."""

SAME_HEIGHT = 0.025
"""Largest difference in height of a running line on two pages, as a share of the page's height."""

LEAST_PAGES = 2
"""Fewest other pages that have the line."""

LEAST_SHARE = 0.34
"""Least share of the other pages that have the line. If left and right pages differ, less than half of them do."""

LONG = 25
"""Fewest letters of a line that does not recur by chance at the edge of several pages, at any height."""

ALIKE = 0.9
"""Least similarity of the letters of two OCR readings of one line. Lines from a text layer must be equal."""

CELLS = 3
"""Fewest pieces of a line that is the heading of a table, unless it has the page's number."""

CLOSE = 1.6
"""Largest distance of two lines that belong together, in line heights."""

MOST_WORDS = 60
"""Most words of a line that are compared. A printed line has about fifteen; one of a text file is unbounded."""

_NUMBER = re.compile(r"\d{1,18}")
_OTHER = re.compile(r"[\W\d_]+")
_PAGE_NUMBER = re.compile(
    r"\W*(?:(?P<word>strana|stranica|str|page|faqe|faqja|seite|list)\W*)?\d{1,4}\W*"
    r"(?:(?P<of>/|od|of|nga|von)\W*\d{1,4}\W*)?(?:strana)?\W*"
)
_PAGE_WORD = re.compile(r"\b(?:strana|stranica|str|page|faqe|faqja|seite)\b")
_LIST_ITEM = re.compile(r"\W*\d{1,4}\s*[.)]\s*")
_CLAUSE = re.compile(
    r"\W*(?:clan(?:ak)?|cl|article|art|section|sec|clause|neni|tacka|stav|deo|dio|glava|poglavlje|odeljak|§)\W*\w{1,6}\W*"
)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line from margin to margin: the indices of its words, its middle and height (shares of the page), the number of
    its pieces, and its folded text, letters and numbers."""

    words: tuple[int, ...]
    middle: float
    height: float
    pieces: int
    text: str
    letters: str
    numbers: tuple[int, ...]
    by_ocr: bool

    @property
    def is_long(self) -> bool:
        return len(self.letters) >= LONG


class RunningLines:
    """The running lines of a reading, recognized page by page on demand."""

    def __init__(self, words_of: Callable[[int], Words], page_count: int) -> None:
        """:param words_of: returns the words of a page by number."""
        self._words_of, self._page_count = words_of, page_count
        self._pages: dict[int, _Page] = {}
        self._found: dict[int, frozenset[int]] = {}

    @classmethod
    def of(cls, pages: Mapping[int, Words]) -> RunningLines:
        """Recognize the running lines of a reading, given all of its pages."""
        return cls(pages.__getitem__, len(pages))

    def on(self, number: int) -> frozenset[int]:
        """Return the indices on page ``number`` of the words in running lines."""
        if number not in self._found:
            near = range(max(1, number - WINDOW), min(self._page_count, number + WINDOW) + 1)
            others = {at: self._page(at) for at in near if at != number}
            self._found[number] = _running(self._page(number), {at: page for at, page in others.items() if page.rows})
        return self._found[number]

    def _page(self, number: int) -> _Page:
        if number not in self._pages:
            words = self._words_of(number)
            self._pages[number] = _Page(number, words, _rows(words))
        return self._pages[number]


_Row = tuple[float, float, list[tuple[int, ...]]]
"""Top, bottom and pieces of a line."""


@dataclass(frozen=True)
class _Page:
    number: int
    words: Words
    rows: Sequence[_Row]

    @cached_property
    def top(self) -> tuple[_Line, ...]:
        """The first lines with a letter or digit."""
        return self._first_of(self.rows)

    @cached_property
    def bottom(self) -> tuple[_Line, ...]:
        """The last ones, from the edge inwards."""
        return self._first_of(reversed(self.rows))

    def _first_of(self, rows: Iterable[_Row]) -> tuple[_Line, ...]:
        lines = (_line(self.words, pieces, top, bottom) for top, bottom, pieces in rows)
        return tuple(islice((line for line in lines if line.letters or line.numbers), EDGE))


def _running(page: _Page, others: dict[int, _Page]) -> frozenset[int]:
    found: set[int] = set()
    for edge in ("top", "bottom"):
        taken: list[_Line] = []
        for line in getattr(page, edge):
            beside = {at: getattr(other, edge) for at, other in others.items()}
            if not _is_running(line, page.number, beside, is_foot=edge == "bottom"):
                break
            taken.append(line)
        found.update(word for line in _without_table_heads(taken, page.number, others, edge) for word in line.words)
    return frozenset(found)


def _is_running(line: _Line, number: int, beside: dict[int, tuple[_Line, ...]], *, is_foot: bool) -> bool:
    if _CLAUSE.fullmatch(line.text):
        return False
    alike = {at: [other for other in lines if _is_similar(line, other, at - number)] for at, lines in beside.items()}
    anywhere = {at for at, lines in alike.items() if lines}
    in_margin = min(line.middle, 1 - line.middle) < MARGIN
    here = {at for at in anywhere if any(abs(other.middle - line.middle) < SAME_HEIGHT for other in alike[at])}
    near = {at for at in anywhere if abs(at - number) <= LEAST_PAGES}
    if printed := _PAGE_NUMBER.fullmatch(line.text):
        is_told = printed["word"] or printed["of"]
        return bool(near) and bool(is_told or len(near) >= LEAST_PAGES or (in_margin and near & here))
    enough = max(LEAST_PAGES, LEAST_SHARE * len(beside))
    # A foot is where the text ends; a title in the middle of the first page is not a head.
    return (in_margin and len(here) >= enough) or (is_foot and line.is_long and len(anywhere) >= enough)


def _is_similar(line: _Line, other: _Line, pages: int) -> bool:
    """Return whether a line is the same as that of another page, ``pages`` further on."""
    if not line.letters or not other.letters:
        return not line.letters and not other.letters and _counts_pages(line, other, pages)
    if line.letters != other.letters and not _is_misread(line, other):
        return False
    if line.numbers == other.numbers:
        return True
    # "Partija 1" and "Partija 2" on two pages count the lots.
    counts = line.is_long or _PAGE_WORD.search(line.text) is not None
    return counts and _counts_pages(line, other, pages)


def _is_misread(line: _Line, other: _Line) -> bool:
    if not (line.is_long and other.is_long and line.by_ocr and other.by_ocr):
        return False
    return SequenceMatcher(None, line.letters, other.letters, autojunk=False).ratio() >= ALIKE


def _counts_pages(line: _Line, other: _Line, pages: int) -> bool:
    """Return whether one number of a line increases by the number of pages, and the others are equal."""
    if len(line.numbers) != len(other.numbers) or _LIST_ITEM.fullmatch(line.text):
        return False
    steps = {theirs - ours for ours, theirs in zip(line.numbers, other.numbers, strict=True)}
    return pages in steps and steps <= {0, pages}


def _without_table_heads(taken: list[_Line], number: int, others: dict[int, _Page], edge: str) -> list[_Line]:
    """Return the lines up to the first that belongs to the heading of a table."""
    blocks: list[list[_Line]] = []
    for line in taken:
        close = blocks and abs(blocks[-1][-1].middle - line.middle) < CLOSE * max(line.height, blocks[-1][-1].height)
        if close:
            blocks[-1].append(line)
        else:
            blocks.append([line])
    kept: list[_Line] = []
    for block in blocks:
        if any(_is_table_head(line, number, others, edge) for line in block):
            break
        kept += block
    return kept


def _is_table_head(line: _Line, number: int, others: dict[int, _Page], edge: str) -> bool:
    if line.pieces < CELLS:
        return False
    return not any(
        _counts_pages(line, other, at - number) and line.letters == other.letters
        for at, page in others.items()
        for other in getattr(page, edge)
    )


def _rows(words: Words) -> Sequence[_Row]:
    """Return the lines of a page from top to bottom, joining pieces side by side."""
    if not len(words):
        return ()
    starts = [at for at in range(len(words)) if at == 0 or words.breaks[at]]
    pieces = [tuple(range(start, end)) for start, end in zip(starts, [*starts[1:], len(words)], strict=True)]
    if not words.boxes:
        height = 1 / max(1, len(pieces))
        return [(at * height, (at + 1) * height, [piece]) for at, piece in enumerate(pieces)]
    extents = [(*_extent(words, piece), piece) for piece in pieces]
    rows: list[_Row] = []
    for top, bottom, piece in sorted(extents, key=lambda one: one[0] + one[1]):
        if rows:
            upper, lower, beside = rows[-1]
            if min(lower, bottom) - max(upper, top) > min(lower - upper, bottom - top) / 2:
                rows[-1] = min(upper, top), max(lower, bottom), [*beside, piece]
                continue
        rows.append((top, bottom, [piece]))
    return rows


def _extent(words: Words, piece: Sequence[int]) -> tuple[float, float]:
    boxes = words.boxes
    top = min(boxes[4 * at + 1] for at in piece)
    return top / BOX_UNITS, max(boxes[4 * at + 3] for at in piece) / BOX_UNITS


def _line(words: Words, pieces: Sequence[tuple[int, ...]], top: float, bottom: float) -> _Line:
    if words.boxes:
        pieces = sorted(pieces, key=lambda piece: words.boxes[4 * piece[0]])
    places = tuple(at for piece in pieces for at in piece)
    text = fold(" ".join(words.texts[at] for at in places[:MOST_WORDS]))
    numbers = tuple(map(int, _NUMBER.findall(text)))
    letters, by_ocr = _OTHER.sub("", text), bool(words.confidences)
    return _Line(places, (top + bottom) / 2, bottom - top, len(pieces), text, letters, numbers, by_ocr)
