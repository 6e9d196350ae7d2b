"""Ranking of matching documents, and the matches and printed words of one slice.

Every matching document is scored by BM25, because facets and totals need all of them anyway. The best are then rescored
page by page (:mod:`archive.search.matching.rescoring`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from archive.search.engine import EngineHit, EngineRequest, PageExtent, WordCount
from archive.search.matching.matches import NOWHERE, WORD_BITS, Documents, Keys, WordMatches, member
from archive.search.matching.printed_words import PrintedWords, WordsOfPage
from archive.search.matching.rescoring import WEIGHTS, Pages, Scores, Weights, page_starts, rarity, refined, saturated
from archive.search.query import And, Carries, Fuzzy, Leaf, Near, Not, Or, Pattern, Phrase, Query, Range
from archive.search.whoosh_engine.question import Frequencies, Question
from archive.search.whoosh_engine.segment import Segment
from archive.search.whoosh_engine.snapshot import FEW, Snapshot
from archive.text.vocabulary import IndexField, Term, Writing

Order = NDArray[np.int64]
"""Indices into an array of documents, in the order of results."""


def ordered(
    question: Question, request: EngineRequest, documents: Documents, scores: Scores, weights: Weights
) -> tuple[Documents, Scores]:
    """Return the requested slice of these ascending documents, with their scores.

    Documents with equal scores are sorted by date, the newest first, then by id.
    """
    end = request.offset + request.limit
    if request.sort != "relevance" or request.query is None:
        name = "newest" if request.sort == "relevance" else request.sort
        order = _in_fixed_order(question.snapshot, documents, name, end)[request.offset :]
        return documents[order], scores[order]
    best = _best(question.snapshot, documents, scores, max(end, weights.looked_at))
    near_top = np.sort(best[: weights.looked_at])
    refined = scores.copy()
    refined[near_top] += Ranking(question, weights).refined(request.query, documents[near_top])
    top = _in_order(question.snapshot, documents, refined, near_top)
    order = np.concatenate([top, best[weights.looked_at :]])[request.offset : end]
    return documents[order], refined[order]


def _in_fixed_order(snapshot: Snapshot, documents: Documents, sort: str, count: int) -> Order:
    """Return the first of an order that no question changes. Those of all documents are kept: front pages show them."""
    if len(documents) < snapshot.size or count > FEW:
        return _sorted(snapshot, documents, sort, count)
    if sort not in snapshot.first:
        snapshot.first[sort] = _sorted(snapshot, documents, sort, FEW)
    return snapshot.first[sort][:count]


def _sorted(snapshot: Snapshot, documents: Documents, sort: str, count: int) -> Order:
    keys = snapshot.sort_keys(sort)[documents]
    order = _first(keys, lambda level: snapshot.id_order(documents[level]), count)
    return order[np.lexsort((snapshot.id_order(documents[order]), keys[order]))]


def _best(snapshot: Snapshot, documents: Documents, scores: Scores, count: int) -> Order:
    # Any number of documents may be as good as the last one, and as old as the oldest of those.
    chosen = _first(-scores, lambda level: -snapshot.dates[documents[level]], count)
    return _in_order(snapshot, documents, scores, chosen)[:count]


def _first(values: NDArray[np.generic], ties: Callable[[Order], NDArray[np.generic]], count: int) -> Order:
    """Return where the ``count`` least values are, and those of equal ones that have the least numbers of ``ties``, in
    no particular order: more than so many only where these are equal, too."""
    chosen = _least(values, count)
    if len(chosen) <= count:
        return chosen
    last = values[chosen].max()
    before, level = chosen[values[chosen] < last], chosen[values[chosen] == last]
    return np.concatenate([before, level[_least(ties(level), count - len(before))]])


def _least(values: NDArray[np.generic], count: int) -> Order:
    """Return where the ``count`` least values are, and any that equal the greatest of those, in no particular order."""
    if not count or len(values) <= count:
        return np.arange(min(len(values), count))
    least: Order = (values <= np.partition(values, count - 1)[count - 1]).nonzero()[0]
    return least


def _in_order(snapshot: Snapshot, documents: Documents, scores: Scores, chosen: Order) -> Order:
    found = documents[chosen]
    return chosen[np.lexsort((snapshot.id_order(found), -snapshot.dates[found], -scores[chosen]))]


class MappedHitText:
    """The printed words of a document, read on demand: :class:`archive.search.engine.HitText`."""

    def __init__(self, segment: Segment, local: int) -> None:
        self._segment = segment
        self._local = local
        self.word_count = int(segment.word_counts[local])
        self.first_words: Sequence[int] = segment.blobs["page_starts"][local].cast("I")

    @cached_property
    def _printed(self) -> PrintedWords:
        return PrintedWords(self._segment.blobs["words"][self._local])

    def page_at(self, word: int) -> PageExtent:
        """Return the page of a word."""
        return PageExtent.at(word, self.first_words, self.word_count)

    def words(self, page: int) -> Sequence[str]:
        """Return the words of a page, by page number (from 1)."""
        first = self.first_words[page - 1]
        end = self.first_words[page] if page < len(self.first_words) else self.word_count
        return WordsOfPage(self._printed, first, end - first)


def hits(question: Question, request: EngineRequest, documents: Documents, scores: Scores) -> tuple[EngineHit, ...]:
    """Return the hits of these documents, in this order, with the positions of matches and the parts that each
    lacks."""
    query = request.query
    places = NOWHERE if query is None else matches(question, query, np.sort(documents))
    snapshot = question.snapshot
    lacking = np.zeros((len(documents), len(request.parts)), bool)
    for at, part in enumerate(request.parts):
        lacking[:, at] = ~member(documents, question.documents(part))
    found = zip(documents.tolist(), scores.tolist(), _by_document(places, documents), lacking, strict=True)
    return tuple(_hit(snapshot, *hit) for hit in found)


def matches(question: Question, query: Query, documents: Documents) -> WordMatches:
    """Return where a query matches in these ascending documents, without matches inside others."""
    return question.places(query, documents).outermost()


def _by_document(places: WordMatches, documents: Documents) -> Iterator[tuple[tuple[int, int], ...]]:
    """Yield the word numbers of the matches in each of these documents."""
    keys = documents.astype(np.int64) << WORD_BITS
    low = places.first.searchsorted(keys).tolist()
    high = places.first.searchsorted(keys + (1 << WORD_BITS)).tolist()
    mask = (1 << WORD_BITS) - 1
    first, last = (places.first & mask).tolist(), (places.last & mask).tolist()
    for start, stop in zip(low, high, strict=True):
        yield tuple(zip(first[start:stop], last[start:stop], strict=True))


def _hit(
    snapshot: Snapshot, document: int, score: float, words: tuple[tuple[int, int], ...], lacking: NDArray[np.bool_]
) -> EngineHit:
    segment, local = snapshot.text_place(document)
    return EngineHit(
        id=segment.id_of(local),
        reading=int(segment.readings[local]),
        score=score,
        matches=words,
        shown=snapshot.shown(document),
        text=MappedHitText(segment, local),
        lacking=tuple(lacking.nonzero()[0].tolist()),
    )


def word_counts(question: Question, leaf: Leaf, limit: int) -> tuple[WordCount, ...]:
    """Return the words of a leaf on pages, the most frequent first, then by spelling.

    :raises archive.errors.QueryTooBroad: they are too many.
    """
    counts: Counter[str] = Counter()
    writings: dict[str, Writing] = {}
    for view, numbers in zip(question.snapshot.views, question.numbers(leaf), strict=True):
        terms = view.segment.terms
        for number, count in zip(
            numbers.tolist(), view.document_counts(IndexField.WORD, numbers).tolist(), strict=True
        ):
            if count:
                word = terms.text(IndexField.WORD, number)
                counts[word] += count
                writings[word] = writings.get(word, Writing(0)) | Writing(terms.writing(number))
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(WordCount(word, writings[word], count) for word, count in ranked[:limit])


__all__ = ["WEIGHTS", "Ranking", "Scores", "Weights"]


class Ranking:
    """Scores for one question: :class:`archive.search.matching.rescoring.TermEvidence` over a snapshot."""

    def __init__(self, question: Question, weights: Weights = WEIGHTS) -> None:
        self._question = question
        self._snapshot = question.snapshot
        self._weights = weights

    def scored(self, query: Query) -> tuple[Documents, Scores]:
        """Return every matching document, ascending, with its BM25 score; 0 if only filters match it."""
        match query:
            case Term(weight=weight):
                return self._bm25(self._question.frequencies(query), weight)
            case Pattern() | Fuzzy():
                # The frequencies of a thousand words say nothing about relevance: all matches score the same.
                documents = self._question.documents(query)
                return documents, np.ones(len(documents), np.float32)
            case Phrase() | Near():
                return self._bm25(self._question.occurrences(query), 1.0)
            case Not() | Range() | Carries():
                documents = self._question.documents(query)
                return documents, np.zeros(len(documents), np.float32)
            case And(parts):
                return _intersection([self.scored(part) for part in parts], self._snapshot.size)
            case Or(parts):
                return _union([self.scored(part) for part in parts], self._snapshot.size)

    def _bm25(self, found: Frequencies, weight: float) -> tuple[Documents, Scores]:
        documents, counts = found
        lengths = self._snapshot.lengths[documents]
        return documents, rarity(self.size, len(documents), weight) * saturated(self._weights, counts, lengths)

    def refined(self, query: Query, documents: Documents) -> Scores:
        """Return the scores that pages and titles add to these ascending documents."""
        return refined(self, _pages(self._snapshot, documents), query, documents, self._weights)

    @property
    def size(self) -> int:
        """The number of documents of the snapshot."""
        return self._snapshot.size

    def places_in(self, query: Query, documents: Documents) -> WordMatches:
        """Return where a query matches in these ascending documents."""
        self._question.check_time()
        return self._question.places(query, documents)

    def having(self, query: Query) -> int:
        """Return the document frequency of a query."""
        return len(self._question.documents(query))

    def titled(self, term: Term, documents: Documents) -> NDArray[np.bool_]:
        """Return which of these documents have a term in their title."""
        return member(documents, self._question.documents(term))


def _pages(snapshot: Snapshot, documents: Documents) -> Pages:
    starts: list[Keys] = [np.empty(0, np.int64)]
    counts: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    for segment, here, local in snapshot.texts_by_view(documents):
        column = snapshot.segments[segment].blobs["page_starts"]
        low, high = column.offsets[local].astype(np.int64) >> 2, column.offsets[local + 1].astype(np.int64) >> 2
        of_each = high - low
        at = np.repeat(low - (of_each.cumsum() - of_each), of_each) + np.arange(int(of_each.sum()))
        starts.append(page_starts(here, of_each, column.data.view("<u4")[at]))
        counts.append(of_each)
    ends = (documents.astype(np.int64) << WORD_BITS) + snapshot.word_counts[documents].astype(np.int64)
    return Pages(np.concatenate(starts), np.concatenate(counts), ends, snapshot.mean_page_words)


def _intersection(parts: list[tuple[Documents, Scores]], size: int) -> tuple[Documents, Scores]:
    documents, scores = min(parts, key=lambda part: len(part[0]))
    rest = [part for part in parts if part[0] is not documents]
    for others, _ in rest:
        held = np.zeros(size, bool)
        held[others] = True
        keep = held[documents]
        documents, scores = documents[keep], scores[keep]
    for others, other_scores in rest:
        added = np.empty(size, np.float32)
        added[others] = other_scores
        scores = scores + added[documents]
    return documents, scores


def _union(parts: list[tuple[Documents, Scores]], size: int) -> tuple[Documents, Scores]:
    held, total = np.zeros(size, bool), np.zeros(size, np.float32)
    for documents, scores in parts:
        held[documents] = True
        total[documents] += scores
    found = held.nonzero()[0].astype(np.int32)
    return found, total[found]
