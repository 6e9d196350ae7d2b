"""Matching and scoring of documents that were read from the servers, as by the embedded engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from archive.search.matching.arrays import sort_distinct
from archive.search.matching.matches import (
    NOWHERE,
    WORD_BITS,
    Documents,
    Unplaced,
    WordMatches,
    common,
    following,
    member,
    placed,
)
from archive.search.matching.rescoring import (
    TITLES,
    Pages,
    Scores,
    Weights,
    counted_parts,
    page_starts,
    rarity,
    refined,
    saturated,
    scored_leaves,
)
from archive.search.opensearch_engine.scripts import DocumentPlaces
from archive.search.opensearch_engine.sources import Json
from archive.search.query import PAGE_FIELDS, And, Carries, Fuzzy, Leaf, Near, Not, Or, Pattern, Phrase, Query, Range
from archive.text.vocabulary import IndexField, Term


@dataclass(frozen=True, slots=True)
class Looked:
    """A document that was read: its id, its text and facts, the positions of its words, and the queries without
    positions that it matches."""

    id: str
    revision: int
    reading: int
    word_count: int
    places: DocumentPlaces
    holding: frozenset[str]

    @classmethod
    def of(cls, hit: Json, packed: str, leaves: int) -> Looked:
        """Build from a hit with its packed positions of these leaves."""
        told = {name: hit["fields"][name][0] for name in ("revision", "reading", "word_count", "page_count")}
        pages = told.pop("page_count")
        return cls(
            id=hit["sort"][-1],
            places=DocumentPlaces.of(packed, leaves, pages),
            holding=frozenset(hit.get("matched_queries", ())),
            **told,
        )


_WORD_MASK = (1 << WORD_BITS) - 1


class Texts:
    """Some documents, numbered from 0."""

    def __init__(self, documents: Sequence[Looked], leaves: Sequence[Leaf], named: Mapping[str, Query]) -> None:
        """:param leaves: the leaves whose positions the documents have, in this order.
        :param named: the queries without positions, by their names in :class:`Looked`.
        """
        self.documents = documents
        self._leaves = {leaf: number for number, leaf in enumerate(leaves)}
        self._names = {query: name for name, query in named.items()}
        self._places: dict[Leaf | Phrase, WordMatches] = {}
        self.all: Documents = np.arange(len(documents), dtype=np.int32)
        self._word_counts = np.array([document.word_count for document in documents], np.int64)

    def placed(self, query: Query, among: Documents) -> tuple[Documents, WordMatches]:
        """Return which of these ascending documents a query matches, and its matches."""
        return placed(self, query, among)

    def places_of(self, query: Leaf | Phrase, among: Documents) -> WordMatches:
        """See :class:`archive.search.matching.matches.WordMatcher`."""
        if query not in self._places:
            self._places[query] = self._phrase(query) if isinstance(query, Phrase) else self._leaf(query)
        found = self._places[query]
        return found if len(among) == len(self.all) else found.within(among)

    def holding(self, query: Unplaced, among: Documents) -> Documents:
        """See :class:`archive.search.matching.matches.WordMatcher`."""
        return self.named(self._names[query], among)

    def named(self, name: str, among: Documents) -> Documents:
        """Return which of these documents match the query of this name."""
        keep = [name in self.documents[document].holding for document in among.tolist()]
        found: Documents = among[np.array(keep, bool)]
        return found

    def often(self, leaf: Leaf) -> Scores:
        """Return the frequency of a leaf in each document."""
        number = self._number(leaf)
        return np.array([document.places.often[number] for document in self.documents], np.float32)

    def _number(self, leaf: Leaf) -> int:
        return self._leaves[Term(leaf.field, leaf.text) if isinstance(leaf, Term) else leaf]

    def _leaf(self, leaf: Leaf) -> WordMatches:
        """Return the matches of a leaf in all documents at once, because each of the fifty documents has few."""
        number = self._number(leaf)
        words = [(at, gaps) for at, document in enumerate(self.documents) for gaps in document.places.gaps[number]]
        if not words:
            return NOWHERE
        lengths = np.array([len(gaps) for _, gaps in words])
        gaps = np.concatenate([gaps for _, gaps in words])
        starts = lengths.cumsum() - lengths
        positions = gaps.cumsum()
        positions -= np.repeat(positions[starts] - gaps[starts], lengths)
        documents = np.repeat(np.array([at for at, _ in words], np.int64), lengths)
        # Several of the words may have the same position.
        keys = sort_distinct(documents << WORD_BITS | positions)
        is_joined = (keys & _WORD_MASK) >= self._word_counts[keys >> WORD_BITS]
        return self._pieces(keys, is_joined) if is_joined.any() else WordMatches(keys, keys)

    def _pieces(self, keys: NDArray[np.int64], is_joined: NDArray[np.bool_]) -> WordMatches:
        """Return matches of which some are joined words."""
        first, last = keys.copy(), keys.copy()
        for at in np.flatnonzero(is_joined).tolist():
            base = int(keys[at]) & ~_WORD_MASK
            document = self.documents[base >> WORD_BITS]
            numbers, extents = document.places.pieces
            begin, end = extents[numbers.searchsorted(int(keys[at]) - base - document.word_count)].tolist()
            first[at], last[at] = base | begin, base | end
        return WordMatches.of(first, last)

    def _phrase(self, phrase: Phrase) -> WordMatches:
        places = [self.places_of(Term(IndexField.FORM, word), self.all) for word in phrase.terms]
        documents = reduce(common, (np.unique(found.documents) for found in places))
        return following([found.within(documents) for found in places]) if len(documents) else NOWHERE

    def pages(self, among: Documents, mean_words: float) -> Pages:
        """Return the pages of these documents, for their ranking."""
        documents = [self.documents[document] for document in among.tolist()]
        counts = np.array([len(document.places.first_words) for document in documents], np.int64)
        firsts = np.array([first for document in documents for first in document.places.first_words], np.int64)
        ends = (among.astype(np.int64) << WORD_BITS) + np.array(
            [document.word_count for document in documents], np.int64
        )
        return Pages(page_starts(among, counts, firsts), counts, ends, mean_words)


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals over all visible documents: documents, words, pages, and document frequencies of queries."""

    documents: int
    words: int
    pages: int
    having: Mapping[Query, int]

    @classmethod
    def of(cls, answer: Json | None, having: Mapping[Query, int]) -> Totals:
        """Build from the answer to :func:`archive.search.opensearch_engine.query_dsl.lengths`, if it was asked."""
        if answer is None:
            return cls(0, 0, 0, having)
        words, pages = (int(answer["aggregations"][name]["value"]) for name in ("word_count", "page_count"))
        return cls(answer["hits"]["total"]["value"], words, pages, having)

    @property
    def mean_words(self) -> float:
        """Mean number of words per document."""
        return self.words / self.documents if self.words else 1.0

    @property
    def mean_page_words(self) -> float:
        """Mean number of words per page."""
        return self.words / self.pages if self.words else 1.0


