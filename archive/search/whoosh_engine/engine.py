"""The embedded search engine: :class:`archive.search.engine.SearchEngine` on Whoosh."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path

from archive.errors import IndexDamaged
from archive.search.engine import EngineHit, EngineRequest, EngineResults, IndexEntry, Rebuild
from archive.search.facets import count_values, narrow
from archive.search.query import Query
from archive.search.request import FACETS
from archive.search.spans import Match
from archive.search.whoosh_engine.evaluation import Scores, matches, scores
from archive.search.whoosh_engine.following import Follower
from archive.search.whoosh_engine.generations import NO_GENERATION, REMEDY, Generations
from archive.search.whoosh_engine.reader import Snapshot
from archive.search.whoosh_engine.schema import Record
from archive.search.whoosh_engine.writer import commit


class WhooshEngine:
    """Searches the newest committed state, whichever process committed it. Nothing is written until something is added.

    Python runs one thread at a time and Whoosh's readers are not safe to share, so questions take turns. Every method
    may raise :class:`IndexDamaged`, except :meth:`rebuild`.
    """

    def __init__(self, root: Path) -> None:
        """:param root: the folder of the generations; it need not exist."""
        self._generations = Generations(root)
        self._follower = Follower(self._generations, self._generations.current)
        self._lock = threading.RLock()

    @property
    def generation(self) -> str:
        """The name of the generation that answers searches."""
        return self._generations.current() or NO_GENERATION

    def add(self, entries: Iterable[IndexEntry]) -> None:
        """Add or replace documents, durably. The first ever added make the first generation.

        :raises archive.errors.ArchiveBusy: another process is writing.
        :raises ValueError: an id comes twice.
        """
        name = self._generations.current()
        if name is None:
            name = self._generations.create()
            self._generations.publish(name)
        commit(self._generations.path(name), entries, (), self._newest)

    def remove(self, ids: Iterable[str]) -> None:
        """Take documents out, durably; errors as in :meth:`add`."""
        name = self._generations.current()
        if name is not None:
            commit(self._generations.path(name), (), ids, self._newest)

    def _newest(self) -> Snapshot:
        with self._lock:
            return self._follower.newest()

    def revisions(self) -> Mapping[str, int]:
        """Every document the index holds, with its revision."""
        with self._lock, self._follower.reading() as snapshot:
            return revisions_of(snapshot)

    def search(self, request: EngineRequest) -> EngineResults:
        """Answer a request."""
        with self._lock, self._follower.reading() as snapshot:
            return _answer(snapshot, request)

    def matches(self, query: Query, document_id: str, reading: int) -> tuple[tuple[int, int], ...]:
        """Where ``query`` matches a reading of one document; nowhere, if the index does not hold that reading."""
        with self._lock, self._follower.reading() as snapshot:
            number = snapshot.number_of.get(document_id)
            if number is None or snapshot.records[number].reading != reading:
                return ()
            return matches(snapshot, query, [number])[number]

    def rebuild(self) -> Rebuild:
        """Start a new generation beside this one, which may be damaged."""
        return WhooshRebuild(self._generations)

    def close(self) -> None:
        """Let go of files and memory."""
        with self._lock:
            self._follower.close()


class WhooshRebuild:
    """A generation in the making: :class:`archive.search.engine.Rebuild`."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self.generation = generations.create()
        self._follower = Follower(generations, lambda: self.generation)

    def add(self, entries: Iterable[IndexEntry]) -> None:
        """Take in documents with one commit; errors as in :meth:`WhooshEngine.add`."""
        commit(self._generations.path(self.generation), entries, (), self._follower.newest)

    def publish(self, expected: Mapping[str, int]) -> None:
        """Verify the generation, swap it in durably, and drop all others.

        :raises IndexDamaged: it does not hold exactly what was expected; the old generation stays.
        """
        with self._follower.reading() as snapshot:
            held = revisions_of(snapshot)
        self._follower.close()
        if held != expected:
            wrong = len(held.items() ^ dict(expected).items())
            raise IndexDamaged(
                f"The rebuilt index differs from the catalog in {wrong} records; it is not used.", REMEDY
            )
        self._generations.publish(self.generation)
        self._generations.drop_all_but(self.generation)

    def discard(self) -> None:
        """Remove what was built, unless it has been published meanwhile."""
        self._follower.close()
        if self._generations.current() != self.generation:
            self._generations.drop(self.generation)


def revisions_of(snapshot: Snapshot) -> dict[str, int]:
    """Every document of a snapshot with its revision."""
    return {snapshot.records[number].id: snapshot.records[number].revision for number in snapshot.live}


def _answer(snapshot: Snapshot, request: EngineRequest) -> EngineResults:
    found = dict.fromkeys(snapshot.live, 0.0) if request.query is None else scores(snapshot, request.query)
    filters = {facet: values for facet, values in request.filters.items() if values}
    narrowed = narrow(found.keys(), {facet: snapshot.carrying(facet, values) for facet, values in filters.items()})
    shown = _slice(snapshot, request, narrowed.selected, found)
    where = matches(snapshot, request.query, shown) if request.query else {}
    return EngineResults(
        total=len(narrowed.selected),
        hits=tuple(_hit(snapshot.records[number], found[number], where.get(number, ())) for number in shown),
        facets={
            facet: count_values(narrowed.counted[facet], snapshot.values[facet], filters.get(facet, ()))
            for facet in FACETS
        },
    )


def _hit(record: Record, score: float, where: tuple[Match, ...]) -> EngineHit:
    return EngineHit(record.id, record.reading, score, where)


def _slice(snapshot: Snapshot, request: EngineRequest, selected: Iterable[int], found: Scores) -> list[int]:
    """The documents of the requested slice, in the requested order. Equally relevant ones come newest first."""
    if request.sort == "relevance":
        newest = snapshot.places["newest"]
        first = heapq.nsmallest(request.offset + request.limit, selected, key=lambda n: (-found[n], newest[n]))
    else:
        first = heapq.nsmallest(request.offset + request.limit, selected, key=snapshot.places[request.sort].__getitem__)
    return first[request.offset :]
