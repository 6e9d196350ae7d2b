"""Rescoring of the best documents by positions, the same for every engine.

Every document is scored by BM25. The best are then rescored page by page: among five-hundred-page tenders and one-page
letters, a document is as relevant as its best page, and words together on one page count more than words scattered over
a hundred. The weights were tuned by measurement (``benchmarks/ranking_quality.py``, docs/measurements.md).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from archive.search.matching.matches import WORD_BITS, Documents, Keys, WordMatches
from archive.search.query import PAGE_FIELDS, And, Near, Or, Phrase, Query, words_together
from archive.text.vocabulary import IndexField, Term

Scores = NDArray[np.float32]


TITLES = {IndexField.STEM: IndexField.TITLE_STEM, IndexField.FORM: IndexField.TITLE}
"""The field of titles for each field of pages."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The parameters of ranking.

    ``k1`` and ``b`` are BM25's saturation and length normalisation (Robertson and Zaragoza, "The Probabilistic
    Relevance Framework: BM25 and Beyond", 2009). ``page`` weighs the best page against the whole document, ``title`` a
    word in the title, ``together`` words within ``reach`` of each other; the best ``looked_at`` documents are rescored
    page by page.
    """

    k1: float = 1.6
    b: float = 0.75
    page: float = 1.0
    title: float = 0.1
    together: float = 0.3
    reach: int = 8
    looked_at: int = 50


WEIGHTS = Weights()


class TermEvidence(Protocol):
    """What rescoring reads of documents and the index. ``documents`` always ascend."""

    def places_in(self, query: Query, documents: Documents) -> WordMatches:
        """Return the matches of a query in these documents."""

    def having(self, query: Query) -> int:
        """Return the document frequency of a query."""

    def titled(self, term: Term, documents: Documents) -> NDArray[np.bool_]:
        """Return which of these documents have a term in their title."""

    @property
    def size(self) -> int:
        """The number of documents in the index."""


class Pages:
    """The pages of some documents, in order. ``starts`` are the keys of their first words."""

    def __init__(self, starts: Keys, counts: NDArray[np.int64], ends: Keys, mean_words: float) -> None:
        """:param counts: number of pages of each document.
        :param ends: the key after the last word of each document.
        :param mean_words: mean number of words per page in the index.
        """
        self.starts, self._counts = starts, counts
        following = np.append(starts[1:], 0)[: len(starts)]
        has_pages = counts > 0
        following[counts.cumsum()[has_pages] - 1] = ends[has_pages]
        self.lengths = ((following - starts) / mean_words).astype(np.float32)

    def of(self, keys: Keys) -> NDArray[np.int64]:
        """Return the page of each key. Of pages that begin at the same word, the last contains it; the others have no
        words."""
        return self.starts.searchsorted(keys, side="right") - 1

    def best(self, scores: Scores) -> Scores:
        """Return the best score among the pages of each document."""
        best = np.zeros(len(self._counts), np.float32)
        has_pages = self._counts > 0
        firsts = (self._counts.cumsum() - self._counts)[has_pages]
        best[has_pages] = np.maximum.reduceat(scores, firsts)
        return best


def rarity(size: int, having: int, weight: float) -> np.float32:
    """Return the inverse document frequency of a match in ``having`` of ``size`` documents.

    It is never negative, even where documents were removed between the two counts.
    """
    return np.float32(weight * math.log(1 + (max(size - having, 0) + 0.5) / (having + 0.5)))


def saturated(weights: Weights, counts: NDArray[np.float32], lengths: NDArray[np.float32]) -> Scores:
    """Return the saturated term frequencies of these counts; ``lengths`` are relative to the mean, which is 1."""
    k1, b = np.float32(weights.k1), np.float32(weights.b)
    scores = counts * (k1 + 1) / (counts + k1 * (1 - b + b * lengths))
    return scores.astype(np.float32, copy=False)


def refined(evidence: TermEvidence, pages: Pages, query: Query, documents: Documents, weights: Weights) -> Scores:
    """Return the scores that pages and titles add to these ascending documents."""
    scores = np.zeros(len(pages.starts), np.float32)
    titles = np.zeros(len(documents), np.float32)
    if not len(scores):
        return titles
    for leaf, weight in scored_leaves(query):
        rare = rarity(evidence.size, evidence.having(leaf), weight)
        if len(places := evidence.places_in(leaf, documents)):
            counts = np.bincount(pages.of(places.first), minlength=len(scores)).astype(np.float32)
            scores += rare * saturated(weights, counts, pages.lengths)
        # A phrase is searched for on pages only.
        if isinstance(leaf, Term) and leaf.field in TITLES:
            titles += rare * evidence.titled(Term(TITLES[leaf.field], leaf.text), documents)
    added: Scores = np.float32(weights.page) * pages.best(scores)
    added += np.float32(weights.title) * titles
    added += np.float32(weights.together) * _together(evidence, query, documents, weights)
    return added


def _together(evidence: TermEvidence, query: Query, documents: Documents, weights: Weights) -> Scores:
    """Return the scores for proximity of neighbouring parts of the query."""
    words = _words(query)
    bonus = np.zeros(len(documents), np.float32)
    for one, other in pairwise(words):
        first, second = (evidence.places_in(part, documents) for part in (one, other))
        beside = _nearest(first, second, weights.reach)
        if not len(beside):
            continue
        counts = np.bincount(documents.searchsorted(beside), minlength=len(documents)).astype(np.float32)
        rare = min(rarity(evidence.size, evidence.having(part), 1.0) for part in (one, other))
        bonus += rare * counts / (counts + np.float32(weights.k1))
    return bonus


def scored_leaves(query: Query) -> Iterator[tuple[Query, float]]:
    """Yield the leaves that contribute to a score, with their weights: no exclusions, nothing without positions."""
    match query:
        case Term(field=field, weight=weight):
            if field in PAGE_FIELDS:
                yield query, weight
        case Phrase() | Near():
            yield query, 1.0
        case And(parts) | Or(parts):
            for part in parts:
                yield from scored_leaves(part)
        case _:
            return


def _words(query: Query) -> list[Query]:
    return [part for part in words_together(query) if any(True for _ in scored_leaves(part))]


def counted_parts(query: Query) -> Iterator[Query]:
    """Yield the queries whose document frequency :func:`refined` needs; some may be repeated."""
    words = _words(query)
    yield from (leaf for leaf, _ in scored_leaves(query))
    if len(words) > 1:
        yield from words


def page_starts(documents: Documents, counts: NDArray[np.int64], first_words: NDArray[np.int64]) -> Keys:
    """Return the keys of the first words of the pages of documents, given the numbers of those words."""
    return (np.repeat(documents.astype(np.int64), counts) << WORD_BITS) | first_words


def _nearest(one: WordMatches, other: WordMatches, reach: int) -> Documents:
    """Return the document of each match of ``one`` that has a match of ``other`` within ``reach`` words, before or
    after."""
    if not len(one) or not len(other):
        return np.empty(0, np.int32)
    at = other.first.searchsorted(one.last, side="right")
    after = other.first[np.minimum(at, len(other) - 1)] - one.last
    before = one.first - other.last[np.maximum(at - 1, 0)]
    beside = ((after > 0) & (after <= reach)) | ((before > 0) & (before <= reach))
    return one.documents[beside]
