"""Where a query stands in documents: columns of keys instead of objects, so that thousands of places cost no loops.

A **key** is a document's number in its snapshot, shifted left by 32 bits, plus the number of a word. The words of one
document have neighbouring keys, and no phrase runs from one document into the next, because the last word of a document
and the first of the next are never neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive.errors import QueryTooBroad

Keys = NDArray[np.int64]
Documents = NDArray[np.int32]

WORD_BITS = 32
_WORD_MASK = (1 << WORD_BITS) - 1
NO_KEYS: Keys = np.empty(0, np.int64)

MOST_PAIRS = 2_000_000
"""Pairs that one NEAR may stand for; each takes about a hundred bytes of memory while it is looked for."""


@dataclass(frozen=True, slots=True)
class Places:
    """Matches: the keys of the first and of the last word of each, parallel, in the order of ``first``."""

    first: Keys
    last: Keys

    @classmethod
    def of(cls, first: Keys, last: Keys) -> Places:
        """Matches in any order."""
        order = np.argsort(first, kind="stable")
        return cls(first[order], last[order])

    def __len__(self) -> int:
        return len(self.first)

    @property
    def documents(self) -> Documents:
        """The document of each match."""
        return (self.first >> WORD_BITS).astype(np.int32)

    def counted(self) -> tuple[Documents, NDArray[np.float32]]:
        """The documents with a match, ascending, and how many matches each has."""
        documents, counts = np.unique(self.documents, return_counts=True)
        return documents, counts.astype(np.float32)

    def within(self, documents: Documents) -> Places:
        """The matches in these documents, which ascend."""
        keep = member(self.documents, documents)
        return Places(self.first[keep], self.last[keep])

    def outermost(self) -> Places:
        """Without those that lie inside another, each once."""
        order = np.lexsort((-self.last, self.first))
        first, last = self.first[order], self.last[order]
        # Among matches by first word, the longest first: whatever ends no later than one before it lies inside it.
        keep = np.ones(len(last), bool)
        keep[1:] = last[1:] > np.maximum.accumulate(last)[:-1]
        return Places(first[keep], last[keep])

    def distinct(self) -> Places:
        """Each match once."""
        order = np.lexsort((self.last, self.first))
        first, last = self.first[order], self.last[order]
        keep = np.ones(len(first), bool)
        keep[1:] = (first[1:] != first[:-1]) | (last[1:] != last[:-1])
        return Places(first[keep], last[keep])

    def of_document(self, document: int) -> tuple[tuple[int, int], ...]:
        """The word numbers of the matches in one document."""
        low, high = np.searchsorted(self.first, (document << WORD_BITS, (document + 1) << WORD_BITS))
        first, last = self.first[low:high] & _WORD_MASK, self.last[low:high] & _WORD_MASK
        return tuple(zip(first.tolist(), last.tolist(), strict=True))


NOWHERE = Places(NO_KEYS, NO_KEYS)


def together(parts: list[Places]) -> Places:
    """All matches of all parts."""
    if len(parts) == 1:
        return parts[0]
    return Places.of(
        np.concatenate([NO_KEYS, *(part.first for part in parts)]),
        np.concatenate([NO_KEYS, *(part.last for part in parts)]),
    )


def following(parts: list[Places]) -> Places:
    """Where the parts follow each other without a gap: a phrase."""
    if all(part.first is part.last for part in parts):
        return _following_words(parts)
    found = parts[0]
    for part in parts[1:]:
        found = _joined(found, part, 1)
    return found.distinct()


def _following_words(parts: list[Places]) -> Places:
    """Where matches of one word each follow each other.

    A phrase stands where its halves do. Each piece is looked for once, however often it comes in the phrase, and no two
    pieces of one length begin at the same word, so a text of a few words that repeat costs little more than any other.
    """
    columns = {id(part.first): part.first for part in parts}
    known: dict[tuple[int, ...], Keys] = {(word,): column for word, column in columns.items()}

    def starts(words: tuple[int, ...]) -> Keys:
        if words not in known:
            # Pieces whose lengths are powers of two come again most often.
            half = 1 << ((len(words) - 1).bit_length() - 1)
            pieces = ((words[:half], 0), (words[half:], half))
            known[words] = _agreeing([(starts(piece), shift) for piece, shift in pieces])
        return known[words]

    first = starts(tuple(id(part.first) for part in parts))
    return Places(first, first + (len(parts) - 1))


def _agreeing(shifted: list[tuple[Keys, int]]) -> Keys:
    """The keys that stand in both columns, each moved to the left by its shift."""
    (fewer, by), (more, other) = sorted(shifted, key=lambda each: len(each[0]))
    return fewer[member(fewer + (other - by), more)] - by


def near(left: Places, right: Places, distance: int) -> Places:
    """Where a match of each stands in either order, the later one beginning at most ``distance`` words on."""
    after, before = _joined(left, right, distance), _joined(right, left, distance)
    return Places.of(np.concatenate([after.first, before.first]), np.concatenate([after.last, before.last]))


def _joined(left: Places, right: Places, distance: int) -> Places:
    """Each match of ``left`` with each of ``right`` that begins 1 to ``distance`` words after it ends.

    :raises QueryTooBroad: they are more than :data:`MOST_PAIRS`.
    """
    low = np.searchsorted(right.first, left.last, side="right")
    high = np.searchsorted(right.first, left.last + distance, side="right")
    counts = high - low
    total = int(counts.sum())
    if total > MOST_PAIRS:
        raise QueryTooBroad(
            "NEAR/%(distance)s stands for more than %(most)s pairs of words in the documents.",
            "Ask for a smaller distance or rarer words.",
            distance=distance,
            most=f"{MOST_PAIRS:,}",
        )
    partner = np.repeat(low - (np.cumsum(counts) - counts), counts) + np.arange(total)
    return Places(np.repeat(left.first, counts), right.last[partner])


def member(values: NDArray[np.integer], sorted_values: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Whether each value is among ``sorted_values``, which ascend."""
    if not len(sorted_values):
        return np.zeros(len(values), bool)
    at = np.searchsorted(sorted_values, values)
    at[at == len(sorted_values)] = 0
    found: NDArray[np.bool_] = sorted_values[at] == values
    return found
