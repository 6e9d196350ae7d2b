"""The embedded search engine: :class:`archive.search.engine.SearchEngine` on Whoosh."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import cached_property, reduce
from pathlib import Path
from secrets import randbelow
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from archive.errors import IndexDamaged
from archive.search.engine import EngineRequest, EngineResults, Held, IndexEntry, Rebuild, WordCount
from archive.search.matching.matches import Documents
from archive.search.matching.rescoring import Scores, Weights
from archive.search.query import Leaf, Query
from archive.search.whoosh_engine.commits import PAUSE, Follower, damaged_files
from archive.search.whoosh_engine.generations import NO_GENERATION, Generations
from archive.search.whoosh_engine.hits import WEIGHTS, Ranking, hits, matches, ordered, word_counts
from archive.search.whoosh_engine.layout import SEGMENT_LIMITS, SegmentLimits
from archive.search.whoosh_engine.question import Question
from archive.search.whoosh_engine.snapshot import Hiding, Snapshot

if TYPE_CHECKING:
    from archive.search.whoosh_engine.register import Register

MOST_KNOWN = 512
"""Most leaves whose word counts are cached per commit; related words of queries recur."""


class WhooshEngine:
    """Searches the newest commit of any process. Nothing is written until something is added.

    Any number of threads may search concurrently, also while another process commits. Every method may raise
    :class:`IndexDamaged`, except :meth:`rebuild`.
    """

    def __init__(
        self, root: Path, weights: Weights = WEIGHTS, limits: SegmentLimits = SEGMENT_LIMITS, pause: float = PAUSE
    ) -> None:
        """:param root: the folder of generations; it need not exist.
        :param pause: seconds between two attempts to open the index.
        """
        self._root = root
        self._generations = Generations(root)
        self._follower = Follower(Snapshot(), self._generations, self._generations.current, pause)
        self._weights = weights
        self._limits = limits
        self._pause = pause
        self._hiding = Hiding(frozenset())
        # Most processes look once: not all at the same segment.
        self._inspections = randbelow(1 << 16)

    def hiding(self, collections: frozenset[str]) -> WhooshEngine:
        """Return a view of this engine without the documents of these collections."""
        engine = copy(self)
        engine._hiding = Hiding(collections)
        return engine

    @cached_property
    def _register(self) -> Follower[Register]:
        from archive.search.whoosh_engine.register import Register  # noqa: PLC0415 - most processes only search

        return Follower(Register(), self._generations, self._generations.current, self._pause)

    @contextmanager
    def _reading(self) -> Iterator[Snapshot]:
        with self._follower.reading() as snapshot:
            yield self._hiding.applied(snapshot)

    @property
    def generation(self) -> str:
        """The name of the generation that answers searches."""
        return self._generations.current() or NO_GENERATION

    @property
    def where(self) -> str:
        """The folder of generations."""
        return str(self._root)

    def published(self) -> float | None:
        """Return when the current generation was swapped in."""
        return self._generations.published()

    def is_of_before(self) -> bool:
        """Return whether the index is of an older version, which is readable and must be rebuilt before it is
        changed."""
        return self._generations.is_of_before()

    def damages(self) -> Iterator[IndexDamaged]:
        """Verify every block of the current generation; yield an error for each damaged file."""
        return damaged_files(self._root, self._pause)

    def probe(self) -> None:
        """Open the newest commit."""
        self._follower.newest()

    def inspect(self) -> None:
        """Look at the newest state as a commit does, and open one of its segments, each time another one."""
        self._register.asked(lambda register: register.inspect(self._inspections))
        self._inspections += 1

    def add(self, entries: Iterable[IndexEntry]) -> None:
        """Add or replace documents, durably. The first ones create the first generation.

        :raises archive.errors.ArchiveBusy: another process is writing.
        :raises ValueError: an id is repeated, or an unknown document has no text.
        """
        name = self._generations.current()
        if name is None:
            self._add_first(entries)
        else:
            self._commit(name, entries)

    def _add_first(self, entries: Iterable[IndexEntry]) -> None:
        """Create the first generation, and make it the current one only when it has documents: after a failure, an
        empty one would stay current."""
        from archive.search.whoosh_engine.register import Register  # noqa: PLC0415 - as above

        first = self._generations.create()
        try:
            self._commit(first, entries, newest=Register)
            self._generations.publish(first)
        except BaseException:
            if self._generations.current() != first:
                self._generations.drop(first)
            raise

    def remove(self, ids: Iterable[str]) -> None:
        """Remove documents, durably; errors as in :meth:`add`."""
        name = self._generations.current()
        if name is not None:
            self._commit(name, (), ids)

    def _commit(
        self,
        name: str,
        add: Iterable[IndexEntry],
        remove: Iterable[str] = (),
        newest: Callable[[], Register] | None = None,
    ) -> None:
        from archive.search.whoosh_engine.writer import commit  # noqa: PLC0415 - most processes only search

        commit(self._generations.path(name), add, remove, newest or self._register.look, self._limits)

    def held(self, documents: Iterable[str] | None = None) -> Mapping[str, Held]:
        """Return every entry of the index, or those of some documents."""
        if documents is not None and not self._hiding:
            asked = list(documents)
            return self._register.asked(lambda register: register.held(asked))
        with self._reading() as snapshot:
            held = snapshot.held()
        if documents is None:
            return held
        wanted = set(documents)
        return {id_: of_it for id_, of_it in held.items() if id_ in wanted or id_.partition("/")[0] in wanted}

    def count(self) -> int:
        """Return the number of entries."""
        if self._hiding:
            return len(self.held())
        return self._register.asked(lambda register: register.count())

    def fingerprint(self) -> str:
        """Return the number of entries, and the sum of their revisions."""
        if self._hiding:
            return f"{self.count()}/{sum(of_it.revision for of_it in self.held().values())}"
        return self._register.asked(lambda register: register.fingerprint())

    def search(self, request: EngineRequest) -> EngineResults:
        """Answer a request.

        :raises archive.errors.QueryTooBroad: the query exceeds the limits.
        """
        with self._reading() as snapshot:
            return _answer(snapshot, request, self._weights)

    def matches(self, query: Query, document_id: str, reading: int) -> tuple[tuple[int, int], ...]:
        """Return where ``query`` matches a reading of one document; empty if the index does not hold that reading."""
        with self._reading() as snapshot:
            documents = snapshot.numbers_of([document_id])
            if not len(documents):
                return ()
            segment, local = snapshot.text_place(int(documents[0]))
            if segment.readings[local] != reading:
                return ()
            return matches(Question(snapshot), query, documents).of_document(int(documents[0]))

    def words(self, leaf: Leaf, limit: int) -> tuple[WordCount, ...]:
        """Return the words of the index that a leaf on pages matches, the most frequent first."""
        with self._reading() as snapshot:
            known = snapshot.known_words
            counts = known.get((leaf, limit))
            if counts is None:
                if len(known) >= MOST_KNOWN:
                    known.clear()
                counts = known[leaf, limit] = word_counts(Question(snapshot), leaf, limit)
            return counts

    def rebuild(self) -> Rebuild:
        """Begin a new generation beside the current one, which may be damaged."""
        from archive.search.whoosh_engine.building import WhooshRebuild  # noqa: PLC0415 - as above

        return WhooshRebuild(self._generations, self._limits)

    def close(self) -> None:
        """Release files and memory."""
        self._follower.close()
        if "_register" in vars(self):
            self._register.close()


def _answer(snapshot: Snapshot, request: EngineRequest, weights: Weights) -> EngineResults:
    question = Question(snapshot)
    matching = matched(question, request, weights)
    return EngineResults(
        total=matching.total,
        hits=hits(question, request, matching.shown, matching.scores),
        facets=matching.facets,
    )


@dataclass(frozen=True, slots=True)
class Matching:
    """The matches of a request: total, counts per facet value, and the documents of the slice."""

    total: int
    shown: Documents
    scores: Scores
    facets: Mapping[str, Mapping[str, int]]


def matched(question: Question, request: EngineRequest, weights: Weights = WEIGHTS) -> Matching:
    """Find, count and sort the documents that match a request, without positions."""
    snapshot = question.snapshot
    documents, scores = _found(question, request, weights)
    passing = _passing(snapshot, request, documents)
    counted: dict[str, NDArray[np.int64]] = {}
    for facet in passing:
        others = [mask for name, mask in passing.items() if name != facet]
        counted[facet] = documents[reduce(np.logical_and, others, np.ones(len(documents), bool))].astype(np.int64)
    if passing:
        selected = reduce(np.logical_and, passing.values())
        documents, scores = documents[selected], scores[selected]
    # bincount needs this type, and would copy the array for each facet.
    counted = {**dict.fromkeys(request.facets, documents.astype(np.int64)), **counted}
    shown, shown_scores = ordered(question, request, documents, scores, weights)
    return Matching(
        total=len(documents),
        shown=shown,
        scores=shown_scores,
        facets={
            facet: snapshot.facets[facet].count(
                counted[facet], (*request.filters.get(facet, ()), *request.excluded.get(facet, ()))
            )
            for facet in request.facets
        },
    )


def _passing(snapshot: Snapshot, request: EngineRequest, documents: Documents) -> dict[str, NDArray[np.bool_]]:
    """Return, for each facet with a selection, which of these documents pass its filter."""
    passing = {
        name: snapshot.facets[name].mask(values)[documents] for name, values in request.filters.items() if values
    }
    for name, values in request.excluded.items():
        kept = ~snapshot.facets[name].mask(values)[documents]
        passing[name] = passing[name] & kept if name in passing else kept
    return passing


def _found(question: Question, request: EngineRequest, weights: Weights) -> tuple[Documents, Scores]:
    snapshot = question.snapshot
    if request.query is None:
        documents, scores = np.arange(snapshot.size, dtype=np.int32), np.zeros(snapshot.size, np.float32)
    else:
        documents, scores = Ranking(question, weights).scored(request.query)
    if request.among is not None:
        among = np.zeros(snapshot.size, bool)
        among[snapshot.numbers_of(request.among)] = True
        keep = among[documents]
        documents, scores = documents[keep], scores[keep]
    return documents, scores
