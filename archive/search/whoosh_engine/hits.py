"""The documents of one slice of results: their order, where they match, and their printed words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from archive.search.engine import EngineHit, EngineRequest, WordCount
from archive.search.matching.matches import NOWHERE, WORD_BITS, Documents, WordMatches
from archive.search.matching.printed_words import PrintedWords, WordsOfPage
from archive.search.matching.rescoring import Scores, Weights
from archive.search.query import Leaf, Query
from archive.search.whoosh_engine.question import Question
from archive.search.whoosh_engine.ranking import Ranking
from archive.search.whoosh_engine.segment import Segment
from archive.search.whoosh_engine.snapshot import Snapshot
from archive.text.vocabulary import IndexField, Writing

FEW = 4096
"""Documents whose ids are looked up one by one to break ties; for more the order of all documents is made once."""

Order = NDArray[np.int64]
"""Indexes into an array of documents, first result first."""


def ordered(
    question: Question, request: EngineRequest, documents: Documents, scores: Scores, weights: Weights
) -> tuple[Documents, Scores]:
    """The requested slice of the selected documents, which ascend, with their scores.

    Equally relevant documents come newest first, then by id.
    """
    end = request.offset + request.limit
    if request.sort != "relevance" or request.query is None:
        name = "newest" if request.sort == "relevance" else request.sort
        ranks = question.snapshot.ranks[name][documents]
        order = _least(ranks, end)
        order = order[np.argsort(ranks[order])][request.offset : end]
        return documents[order], scores[order]
    best = _best(question.snapshot, documents, scores, max(end, weights.looked_at))
    near_top = np.sort(best[: weights.looked_at])
    refined = scores.copy()
    refined[near_top] += Ranking(question, weights).refined(request.query, documents[near_top])
    top = _in_order(question.snapshot, documents, refined, near_top)
    order = np.concatenate([top, best[weights.looked_at :]])[request.offset : end]
    return documents[order], refined[order]


def _best(snapshot: Snapshot, documents: Documents, scores: Scores, count: int) -> Order:
    candidates = _least(-scores, count)
    return _in_order(snapshot, documents, scores, candidates)[:count]


def _least(values: NDArray[np.generic], count: int) -> Order:
    """Where the ``count`` least values are, and any that equal the greatest of those, in no particular order."""
    if len(values) <= count:
        return np.arange(len(values))
    return np.flatnonzero(values <= np.partition(values, count - 1)[count - 1])


def _in_order(snapshot: Snapshot, documents: Documents, scores: Scores, chosen: Order) -> Order:
    if len(chosen) > FEW:
        return chosen[np.lexsort((snapshot.ranks["newest"][documents[chosen]], -scores[chosen]))]
    dates, found = snapshot.dates[documents[chosen]], scores[chosen]
    order = np.lexsort((-dates, -found))
    tied = (np.diff(found[order]) == 0) & (np.diff(dates[order]) == 0)
    if not tied.any():
        return chosen[order]
    ids = np.array([snapshot.id_of(document) for document in documents[chosen].tolist()])
    return chosen[np.lexsort((ids, -dates, -found))]


class MappedHitText:
    """The printed words of a document: :class:`archive.search.engine.HitText`, read when they are asked for."""

    def __init__(self, segment: Segment, local: int) -> None:
        self._segment = segment
        self._local = local

    @cached_property
    def first_words(self) -> Sequence[int]:
        """The number of the first word of each page."""
        starts: list[int] = np.frombuffer(self._segment.blobs["page_starts"][self._local], "<u4").tolist()
        return starts

    @property
    def word_count(self) -> int:
        """Words of the document."""
        return int(self._segment.word_counts[self._local])

    @cached_property
    def _printed(self) -> PrintedWords:
        return PrintedWords(self._segment.blobs["words"][self._local])

    def words(self, page: int) -> Sequence[str]:
        """The words of a page, which is numbered from 1."""
        first = self.first_words[page - 1]
        end = self.first_words[page] if page < len(self.first_words) else self.word_count
        return WordsOfPage(self._printed, first, end - first)


def hits(question: Question, query: Query | None, documents: Documents, scores: Scores) -> tuple[EngineHit, ...]:
    """These documents, in this order, with the places at which the query matches in each."""
    places = NOWHERE if query is None else matches(question, query, np.sort(documents))
    snapshot = question.snapshot
    found = zip(documents.tolist(), scores.tolist(), _by_document(places, documents), strict=True)
    return tuple(_hit(snapshot, *hit) for hit in found)


def matches(question: Question, query: Query, documents: Documents) -> WordMatches:
    """Return where a query matches in these ascending documents, without matches inside others."""
    return question.places(query, documents)[1].outermost()


def _by_document(places: WordMatches, documents: Documents) -> Iterator[tuple[tuple[int, int], ...]]:
    """The word numbers of the matches in each of these documents."""
    keys = documents.astype(np.int64) << WORD_BITS
    low = np.searchsorted(places.first, keys).tolist()
    high = np.searchsorted(places.first, keys + (1 << WORD_BITS)).tolist()
    mask = (1 << WORD_BITS) - 1
    first, last = (places.first & mask).tolist(), (places.last & mask).tolist()
    for start, stop in zip(low, high, strict=True):
        yield tuple(zip(first[start:stop], last[start:stop], strict=True))


def _hit(snapshot: Snapshot, document: int, score: float, words: tuple[tuple[int, int], ...]) -> EngineHit:
    segment, local = snapshot.text_place(document)
    return EngineHit(
        id=segment.id_of(local),
        reading=int(segment.readings[local]),
        score=score,
        matches=words,
        shown=snapshot.shown(document),
        text=MappedHitText(segment, local),
    )


def word_counts(question: Question, leaf: Leaf, limit: int) -> tuple[WordCount, ...]:
    """Return the words of a leaf of the pages, the most frequent first, then by spelling.

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