def counted(query: Query) -> Iterator[Query]:
    """Yield the queries whose document frequency the ranking needs; some may be repeated."""
    yield from counted_parts(query)
    yield from _scored_parts(query)


def titles(query: Query) -> list[Term]:
    """Return the distinct terms of titles that the ranking needs."""
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
    """Scores of some documents: :class:`archive.search.matching.rescoring.TermEvidence` over their words."""

    def __init__(self, texts: Texts, totals: Totals, title_names: Mapping[Term, str], weights: Weights) -> None:
        """:param title_names: the terms of :func:`titles`, with the names of their queries."""
        self._texts, self._totals, self._title_names, self._weights = texts, totals, title_names, weights
        counts = [document.word_count for document in texts.documents]
        self._lengths = (np.array(counts, np.float32) / totals.mean_words).astype(np.float32)

    def scored(self, query: Query) -> Scores:
        """Return the BM25 score of each document; 0 if only filters match it."""
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
                    counts = self._texts.often(query)[holding]
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
        """Return the scores that pages and titles add to these ascending documents."""
        pages = self._texts.pages(documents, self._totals.mean_page_words)
        return refined(self, pages, query, documents, self._weights)

    @property
    def size(self) -> int:
        """The number of visible documents."""
        return self._totals.documents

    def places_in(self, query: Query, documents: Documents) -> WordMatches:
        """Return the matches of a query in these documents."""
        return self._texts.placed(query, documents)[1]

    def having(self, query: Query) -> int:
        """Return the document frequency of a query."""
        return self._totals.having[query]

    def titled(self, term: Term, documents: Documents) -> NDArray[np.bool_]:
        """Return which of these documents have a term in their title."""
        return member(documents, self._texts.named(self._title_names[term], documents))


def _frequencies(places: WordMatches, documents: Documents) -> Scores:
    found, counts = places.counted()
    return counts[np.searchsorted(found, documents)]
