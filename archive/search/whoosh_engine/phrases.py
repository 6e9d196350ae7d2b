"""Matching of phrases in one segment: addresses are intersected, the rarest word first, without looking at documents.

The words of a document have consecutive addresses, and documents are separated, so consecutive words have consecutive
addresses. Joined words have addresses after the words of their document instead; the caller must handle such documents
separately.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from archive.search.matching.arrays import sort_distinct
from archive.search.matching.matches import WordMatches, following, member
from archive.search.whoosh_engine.layout import PIECE_BITS
from archive.search.whoosh_engine.postings import StoredField
from archive.search.whoosh_engine.termlist import Numbers

Addresses = NDArray[np.uint32]

_LOOKED_UP = 12
"""Ratio of the occurrences of a word to candidate addresses from which candidates are looked up one by one."""


_TRIED, MANY_FOUND = 8, 4096
"""If this many candidates are left after this many words, the text is repetitive, and the phrase is matched by
halves."""


class _Word:
    """The postings of one term."""

    def __init__(self, field: StoredField, number: int) -> None:
        starts = field.posting_starts.take(number, number + 2).tolist()
        self.pieces: NDArray[np.uint16] = field.pieces.take(*starts)
        self.frequencies = field.frequencies(*starts)
        self.ends: NDArray[np.int64] = self.frequencies.cumsum(dtype=np.int64)
        self.positions: NDArray[np.uint16] = field.positions.take(
            *field.position_starts.take(number, number + 2).tolist()
        )

    def __len__(self) -> int:
        return len(self.positions)

    @cached_property
    def addresses(self) -> Addresses:
        """Its addresses, ascending."""
        firsts = np.repeat(self.pieces.astype(np.uint32) << np.uint32(PIECE_BITS), self.frequencies)
        firsts |= self.positions
        return firsts

    def last(self, pieces: NDArray[np.bool_]) -> Addresses:
        """Return its last address in each of some pieces."""
        at = pieces[self.pieces].nonzero()[0]
        return (self.pieces[at].astype(np.uint32) << np.uint32(PIECE_BITS)) | self.positions[self.ends[at] - 1]

    def within(self, pieces: NDArray[np.bool_]) -> Addresses:
        """Return its addresses in some pieces, ascending."""
        keep = np.repeat(pieces[self.pieces], self.frequencies)
        return self.addresses[keep]

    def stands_at(self, addresses: Addresses) -> NDArray[np.bool_]:
        """Return which of these ascending addresses it has."""
        if _LOOKED_UP * len(addresses) > len(self.positions):
            return member(addresses, self.addresses)
        of_piece = (addresses >> np.uint32(PIECE_BITS)).astype(np.uint16)
        posting = self.pieces.searchsorted(of_piece)
        posting[posting == len(self.pieces)] = 0
        stands: NDArray[np.bool_] = self.pieces[posting] == of_piece
        some = stands.nonzero()[0]
        stands[some] = self._has(posting[some], addresses[some].astype(np.uint16))
        return stands

    def _has(self, posting: NDArray[np.int64], wanted: NDArray[np.uint16]) -> NDArray[np.bool_]:
        """Return whether it has this position in each of these pieces, by simultaneous binary searches."""
        last = self.ends[posting] - 1
        low, high = last + 1 - self.frequencies[posting], last
        for _ in range(int(self.frequencies[posting].max(initial=0)).bit_length()):
            middle = (low + high) >> 1
            is_before = self.positions[middle] < wanted
            low = np.where(is_before, np.minimum(middle + 1, last), low)
            high = np.where(is_before, high, middle)
        found: NDArray[np.bool_] = self.positions[low] == wanted
        return found


class SegmentPhrase:
    """A phrase of words, each in one or several spellings, in a stored field of a segment."""

    def __init__(self, field: StoredField, words: Sequence[Numbers]) -> None:
        """:param words: the alternative terms of each word."""
        spelled = {number: _Word(field, number) for numbers in words for number in numbers.tolist()}
        self.words = [[spelled[number] for number in numbers.tolist()] for numbers in words]
        self._spelled = spelled.values()

    def last(self, pieces: NDArray[np.bool_]) -> Addresses:
        """Return the last address of each word in each of some pieces, unsorted."""
        return np.concatenate([np.empty(0, np.uint32), *(word.last(pieces) for word in self._spelled)])

    def starts(self, pieces: NDArray[np.int64] | None) -> Addresses:
        """Return the addresses at which it begins, ascending, in some pieces or in all."""
        rarest, *others = sorted(range(len(self.words)), key=lambda at: sum(map(len, self.words[at])))
        found = _standing(self.words[rarest], pieces)
        found = found[found >= rarest] - np.uint32(rarest)
        for tried, at in enumerate(others, 1):
            if not len(found):
                break
            if tried > _TRIED and len(found) > MANY_FOUND:
                return self._by_halves()
            stands = np.zeros(len(found), bool)
            for word in self.words[at]:
                stands |= word.stands_at(found + np.uint32(at))
            found = found[stands]
        return found

    def _by_halves(self) -> Addresses:
        """Return the same for a long phrase in a repetitive text: equal halves are computed once."""
        columns: dict[tuple[int, ...], WordMatches] = {}
        for words in self.words:
            key = tuple(map(id, words))
            if key not in columns:
                addresses = _standing(words, None).astype(np.int64)
                columns[key] = WordMatches(addresses, addresses)
        return following([columns[tuple(map(id, words))] for words in self.words]).first.astype(np.uint32)


def _standing(words: Sequence[_Word], pieces: NDArray[np.int64] | None) -> Addresses:
    if pieces is None:
        parts = [word.addresses for word in words]
    else:
        asked = np.zeros(1 << PIECE_BITS, bool)
        asked[pieces] = True
        parts = [word.within(asked) for word in words]
    return parts[0] if len(parts) == 1 else sort_distinct(np.concatenate([np.empty(0, np.uint32), *parts]))
