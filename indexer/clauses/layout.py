"""Group words into lines and paragraphs as a reader sees them.

Running heads and feet, page numbers and OCR noise are left out. A PDF or scan states where lines and blocks end, but
blocks are not paragraphs: a page break may split a paragraph, and a block may hold several. In a text file a line feed
may end either a line or a paragraph.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise

from archive.model.words import Break, Words
from indexer.clauses.markers import NAMED, Marker, article_names, read_marker
from indexer.clauses.sheets import LONG, in_columns, middle, slope_of, straight, without_dirt
from indexer.facts.text import DocumentText

SLACK = 0.02
"""A line reaches the margin if it falls short by less than this share of the text width."""

JUSTIFIED = 0.5
"""Text is justified if this share of its long lines reaches the right margin."""

APART = 1.28
"""A line spacing of this many times that within paragraphs begins a new paragraph."""

CENTRED = 0.12
"""A line indented by more than this share of the width is centred or right-aligned."""

OFF_CENTRE = 0.08
"""Tolerance of a centred line: difference of its two margins as a share of the width."""

WRAPPED_AT = 120
"""A text file is hard-wrapped if its long lines have at most this many characters; else a line is a paragraph."""

NARROWEST = 50
"""A text file whose long lines have fewer characters is not wrapped."""

STAMP_WORDS = 6
"""A DocuSign stamp has fewer words; a longer line is text that OCR merged with it."""

ABBREVIATED = 4
"""A word of at most this many characters with a full stop may be an abbreviation: "čl.", "Inc."."""

RUNNING_LINES = 3
"""Number of lines at the top and bottom of a page that may be running heads or feet."""

_PAGE_NUMBER = re.compile(
    r"[-–—\s]*(?:(?:strana|str\.?|page|стр\.?|страна)\s*)?\d{1,4}\s*(?:(?:/|od|of|од)\s*\d{1,4})?[-–—\s]*",
    re.IGNORECASE,
)
_VOWELS = frozenset("aeiou")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page with its layout.

    ``first`` and ``last`` are word numbers. ``begins_block`` says that a block begins here or that the line is set
    apart from the line above. ``is_full`` says that it fills the text width, ``is_nearly_full`` that it is as full as a
    ragged margin allows (scans only). ``is_indented`` means a small indent, ``is_centred`` a large one,
    ``is_in_middle`` equal margins. ``above`` is the distance to the line above in units of the usual line spacing.
    ``is_scrap`` marks OCR noise that may be the remains of a number. ``number`` is the word with the line's number
    where OCR read the numbers as a separate column.
    """

    first: int
    last: int
    page: int
    begins_block: bool
    is_full: bool
    is_indented: bool = False
    is_centred: bool = False
    is_in_middle: bool = False
    above: float = 1.0
    is_scrap: bool = False
    number: int | None = None
    is_nearly_full: bool = False


def lines_of(text: DocumentText, pages: Sequence[Words]) -> list[Line]:
    """Return the lines of a document without running heads and feet; ``pages`` holds the words of each page in turn."""
    lines = _without_running_lines(text, [list(each) for each in _lines(pages)], pages)
    return _with_likely_ends(text, lines) if any(line.is_nearly_full for line in lines) else lines


def _with_likely_ends(text: DocumentText, lines: list[Line]) -> list[Line]:
    """Return the lines of a scan, not full if they end a sentence near a ragged margin of one-sentence paragraphs.

    Sentences that end within a line count for longer paragraphs, those that end on a short line against them.
    """
    ending = [ends_sentence(word := text.words[line.last]) and "." not in word[:-1] for line in lines]
    apart = sum(end and not line.is_full for line, end in zip(lines, ending, strict=True))
    within = sum(
        word.endswith(".") and word[:-1].isalpha() and len(word) > ABBREVIATED and following[0].isupper()
        for line in lines
        for word, following in pairwise(text.words[line.first : line.last + 1])
    )
    if within >= apart:
        return lines
    return [
        replace(line, is_full=False) if end and line.is_nearly_full else line
        for line, end in zip(lines, ending, strict=True)
    ]


def _lines(pages: Sequence[Words]) -> Iterator[Iterator[Line]]:
    """Yield the lines of each page."""
    first = 0
    for number, page in enumerate(pages, start=1):
        if len(page):
            yield (_of_boxes if page.boxes else _of_characters)(page, first, number)
        first += len(page)


def _cuts(page: Words) -> list[tuple[int, int]]:
    """Return the first and last word of each line, counted on the page."""
    starts = [0, *(index for index in range(1, len(page)) if page.breaks[index])]
    return list(zip(starts, [start - 1 for start in starts[1:]] + [len(page) - 1], strict=True))


