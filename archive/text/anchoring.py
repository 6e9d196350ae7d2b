"""Anchoring (W3C's term): finding the words of a citation, fact or annotation in another reading of a document.

Word numbers differ between readings, so a passage is anchored by its text: by equal words, else by equal letters, else
by aligning its context. The context decides between several places, and rejects an equal passage elsewhere if the
original one was only misread.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property
from itertools import accumulate

from archive.model import Reading, Span
from archive.model.annotations import How
from archive.text.alignment import SPELLED, Alignment, Lettered, letters, similarity, word_similarity
from archive.text.folding import to_latin, unmix

CONTEXT = 100
"""Words of context on each side of a passage."""

NEIGHBOURS = 40
"""Letters of context on each side by which places are compared."""

ALIKE = 0.6
"""Least similarity of words that were found by alignment."""

SURE_NEIGHBOURS = 0.8
"""Similarity of the context from which the words between are accepted, however they were read."""

_LONG = 300
"""Words from which a passage is anchored by its beginning and end alone."""

_WINDOW = 3000
"""Most words of a page among which a passage is aligned. A printed page has about 500; pages of spreadsheets are
unbounded."""

_WEIGHED = 200
"""Most matches of a quotation on a page that are compared, the nearest first."""

_PUNCTUATION = r"[\s.,:;!?…\"'„“”«»‟″‘’‚‹›()\[\]{}•·|_*‐‑–—-]"
_EDGES = re.compile(rf"^(?:(?![‐‑‒–—-][0-9]){_PUNCTUATION})+|{_PUNCTUATION}+$")
"""Punctuation at the edges of a quotation, except significant signs such as % or a minus before a number."""

_JOINT = re.compile(r"(?<![0-9]) | (?![0-9])")
"""A space that may be missing or added: not between two digits."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of a reading with their context; ``pages`` are the first and last page."""

    pages: tuple[int, int]
    before: tuple[str, ...]
    quote: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PassagePlace:
    """The place of a passage in a reading: its first and last word. ``whole``: including the running lines between
    them."""

    first: int
    last: int
    how: How
    whole: bool = False


def passage_of(
    reading: Reading, span: Span, texts_of: Callable[[int], Sequence[str]], left_out: Collection[int] = ()
) -> Passage:
    """Return the passage at a span of a reading, without the words ``left_out``; ``texts_of`` returns the words of a
    page by number."""
    first, last = reading.page_of_word(span.first), reading.page_of_word(span.last)
    texts = [text for number in range(first.number, last.number + 1) for text in texts_of(number)]
    begin, end = span.first - first.first_word, span.last - first.first_word + 1
    before, after = texts[max(0, begin - CONTEXT) : begin], texts[end : end + CONTEXT]
    quote = (text for number, text in enumerate(texts[begin:end], start=span.first) if number not in left_out)
    return Passage((first.number, last.number), tuple(before), tuple(quote), tuple(after))


def compare_words(wanted: Sequence[str], found: Sequence[str]) -> How:
    """Return how the words ``found`` resemble those ``wanted``."""
    if list(wanted) == list(found):
        return How.EXACT
    ours, theirs = (_EDGES.sub("", " ".join(words)).split() for words in (wanted, found))
    if ours == theirs:
        return How.EDGES
    for how, form in ((How.SPACING, _as_written), (How.SCRIPT, _in_latin), (How.FOLDED, letters)):
        if unspaced(map(form, ours)) == unspaced(map(form, theirs)):
            return how
    return How.ALIGNED


def unspaced(words: Iterable[str]) -> str:
    """Concatenate words, but keep spaces between digits: 12 500 is neither 125 00 nor 12500."""
    return _JOINT.sub("", " ".join(filter(None, words)))


def _as_written(word: str) -> str:
    return unicodedata.normalize("NFC", word)


def _in_latin(word: str) -> str:
    return to_latin(unmix(_as_written(word)))


