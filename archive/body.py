"""The body of a span: its words without the running heads, running feet and page numbers among them.

Running lines are recognized on demand (:mod:`archive.text.running_lines`) and never stored, so that old and new
readings are quoted in the same way. The span itself is unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from archive.model import Page, Reading, Span, Words
from archive.store.catalog import Catalog
from archive.text.running_lines import WINDOW, RunningLines


@dataclass(frozen=True, slots=True)
class PagePart:
    """The body of a span on one page: ``places`` are the indices of its words among all ``words`` of the page,
    ascending."""

    page: Page
    words: Words
    places: tuple[int, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        """The word numbers, within the reading."""
        return tuple(self.page.first_word + at for at in self.places)

    @property
    def texts(self) -> tuple[str, ...]:
        """The words."""
        return tuple(self.words.texts[at] for at in self.places)

    @property
    def runs(self) -> Iterator[tuple[int, int]]:
        """The first and the last index of each run of consecutive words."""
        start = 0
        for at in range(1, len(self.places) + 1):
            if at == len(self.places) or self.places[at] != self.places[at - 1] + 1:
                yield self.places[start], self.places[at - 1]
                start = at

    def cut(self) -> Words:
        """Return the words of the body with their boxes."""
        texts = tuple(self.words.texts[at] for at in self.places)
        boxes, confidences = self.words.boxes[:0], self.words.confidences
        for at in self.places if self.words.boxes else ():
            boxes.extend(self.words.boxes[4 * at : 4 * at + 4])
        sure = bytes(confidences[at] for at in self.places) if confidences else b""
        return Words(texts, boxes, sure, bytes(self.words.breaks[at] for at in self.places))


def body(catalog: Catalog, reading: Reading, span: Span) -> tuple[PagePart, ...]:
    """Return the body of a span, page by page. Pages without any of its words are omitted.

    The body of a span within running lines is the span itself, and that of a span of one whole page is all its words.

    :raises IndexError: the reading has no such words.
    """
    first, last = (reading.page_of_word(word).number for word in (span.first, span.last))
    near = range(max(1, first - WINDOW), min(len(reading.pages), last + WINDOW) + 1)
    words = catalog.readings.words_on(reading, near)
    return body_in(reading, span, words, RunningLines(words.__getitem__, len(reading.pages)))


def body_in(reading: Reading, span: Span, words: Mapping[int, Words], lines: RunningLines) -> tuple[PagePart, ...]:
    """Return the body of a span, given the words of its pages.

    :param words: the words of each page of the span, by page number.
    """
    whole = _whole(reading, span, words)
    if len(whole) == 1 and len(whole[0].places) == whole[0].page.word_count:
        # The whole page is cited.
        return whole
    found = []
    for part in whole:
        running = lines.on(part.page.number)
        if kept := tuple(at for at in part.places if at not in running):
            found.append(PagePart(part.page, part.words, kept))
    return tuple(found) or whole


def left_out(catalog: Catalog, reading: Reading, span: Span) -> frozenset[int]:
    """Return the numbers of the words of a span that are in running lines and so not in its body."""
    said = {number for part in body(catalog, reading, span) for number in part.numbers}
    return frozenset(range(span.first, span.last + 1)) - said


def running_words(catalog: Catalog, reading: Reading, first: int = 1, last: int | None = None) -> frozenset[int]:
    """Return the numbers of all words in running lines on the pages ``first`` to ``last`` of a reading, by default on
    all."""
    end = len(reading.pages) if last is None else last
    near = range(max(1, first - WINDOW), min(len(reading.pages), end + WINDOW) + 1)
    running = RunningLines(catalog.readings.words_on(reading, near).__getitem__, len(reading.pages))
    pages = reading.pages[first - 1 : end]
    return frozenset(page.first_word + at for page in pages for at in running.on(page.number))


def whole_body(catalog: Catalog, reading: Reading, span: Span) -> tuple[PagePart, ...]:
    """Return all words of a span, page by page. Errors as in :func:`body`."""
    first, last = (reading.page_of_word(word).number for word in (span.first, span.last))
    return _whole(reading, span, catalog.readings.words_on(reading, range(first, last + 1)))


def _whole(reading: Reading, span: Span, words: Mapping[int, Words]) -> tuple[PagePart, ...]:
    first, last = (reading.page_of_word(word).number for word in (span.first, span.last))
    parts = []
    for page in reading.pages[first - 1 : last]:
        begin, end = max(0, span.first - page.first_word), min(page.word_count, span.last - page.first_word + 1)
        if begin < end:
            parts.append(PagePart(page, words[page.number], tuple(range(begin, end))))
    return tuple(parts)
