"""Matching of queries in documents, on arrays of keys instead of objects.

A **key** is a document's number in its snapshot, shifted left by 32 bits, plus a word number. Consecutive words of a
document have consecutive keys, and no phrase crosses documents, because the last word of one and the first of the next
are not consecutive.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from archive.errors import QueryTooBroad
from archive.search.matching.arrays import sort_distinct
from archive.search.query import PAGE_FIELDS, And, Carries, Fuzzy, Leaf, Near, Not, Or, Pattern, Phrase, Query, Range
from archive.text.vocabulary import Term

Keys = NDArray[np.int64]
Documents = NDArray[np.int32]

WORD_BITS = 32
_WORD_MASK = (1 << WORD_BITS) - 1
NO_KEYS: Keys = np.empty(0, np.int64)

MOST_PAIRS = 2_000_000
"""Most pairs of one NEAR; each takes about a hundred bytes of memory during the search."""


@dataclass(frozen=True, slots=True)
class WordMatches:
    """Matches as two parallel arrays: keys of first and last words, sorted by ``first``.

    If all are single words, both may be the same array, which halves the work.
    """

    first: Keys
    last: Keys

    @classmethod
    def of(cls, first: Keys, last: Keys) -> WordMatches:
        """Build from matches in any order."""
        order = np.argsort(first, kind="stable")
        return cls(first[order], last[order])

    def __len__(self) -> int:
        return len(self.first)

    @property
    def documents(self) -> Documents:
        """The document of each match."""
        return (self.first >> WORD_BITS).astype(np.int32)

    def counted(self) -> tuple[Documents, NDArray[np.float32]]:
        """Return the documents with a match, ascending, and the number of matches in each."""
        documents = self.documents
        starts = _starts(documents)
        counts = np.empty(len(starts), np.float32)
        counts[:-1] = starts[1:] - starts[:-1]
        counts[-1:] = len(documents) - starts[-1:]
        return documents[starts], counts

    @property
    def holding(self) -> Documents:
        """The documents with a match, ascending."""
        documents = self.documents
        return documents[_starts(documents)]

    def within(self, documents: Documents) -> WordMatches:
        """Return the matches in these ascending documents."""
        return self._kept(member(self.documents, documents))

    def outside(self, documents: Documents) -> WordMatches:
        """Return the matches outside these ascending documents."""
        if not len(documents):
            return self
        return self._kept(~member(self.documents, documents))

    def _kept(self, keep: NDArray[np.bool_]) -> WordMatches:
        first = self.first[keep]
        return WordMatches(first, first if self.first is self.last else self.last[keep])

    def outermost(self) -> WordMatches:
        """Return the distinct matches that are not contained in another one."""
        if self.first is self.last:
            keys = sort_distinct(self.first.copy())
            return WordMatches(keys, keys)
        order = np.lexsort((-self.last, self.first))
        first, last = self.first[order], self.last[order]
        # Sorted by first word, the longest first: a match that ends no later than an earlier one is contained in it.
        keep = np.ones(len(last), bool)
        keep[1:] = last[1:] > np.maximum.accumulate(last)[:-1]
        return WordMatches(first[keep], last[keep])

    def distinct(self) -> WordMatches:
        """Return the distinct matches."""
        order = np.lexsort((self.last, self.first))
        first, last = self.first[order], self.last[order]
        keep = np.ones(len(first), bool)
        keep[1:] = (first[1:] != first[:-1]) | (last[1:] != last[:-1])
        return WordMatches(first[keep], last[keep])

    def of_document(self, document: int) -> tuple[tuple[int, int], ...]:
        """Return the word numbers of the matches in one document."""
        low, high = self.first.searchsorted((document << WORD_BITS, (document + 1) << WORD_BITS))
        first, last = self.first[low:high] & _WORD_MASK, self.last[low:high] & _WORD_MASK
        return tuple(zip(first.tolist(), last.tolist(), strict=True))


def _starts(documents: Documents) -> NDArray[np.int64]:
    """Return the index where each document begins in an ascending array."""
    begins = np.ones(len(documents), bool)
    np.not_equal(documents[1:], documents[:-1], out=begins[1:])
    return begins.nonzero()[0]


NOWHERE = WordMatches(NO_KEYS, NO_KEYS)


def together(parts: list[WordMatches]) -> WordMatches:
    """Return the union of matches."""
    if len(parts) == 1:
        return parts[0]
    if all(part.first is part.last for part in parts):
        keys = np.concatenate([NO_KEYS, *(part.first for part in parts)])
        keys.sort()
        return WordMatches(keys, keys)
    return WordMatches.of(
        np.concatenate([NO_KEYS, *(part.first for part in parts)]),
        np.concatenate([NO_KEYS, *(part.last for part in parts)]),
    )


def following(parts: list[WordMatches]) -> WordMatches:
    """Return where the parts follow each other without a gap: the matches of a phrase."""
    if all(part.first is part.last for part in parts):
        return _following_words(parts)
    found = parts[0]
    for part in parts[1:]:
        found = _joined(found, part, 1)
    return found.distinct()


def _following_words(parts: list[WordMatches]) -> WordMatches:
    """Return where words follow each other, by halving. Equal halves are computed once, so repetitive phrases are
    cheap."""
    columns = {id(part.first): part.first for part in parts}
    known: dict[tuple[int, ...], Keys] = {(word,): column for word, column in columns.items()}

    def starts(words: tuple[int, ...]) -> Keys:
        if words not in known:
            # Pieces with power-of-two lengths recur most often.
            half = 1 << ((len(words) - 1).bit_length() - 1)
            pieces = ((words[:half], 0), (words[half:], half))
            known[words] = _agreeing([(starts(piece), shift) for piece, shift in pieces])
        return known[words]

    first = starts(tuple(id(part.first) for part in parts))
    return WordMatches(first, first + (len(parts) - 1))


def _agreeing(shifted: list[tuple[Keys, int]]) -> Keys:
    """Return the keys that both arrays have, each shifted by its offset."""
    (fewer, by), (more, other) = sorted(shifted, key=lambda each: len(each[0]))
    return fewer[member(fewer + (other - by), more)] - by


def near(left: WordMatches, right: WordMatches, distance: int) -> WordMatches:
    """Return where both match, in either order, the later one beginning at most ``distance`` words after the other
    ends."""
    after, before = _joined(left, right, distance), _joined(right, left, distance)
    return WordMatches.of(np.concatenate([after.first, before.first]), np.concatenate([after.last, before.last]))


def _joined(left: WordMatches, right: WordMatches, distance: int) -> WordMatches:
    """Return each match of ``left`` with each of ``right`` that begins 1 to ``distance`` words after it ends."""
    low = right.first.searchsorted(left.last, side="right")
    high = right.first.searchsorted(left.last + distance, side="right")
    counts = high - low
    total = int(counts.sum())
    if total > MOST_PAIRS:
        raise QueryTooBroad(
            "NEAR/%(distance)s expands to more than %(most)s pairs of words in the documents.",
            "Ask for a smaller distance or rarer words.",
            distance=distance,
            most=f"{MOST_PAIRS:,}",
        )
    partner = np.repeat(low - (counts.cumsum() - counts), counts) + np.arange(total)
    return WordMatches(left.first.repeat(counts), right.last[partner])


def member(values: NDArray[np.integer], sorted_values: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Return whether each value is in ``sorted_values``, which ascend."""
    if not len(sorted_values):
        return np.zeros(len(values), bool)
    at = sorted_values.searchsorted(values)
    at[at == len(sorted_values)] = 0
    found: NDArray[np.bool_] = sorted_values[at] == values
    return found


