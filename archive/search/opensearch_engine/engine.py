"""The engine for clusters: :class:`archive.search.engine.SearchEngine` on OpenSearch."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import partial
from typing import TypeVar

from archive.errors import EngineUnavailable, IndexDamaged
from archive.search.engine import EngineRequest, EngineResults, Held, IndexEntry, Rebuild, WordCount
from archive.search.matching.rescoring import WEIGHTS, Weights
from archive.search.opensearch_engine.client import REQUEST_LIMITS, Client, IndexGone, RequestLimits, Searching, Servers
from archive.search.opensearch_engine.generations import REMEDY, GenerationNames, IndexAliases
from archive.search.opensearch_engine.lexicon import word_counts
from archive.search.opensearch_engine.query_dsl import every, revisions
from archive.search.opensearch_engine.question import Replaced, RequestContext, answer
from archive.search.opensearch_engine.remembered import Remembered
from archive.search.opensearch_engine.sources import Sources
from archive.search.opensearch_engine.writing import OpenSearchRebuild, add, held_by, remove
from archive.search.query import Leaf, Query

KNOWN_SECONDS = 1.0
"""Seconds for which the name of the current generation is cached. A generation that was deleted is noticed at once."""

_ATTEMPTS = 5

_DOCUMENTS_AT_ONCE = 200
"""Documents whose entries are read per search: each is a clause, of which a search may have 1,024."""

_Answer = TypeVar("_Answer")


class OpenSearchEngine:
    """Searches the generation that its alias names. Indexes are created when the first document is added.

    Any number of threads and processes may search concurrently with one writing process. Every method may raise
    :class:`archive.errors.EngineUnavailable`, and :class:`IndexDamaged` if the index was made by another version of
        Dosije, except :meth:`rebuild`.
    """

    def __init__(self, url: str, kind: str, weights: Weights = WEIGHTS, limits: RequestLimits = REQUEST_LIMITS) -> None:
        """:param url: the setting ``search_url``.
        :param kind: the unit, which is part of the index name: documents or clauses.
        :raises archive.errors.UsageError: the address is invalid.
        """
        servers = Servers.parse(url)
        self._client = Client(servers)
        self._url = url
        self._generations = IndexAliases(self._client, f"{servers.name}-{kind}")
        self._sources: dict[GenerationNames, Sources] = {}
        self._weights = weights
        self._limits = limits
        self._hidden: frozenset[str] = frozenset()
        self._remembered = Remembered(limits.remembered)
        self._known: list[tuple[float, GenerationNames | None]] = []

    def hiding(self, collections: frozenset[str]) -> OpenSearchEngine:
        """Return a view of this engine without the documents of these collections."""
        engine = copy(self)
        engine._hidden = collections
        return engine

    @property
    def generation(self) -> str:
        """The name of the generation that answers searches."""
        return self._generations.name()

    @property
    def where(self) -> str:
        """The location of the index, for messages."""
        return f"{', '.join(self._client.servers.hosts)} ({self._generations.alias})"

    def published(self) -> float | None:
        """Return when the current generation was made, in seconds since 1970; None if there is none."""
        return self._generations.published()

    def is_of_before(self) -> bool:
        """Return false: no older version is read."""
        return False

    def damages(self) -> Iterator[IndexDamaged]:
        """Yield errors for lost shards. OpenSearch verifies the checksums of its files when it reads them."""
        place = self._current(fresh=True)
        if place is not None and (lost := self._generations.lost(place)):
            yield IndexDamaged(
                "The servers have lost %(count)s shards of the search index %(name)s.",
                REMEDY,
                count=lost,
                name=place.documents,
            )

    def probe(self) -> None:
        """Ask the servers for the current generation."""
        self._current(fresh=True)

    def inspect(self) -> None:
        """Ask the same: what lies on the servers they look after themselves."""
        self.probe()

    def add(self, entries: Iterable[IndexEntry]) -> None:
        """Add or replace documents. The first ones create the first generation.

        :raises ValueError: an id is repeated, or an unknown document has no text.
        """
        place = self._current(fresh=True)
        if place is None:
            place = self._generations.create()
            self._generations.publish(place)
            self._known.clear()
        sources = self._sources.setdefault(place, Sources())
        try:
            add(self._client, place, sources, entries)
        except BaseException:
            # Forget which words were sent: some may not have been.
            del self._sources[place]
            raise
        self._generations.refresh(place)

    def remove(self, ids: Iterable[str]) -> None:
        """Remove documents."""
        place = self._current(fresh=True)
        if place is not None:
            remove(self._client, place, ids)
            self._generations.refresh(place)

    def held(self, documents: Iterable[str] | None = None) -> Mapping[str, Held]:
        """Return every entry of the index, or those of some documents."""
        if documents is None:
            return self._asked(lambda asking: held_by(asking.searching, asking.place, every(self._hidden)), {})
        held: dict[str, Held] = {}
        asked = sorted(set(documents))
        for start in range(0, len(asked), _DOCUMENTS_AT_ONCE):
            some = asked[start : start + _DOCUMENTS_AT_ONCE]
            held |= self._asked(partial(self._held_of, some), dict[str, Held]())
        return held

    def _held_of(self, documents: Sequence[str], asking: RequestContext) -> dict[str, Held]:
        return held_by(asking.searching, asking.place, every(self._hidden, documents))

    def count(self) -> int:
        """Return the number of entries."""
        return self._sums()[0]

    def fingerprint(self) -> str:
        """Return the number of entries, and the sum of their revisions."""
        count, revisions_of_all = self._sums()
        return f"{count}/{revisions_of_all}"

    def _sums(self) -> tuple[int, int]:
        def counted(asking: RequestContext) -> tuple[int, int]:
            (answer,) = asking.searching.fetched([(asking.place.documents, revisions(self._hidden))])
            return answer["hits"]["total"]["value"], int(answer["aggregations"]["revision"]["value"])

        return self._asked(counted, (0, 0))

    def search(self, request: EngineRequest) -> EngineResults:
        """Answer a request. The answer is partial if a shard did not answer.

        :raises archive.errors.QueryTooBroad: the query exceeds the limits.
        """
        nothing = EngineResults(0, (), {facet: dict.fromkeys(_chosen(request, facet), 0) for facet in request.facets})
        return self._asked(lambda asking: answer(asking, request), nothing, may_be_partial=request.may_be_partial)

    def matches(self, query: Query, document_id: str, reading: int) -> tuple[tuple[int, int], ...]:
        """Return where ``query`` matches a reading of one document; empty if the index does not hold that reading."""

        def found(asking: RequestContext) -> tuple[tuple[int, int], ...]:
            understood, _ = asking.words(query)
            texts = asking.looked_at([document_id], understood)
            if not texts.documents or texts.documents[0].reading != reading:
                return ()
            return texts.placed(query, texts.all)[1].outermost().of_document(0)

        return self._asked(found, ())

    def words(self, leaf: Leaf, limit: int) -> tuple[WordCount, ...]:
        """Return the words of the index that a leaf on pages matches, the most frequent first."""

        def counted(asking: RequestContext) -> tuple[WordCount, ...]:
            return word_counts(asking.searching, asking.place, leaf, limit, self._hidden)

        return self._asked(counted, (), may_be_partial=True)

    def rebuild(self) -> Rebuild:
        """Begin a new generation beside the current one, which may be of another version."""
        return OpenSearchRebuild(self._client, self._url, self._generations, self._known.clear)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _current(self, fresh: bool = False) -> GenerationNames | None:
        now = time.monotonic()
        known = self._known[-1:]
        if fresh or not known or now - known[0][0] > KNOWN_SECONDS:
            known = [(now, self._generations.current())]
            self._known[:] = known
        return known[0][1]

    def _asked(
        self, question: Callable[[RequestContext], _Answer], nothing: _Answer, *, may_be_partial: bool = False
    ) -> _Answer:
        """Return the answer to a question, retried if a generation or document was replaced; ``nothing`` if there is no
        index."""
        for attempt in range(_ATTEMPTS):
            place = self._current(fresh=attempt > 0)
            if place is None:
                return nothing
            try:
                searching = Searching(self._client, limits=self._limits)
                found = question(RequestContext(searching, place, self._hidden, self._weights, self._remembered))
            except (IndexGone, Replaced):
                continue
            if searching.partial and not may_be_partial:
                raise EngineUnavailable(
                    "A part of the search index at %(address)s does not answer.",
                    "Check that all servers of OpenSearch are running; nothing is lost.",
                    address=self.where,
                )
            return found
        raise IndexDamaged(
            "The search index at %(address)s changes faster than it can be read.", REMEDY, address=self.where
        )


def _chosen(request: EngineRequest, facet: str) -> tuple[str, ...]:
    return (*request.filters.get(facet, ()), *request.excluded.get(facet, ()))
