"""Context features of a candidate: words before and after, column and row headers, zone of the page.

Features are hashed (Weinberger et al. 2009): a bucket combines a template (word shortly before, word of the column
header) and the code of a word. Words are cut to a stem of six letters in ekavian spelling, so that cases, scripts and
standards of the language share features. A document has features for classifying its kind, too.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise
from typing import Any
from zlib import crc32

import numpy as np

from archive.model import Fact
from archive.model.words import Words
from indexer.facts import kind
from indexer.facts.text import DocumentText
from indexer.layout import PageLayout

STEM_LETTERS = 6
NEAR = 6
"""Number of words before and after a candidate that count as near."""

SENTENCE_WORDS = 40
"""Maximum number of words before a candidate that belong to its sentence."""

HEADING_WORDS = 12
"""Maximum number of words of a line that may be a heading."""

_IJEKAVIAN = re.compile(r"ije|(?<=[bcdfghklmnprstvz])je")
_MONEY = re.compile(r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d\d)?|\d+[.,]\d\d")
_DATE = re.compile(r"\d{1,2}\.\d{1,2}\.(?:\d{4})?")
_SENTENCE_END = re.compile(r"[;!?]$|[a-z)\"”]{4,}\.$")


@lru_cache(maxsize=1 << 16)
def stem(bare: str) -> str:
    """Return the stem of a folded word; a number becomes its shape (money, date, reference)."""
    if not any(char.isdigit() for char in bare):
        return _IJEKAVIAN.sub("e", bare)[:STEM_LETTERS]
    if bare.isdecimal():
        return "#year" if len(bare) == 4 and bare[:2] in {"19", "20"} else f"#{min(len(bare), 9)}"
    if _MONEY.fullmatch(bare):
        return "#money"
    return "#date" if _DATE.fullmatch(bare) else "#ref" if "/" in bare or "-" in bare else "#mixed"


@lru_cache(maxsize=1 << 16)
def code(bare: str) -> int:
    """Return the hash of the stem of a folded word, 0 for an empty one."""
    return crc32(stem(bare).encode()) if bare else 0


BUCKETS = 1 << 15
"""Number of hash buckets; more do not improve the measured accuracy."""

(_BEFORE, _NEAR, _PAIR, _SENTENCE, _AFTER, _AFTER_NEAR, _AFTER_PAIR, _AT, _LINE, _ABOVE, _HEADING, _END) = range(
    10, 130, 10
)
(_PAGE, _ON, _TOP, _TAIL, _ZONE, _COLUMN, _ROW, _LABEL, _CELL) = range(200, 290, 10)
"""Feature templates; those of words directly before and after also encode the distance."""


COLUMN_GAP = 2.5
"""Minimum distance of two words of a line that stand in different columns, in letters as wide as those of the first."""


def mixed(template: int, value: int) -> int:
    """Return the bucket of a feature: a template combined with the code of a word or a number."""
    return ((template * 0x9E3779B1 ^ value) * 0x85EBCA6B >> 13) & (BUCKETS - 1)


def named(feature: str) -> int:
    """Return the bucket of a named feature, such as ``largest``."""
    return mixed(0, crc32(feature.encode()))


class TextSurroundings:
    """A document with precomputed stems, lines, headings and page layouts.

    ``kept`` caches what readers found in the whole document, by name.

    :param text: the document.
    :param pages: the words of each page, in the same order.
    """

    def __init__(self, text: DocumentText, pages: Sequence[Words]) -> None:
        self.text = text
        self.kept: dict[str, Any] = {}
        self.codes = list(map(code, text.bare))
        self._codes = np.array(self.codes, dtype=np.uint64)
        self._mixed: dict[int, list[int]] = {}
        self._pages = [page for page in pages if len(page)]
        self._starts: list[int] = []
        start = 0
        for page in self._pages:
            self._starts.append(start)
            start += len(page)
        self._layouts: list[PageLayout | None] = [None] * len(self._pages)
        self._lines: dict[int, tuple[str, ...]] = {}
        self._heads: list[int] = []
        self._line_starts = [at for at, before in enumerate(text.breaks) if before]
        self._heading_of = self._headings()
        self._sentence_ends = [
            word
            for word, printed in enumerate(text.words)
            if printed[-1] in ".;!?" and _SENTENCE_END.search(text.bare[word] + printed[-1])
        ]

    @property
    def has_pages(self) -> bool:
        """Whether there are pages with words, and so layouts."""
        return bool(self._pages)

    def layout_of(self, word: int) -> tuple[PageLayout, int]:
        """Return the layout of the page of a word, and the number of the first word of that page."""
        page = self.page_index(word)
        layout = self._layouts[page]
        if layout is None:
            layout = self._layouts[page] = self.text.layout_of(self._pages[page], self._starts[page])
        return layout, self._starts[page]

    def layouts(self) -> Iterator[tuple[int, Words, PageLayout]]:
        """Yield, for each page with words, the number of its first word, its words and its layout."""
        for start, words in zip(self._starts, self._pages, strict=True):
            yield start, words, self.layout_of(start)[0]

    def page_index(self, word: int) -> int:
        """Return the index of the page of a word among the pages that have words."""
        low, high = 0, len(self._starts)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._starts[middle] <= word else (low, middle)
        return low

    def begins_column(self, word: int) -> bool:
        """Return whether a word stands in another table cell than the word before it, or a wide gap behind it."""
        if not self.has_pages:
            return False
        layout, start = self.layout_of(word)
        own, boxes = word - start, self._pages[self.page_index(word)].boxes
        cell = layout.cell(own)
        if cell is not None and layout.cell(own - 1) is not cell:
            return True
        if not boxes or not own:
            return False
        left, _, right, _ = boxes[4 * own - 4 : 4 * own]
        return (boxes[4 * own] - right) * len(self.text.words[word - 1]) > COLUMN_GAP * (right - left)

    @property
    def line_count(self) -> int:
        """The number of lines."""
        return len(self._line_starts)

    def line(self, word: int) -> int:
        """Return the index of the line of a word among the lines of the document."""
        low, high = 0, len(self._line_starts)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._line_starts[middle] <= word else (low, middle)
        return low

    def line_words(self, line: int) -> range:
        """Return the words of a line."""
        end = self._line_starts[line + 1] if line + 1 < len(self._line_starts) else len(self.codes)
        return range(self._line_starts[line], end)

    def _headings(self) -> list[int]:
        """Return, for each line, the nearest line at or above it that looks like a heading, or -1."""
        found, last = [], -1
        for line in range(len(self._line_starts)):
            words = self.line_words(line)
            if self._looks_like_heading(words):
                last = line
            found.append(last)
        return found

    def _looks_like_heading(self, words: range) -> bool:
        if not 0 < len(words) <= HEADING_WORDS:
            return False
        printed = self.text.words[words.start : words.stop]
        letters = "".join(printed)
        return (letters.isupper() and sum(map(str.isalpha, letters)) > 5) or printed[-1].endswith(":")

    def around(self, first: int, last: int, kind: int) -> Iterator[int]:
        """Yield the features of the words around a mention, and of its position.

        :param kind: the code of the document kind, which is combined with near words and headers.
        """
        codes, mix = self.codes, self.mixed_codes
        near = range(max(0, first - NEAR), first)
        yield from (mix(_BEFORE + number)[word] for number, word in enumerate(reversed(near[-3:])))
        yield from mix(_NEAR)[near.start : first]
        yield from mix(_NEAR, kind)[near.start : first]
        if near:
            yield mixed(_PAIR, codes[near.start])
            yield from mix(_PAIR)[near.start + 1 : first]
        yield from self._sentence(first)
        after = last + 1
        yield from (mix(_AFTER + number)[word] for number, word in enumerate(range(after, min(after + 2, len(codes)))))
        yield from mix(_AFTER_NEAR)[after : after + NEAR]
        if after + 1 < len(codes):
            yield mixed(_AFTER_PAIR, codes[after] * 31 + codes[after + 1])
        line = self.line(first)
        start = self._line_starts[line]
        yield mixed(_AT, min(first - start, 6))
        yield from mix(_LINE)[start : min(start + 5, first)]
        if line:
            above = self.line_words(line - 1)
            yield from mix(_ABOVE)[above.start : min(above.stop, above.start + 6)]
        heading = self._heading_of[line]
        if heading >= 0 and heading != line:
            words = self.line_words(heading)
            yield from mix(_HEADING)[words.start : min(words.stop, words.start + 8)]
        yield from self._place(first, kind)
        yield mixed(_END, ord(self.text.words[last][-1]) if self.text.words[last][-1] in ",.;:)" else 0)

    def mixed_codes(self, template: int, other: int = 0) -> list[int]:
        """Return :func:`mixed` for each word, with ``other``; for :data:`_PAIR`, for each pair of adjacent words."""
        key = template ^ other << 10
        if key not in self._mixed:
            codes = self._codes
            if template == _PAIR:
                codes = codes.copy()
                codes[1:] += 31 * self._codes[:-1]
            self._mixed[key] = (
                ((np.uint64(template * 0x9E3779B1) ^ codes ^ np.uint64(other)) * np.uint64(0x85EBCA6B) >> np.uint64(13))
                & np.uint64(BUCKETS - 1)
            ).tolist()
        return self._mixed[key]

    def _sentence(self, first: int) -> Sequence[int]:
        """Return the features of the words from the beginning of the sentence to the near words."""
        end = bisect_left(self._sentence_ends, first) - 1
        start = max(0, first - SENTENCE_WORDS + 1, self._sentence_ends[end] + 1 if end >= 0 else 0)
        return self.mixed_codes(_SENTENCE)[start : max(start, first - NEAR)]

    def _place(self, first: int, kind: int) -> Iterator[int]:
        """Yield the features of the position of a mention on its page and in the document, and of its cell headers."""
        layout, start = self.layout_of(first)
        word, codes, mix = first - start, self.codes, self.mixed_codes
        page, count = self.page_index(first), len(self._pages)
        place = 3 if count == 1 else min(page, 2) if page < count - 1 else 4
        yield mixed(_PAGE, place)
        yield mixed(_ON, int(5 * word / len(self._pages[page])))
        yield mixed(_TOP, min(first // 60, 4))
        yield mixed(_TAIL, min((len(codes) - first) // 60, 4))
        yield mixed(_ZONE, crc32(layout.zone(word).encode()))
        for each in layout.column_head(word):
            yield mix(_COLUMN)[start + each]
            yield mix(_COLUMN, kind)[start + each]
        yield from (mix(_ROW)[start + each] for each in layout.row_head(word)[:6])
        yield from (mix(_LABEL)[start + each] for each in layout.label(word)[:8])
        if layout.cell(word) is not None:
            yield mixed(_CELL, kind)


_WORD, _TWO, _TITLE, _TITLE_TWO, _FIRST = range(400, 450, 10)
HEAD_OF_KIND = 200
"""Number of words of the first page that are used."""

HEADING_LINES = 40
"""Number of lines in which a title is searched."""


def kind_features(context: TextSurroundings, rules: Sequence[Fact]) -> tuple[set[int], set[int]]:
    """Return the features of a document for classifying its kind, and those of its text."""
    text, codes = context.text, context.codes
    about = {f"rule:{fact.value}" for fact in rules} | {f"rule-by:{fact.method}" for fact in rules} or {"no-rule"}
    for number, (name, heading) in enumerate(islice(kind.headings(text), 6)):
        capitals = text.quote(heading.first, heading.last).isupper()
        about |= {f"heading{min(number, 2)}:{name}", f"any:{name}", f"heading{min(number, 2)}:{name}:{capitals}"}
    head = text.words_of_pages(1, HEAD_OF_KIND)
    found = {mixed(_WORD, each) for each in codes[:head]}
    found.update(mixed(_TWO, one * 31 + two) for one, two in pairwise(codes[:head]))
    for line in range(min(HEADING_LINES, context.line_count)):
        words = context.line_words(line)
        letters = "".join(text.words[words.start : words.stop])
        if letters.isupper() and sum(map(str.isalpha, letters)) > 4:
            found.update(title_features(context, words))
        if line < 12:
            found.add(mixed(_FIRST, codes[words.start]))
    pages, blanks = len(text.page_ends), sum(1 for word in text.words[:800] if len(word) > 5 and not word.strip("_.…"))
    about |= {f"pages={min(pages, 4) if pages < 10 else 10}", f"blanks={min(blanks, 6)}"}
    return set(map(named, about)), found


def title_features(context: TextSurroundings, words: range) -> list[int]:
    """Return the features of a line as a title."""
    codes = context.codes
    single = [mixed(_TITLE, codes[word]) for word in words[:10]]
    return single + [mixed(_TITLE_TWO, codes[one] * 31 + codes[one + 1]) for one in words[:9] if one + 1 < words.stop]
