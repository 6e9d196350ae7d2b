"""Answering a query from a snapshot: every matching document with its score, in one pass over the postings.

All of them, because facets count all of them; Whoosh's own collectors would either stop early or count for every hit in
Python. Scores come from whole posting lists, document lengths and live counts, so they do not depend on how documents
are spread over segments or on what was deleted.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from archive.search.query import And, Field, Not, Or, Phrase, Prefix, Query, Term
from archive.search.spans import Extents, Match, find_matches, phrase_matches
from archive.search.whoosh_engine.reader import Snapshot

K1, B = 1.2, 0.75
"""BM25's saturation and length normalisation: the customary values of Robertson and Zaragoza, "The Probabilistic
Relevance Framework: BM25 and Beyond" (2009). Fields are combined by weighted sums, as Whoosh's BM25F does."""

Scores = dict[int, float]


def scores(snapshot: Snapshot, query: Query) -> Scores:
    """Every document that matches, with its score; 0 where nothing but an exclusion speaks for it."""
    match query:
        case Term(field, text, weight):
            return _bm25(snapshot, snapshot.frequencies(field, text), weight)
        case Prefix(field, text):
            # How often each of a thousand words occurs says nothing about the question, so all matches count the same.
            terms = snapshot.expand(field, text)
            return dict.fromkeys((number for term in terms for number in snapshot.frequencies(field, term)), 1.0)
        case Phrase(words):
            return _bm25(snapshot, _phrase_frequencies(snapshot, words), 1.0)
        case Not(part):
            return dict.fromkeys(snapshot.live - scores(snapshot, part).keys(), 0.0)
        case And(parts):
            return _intersection([scores(snapshot, part) for part in parts])
        case Or(parts):
            return _union([scores(snapshot, part) for part in parts])


def _bm25(snapshot: Snapshot, frequencies: dict[int, float], weight: float) -> Scores:
    documents, having = len(snapshot.live), len(frequencies)
    rarity = weight * (K1 + 1) * math.log(1 + (documents - having + 0.5) / (having + 0.5))
    lengths = snapshot.relative_lengths
    return {
        number: rarity * frequency / (frequency + K1 * (1 - B + B * lengths[number]))
        for number, frequency in frequencies.items()
    }


def _phrase_frequencies(snapshot: Snapshot, words: Sequence[str]) -> dict[int, float]:
    candidates = set(snapshot.live)
    for word in dict.fromkeys(words):
        candidates &= snapshot.frequencies(Field.FORM, word).keys()
        if not candidates:
            return {}
    numbers = sorted(candidates)
    positions = {word: snapshot.positions(Field.FORM, word, numbers) for word in dict.fromkeys(words)}
    counts = {
        number: len(phrase_matches([positions[word][number] for word in words], snapshot.extents(number)))
        for number in numbers
    }
    return {number: float(count) for number, count in counts.items() if count}


def _intersection(parts: list[Scores]) -> Scores:
    smallest, *others = sorted(parts, key=len)
    return {
        number: score + sum(other[number] for other in others)
        for number, score in smallest.items()
        if all(number in other for other in others)
    }


def _union(parts: list[Scores]) -> Scores:
    total: Scores = {}
    for part in parts:
        for number, score in part.items():
            total[number] = total.get(number, 0.0) + score
    return total


class _Shown:
    """The terms of the few documents that are shown. Each posting list is read once for all of them."""

    def __init__(self, snapshot: Snapshot, documents: Sequence[int]) -> None:
        self._snapshot = snapshot
        self._documents = documents
        self._positions: dict[tuple[Field, str], dict[int, list[int]]] = {}
        self._expanded: dict[Prefix, list[str]] = {}

    def extents(self, document: int) -> Extents:
        return self._snapshot.extents(document)

    def positions(self, field: Field, term: str, document: int) -> Sequence[int]:
        if (field, term) not in self._positions:
            self._positions[field, term] = self._snapshot.positions(field, term, self._documents)
        return self._positions[field, term].get(document, ())

    def expand(self, prefix: Prefix) -> list[str]:
        if prefix not in self._expanded:
            self._expanded[prefix] = self._snapshot.expand(prefix.field, prefix.text)
        return self._expanded[prefix]


class _ShownDocument:
    """One of them, as :class:`archive.search.spans.DocumentTerms`."""

    def __init__(self, shown: _Shown, document: int) -> None:
        self._shown = shown
        self._document = document
        self.extents = shown.extents(document)

    def positions(self, field: Field, term: str) -> Sequence[int]:
        return self._shown.positions(field, term, self._document)

    def expand(self, prefix: Prefix) -> Iterable[str]:
        return self._shown.expand(prefix)


def matches(snapshot: Snapshot, query: Query, documents: Iterable[int]) -> dict[int, tuple[Match, ...]]:
    """Where the query matches in each of these documents."""
    numbers = sorted(documents)
    shown = _Shown(snapshot, numbers)
    return {number: find_matches(query, _ShownDocument(shown, number)) for number in numbers}