class Finder:
    """Anchors passages in one reading, given as the words of each page.

    Words ``skipped`` are running lines, which interrupt the text. Only a passage that includes such words itself is
    searched for among all words.
    """

    def __init__(self, pages: Sequence[Sequence[str]], skipped: Collection[int] = ()) -> None:
        self._all = [text for page in pages for text in page]
        ends = list(accumulate((len(page) for page in pages), initial=0))
        self._numbers: Sequence[int] = range(len(self._all))
        if skipped:
            self._numbers = [number for number in self._numbers if number not in skipped]
        self._texts = [self._all[number] for number in self._numbers]
        self._starts = [bisect_left(self._numbers, end) for end in ends]
        self._whole = Finder(pages) if skipped else None

    @cached_property
    def _lettered(self) -> Lettered:
        return Lettered(self._texts)

    def text(self, place: PassagePlace) -> tuple[str, ...]:
        """Return the words at a place."""
        if place.whole:
            return tuple(self._all[place.first : place.last + 1])
        begin, end = bisect_left(self._numbers, place.first), bisect_right(self._numbers, place.last)
        return tuple(self._texts[begin:end])

    def places(self, quote: Sequence[str]) -> list[PassagePlace]:
        """Return all places with equal words, or, if there are none, with equal letters."""
        found = self._places(quote)
        if self._whole and not (found and found[0].how is How.EXACT):
            whole = self._whole.places(quote)
            if not found or (whole and whole[0].how is How.EXACT):
                return [replace(place, whole=True) for place in whole]
        return [self._numbered(place) for place in found]

    def _numbered(self, place: PassagePlace) -> PassagePlace:
        return replace(place, first=self._numbers[place.first], last=self._numbers[place.last])

    def _places(self, quote: Sequence[str]) -> list[PassagePlace]:
        exact = [PassagePlace(first, first + len(quote) - 1, How.EXACT) for first in self._runs(quote)]
        if exact:
            return exact
        found = self._lettered.places(" ".join(quote))
        return [PassagePlace(first, last, compare_words(quote, self._texts[first : last + 1])) for first, last in found]

    def _runs(self, quote: Sequence[str]) -> Iterator[int]:
        wanted, at = list(quote), -1
        while wanted:
            try:
                at = self._texts.index(wanted[0], at + 1)
            except ValueError:
                return
            if self._texts[at : at + len(wanted)] == wanted:
                yield at

    def find(self, passage: Passage) -> PassagePlace | None:
        """Return the place of a passage of another reading in this one; None rather than a guess."""
        found = self._find(passage)
        if self._whole and not (found and found.how is How.EXACT):
            whole = self._whole.find(passage)
            if whole and whole.how is How.EXACT:
                return replace(whole, whole=True)
        return found and self._numbered(found)

    def _find(self, passage: Passage) -> PassagePlace | None:
        if len(passage.quote) > _LONG:
            return self._by_its_ends(passage)
        aligned = self._aligned(passage)
        begin, end = self._page_words(passage.pages[0])[0], self._page_words(passage.pages[1])[1]
        places = self._places(passage.quote)
        here = [place for place in places if begin <= place.first < end]
        best = self._best(passage, here or places, near=aligned.first if aligned else begin)
        if best is None:
            return aligned
        weight = self._weight(passage, best)
        if aligned and aligned not in places and (not here or self._weight(passage, aligned) > weight):
            return aligned
        return best if here or len(places) == 1 or weight >= ALIKE else None

    def _by_its_ends(self, passage: Passage) -> PassagePlace | None:
        """Return the place of a long passage, from its beginning to its end, each anchored separately."""
        (first_page, last_page), quote = passage.pages, passage.quote
        head_pages, tail_pages = (
            (first_page, min(first_page + 1, last_page)),
            (max(last_page - 1, first_page), last_page),
        )
        head = self._find(Passage(head_pages, passage.before, quote[:CONTEXT], quote[CONTEXT : 2 * CONTEXT]))
        tail = self._find(Passage(tail_pages, quote[-2 * CONTEXT : -CONTEXT], quote[-CONTEXT:], passage.after))
        if head is None or tail is None or head.first > tail.last:
            return None
        return PassagePlace(head.first, tail.last, compare_words(quote, self._texts[head.first : tail.last + 1]))

    def nearest(self, quote: Sequence[str], page: int) -> PassagePlace | None:
        """Return the words of a page that are most similar to a quotation without context, if they are similar
        enough."""
        begin, end = self._page_words(page)
        wanted, texts = list(map(letters, quote)), list(map(letters, self._texts[begin:end]))
        if not texts or len(texts) > _WINDOW:
            return None
        block = SequenceMatcher(None, wanted, texts, autojunk=False).find_longest_match()
        first = block.b - _most_similar(wanted[: block.a][::-1], texts[: block.b][::-1])
        middle = block.b + block.size
        last = middle + _most_similar(wanted[block.a + block.size :], texts[middle:]) - 1
        if first > last:
            return None
        found = self._texts[begin + first : begin + last + 1]
        place = PassagePlace(begin + first, begin + last, compare_words(quote, found))
        return self._numbered(place) if word_similarity(quote, found) >= ALIKE else None

    def _page_words(self, number: int) -> tuple[int, int]:
        """Return the first word of a page, and the first one after it; an empty range for a missing page."""
        if number >= len(self._starts):
            return self._starts[-1], self._starts[-1]
        return self._starts[number - 1], self._starts[number]

    def _best(self, passage: Passage, places: Sequence[PassagePlace], near: int) -> PassagePlace | None:
        nearest = sorted(places, key=lambda place: abs(place.first - near))[:_WEIGHED]
        # Of equal weights, max returns the first, which is the nearest.
        return max(nearest, key=lambda place: self._weight(passage, place), default=None)

    def _weight(self, passage: Passage, place: PassagePlace) -> float:
        """Return the similarity of the contexts of a place and of the passage, 0..1."""
        before = _joined(passage.before)[-NEIGHBOURS:]
        after = _joined(passage.after)[:NEIGHBOURS]
        # As many letters of this reading, and none where the passage is at the edge of its page.
        here_before = (
            _joined(self._texts[max(0, place.first - CONTEXT) : place.first])[-len(before) :] if before else ""
        )
        here_after = _joined(self._texts[place.last + 1 : place.last + 1 + CONTEXT])[: len(after)]
        if not before and not after:
            return 0.0
        alike = similarity(before, here_before) * len(before) + similarity(after, here_after) * len(after)
        return round(alike / (len(before) + len(after)), 2)

    def _aligned(self, passage: Passage) -> PassagePlace | None:
        """Return the place of the passage by its context; None if there is another text."""
        begin, end = self._page_words(passage.pages[0])[0], self._page_words(passage.pages[1])[1]
        if not begin < end or end - begin > _WINDOW:
            return None
        old, first = [*passage.before, *passage.quote, *passage.after], len(passage.before)
        found = Alignment(old, self._texts[begin:end]).place(first, first + len(passage.quote) - 1)
        if found is None:
            return None
        texts = self._texts[begin + found[0] : begin + found[1] + 1]
        place = PassagePlace(begin + found[0], begin + found[1], compare_words(passage.quote, texts))
        return (
            place
            if word_similarity(passage.quote, texts) >= ALIKE or self._weight(passage, place) >= SURE_NEIGHBOURS
            else None
        )


def _most_similar(wanted: Sequence[str], texts: Sequence[str]) -> int:
    """Return the number of first words of ``texts`` that are most similar to ``wanted``; the length of ``wanted`` if
    none are similar."""
    as_many = min(len(wanted), len(texts))
    if not wanted or len(wanted) > SPELLED:
        return as_many
    most = min(len(texts), len(wanted) + 1 + len(wanted) // 3)
    alike = {count: similarity("".join(wanted), "".join(texts[:count])) for count in range(most + 1)}
    best = max(alike, key=alike.__getitem__)
    return best if alike[best] >= ALIKE else as_many


def _joined(words: Sequence[str]) -> str:
    return "".join(map(letters, words))
