"""Score the documents that were looked at, as the embedded engine does and from the same totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive.search.matching.matches import Documents, WordMatches, member
from archive.search.matching.rescoring import (
    TITLES,
    Scores,
    Weights,
    counted_parts,
    rarity,
    refined,
    saturated,
    scored_leaves,
)
from archive.search.opensearch_engine.texts import Texts
from archive.search.query import PAGE_FIELDS, And, Carries, Fuzzy, Near, Not, Or, Pattern, Phrase, Query, Range
from archive.text.vocabulary import Term


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over all visible documents: documents, words, pages, and matches of queries."""

    documents: int
    words: int
    pages: int
    having: Mapping[Query, int]

    @property
    def mean_words(self) -> float:
        """Words of a document, on average."""
        return self.words / self.documents if self.words else 1.0

    @property
    def mean_page_words(self) -> float:
        """Words of a page, on average."""
        return self.words / self.pages if self.words else 1.0


def counted(query: Query) -> Iterator[Query]:
    """The queries of which a ranking asks in how many documents they hold; some may come twice."""
    yield from counted_parts(query)
    yield from _scored_parts(query)


def titles(query: Query) -> list[Term]:
    """The terms of titles that a ranking asks about, each once."""
    leaves = (leaf for leaf, _ in scored_leaves(query) if isinstance(leaf, Term) and leaf.field in TITLES)
    return list(dict.fromkeys(Term(TITLES[leaf.field], leaf.text) for leaf in leaves))


def _scored_parts(query: Query) -> Iterator[Query]:
    match query:
        case Term() | Phrase() | Near():
            yield query
        case And(parts) | Or(parts):
            for part in parts:
                yield from _scored_parts(part)
        case _:
            return


class RemoteRanking:
    """Scores of some documents: :class:`archive.search.matching.rescoring.TermEvidence` of their words."""

    def __init__(self, texts: Texts, totals: Totals, title_names: Mapping[Term, str], weights: Weights) -> None:
        """:param title_names: the terms of :func:`titles`, with the names under which the documents were looked at."""
        self._texts, self._totals, self._title_names, self._weights = texts, totals, title_names, weights
        counts = [document.terms.word_count for document in texts.documents]
        self._lengths = (np.array(counts, np.float32) / totals.mean_words).astype(np.float32)

    def scored(self, query: Query) -> Scores:
        """The score of each document by the whole of it; 0 where nothing but filters speaks for it."""
        scores = np.zeros(len(self._texts.all), np.float32)
        holding, of_holding = self._scored(query, self._texts.all)
        scores[holding] = of_holding
        return scores

    def _scored(self, query: Query, among: Documents) -> tuple[Documents, Scores]:
        holding, places = self._texts.placed(query, among)
        match query:
            case Term(field, _, weight):
                counts = np.ones(len(holding), np.float32)
                if field in PAGE_FIELDS:
                    counts = _frequencies(places, holding)
                return holding, self._bm25(query, holding, counts, weight)
            case Phrase() | Near():
                return holding, self._bm25(query, holding, _frequencies(places, holding), 1.0)
            case Pattern() | Fuzzy():
                return holding, np.ones(len(holding), np.float32)
            case Not() | Range() | Carries():
                return holding, np.zeros(len(holding), np.float32)
            case And(parts) | Or(parts):
                scores = np.zeros(len(self._texts.all), np.float32)
                for part in parts:
                    documents, added = self._scored(part, among)
                    scores[documents] += added
                return holding, scores[holding]

    def _bm25(self, query: Query, documents: Documents, counts: Scores, weight: float) -> Scores:
        rare = rarity(self.size, self.having(query), weight)
        return rare * saturated(self._weights, counts, self._lengths[documents])

    def refined(self, query: Query, documents: Documents) -> Scores:
        """Return what pages and titles add to the scores of these ascending documents."""
        pages = self._texts.pages(documents, self._totals.mean_page_words)
        return refined(self, pages, query, documents, self._weights)

    @property
    def size(self) -> int:
        """Documents that are seen."""
        return self._totals.documents

    def places_in(self, query: Query, documents: Documents) -> WordMatches:
        """Return where a query matches in these documents."""
        return self._texts.placed(query, documents)[1]

    def having(self, query: Query) -> int:
        """In how many documents a query holds."""
        return self._totals.having[query]

    def titled(self, term: Term, documents: Documents) -> NDArray[np.bool_]:
        """Which of these documents have a term in their title."""
        return member(documents, self._texts.named(self._title_names[term], documents))


def _frequencies(places: WordMatches, documents: Documents) -> Scores:
    found, counts = places.counted()
    return counts[np.searchsorted(found, documents)]
