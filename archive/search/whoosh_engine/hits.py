"""The documents of one slice of results: where they match, and their printed words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from archive.search.engine import EngineHit
from archive.search.evaluating.places import NOWHERE, WORD_BITS, Documents, Places
from archive.search.evaluating.printed import PrintedWords, WordsOfPage
from archive.search.query import Query
from archive.search.whoosh_engine.leaf import Leaf
from archive.search.whoosh_engine.question import Question
from archive.search.whoosh_engine.ranking import Scores
from archive.search.whoosh_engine.snapshot import Snapshot


class FoundText:
    """The printed words of a document: :class:`archive.search.engine.HitText`, read when they are asked for."""

    def __init__(self, leaf: Leaf, local: int) -> None:
        self._leaf = leaf
        self._local = local

    @cached_property
    def first_words(self) -> Sequence[int]:
        """The number of the first word of each page."""
        starts: list[int] = np.frombuffer(self._leaf.blobs["page_starts"][self._local], "<u4").tolist()
        return starts

    @property
    def word_count(self) -> int:
        """Words of the document."""
        return int(self._leaf.word_counts[self._local])

    @cached_property
    def _printed(self) -> PrintedWords:
        return PrintedWords(self._leaf.blobs["words"][self._local])

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


def matches(question: Question, query: Query, documents: Documents) -> Places:
    """Where a query stands in these ascending documents; of matches inside each other the outermost."""
    return question.places(query, documents)[1].outermost()


def _by_document(places: Places, documents: Documents) -> Iterator[tuple[tuple[int, int], ...]]:
    """The word numbers of the matches in each of these documents."""
    keys = documents.astype(np.int64) << WORD_BITS
    low = np.searchsorted(places.first, keys).tolist()
    high = np.searchsorted(places.first, keys + (1 << WORD_BITS)).tolist()
    mask = (1 << WORD_BITS) - 1
    first, last = (places.first & mask).tolist(), (places.last & mask).tolist()
    for start, stop in zip(low, high, strict=True):
        yield tuple(zip(first[start:stop], last[start:stop], strict=True))


def _hit(snapshot: Snapshot, document: int, score: float, words: tuple[tuple[int, int], ...]) -> EngineHit:
    leaf, local = snapshot.text_place(document)
    return EngineHit(
        id=leaf.id_of(local),
        reading=int(leaf.readings[local]),
        score=score,
        matches=words,
        shown=snapshot.shown(document),
        text=FoundText(leaf, local),
    )
