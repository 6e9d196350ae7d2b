"""Search for a quotation among words, and alignment of two readings of the same text.

Letters and digits are compared folded and concatenated, so differences of script, case, diacritics, punctuation and
word division (``d.o.o.``, a hyphen at a line's end) are ignored. A match begins and ends with whole words.

Equal words are paired first (Ratcliff and Obershelp, :mod:`difflib`); runs of unequal words are aligned by their
letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate

from archive.text.folding import fold

_OTHER = re.compile(r"[\W_]+")


def letters(word: str) -> str:
    """Return the letters and digits of a word, folded, by which it is compared."""
    return _OTHER.sub("", fold(word))


class Lettered:
    """Words prepared for several searches for quotations."""

    def __init__(self, words: Sequence[str]) -> None:
        # Words of punctuation only have no letters, so they neither begin nor end a match.
        lettered = [(at, of_word) for at, word in enumerate(words) if (of_word := letters(word))]
        ends = list(accumulate(len(of_word) for _, of_word in lettered))
        self._by_start = {end - len(of_word): at for end, (at, of_word) in zip(ends, lettered, strict=True)}
        self._by_end = {end: at for end, (at, _) in zip(ends, lettered, strict=True)}
        self._text = "".join(of_word for _, of_word in lettered)

    def places(self, quote: str) -> Iterator[tuple[int, int]]:
        """See :func:`places_of`."""
        wanted = "".join(map(letters, quote.split()))
        if not wanted:
            return
        found = self._text.find(wanted)
        while found >= 0:
            end = found + len(wanted)
            is_whole = found in self._by_start and end in self._by_end
            if is_whole:
                yield self._by_start[found], self._by_end[end]
            found = self._text.find(wanted, end if is_whole else found + 1)


def places_of(quote: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the matches of ``quote`` among ``words`` as (first, last), ascending, not overlapping.

    A quotation without letters or digits has no matches.
    """
    return Lettered(words).places(quote)


SPELLED = 24
"""Most words that are compared by letters; longer runs are compared by words. Boundaries in a longer run of unequal
words are interpolated."""


class Alignment:
    """The alignment of two runs of words, folded. Words of punctuation only are compared by all their characters."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        self._old, self._new = ([letters(word) or word for word in words] for words in (old, new))
        self._changes = SequenceMatcher(None, self._old, self._new, autojunk=False).get_opcodes()

    def place(self, first: int, last: int) -> tuple[int, int] | None:
        """Return the place in the new run of words ``first`` to ``last`` of the old one; None if they were deleted."""
        begin, end = self._boundary(first), self._boundary(last + 1, ends=True)
        return (begin, end - 1) if begin < end else None

    def _boundary(self, at: int, *, ends: bool = False) -> int:
        """Return the number of words of the new run before boundary ``at`` of the old one.

        Words inserted at a boundary belong to neither side.
        """
        _, old_begin, old_end, new_begin, new_end = next(
            change for change in self._changes if change[1] <= at - ends < change[2]
        )
        old, new = self._old[old_begin:old_end], self._new[new_begin:new_end]
        return new_begin + (at - old_begin if old == new else _split(old, new, at - old_begin))


def _split(old: Sequence[str], new: Sequence[str], at: int) -> int:
    """Return the number of words of ``new`` that correspond to the first ``at`` words of ``old``, by their letters.

    Words at the edges of ``new`` without a match are not counted.
    """
    share = at * len(new) / len(old)
    if max(len(old), len(new)) > SPELLED:
        return round(share)

    def fit(cut: int) -> tuple[float, float]:
        if at == 0:
            alike = similarity("".join(old), "".join(new[cut:]))
        elif at == len(old):
            alike = similarity("".join(old), "".join(new[:cut]))
        else:
            alike = _shared(old[:at], new[:cut]) + _shared(old[at:], new[cut:])
        return alike, -abs(cut - share)

    return max(range(len(new) + 1), key=fit)


def _shared(some: Sequence[str], others: Sequence[str]) -> int:
    blocks = SequenceMatcher(None, "".join(some), "".join(others), autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks)


def similarity(some: str, others: str) -> float:
    """Return the similarity of two texts, 0..1: twice the common characters, over the characters of both."""
    return SequenceMatcher(None, some, others, autojunk=False).ratio()


def word_similarity(some: Sequence[str], others: Sequence[str]) -> float:
    """Return the similarity of two runs of words, 0..1, by letters or, if they are long, by words."""
    ours, theirs = list(map(letters, some)), list(map(letters, others))
    if max(len(ours), len(theirs)) <= SPELLED:
        return similarity("".join(ours), "".join(theirs))
    return SequenceMatcher(None, ours, theirs, autojunk=False).ratio()
