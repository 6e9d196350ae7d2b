"""The search engine of many machines: :class:`archive.search.engine.SearchEngine` on OpenSearch."""

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
"""How long the name of the generation is taken to be what it was. One that is gone is noticed at once."""

_ATTEMPTS = 5

_DOCUMENTS_AT_ONCE = 200
"""Documents whose entries are asked for in one search: each is a condition, of which a search may have 1,024."""

_Answer = TypeVar("_Answer")


class OpenSearchEngine:
    """Searches the generation that its alias names. Nothing is made on the servers until something is added.

    Any number of threads and processes may search at the same time, and while one process writes. Every method may
    raise :class:`archive.errors.EngineUnavailable`, and :class:`IndexDamaged` where the index was made by another
    version of Dosije, except :meth:`rebuild`.
    """

    def __init__(self, url: str, kind: str, weights: Weights = WEIGHTS, limits: RequestLimits = REQUEST_LIMITS) -> None:
        """:param url: the setting ``search_url``.
        :param kind: what is found, after which the index is called: documents or clauses.
        :raises archive.errors.UsageError: the address makes no sense.
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
        """Return this engine without the documents of these collections in any answer."""
        engine = copy(self)
        engine._hidden = collections
        return engine

    @property
    def generation(self) -> str:
        """The name of the generation that answers searches."""
        return self._generations.name()

    @property
    def where(self) -> str:
        """Where the index lies, for a person."""
        return f"{', '.join(self._client.servers.hosts)} ({self._generations.alias})"

    def published(self) -> float | None:
        """Return when the generation that answers searches was made, in seconds since 1970; None where there is
        none."""
        return self._generations.published()

    def is_of_before(self) -> bool:
        """Return false: no older version is read."""
        return False

    def damages(self) -> Iterator[IndexDamaged]:
        """Yield what of the index is lost on the servers. OpenSearch checks its files itself when it reads them."""
        place = self._current(fresh=True)
        if place is not None and (lost := self._generations.lost(place)):
            yield IndexDamaged(
                "The servers have lost %(count)s shards of the search index %(name)s.",
                REMEDY,
                count=lost,
                name=place.documents,
            )

    def probe(self) -> None:
        """Ask the servers for the generation that answers searches."""
        self._current(fresh=True)

    def inspect(self) -> None:
        """Ask the same: what lies on the servers they look after themselves."""
        self.probe()

    def add(self, entries: Iterable[IndexEntry]) -> None:
        """Add or replace documents. The first ever added make the first generation.

        :raises ValueError: an id comes twice, or an unknown document comes without its text.
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
            # Words may be remembered as sent that were not.
            del self._sources[place]
            raise
        self._generations.refresh(place)

    def remove(self, ids: Iterable[str]) -> None:
        """Take documents out."""
        place = self._current(fresh=True)
        if place is not None:
            remove(self._client, place, ids)
            self._generations.refresh(place)

    def held(self, documents: Iterable[str] | None = None) -> Mapping[str, Held]:
        """Return every entry the index holds, or those of some documents."""
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
        """Return how many entries the index holds."""
        return self._sums()[0]

    def fingerprint(self) -> str:
        """Return how many entries the index holds, and the sum of their revisions."""
        count, revisions_of_all = self._sums()
        return f"{count}/{revisions_of_all}"

    def _sums(self) -> tuple[int, int]:
        def counted(asking: RequestContext) -> tuple[int, int]:
            (answer,) = asking.searching.fetched([(asking.place.documents, revisions(self._hidden))])
            return answer["hits"]["total"]["value"], int(answer["aggregations"]["revision"]["value"])

        return self._asked(counted, (0, 0))

    def search(self, request: EngineRequest) -> EngineResults:
        """Answer a request. It is partial where a shard did not answer.

        :raises archive.errors.QueryTooBroad: the query asks for more than the limits allow.
        """
        nothing = EngineResults(0, (), {facet: dict.fromkeys(_chosen(request, facet), 0) for facet in request.facets})
        return self._asked(lambda asking: answer(asking, request), nothing, may_be_partial=request.may_be_partial)

    def matches(self, query: Query, document_id: str, reading: int) -> tuple[tuple[int, int], ...]:
        """Return where ``query`` matches a reading of one document; nowhere, if the index does not hold that
        reading."""

        def found(asking: RequestContext) -> tuple[tuple[int, int], ...]:
            understood, _ = asking.words(query)
            texts = asking.looked_at([document_id], understood)
            if not texts.documents or texts.documents[0].reading != reading:
                return ()
            return texts.placed(query, texts.all)[1].outermost().of_document(0)

        return self._asked(found, ())

    def words(self, leaf: Leaf, limit: int) -> tuple[WordCount, ...]:
        """Return the words that a leaf of the pages stands for, the most frequent first."""

        def counted(asking: RequestContext) -> tuple[WordCount, ...]:
            return word_counts(asking.searching, asking.place, leaf, limit, self._hidden)

        return self._asked(counted, (), may_be_partial=True)

    def rebuild(self) -> Rebuild:
        """Start a new generation beside this one, which may be of another version."""
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
        """Return the answer, asked anew if a generation or a document was replaced; ``nothing`` if there is no
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
                    "See that all servers of OpenSearch are running; nothing is lost.",
                    address=self.where,
                )
            return found
        raise IndexDamaged(
            "The search index at %(address)s changes faster than it can be read.", REMEDY, address=self.where
        )


def _chosen(request: EngineRequest, facet: str) -> tuple[str, ...]:
    return (*request.filters.get(facet, ()), *request.excluded.get(facet, ()))
