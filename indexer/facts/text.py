"""A document as input of the fact rules: its folded text, with word numbers for every match.

Words are folded (Latin script, lower case, no diacritics) and joined by a space, or by a line feed where a line begins.
So a rule is one regular expression for both scripts that can match the beginning of a line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from archive.model import Fact, Reading, Span
from archive.model.words import Break, Words
from archive.text.folding import fold, to_latin, unmix
from indexer.layout import PageLayout, page_layout

_NOTHING: Mapping[str, str] = {}

_PUNCTUATION = "\"'“”„‘’«»()[]{}.,;:!?-–—_*|•·"
"""Characters that are stripped from both ends of a word."""


@dataclass(frozen=True, slots=True)
class TextMatch:
    """A match: its first and last word in the document, and the regular expression match in the folded text."""

    first: int
    last: int
    match: re.Match[str]


@dataclass(frozen=True, slots=True)
class DocumentText:
    """The words of a document, with their folded text.

    ``bare`` holds each word folded and stripped of punctuation, ``starts`` its offset in ``folded``. ``kept`` caches
    results that several readers use.
    """

    document: str
    reading: int
    words: tuple[str, ...]
    bare: tuple[str, ...]
    folded: str
    starts: tuple[int, ...]
    breaks: bytes
    page_ends: tuple[int, ...]
    kept: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, document: str, reading: Reading, pages: Sequence[Words]) -> DocumentText:
        """Return the folded text of a reading; ``pages`` holds the words of each page in turn."""
        words = tuple(text for page in pages for text in page.texts)
        # The first word of a page always begins a block.
        breaks = b"".join(bytes([Break.BLOCK]) + page.breaks[1:] for page in pages if len(page))
        folded = [fold(word) for word in words]
        pieces = [("\n" if before else " ") + word for before, word in zip(breaks, folded, strict=True)]
        ends = accumulate(map(len, pieces))
        starts = tuple(end - len(word) for end, word in zip(ends, folded, strict=True))
        page_ends = tuple(accumulate(map(len, pages)))
        bare = tuple(word.strip(_PUNCTUATION) for word in folded)
        return cls(document, reading.number, words, bare, "".join(pieces), starts, breaks, page_ends)

    def once(self, key: Hashable, read: Callable[[], Iterable[Any]]) -> list[Any]:
        """Return the result of ``read`` from the cache; it is called only once per key."""
        if key not in self.kept:
            self.kept[key] = tuple(read())
        return list(self.kept[key])

    def layout_of(self, page: Words, first: int) -> PageLayout:
        """Return the layout of the page whose first word is ``first``, computed once for facts and clauses."""
        layout: PageLayout = self.once(("layout", first), lambda: (page_layout(page),))[0]
        return layout

    def words_of_pages(self, count: int, at_most: int | None = None) -> int:
        """Return the number of words on the first ``count`` pages, at most ``at_most``."""
        words = self.page_ends[min(count, len(self.page_ends)) - 1] if self.page_ends else 0
        return words if at_most is None else min(words, at_most)

    def page_of(self, word: int) -> int:
        """Return the page number of a word."""
        return bisect_right(self.page_ends, word) + 1

    def find(self, pattern: re.Pattern[str], first: int = 0, end: int | None = None) -> Iterator[TextMatch]:
        """Yield every match of ``pattern`` in the words from ``first`` up to, not including, ``end``."""
        if first >= len(self.words):
            return
        stop = len(self.folded) if end is None or end >= len(self.words) else self.starts[end] - 1
        # The line break before the first word is that of its line.
        for match in pattern.finditer(self.folded, self.starts[first] if first else 0, stop):
            yield TextMatch(self.word_at(match.start()), self.word_at(max(match.start(), match.end() - 1)), match)

    def match(self, pattern: re.Pattern[str], offset: int) -> TextMatch | None:
        """Return the match of ``pattern`` at an offset of the folded text, None without one."""
        match = pattern.match(self.folded, offset)
        if match is None:
            return None
        return TextMatch(self.word_at(match.start()), self.word_at(max(match.start(), match.end() - 1)), match)

    def word_at(self, offset: int) -> int:
        """Return the number of the word at an offset of the folded text."""
        return max(0, bisect_right(self.starts, offset) - 1)

    def fold_of(self, word: int) -> str:
        """Return a word folded and stripped of punctuation."""
        return self.bare[word]

    def begins_line(self, word: int) -> bool:
        """Return whether a word is the first of its line."""
        return bool(self.breaks[word])

    def continues_block(self, word: int) -> bool:
        """Return whether a word is in the same block as the word before it."""
        return self.breaks[word] in (Break.SPACE, Break.LINE)

    def inside(self, word: int) -> int:
        """Return the offset of the first letter of a word in the folded text."""
        offset = self.starts[word]
        end = self.starts[word + 1] - 1 if word + 1 < len(self.starts) else len(self.folded)
        while offset < end - 1 and not self.folded[offset].isalnum():
            offset += 1
        return offset

    def line_start(self, word: int) -> int:
        """Return the first word of the line of ``word``."""
        while not self.breaks[word]:
            word -= 1
        return word

    def line_end(self, word: int) -> int:
        """Return the last word of the line of ``word``."""
        while word + 1 < len(self.words) and not self.breaks[word + 1]:
            word += 1
        return word

    def quote(self, first: int, last: int) -> str:
        """Return the words ``first`` to ``last`` as printed, with single spaces."""
        return " ".join(self.words[first : last + 1])

    def in_latin(self, first: int, last: int) -> str:
        """Return the words ``first`` to ``last`` in Latin script, letters of the wrong script within a word put
        right."""
        return to_latin(unmix(self.quote(first, last)))

    def is_capitalised(self, word: int) -> bool:
        """Return whether the first letter of a word is upper case."""
        return next((char.isupper() for char in self.words[word] if char.isalpha()), False)

    def fact(
        self,
        field: str,
        value: str,
        where: tuple[int, int],
        method: str,
        confidence: float,
        *,
        details: Mapping[str, str] = _NOTHING,
    ) -> Fact:
        """Return a fact with the words ``where`` (first and last) as evidence."""
        span = Span(self.document, self.reading, *where)
        return Fact(field, value, span, method, confidence, details=details)


def letters(name: str) -> str:
    """Return the folded letters and digits of a name, everything else removed."""
    return re.sub(r"\W", "", fold(name))


def phrase(text: str) -> str:
    """Return the regular expression for a phrase; ``*`` matches any ending, alone any word. Within a phrase OCR may
    have read the word "o" as a zero."""
    words = [r"\w+" if word == "*" else r"\w*".join(map(re.escape, fold(word).split("*"))) for word in text.split()]
    return r"[\W_]+".join([*words[:1], *("[o0]" if word == "o" else word for word in words[1:])])


FEW_LETTERS = 10
"""Maximum number of different first letters for which they are worth looking for first."""


def any_of(phrases: Iterable[str]) -> str:
    """Return the regular expression for any of several phrases as whole words, without capturing groups.

    If they begin with few letters, they are grouped by the first two, and what precedes the word is looked at after
    those: the engine then passes over other letters without trying to match, in half the time. Phrases of which one
    group begins another stay in their order, which decides between them.
    """
    listed = list(phrases)
    groups: dict[str, list[str]] = {}
    for one in listed:
        groups.setdefault(re.escape(_first_letters(one)), []).append(phrase(one))
    are_apart = not any(one != other and other.startswith(one) for one in groups for other in groups)
    if not are_apart or not 0 < len({head[:1] for head in groups}) <= FEW_LETTERS:
        return rf"{beginning(listed)}(?:{'|'.join(map(phrase, listed))})(?!\w)"
    ends = {head: "|".join(one.removeprefix(head) for one in group) for head, group in groups.items()}
    tried = (rf"{head}(?<!\w{head})(?:{end})" for head, end in ends.items())
    return rf"(?:{'|'.join(tried)})(?!\w)"


def _first_letters(phrase: str) -> str:
    """Return the first two folded letters of a phrase, fewer if its first word or what precedes a ``*`` has fewer."""
    return fold(phrase.split(maxsplit=1)[0]).split("*")[0][:2] if phrase.strip() else ""


def beginning(phrases: Iterable[str]) -> str:
    """Return a lookahead for the first two letters of any of the phrases at the beginning of a word.

    It rejects nearly all positions, which is much faster than trying every phrase.
    """
    after: dict[str, set[str]] = {}
    for first in map(_first_letters, phrases):
        after.setdefault(first[:1], set()).add(first[1:2])
    if "" in after:
        return r"(?<!\w)"
    letters = (
        re.escape(one) + ("" if "" in two else f"[{''.join(map(re.escape, sorted(two)))}]")
        for one, two in sorted(after.items())
    )
    return rf"(?<!\w)(?={'|'.join(letters)})"


def compiled(phrases: Iterable[str]) -> re.Pattern[str]:
    """:func:`any_of`, compiled."""
    return re.compile(any_of(phrases))
