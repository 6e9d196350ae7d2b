"""A cache of lookups. Cached values are always validated by the next request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from threading import Lock

from archive.search.opensearch_engine.generations import GenerationNames
from archive.search.opensearch_engine.query_dsl import IndexWord
from archive.search.opensearch_engine.sources import Json
from archive.search.query import Leaf, Query

MOST_COUNTS = 10_000
"""Most counts of queries in the cache."""


class Remembered:
    """The cache: document frequencies of queries, the sizes of the index, the words of leaves, and the number of
    entries of the index of words when the words were looked up."""

    def __init__(self, most_words: int) -> None:
        """:param most_words: most words of leaves in the cache."""
        self._most_words = self._room = most_words
        self._counts: dict[tuple[GenerationNames, frozenset[str], Query], int] = {}
        self.sizes: dict[tuple[GenerationNames, frozenset[str]], Json] = {}
        self._entries: dict[GenerationNames, int] = {}
        self._words: dict[tuple[GenerationNames, Leaf], Sequence[IndexWord]] = {}
        self._lock = Lock()

    def words(
        self, place: GenerationNames, leaves: Sequence[Leaf]
    ) -> tuple[int | None, dict[Leaf, Sequence[IndexWord]] | None]:
        """Return the number of entries of the index of words when it was last read; and the words of leaves, if all are
        cached."""
        with self._lock:
            found = {leaf: self._words.get((place, leaf)) for leaf in leaves}
            known = {leaf: words for leaf, words in found.items() if words is not None}
            return self._entries.get(place), known if len(known) == len(found) else None

    def saw_words(
        self, place: GenerationNames, before: int | None, words: Mapping[Leaf, Sequence[IndexWord]], now: int
    ) -> bool:
        """Cache words if the number of entries is unchanged since ``before``; returns whether it is. If not, all cached
        words are dropped."""
        with self._lock:
            if self._entries.get(place) != now:
                self._words, self._room = {}, self._most_words
                self._entries[place] = now
            elif before == now:
                self._add({(place, leaf): of_leaf for leaf, of_leaf in words.items()})
            return before == now

    def _add(self, words: Mapping[tuple[GenerationNames, Leaf], Sequence[IndexWord]]) -> None:
        new = {key: of_leaf for key, of_leaf in words.items() if key not in self._words}
        needed = sum(map(len, new.values())) + len(new)
        if needed > self._room:
            self._words, self._room = {}, self._most_words
        if needed <= self._room:
            self._room -= needed
            self._words.update(new)

    def having(self, place: GenerationNames, hidden: frozenset[str], queries: Iterable[Query]) -> dict[Query, int]:
        """Return the cached document frequencies of queries, 0 if unknown."""
        return {query: self._counts.get((place, hidden, query), 0) for query in queries}

    def add_counts(self, place: GenerationNames, hidden: frozenset[str], counts: Mapping[Query, int]) -> None:
        """Cache the document frequencies of queries."""
        if len(self._counts) > MOST_COUNTS:
            self._counts.clear()
        self._counts.update({(place, hidden, query): number for query, number in counts.items()})