Unplaced = Leaf | Range | Carries
"""Queries that match a document without a position in it: ranges, stored values, and leaves of fields that are not of
pages."""


class WordMatcher(Protocol):
    """Looks up the positions of words in documents. ``among`` ascends."""

    def places_of(self, query: Leaf | Phrase, among: Documents) -> WordMatches:
        """Return the matches of a leaf on pages, or of a phrase, in these documents."""

    def holding(self, query: Unplaced, among: Documents) -> Documents:
        """Return the documents that match a query without positions."""


def places(standing: WordMatcher, query: Query, among: Documents) -> WordMatches:
    """Return the matches of a query in these ascending documents."""
    match query:
        case Term() | Pattern() | Fuzzy() | Phrase() if isinstance(query, Phrase) or query.field in PAGE_FIELDS:
            return standing.places_of(query, among)
        case Or(parts):
            return together([places(standing, part, among) for part in parts])
        case _:
            return placed(standing, query, among)[1]


def placed(standing: WordMatcher, query: Query, among: Documents) -> tuple[Documents, WordMatches]:
    """Return which of these ascending documents a query matches, and its matches in them.

    Exclusions, and branches that do not match a document, contribute no matches.
    """
    match query:
        case Term() | Pattern() | Fuzzy():
            if query.field not in PAGE_FIELDS:
                return standing.holding(query, among), NOWHERE
            found = standing.places_of(query, among)
        case Phrase():
            found = standing.places_of(query, among)
        case Near(left, right, distance, in_order):
            holding_left, places_left = placed(standing, left, among)
            _, places_right = placed(standing, right, holding_left)
            after = _joined if in_order else near
            found = after(places_left, places_right, distance).distinct()
        case Range() | Carries():
            return standing.holding(query, among), NOWHERE
        case Not(part):
            holding, _ = placed(standing, part, among)
            return among[~member(among, holding)], NOWHERE
        case And(parts):
            every = [placed(standing, part, among) for part in parts]
            holding = reduce(common, (holding for holding, _ in every))
            return holding, together([places for _, places in every]).within(holding)
        case Or(parts):
            every = [placed(standing, part, among) for part in parts]
            holding = sort_distinct(np.concatenate([holding for holding, _ in every]))
            return holding, together([places for _, places in every])
    return found.holding, found


def common(one: Documents, other: Documents) -> Documents:
    """Return the intersection of two ascending arrays of documents."""
    smaller, larger = (one, other) if len(one) <= len(other) else (other, one)
    return smaller[member(smaller, larger)]
