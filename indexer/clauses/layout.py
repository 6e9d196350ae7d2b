"""From words to the lines and paragraphs that a reader sees, whatever the layout made of them.

Running heads and feet, page numbers and the scraps that OCR reads from dirt are left out. A PDF or a scan says where
its lines and blocks end, and block is not paragraph: a paragraph may be cut by the end of a page, and a block may hold
several. A text file has only line feeds, between lines in one file and between paragraphs in another.
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
"""A line reaches the margin if less than this share of the width is missing."""

JUSTIFIED = 0.5
"""Where this share of the long lines reaches the margin, the text is justified."""

APART = 1.28
"""Lines that are so many times as far from each other as lines of a paragraph are begin a new one."""

CENTRED = 0.12
"""A line that begins this share of the width from the left margin is centred or set to the right."""

OFF_CENTRE = 0.08
"""A centred line is as far from the left margin as from the right one, give or take this share of the width."""

WRAPPED_AT = 120
"""Text files whose long lines have at most so many characters are wrapped by hand; longer ones are paragraphs."""

NARROWEST = 50
"""Where the long lines are shorter than so many characters, nothing is wrapped."""

STAMP_WORDS = 6
"""The stamp of DocuSign has at most so many words; more is text that OCR put on its line."""

ABBREVIATED = 4
"""A word of so many characters with a full stop may be an abbreviation: "čl.", "Inc."."""

RUNNING_LINES = 3
"""A running head or foot is looked for in so many lines at the top and at the bottom of a page."""

_PAGE_NUMBER = re.compile(
    r"[-–—\s]*(?:(?:strana|str\.?|page|стр\.?|страна)\s*)?\d{1,4}\s*(?:(?:/|od|of|од)\s*\d{1,4})?[-–—\s]*",
    re.IGNORECASE,
)
_VOWELS = frozenset("aeiou")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: its first and last word, whether a block begins with it or it stands apart from the line above,
    whether it fills the width, whether it begins a little or far from the left margin, and whether it is as far from
    the right one; how many usual lines it is below the line above; whether it is a scrap that may be left of a number;
    the word that is its number where OCR read the numbers as a column of their own; and, on a scan, whether it is only
    as full as a ragged margin lets it.
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
    """Return the lines of a scan, those not full that end a sentence near a ragged margin, where most paragraphs are of
    one.

    A sentence that ends within a line shows that a paragraph goes on, one that ends on a short line that it does not.
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
    """Yield lines that know how wide they are and how far from each other."""
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
    """Return how far each line stands from the line above, in steps of lines of a paragraph; the first further than
    any."""
    steps = [after - before for before, after in pairwise(heights)]
    close = sorted(step for step in steps if step > 0)
    usual = max(1, close[len(close) // 4]) if close else 1
    return [-1.0, *(step / usual for step in steps)]


def _of_characters(page: Words, offset: int, number: int) -> Iterator[Line]:
    """Yield lines of plain text. Where they are not wrapped each is a paragraph, so none is full."""
    cuts = _cuts(page)
    lengths = [sum(map(len, page.texts[first : last + 1])) + last - first for first, last in cuts]
    long = sorted(lengths)[len(lengths) * 9 // 10]
    for (first, last), length in zip(cuts, lengths, strict=True):
        next_word = len(page.texts[min(last + 1, len(page) - 1)])
        is_full = NARROWEST <= long <= WRAPPED_AT and length + 1 + next_word >= long
        block = first == 0 or page.breaks[first] == Break.BLOCK
        yield Line(offset + first, offset + last, number, block, is_full)


def _without_running_lines(text: DocumentText, pages: list[list[Line]], pages_read: Sequence[Words]) -> list[Line]:
    """Return all lines but page numbers and those that stand at the edge of half of the pages, numbers aside."""
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
    """Return whether a line is the number that DocuSign prints over the top of each page, however OCR read it."""
    if line.last - line.first >= STAMP_WORDS or not text.bare[line.first].startswith("docus"):
        return False
    return any(word.startswith("env") for word in text.bare[line.first + 1 : line.last + 1])


def _is_speck(text: DocumentText, line: Line) -> bool:
    """Return whether a line is one or two scraps that OCR read from dirt or from a page number, and not a word
    ("Rok")."""
    if line.last - line.first > 1 or read_marker(text, line.first, line.last):
        return False
    return all(
        len(word) <= 3 and not (len(word) == 3 and word[0].isupper() and set(text.bare[place]) & _VOWELS)
        for place, word in enumerate(text.words[line.first : line.last + 1], start=line.first)
    )


def _key(text: DocumentText, line: Line) -> str:
    """Return a line without its digits; empty for a line that may be the number of a clause."""
    if line.last - line.first < 1 or read_marker(text, line.first, line.last):
        words = text.words[line.first : line.last + 1]
        return "" if len(words) < 2 or not words[0].casefold().startswith("exhibit") else " ".join(words)
    return re.sub(r"\d+", "", " ".join(text.bare[line.first : line.last + 1]))


_ENDS = re.compile(r"[.;:!?…][\"'“”„’»)\]]*(?: [^\d\s])?$")
"""A single sign after the end of a sentence is dirt that OCR took for one."""

_ENDED_BEFORE = re.compile(r"[.!?] \S$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: its first and last word, its text, and the number or mark that it begins with.

    ``body`` is the text after the marker, empty if that is nothing but signs. ``is_centred`` says that all its lines
    stand in the middle of the page, ``in_table`` that it is (a part of) a cell of a table, ``is_scrap`` that it is what
    OCR left of a short line, or dirt. ``above`` is how many usual lines its first line is below the line above.
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
    """Return whether a text ends so that the next paragraph belongs to it: with a colon, a semicolon or a comma."""
    return text.endswith((":", ";", ",")) and not _ENDED_BEFORE.search(text)


_HANGING = re.compile(r"(?:,|\b(?:the|of|in|to|and|or|as|see|u|i|na|iz|sa|prema|po|o))$", re.IGNORECASE)


def is_cut_off(text: str) -> bool:
    """Return whether a text ends in the middle of a sentence, so that what follows belongs to it: "... described
    in"."""
    return bool(_HANGING.search(text))


def paragraphs(text: DocumentText, pages: Sequence[Words]) -> list[Paragraph]:
    """Return the paragraphs of a document without running heads, running feet and page numbers. Scraps are paragraphs
    only where they stand between two."""
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
    """Return what a line begins with, also where that stands in a column of its own."""
    if line.number is None or (marker := read_marker(text, line.number, line.number)) is None:
        return read_marker(text, line.first, line.last)
    return replace(marker, last=line.first - 1, stands_alone=False, apart=text.words[line.number])


SHORT = 14
"""A cell or caption of a table or a line of a letterhead has fewer words, as a rule."""

FEWEST_CELLS = 3
"""So many short paragraphs in a row that end no sentence may be cells of a table."""


def with_tables(text: DocumentText, found: Sequence[Paragraph], pages: Sequence[Words]) -> list[Paragraph]:
    """Return the paragraphs, those in tables marked and without markers: what numbers a row is no clause.

    The structure of a page is asked for only where paragraphs read like cells.
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
    """Return the words of a page that stand in tables of several columns whose cells are short, counted in the
    document."""
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
    """Return whether ``line``, with its ``own`` marker, begins a paragraph after the ``lines`` of one with
    ``marker``."""
    before = lines[-1]
    is_alone = marker is not None and marker.stands_alone and marker.last == before.last
    is_name = line.first == line.last and line.is_in_middle and text.bare[line.first] in article_names()
    if is_alone or is_name or (own is not None and own.apart):
        return True
    ended = ends_sentence(text.quote(max(lines[0].first, before.last - 1), before.last))
    goes_on = not ended and _goes_on(text, line, own)
    if own is not None:
        return not goes_on or not (before.is_full or line.begins_block)
    # No paragraph begins with a small letter after a full line.
    if before.is_full and _goes_on(text, line, None):
        return False
    if line.begins_block or (after_scrap and ended):
        return ended or not (before.is_full or (goes_on and line.page > before.page))
    if not before.is_full or line.is_centred:
        return ended or not goes_on
    # The lines of an item of a list are all indented, those of a paragraph only where it begins.
    return ended and line.is_indented and marker is None


def _goes_on(text: DocumentText, line: Line, marker: Marker | None) -> bool:
    """Return whether what a line begins with may stand in the middle of a sentence: a small letter, after a marker
    too."""
    if marker is not None and marker.stands_alone:
        return False
    word = text.words[marker.last + 1 if marker and marker.last < line.last else line.first]
    if marker is not None and marker.tail:
        word = marker.tail
    return next((char for char in word if char.isalnum()), "").islower()
