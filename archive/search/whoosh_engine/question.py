"""Evaluation of one query on one snapshot: the words of its leaves, the documents, and the matches.

Nothing is estimated or truncated: counts and facets are of all matches, or the query is refused.
"""

from __future__ import annotations

import time
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from archive.errors import QueryTooBroad
from archive.search.matching.arrays import sort_distinct
from archive.search.matching.matches import (
    NOWHERE,
    Documents,
    Unplaced,
    WordMatches,
    common,
    following,
    member,
    places,
    together,
)
from archive.search.query import And, Carries, Fuzzy, Leaf, Near, Not, NumericField, Or, Pattern, Phrase, Query, Range
from archive.search.whoosh_engine.postings import Postings
from archive.search.whoosh_engine.snapshot import Snapshot
from archive.text.vocabulary import IndexField, Term

MOST_WORDS = 50_000
"""Most distinct words that one wildcard or fuzzy word may match."""

MOST_SECONDS = 10.0
"""Seconds that one query may take. The slowest of the benchmark's at a million pages takes a hundredth of it."""

REMEMBERED = 1 << 14
"""Most matches that are cached, to be filtered by document instead of being read from the index again."""

NO_DOCUMENTS: Documents = np.empty(0, np.int32)

Numbers = NDArray[np.int64]
Frequencies = tuple[Documents, NDArray[np.float32]]


