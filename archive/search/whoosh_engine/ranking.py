"""Which of the matching documents come first.

Every match is scored by BM25 over whole documents, because facets and totals need all of them anyway. The best of
those are then looked at page by page: in an archive of five-hundred-page tenders next to one-page letters, a document
is as good as its best page, and words that stand together on one page mean more than words scattered over a hundred.
The weights are measured (``benchmarks/ranking_quality.py``, docs/measurements.md).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from archive.search.query import And, Carries, Field, Fuzzy, Near, Not, Or, Pattern, Phrase, Query, Range, Term
from archive.search.whoosh_engine.places import WORD_BITS, Documents, Keys, Places, member
from archive.search.whoosh_engine.question import PAGE_FIELDS, Frequencies, Question
from archive.search.whoosh_engine.snapshot import Snapshot

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weights:
    """The parameters of ranking.

    ``k1`` and ``b`` are BM25's saturation and length normalisation (Robertson and Zaragoza, "The Probabilistic
    Relevance Framework: BM25 and Beyond", 2009). ``page`` is how much the best page counts beside the whole document,
    ``title`` how much it counts that a word stands in the title, ``together`` how much words near each other count,
    ``reach`` how many words apart that is, ``looked_at`` how many documents are looked at page by page.
    """

    k1: float = 1.6
    b: float = 0.75
    page: float = 1.0
    title: float = 0.1
    together: float = 0.3
    reach: int = 8
    looked_at: int = 50


WEIGHTS = Weights()

_IN_TITLES = {Field.STEM: Field.TITLE_STEM, Field.FORM: Field.TITLE}
"""The fields in which the words of titles are, by that of words on pages."""


class Ranking:
    """Scores for one question."""

    def __init__(self, question: Question, weights: Weights = WEIGHTS) -> None:
        self._question = question
        self._snapshot = question.snapshot
        self._weights = weights

    def scored(self, query: Query) -> tuple[Documents, Scores]:
        """Every document that matches, ascending, with its score; 0 where nothing but filters speaks for it."""
        match query:
            case Term(weight=weight):
                return self._bm25(self._question.frequencies(query), weight)
            case Pattern() | Fuzzy():
                # How often each of a thousand words occurs says nothing about the question: all matches count the same.
                documents = self._question.documents(query)
                return documents, np.ones(len(documents), np.float32)
            case Phrase() | Near():
                return self._bm25(self._question.occurrences(query), 1.0)
            case Not() | Range() | Carries():
                documents = self._question.documents(query)
                return documents, np.zeros(len(documents), np.float32)
            case And(parts):
                return _intersection([self.scored(part) for part in parts])
            case Or(parts):
                return _union([self.scored(part) for part in parts], self._snapshot.size)

    def _bm25(self, found: Frequencies, weight: float) -> tuple[Documents, Scores]:
        documents, counts = found
        lengths = self._snapshot.word_counts[documents] / self._snapshot.mean_words
        return documents, self._rarity(len(documents), weight) * self._saturated(counts, lengths)

    def _rarity(self, having: int, weight: float) -> np.float32:
        return np.float32(weight * math.log(1 + (self._snapshot.size - having + 0.5) / (having + 0.5)))

    def _saturated(self, counts: NDArray[np.float32], lengths: NDArray[np.float32]) -> Scores:
        k1, b = np.float32(self._weights.k1), np.float32(self._weights.b)
        scores = counts * (k1 + 1) / (counts + k1 * (1 - b + b * lengths))
        return scores.astype(np.float32, copy=False)

    def refined(self, query: Query, documents: Documents) -> Scores:
        """What the pages of these ascending documents, and their titles, add to their scores."""
        pages = _Pages(self._snapshot, documents)
        scores = np.zeros(len(pages.starts), np.float32)
        titles = np.zeros(len(documents), np.float32)
        if not len(scores):
            return titles
        for leaf, weight in _speaking(query):
            self._question.check_time()
            _, places = self._question.places(leaf, documents)
            rarity = self._rarity(len(self._question.documents(leaf)), weight)
            counts = np.bincount(pages.of(places.first), minlength=len(scores)).astype(np.float32)
            scores += rarity * self._saturated(counts, pages.lengths)
            titles += rarity * self._in_title(leaf, documents)
        added: Scores = np.float32(self._weights.page) * pages.best(scores)
        added += np.float32(self._weights.title) * titles
        added += np.float32(self._weights.together) * self._together(query, documents)
        return added

    def _in_title(self, leaf: Query, documents: Documents) -> NDArray[np.bool_]:
        """Which of the documents have a word in their title. A phrase is looked for on pages only."""
        if isinstance(leaf, Term) and leaf.field in _IN_TITLES:
            return member(documents, self._question.documents(Term(_IN_TITLES[leaf.field], leaf.text)))
        return np.zeros(len(documents), bool)

    def _together(self, query: Query, documents: Documents) -> Scores:
        """How much of the query stands together: for each two neighbours in it, whether and how often they are near."""
        parts = query.parts if isinstance(query, And | Or) else ()
        words = [part for part in parts if any(True for _ in _speaking(part))]
        bonus = np.zeros(len(documents), np.float32)
        for one, other in pairwise(words):
            first, second = (self._question.places(part, documents)[1] for part in (one, other))
            beside = _nearest(first, second, self._weights.reach)
            counts = np.bincount(np.searchsorted(documents, beside), minlength=len(documents)).astype(np.float32)
            rarity = min(self._rarity(len(self._question.documents(part)), 1.0) for part in (one, other))
            bonus += rarity * counts / (counts + np.float32(self._weights.k1))
        return bonus


class _Pages:
    """The pages of some documents, in order. ``starts`` are the keys of their first words."""

    def __init__(self, snapshot: Snapshot, documents: Documents) -> None:
        starts: list[Keys] = []
        counts: list[NDArray[np.int64]] = []
        for view, here, local in snapshot.texts_by_view(documents):
            column = view.leaf.blobs["page_starts"]
            low, high = column.offsets[local].astype(np.int64) >> 2, column.offsets[local + 1].astype(np.int64) >> 2
            of_each = high - low
            at = np.repeat(low - (np.cumsum(of_each) - of_each), of_each) + np.arange(int(of_each.sum()))
            starts.append((np.repeat(here.astype(np.int64), of_each) << WORD_BITS) | column.data.view("<u4")[at])
            counts.append(of_each)
        self.starts: Keys = np.concatenate([np.empty(0, np.int64), *starts])
        self._counts = np.concatenate([np.empty(0, np.int64), *counts])
        ends = (documents.astype(np.int64) << WORD_BITS) + snapshot.word_counts[documents].astype(np.int64)
        following = np.append(self.starts[1:], 0)
        has_pages = self._counts > 0
        following[np.cumsum(self._counts)[has_pages] - 1] = ends[has_pages]
        self.lengths = ((following - self.starts) / snapshot.mean_page_words).astype(np.float32)

    def of(self, keys: Keys) -> NDArray[np.int64]:
        """The page of each key. Pages without words begin where the next one does, so the last such has the word."""
        return np.searchsorted(self.starts, keys, side="right") - 1

    def best(self, scores: Scores) -> Scores:
        """The best score among the pages of each document."""
        best = np.zeros(len(self._counts), np.float32)
        has_pages = self._counts > 0
        firsts = (np.cumsum(self._counts) - self._counts)[has_pages]
        best[has_pages] = np.maximum.reduceat(scores, firsts)
        return best


def _speaking(query: Query) -> Iterator[tuple[Query, float]]:
    """The leaves that speak for a document, with their weights: not exclusions, nor what stands on no page."""
    match query:
        case Term(field=field, weight=weight):
            if field in PAGE_FIELDS:
                yield query, weight
        case Phrase() | Near():
            yield query, 1.0
        case And(parts) | Or(parts):
            for part in parts:
                yield from _speaking(part)
        case _:
            return


def _nearest(one: Places, other: Places, reach: int) -> Documents:
    """The document of each match of ``one`` that has a match of ``other`` within ``reach`` words, before or after."""
    if not len(one) or not len(other):
        return np.empty(0, np.int32)
    at = np.searchsorted(other.first, one.last, side="right")
    after = other.first[np.minimum(at, len(other) - 1)] - one.last
    before = one.first - other.last[np.maximum(at - 1, 0)]
    beside = ((after > 0) & (after <= reach)) | ((before > 0) & (before <= reach))
    return one.documents[beside]


def _intersection(parts: list[tuple[Documents, Scores]]) -> tuple[Documents, Scores]:
    documents, scores = min(parts, key=lambda part: len(part[0]))
    rest = [part for part in parts if part[0] is not documents]
    for others, _ in rest:
        keep = member(documents, others)
        documents, scores = documents[keep], scores[keep]
    for others, other_scores in rest:
        scores = scores + other_scores[np.searchsorted(others, documents)]
    return documents, scores


def _union(parts: list[tuple[Documents, Scores]], size: int) -> tuple[Documents, Scores]:
    held, total = np.zeros(size, bool), np.zeros(size, np.float32)
    for documents, scores in parts:
        held[documents] = True
        total[documents] += scores
    found = np.flatnonzero(held).astype(np.int32)
    return found, total[found]