def _of_boxes(page: Words, offset: int, number: int) -> Iterator[Line]:
    """Yield the lines of a page with boxes, with their margins and spacing."""
    cuts, boxes, slope = _cuts(page), page.boxes, 0.0
    if page.confidences:
        cuts = [without_dirt(page, first, last) for first, last in cuts]
        slope = slope_of(page, cuts)
    lefts = [straight(boxes, first, slope, 0) for first, _ in cuts]
    rights = [straight(boxes, last, slope, 2) for _, last in cuts]
    long = [place for place in range(len(cuts)) if rights[place] - lefts[place] > LONG] or list(range(len(cuts)))
    left_edge = sorted(lefts[place] for place in long)[len(long) // 4]
    right_edge = sorted(rights[place] for place in long)[len(long) * 3 // 4]
    width = max(1, right_edge - left_edge)
    slack = round(SLACK * width)
    is_justified = sum(rights[place] >= right_edge - slack for place in long) >= JUSTIFIED * len(long)
    middles = [middle(boxes, first, min(last, first + 3)) - round(slope * boxes[4 * first]) for first, last in cuts]
    above = _above(middles)
    numbers = in_columns(page, cuts, lefts, middles) if page.confidences else {}
    taken = set(numbers.values())
    for place, (first, last) in enumerate(cuts):
        if place in taken:
            continue
        after = min(last + 1, len(page) - 1)
        next_word = 0 if is_justified else min(width // 8, boxes[4 * after + 2] - boxes[4 * after])
        is_full = rights[place] + next_word >= right_edge - slack
        indent = (lefts[place] - left_edge) / width
        yield Line(
            offset + first,
            offset + last,
            number,
            not 0 <= above[place] <= APART or page.breaks[first] == Break.BLOCK,
            is_full,
            SLACK < indent < CENTRED,
            indent >= CENTRED and not is_full,
            indent > SLACK and abs(indent - (right_edge - rights[place]) / width) < OFF_CENTRE,
            above[place],
            number=offset + cuts[numbers[place]][0] if place in numbers else None,
            is_nearly_full=bool(page.confidences) and is_full and rights[place] < right_edge - slack,
        )


def _above(heights: Sequence[int]) -> list[float]:
    """Return the distance of each line from the line above, in units of the usual line spacing; -1 for the first."""
    steps = [after - before for before, after in pairwise(heights)]
    close = sorted(step for step in steps if step > 0)
    usual = max(1, close[len(close) // 4]) if close else 1
    return [-1.0, *(step / usual for step in steps)]


def _of_characters(page: Words, offset: int, number: int) -> Iterator[Line]:
    """Yield the lines of plain text. In text that is not hard-wrapped each line is a paragraph, so none is full."""
    cuts = _cuts(page)
    lengths = [sum(map(len, page.texts[first : last + 1])) + last - first for first, last in cuts]
    long = sorted(lengths)[len(lengths) * 9 // 10]
    for (first, last), length in zip(cuts, lengths, strict=True):
        next_word = len(page.texts[min(last + 1, len(page) - 1)])
        is_full = NARROWEST <= long <= WRAPPED_AT and length + 1 + next_word >= long
        block = first == 0 or page.breaks[first] == Break.BLOCK
        yield Line(offset + first, offset + last, number, block, is_full)


def _without_running_lines(text: DocumentText, pages: list[list[Line]], pages_read: Sequence[Words]) -> list[Line]:
    """Return the lines without page numbers and lines repeated on half of the pages, digits aside."""
    edges = [
        {line.first: _key(text, line) for line in (*lines[:RUNNING_LINES], *lines[RUNNING_LINES:][-RUNNING_LINES:])}
        for lines in pages
    ]
    keys = Counter(key for edge in edges for key in set(edge.values()))
    repeated = {key for key, count in keys.items() if key and count >= max(2, len(pages) / 2)}
    kept = []
    for lines, edge in zip(pages, edges, strict=True):
        for line in lines:
            if line.first in edge and (edge[line.first] in repeated or _is_page_number(text, line)):
                continue
            if _is_stamp(text, line):
                continue
            if not pages_read[line.page - 1].confidences or not _is_speck(text, line):
                kept.append(line)
            elif line.is_in_middle and line is not lines[-1]:
                kept.append(replace(line, is_scrap=True))
    return kept


def _is_page_number(text: DocumentText, line: Line) -> bool:
    return line.last - line.first < 6 and _PAGE_NUMBER.fullmatch(text.quote(line.first, line.last)) is not None


def _is_stamp(text: DocumentText, line: Line) -> bool:
    """Return whether a line is the envelope number that DocuSign prints at the top of each page."""
    if line.last - line.first >= STAMP_WORDS or not text.bare[line.first].startswith("docus"):
        return False
    return any(word.startswith("env") for word in text.bare[line.first + 1 : line.last + 1])


def _is_speck(text: DocumentText, line: Line) -> bool:
    """Return whether a line is one or two short pieces of OCR noise or a page number, not a word such as "Rok"."""
    if line.last - line.first > 1 or read_marker(text, line.first, line.last):
        return False
    return all(
        len(word) <= 3 and not (len(word) == 3 and word[0].isupper() and set(text.bare[place]) & _VOWELS)
        for place, word in enumerate(text.words[line.first : line.last + 1], start=line.first)
    )


def _key(text: DocumentText, line: Line) -> str:
    """Return the text of a line without digits, to compare across pages; empty if it may be a clause number."""
    if line.last - line.first < 1 or read_marker(text, line.first, line.last):
        words = text.words[line.first : line.last + 1]
        return "" if len(words) < 2 or not words[0].casefold().startswith("exhibit") else " ".join(words)
    return re.sub(r"\d+", "", " ".join(text.bare[line.first : line.last + 1]))


_ENDS = re.compile(r"[.;:!?…][\"'“”„’»)\]]*(?: [^\d\s])?$")
"""The end of a sentence or item; one character after it is OCR noise."""

_ENDED_BEFORE = re.compile(r"[.!?] \S$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: its first and last word, its text, and the marker that it begins with.

    ``body`` is the text after the marker, empty if that is only punctuation. ``is_centred`` says that all its lines are
    centred, ``in_table`` that it is in a table, ``is_scrap`` that it is OCR noise or the remains of a short line.
    ``above`` is the distance to the line above in units of the usual line spacing.
    """

    first: int
    last: int
    text: str
    body: str
    marker: Marker | None
    is_centred: bool = False
    in_table: bool = False
    above: float = 1.0
    is_scrap: bool = False

    @property
    def label(self) -> str:
        """The marker as printed, empty if there is none."""
        if self.marker is None or self.marker.apart:
            return self.marker.apart if self.marker else ""
        label = " ".join(self.text.split()[: self.marker.last - self.first + 1])
        return label.removesuffix(self.marker.tail) if self.marker.tail else label

    @property
    def body_first(self) -> int:
        """The first word of the body."""
        if self.marker is None:
            return self.first
        return self.marker.last if self.marker.tail else self.marker.last + 1

    @property
    def is_alone(self) -> bool:
        """Whether the paragraph is a marker and nothing else."""
        return self.marker is not None and not self.body


def ends_sentence(text: str) -> bool:
    """Return whether a text ends as a sentence or an item of a list does."""
    return bool(_ENDS.search(text))


def leads_on(text: str) -> bool:
    """Return whether a text ends in a colon, semicolon or comma, so that the next paragraph continues it."""
    return text.endswith((":", ";", ",")) and not _ENDED_BEFORE.search(text)


_HANGING = re.compile(r"(?:,|\b(?:the|of|in|to|and|or|as|see|u|i|na|iz|sa|prema|po|o))$", re.IGNORECASE)


def is_cut_off(text: str) -> bool:
    """Return whether a text ends in the middle of a sentence: "... described in"."""
    return bool(_HANGING.search(text))


def paragraphs(text: DocumentText, pages: Sequence[Words]) -> list[Paragraph]:
    """Return the paragraphs of a document without running heads, running feet and page numbers.

    Scraps are included only between two paragraphs.
    """
    found: list[tuple[Marker | None, list[Line]]] = []
    scraps: list[Line] = []
    last = 0
    for line in lines_of(text, pages):
        if line.is_scrap:
            scraps.append(line)
            continue
        marker = _marker(text, line)
        if found and not _begins(text, *found[last], line, marker, after_scrap=bool(scraps)):
            found[last][1].append(line)
        else:
            found += [(None, [scrap]) for scrap in scraps]
            last = len(found)
            found.append((marker, [line]))
        scraps = []
    return [_paragraph(text, lines, marker) for marker, lines in found]


def _marker(text: DocumentText, line: Line) -> Marker | None:
    """Return the marker of a line, which may be in a separate column."""
    if line.number is None or (marker := read_marker(text, line.number, line.number)) is None:
        return read_marker(text, line.first, line.last)
    return replace(marker, last=line.first - 1, stands_alone=False, apart=text.words[line.number])


SHORT = 14
"""A table cell, caption or line of a letterhead usually has fewer words."""

FEWEST_CELLS = 3
"""Minimum number of short paragraphs in a row, without sentence ends, that may be table cells."""


def with_tables(text: DocumentText, found: Sequence[Paragraph], pages: Sequence[Words]) -> list[Paragraph]:
    """Return the paragraphs, those in tables flagged and without markers, because row numbers are not clauses.

    The layout of a page is analysed only where paragraphs look like cells.
    """
    starts = [0, *accumulate(map(len, pages))]
    numbers = [bisect_right(starts, each.first) for each in found]
    suspicious = [_may_be_cell(each) for each in found]
    marked: list[Paragraph] = []
    words_of: dict[int, frozenset[int]] = {}
    for run, group in groupby(range(len(found)), key=lambda place: (numbers[place], suspicious[place])):
        places = list(group)
        number, may_be_cells = run
        if may_be_cells and len(places) >= FEWEST_CELLS and number not in words_of:
            words_of[number] = _words_in_tables(text, pages[number - 1], starts[number - 1])
        taken = words_of.get(number, frozenset())
        for place in places:
            paragraph = found[place]
            is_named = paragraph.marker is not None and paragraph.marker.style in NAMED
            if not is_named and paragraph.first in taken and paragraph.last in taken:
                body = paragraph.text if any(map(str.isalnum, paragraph.text)) else ""
                paragraph = replace(paragraph, marker=None, body=body, in_table=True)
            marked.append(paragraph)
    return marked


def _may_be_cell(paragraph: Paragraph) -> bool:
    is_named = paragraph.marker is not None and paragraph.marker.style in NAMED
    return not is_named and paragraph.last - paragraph.first < SHORT and not ends_sentence(paragraph.body)


def _words_in_tables(text: DocumentText, page: Words, first: int) -> frozenset[int]:
    """Return the words of a page, numbered in the document, in multi-column tables with short cells."""
    tables = [table for table in text.layout_of(page, first).tables if table.columns > 1 and table.rows > 1]
    return frozenset(
        first + word
        for table in tables
        if sum(len(cell.words) for cell in table.cells) < SHORT * len(table.cells)
        for cell in table.cells
        for word in cell.words
    )


def _paragraph(text: DocumentText, lines: Sequence[Line], marker: Marker | None) -> Paragraph:
    first, last = lines[0].first, lines[-1].last
    body = text.quote(marker.last + 1 if marker else first, last)
    if marker and marker.tail:
        body = f"{marker.tail} {body}".strip()
    return Paragraph(
        first,
        last,
        text.quote(first, last),
        body if any(map(str.isalnum, body)) else "",
        marker,
        is_centred=all(line.is_in_middle for line in lines),
        above=lines[0].above,
        is_scrap=lines[0].is_scrap,
    )


def _begins(
    text: DocumentText,
    marker: Marker | None,
    lines: Sequence[Line],
    line: Line,
    own: Marker | None,
    *,
    after_scrap: bool,
) -> bool:
    """Return whether ``line``, with its ``own`` marker, begins a paragraph after ``lines``, which have ``marker``."""
    before = lines[-1]
    is_alone = marker is not None and marker.stands_alone and marker.last == before.last
    is_name = line.first == line.last and line.is_in_middle and text.bare[line.first] in article_names()
    if is_alone or is_name or (own is not None and own.apart):
        return True
    ended = ends_sentence(text.quote(max(lines[0].first, before.last - 1), before.last))
    goes_on = not ended and _goes_on(text, line, own)
    if own is not None:
        return not goes_on or not (before.is_full or line.begins_block)
    # No paragraph begins in lower case after a full line.
    if before.is_full and _goes_on(text, line, None):
        return False
    if line.begins_block or (after_scrap and ended):
        return ended or not (before.is_full or (goes_on and line.page > before.page))
    if not before.is_full or line.is_centred:
        return ended or not goes_on
    # All lines of a list item are indented, but only the first line of a paragraph.
    return ended and line.is_indented and marker is None


def _goes_on(text: DocumentText, line: Line, marker: Marker | None) -> bool:
    """Return whether a line, with or without its marker, begins in lower case and so may continue a sentence."""
    if marker is not None and marker.stands_alone:
        return False
    word = text.words[marker.last + 1 if marker and marker.last < line.last else line.first]
    if marker is not None and marker.tail:
        word = marker.tail
    return next((char for char in word if char.isalnum()), "").islower()