class Question:
    """A query on a snapshot. It caches the lookups of its leaves, so it must not outlive one request."""

    def __init__(self, snapshot: Snapshot, seconds: float = MOST_SECONDS) -> None:
        self.snapshot = snapshot
        self._deadline = time.monotonic() + seconds
        self._numbers: dict[Leaf, list[Numbers]] = {}
        self._postings: dict[Leaf, dict[int, Postings]] = {}
        self._frequencies: dict[Leaf | Phrase | Near, Frequencies] = {}
        self._places: dict[Leaf | Phrase, tuple[Documents | None, WordMatches]] = {}

    def check_time(self) -> None:
        """:raises QueryTooBroad: the query has taken too long."""
        if time.monotonic() > self._deadline:
            raise QueryTooBroad(
                "The search took too long and was stopped; nothing was counted.", "Ask for fewer words."
            )

    def numbers(self, leaf: Leaf) -> list[Numbers]:
        """Return the stored terms of a leaf, segment by segment.

        :raises QueryTooBroad: they are more than :data:`MOST_WORDS`.
        """
        if leaf not in self._numbers:
            self.check_time()
            found = [self._expanded(leaf, at) for at in range(len(self.snapshot.segments))]
            if isinstance(leaf, Term):
                found = self.snapshot.in_every_segment(leaf, found)
            if max(map(len, found), default=0) > MOST_WORDS:
                raise QueryTooBroad(
                    "“%(text)s” expands to more than %(most)s different words.",
                    "Give it more letters.",
                    text=leaf.text,
                    most=f"{MOST_WORDS:,}",
                )
            self._numbers[leaf] = found
        return self._numbers[leaf]

    def _expanded(self, leaf: Leaf, at: int) -> Numbers:
        terms = self.snapshot.segments[at].terms
        match leaf:
            case Term(field, text):
                return terms.find(field, text)
            case Pattern(field, text):
                return terms.fitting(field, text)
            case Fuzzy(field, text, distance):
                return terms.within(field, text, distance)

    def frequencies(self, leaf: Leaf) -> Frequencies:
        """Return the documents with a leaf's words, ascending, and their frequencies."""
        found = self._frequencies.get(leaf)
        if found is None:
            found = self._frequencies[leaf] = self._counted(leaf)
        return found

    def _counted(self, leaf: Leaf) -> Frequencies:
        views = self.snapshot.views
        parts = [views[at].frequencies(postings) for at, postings in self._postings_of(leaf).items()]
        if not parts:
            return NO_DOCUMENTS, np.empty(0, np.float32)
        documents = np.concatenate([documents for documents, _ in parts])
        return _summed(documents, np.concatenate([counts for _, counts in parts]), self.snapshot.size)

    def places(self, query: Query, among: Documents) -> WordMatches:
        """Return the matches of a query in these ascending documents."""
        return places(self, query, among)

    def holding(self, query: Unplaced, among: Documents) -> Documents:
        """Return which of these ascending documents match a query without positions."""
        return among[member(among, self.documents(query))]

    def places_of(self, query: Leaf | Phrase, among: Documents | None) -> WordMatches:
        """Return where a leaf or phrase matches in these documents, or in all; partly cached."""
        searched, found = self._places.get(query, (NO_DOCUMENTS, NOWHERE))
        if among is not None and len(found) <= REMEMBERED and (searched is None or member(among, searched).all()):
            return found if searched is not None and len(searched) == len(among) else found.within(among)
        found = self._phrase(query.terms, among) if isinstance(query, Phrase) else self._leaf_places(query, among)
        self._places[query] = among, found
        return found

    def _leaf_places(self, leaf: Leaf, among: Documents | None) -> WordMatches:
        numbers, postings = self.numbers(leaf), self._postings_of(leaf)
        parts = [
            self.snapshot.views[at].places(self._stored(at, leaf), numbers[at], pieces, postings[at])
            for at, pieces in self._asked(among)
            if at in postings
        ]
        return together(parts) if parts else NOWHERE

    def _postings_of(self, leaf: Leaf) -> dict[int, Postings]:
        """Return the postings of a leaf in each segment that has any."""
        found = self._postings.get(leaf)
        if found is None:
            found = self._postings[leaf] = {
                at: self.snapshot.segments[at].terms.postings(self._stored(at, leaf), numbers)
                for at, numbers in enumerate(self.numbers(leaf))
                if len(numbers)
            }
        return found

    def _stored(self, at: int, leaf: Leaf) -> IndexField:
        return self.snapshot.segments[at].terms.stored(leaf.field)

    def _asked(self, among: Documents | None) -> list[tuple[int, NDArray[np.int64] | None]]:
        """Return the views with any of these documents, and the pieces of these in each; None means all."""
        if among is None or len(among) == self.snapshot.size:
            return [(at, None) for at in range(len(self.snapshot.views))]
        return [(at, self.snapshot.views[at].pieces_of(local)) for at, _, local in self.snapshot.texts_by_view(among)]

    def _phrase(self, words: tuple[str, ...], among: Documents | None) -> WordMatches:
        terms = {word: Term(IndexField.FORM, word) for word in words}
        # Long words are rare: if no segment has one, the others are not looked up.
        if not all(any(map(len, self.numbers(terms[word]))) for word in sorted(terms, key=len, reverse=True)):
            return NOWHERE
        numbers = {word: self.numbers(term) for word, term in terms.items()}
        parts: list[WordMatches] = []
        joined = [NO_DOCUMENTS]
        for at, pieces in self._asked(among):
            spelled = [numbers[word][at] for word in words]
            if all(map(len, spelled)):
                self.check_time()
                found, left_out = self.snapshot.views[at].phrase(spelled, pieces)
                parts.append(found)
                joined.append(left_out)
        left_out = np.concatenate(joined)
        if len(left_out):
            holding = [self.frequencies(term)[0] for term in terms.values()]
            left_out = reduce(common, sorted([left_out, *([] if among is None else [among]), *holding], key=len))
        if len(left_out):
            of_words = {word: self._leaf_places(term, left_out) for word, term in terms.items()}
            parts.append(following([of_words[word] for word in words]))
        return together(parts) if parts else NOWHERE

    def occurrences(self, query: Phrase | Near) -> Frequencies:
        """Return the documents with any of these words, ascending, with frequencies."""
        if query not in self._frequencies:
            match query:
                case Phrase():
                    found = self.places_of(query, None)
                case Near(left, right):
                    having = self.documents(right)
                    candidates = common(self.documents(left), having) if len(having) else having
                    found = self.places(query, candidates)
            self._frequencies[query] = found.counted()
        return self._frequencies[query]

    def documents(self, query: Query) -> Documents:
        """Return the documents that match a query, ascending."""
        self.check_time()
        found: Documents
        match query:
            case Term() | Pattern() | Fuzzy():
                found = self.frequencies(query)[0]
            case Phrase() | Near():
                found = self.occurrences(query)[0]
            case Range(column, low, high):
                found = self._in_range(column, low, high)
            case Carries(facet, value):
                found = (self.snapshot.facets[facet].mask([value])).nonzero()[0].astype(np.int32)
            case Not(part):
                mask = np.ones(self.snapshot.size, bool)
                mask[self.documents(part)] = False
                found = mask.nonzero()[0].astype(np.int32)
            case And(parts):
                found = reduce(common, sorted((self.documents(part) for part in parts), key=len))
            case Or(parts):
                found = sort_distinct(np.concatenate([self.documents(part) for part in parts]))
        return found

    def _in_range(self, column: NumericField, low: int | None, high: int | None) -> Documents:
        least, most = (-1 if low is None else low), ((1 << 62) if high is None else high)
        match column:
            case NumericField.YEAR:
                years = self.snapshot.facets["year"].numbers()
                mask = (years >= max(least, 0)) & (years <= most)
            case NumericField.DATE:
                # A date without day or month stands for the whole month or year.
                dates = self.snapshot.dates
                latest = dates + np.where(dates % 10_000 == 0, 9_999, np.where(dates % 100 == 0, 99, 0))
                mask = (dates > 0) & (latest >= least) & (dates <= most)
            case NumericField.AMOUNT:
                return self.snapshot.with_amounts(least, most)
        return mask.nonzero()[0].astype(np.int32)


def _summed(documents: Documents, counts: NDArray[np.float32], size: int) -> Frequencies:
    """Return the distinct documents, ascending, with the sums of their counts."""
    if len(documents) < 2 or bool((documents[1:] > documents[:-1]).all()):
        return documents, counts
    if 8 * len(documents) < size:
        order = np.argsort(documents, kind="stable")
        documents, counts = documents[order], counts[order]
        starts = np.flatnonzero(np.concatenate(([True], documents[1:] != documents[:-1])))
        return documents[starts], np.add.reduceat(counts, starts)
    sums = np.bincount(documents, weights=counts, minlength=size)
    found = sums.nonzero()[0].astype(np.int32)
    return found, sums[found].astype(np.float32)
