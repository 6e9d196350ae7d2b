"""Splitting of pages into passages of about a hundred words that end at the end of a sentence or block, if possible.

A passage is within one page, so that it can be shown there. The words of a page are distributed evenly, so that no
passage is a remainder of a few words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from archive.model.words import Break, Words

PASSAGE_WORDS = 100
"""Words of a passage. In longer ones each word counts less; much shorter ones do not say what they are about."""

LEEWAY = 35
"""Most words by which a passage may be longer or shorter to end with a sentence."""

_STOPS = ".!?…"
_CLOSING = "\"'”“’»«)]"
_OPENING = "\"'„“”‘«»([-–—•"
_ABBREVIATED = 3
"""Most letters of a word that may be an abbreviation with its full stop: čl., st., br., god."""


@dataclass(frozen=True, slots=True)
class CutPassage:
    """Words ``first`` to ``last`` of a reading, both included, on page ``page``."""

    page: int
    first: int
    last: int


def passages(pages: Iterable[Words]) -> Iterator[tuple[CutPassage, str]]:
    """Yield the passages of the pages of a reading, in order, each with its text."""
    start = 0
    for number, words in enumerate(pages, start=1):
        for first, last in _cut(words):
            yield CutPassage(number, start + first, start + last), " ".join(words.texts[first : last + 1])
        start += len(words)


def _cut(words: Words) -> Iterator[tuple[int, int]]:
    count = max(1, round(len(words) / PASSAGE_WORDS)) if len(words) else 0
    ends = [0]
    for at in range(1, count):
        ends.append(_end_near(words, round(at * len(words) / count), ends[-1]))
    yield from ((first, end - 1) for first, end in pairwise([*ends, len(words)]) if count)


def _end_near(words: Words, wanted: int, after: int) -> int:
    """Return the word before which to split: the nearest to ``wanted`` that begins a sentence; else one that begins a
    block, which may be the text of a heading; else ``wanted`` itself."""
    low, high = max(after + 1, wanted - LEEWAY), min(len(words), wanted + LEEWAY + 1)
    near = sorted(range(low, high), key=lambda at: abs(at - wanted))
    blocks = (at for at in near if words.breaks[at] == Break.BLOCK)
    return next((at for at in near if _begins_sentence(words, at)), next(blocks, wanted))


def _begins_sentence(words: Words, at: int) -> bool:
    before, follows = words.texts[at - 1].rstrip(_CLOSING), words.texts[at].lstrip(_OPENING)
    stem = before.rstrip(_STOPS)
    if stem == before or stem.isdigit():
        return False
    return words.breaks[at] == Break.BLOCK or (
        follows[:1].isupper() and len(stem) > _ABBREVIATED and not any(map(stem.__contains__, _STOPS))
    )
