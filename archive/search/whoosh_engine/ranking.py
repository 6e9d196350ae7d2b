"""Which of the matching documents come first.

Every match is scored by BM25 over whole documents, because facets and totals need all of them anyway. The best of
those are then looked at page by page (:mod:`archive.search.matching.rescoring`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from archive.search.matching.matches import WORD_BITS, Documents, Keys, WordMatches, member
from archive.search.matching.rescoring import WEIGHTS, Pages, Scores, Weights, page_starts, rarity, refined, saturated
from archive.search.query import And, Carries, Fuzzy, Near, Not, Or, Pattern, Phrase, Query, Range
from archive.search.whoosh_engine.question import Frequencies, Question
from archive.search.whoosh_engine.snapshot import Snapshot
from archive.text.vocabulary import Term

__all__ = ["WEIGHTS", "Ranking", "Scores", "Weights"]


class Ranking:
    """Scores for one question: :class:`archive.search.matching.rescoring.TermEvidence` of a snapshot."""

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
        return documents, rarity(self.size, len(documents), weight) * saturated(self._weights, counts, lengths)

    def refined(self, query: Query, documents: Documents) -> Scores:
        """Return what pages and titles add to the scores of these ascending documents."""
        return refined(self, _pages(self._snapshot, documents), query, documents, self._weights)

    @property
    def size(self) -> int:
        """Documents of the snapshot."""
        return self._snapshot.size

    def places_in(self, query: Query, documents: Documents) -> WordMatches:
        """Return where a query matches in these ascending documents."""
        self._question.check_time()
        return self._question.places(query, documents)[1]

    def having(self, query: Query) -> int:
        """In how many documents a query holds."""
        return len(self._question.documents(query))

    def titled(self, term: Term, documents: Documents) -> NDArray[np.bool_]:
        """Which of the documents have a term in their title."""
        return member(documents, self._question.documents(term))


def _pages(snapshot: Snapshot, documents: Documents) -> Pages:
    starts: list[Keys] = [np.empty(0, np.int64)]
    counts: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    for view, here, local in snapshot.texts_by_view(documents):
        column = view.segment.blobs["page_starts"]
        low, high = column.offsets[local].astype(np.int64) >> 2, column.offsets[local + 1].astype(np.int64) >> 2
        of_each = high - low
        at = np.repeat(low - (np.cumsum(of_each) - of_each), of_each) + np.arange(int(of_each.sum()))
        starts.append(page_starts(here, of_each, column.data.view("<u4")[at]))
        counts.append(of_each)
    ends = (documents.astype(np.int64) << WORD_BITS) + snapshot.word_counts[documents].astype(np.int64)
    return Pages(np.concatenate(starts), np.concatenate(counts), ends, snapshot.mean_page_words)


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
