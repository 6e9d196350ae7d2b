"""Search by meaning: documents with a passage close to the query, listed beside those that match its words.

Every passage is compared with the query. Filters, fields and rights are applied by the engine to documents in the order
of their closest passages, so hidden documents are never listed. Passages of readings that are not indexed are ignored.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from archive.errors import DosijeError, Message
from archive.model import Description
from archive.search.engine import EngineHit, EngineRequest, SearchEngine
from archive.search.filters import engine_request
from archive.search.index_state import Progress
from archive.search.passages.cutting import CutPassage
from archive.search.passages.models import KeptModel, ModelIdentity, TextRole
from archive.search.passages.store import PassageStore
from archive.search.query import And
from archive.search.request import MAX_LIMIT, SearchRequest, Unit
from archive.search.results import CloseHit, ClosePassages, SearchResults
from archive.search.service import divided
from archive.search.snippets import make_snippet
from archive.store.catalog import Catalog
from archive.text.analyzer import found_by

MOST_CLOSE = 10
"""Most documents of the list; further ones are hardly close."""

Ranked = tuple[str, int, CutPassage, float]
"""A document, its reading, its closest passage, and their similarity."""

Passing = tuple[Ranked, EngineHit]
"""A ranked document, and its hit of the engine."""

_FIRST_REQUEST = 32
"""Documents in the first request to the engine: without filters, enough of them pass."""


@dataclass(frozen=True, slots=True)
class PassageState:
    """The state of search by meaning: the model, numbers of documents and passages, and of due documents.

    ``problem`` says why it is not available, if so.
    """

    model: ModelIdentity | None = None
    documents: int = 0
    passages: int = 0
    bytes: int = 0
    due: int = 0
    problem: str | None = None


class MeaningSearch:
    """Search by meaning in one archive, with the rights of its catalog and engine."""

    def __init__(
        self,
        catalog: Catalog,
        engine: SearchEngine,
        store: PassageStore,
        model: KeptModel,
        first_look: int = _FIRST_REQUEST,
        piece: int = MAX_LIMIT,
    ) -> None:
        """:param piece: most documents per request to the engine."""
        self._catalog, self._engine, self._store, self._model = catalog, engine, store, model
        self._first_look, self._piece = first_look, piece

    def close_passages(
        self, request: SearchRequest, exact: SearchResults, most: int = MOST_CLOSE
    ) -> ClosePassages | None:
        """Return the closest passage of each of the ``most`` closest documents, without those among the hits of
        ``exact``, which answers the same request.

        None if there is no such list: for clauses, exact searches, queries without words, and after the first page.

        :raises archive.errors.UsageError: the model cannot be opened.
        :raises archive.errors.IndexDamaged: the passages cannot be read.
        """
        wanted, others = divided(exact.parsed)
        if request.unit is not Unit.DOCUMENTS or request.exact or request.offset or not wanted:
            return None
        model = self._model()
        stored = self._store.newest()
        if stored is None or not stored.made.is_of(model.identity):
            return ClosePassages((), self._catalog.documents.count())
        text = " ".join(factor.text for factor in wanted) if others else request.text
        question = model.vectors([text], TextRole.QUESTION)[0]
        resolved = replace(request, filters=exact.filters, sort="newest", limit=self._piece)
        query = And(others) if others else None
        asked = replace(engine_request(self._catalog, resolved, query, may_be_partial=True), facets=())
        shown = {hit.id for hit in exact.hits}
        ranked = (one for one in stored.nearest(question) if one[0] not in shown)
        passing = islice(self._passing(asked, ranked), most)
        typed = frozenset(stem for factor in wanted for word in factor.text.split() for stem in found_by(word))
        found = tuple(_hit(*one, typed) for one in passing)
        return ClosePassages(found, self._catalog.indexing.count_due(stored.generation))

    def _passing(self, asked: EngineRequest, ranked: Iterator[Ranked]) -> Iterator[Passing]:
        """Yield those of the ranked documents that pass filters and rights, in order."""
        yield from self._among(asked, islice(ranked, self._first_look))
        if self._engine.search(replace(asked, limit=1)).total <= self._piece:
            yield from _close(ranked, self._hits(asked))
            return
        # Of every thousand documents, enough pass.
        while batch := list(islice(ranked, self._piece)):
            yield from self._among(asked, batch)

    def _among(self, asked: EngineRequest, ranked: Iterable[Ranked]) -> Iterator[Passing]:
        batch = list(ranked)
        among = frozenset(document for document, *_ in batch)
        among = among if asked.among is None else among & asked.among
        return _close(batch, self._hits(replace(asked, among=among)))

    def _hits(self, asked: EngineRequest) -> dict[str, EngineHit]:
        return {hit.id: hit for hit in self._engine.search(asked).hits}

    def is_due(self) -> bool:
        """Return whether passages are due. Errors as for :meth:`close_passages`."""
        stored = self._store.newest()
        if stored is None or not stored.made.is_of(self._model().identity):
            return self._catalog.documents.count() > 0
        return self._catalog.indexing.count_due(stored.generation) > 0

    def state(self) -> PassageState:
        """Return the state, including what is wrong."""
        try:
            stored, model = self._store.newest(), self._model().identity
        except DosijeError as error:
            return PassageState(due=self._catalog.documents.count(), problem=str(error))
        if stored is None:
            return PassageState(model, due=self._catalog.documents.count())
        if not stored.made.is_of(model):
            made = Message(
                "The passages were made with another model, %(model)s; they are made again.", model=stored.made.model
            )
            return PassageState(model, due=self._catalog.documents.count(), problem=made)
        due = self._catalog.indexing.count_due(stored.generation)
        return PassageState(model, stored.documents, stored.live, stored.size_on_disk, due)

    def check(self) -> None:
        """Verify all stored passages.

        :raises archive.errors.IndexDamaged: their checksum differs.
        """
        if stored := self._store.newest():
            stored.check()

    def forget(self) -> None:
        """Delete all passages, so that they are built again; errors as for :meth:`make`."""
        self._store.forget()

    def make(self, progress: Progress | None = None, until: Callable[[], bool] = lambda: False) -> int:
        """Build the due passages; returns the number of documents. Errors as for
        :meth:`archive.search.passages.making.PassageMaker.make`.
        """
        from archive.search.passages.making import PassageMaker  # noqa: PLC0415 - a search makes none

        # One processor is left to readers.
        model = self._model(max(1, (os.cpu_count() or 1) - 1))
        return PassageMaker(self._catalog, self._store, model).make(progress, until)


def _close(ranked: Iterable[Ranked], hits: Mapping[str, EngineHit]) -> Iterator[Passing]:
    """Yield those of the ranked documents of which the engine has the same reading."""
    for one in ranked:
        hit = hits.get(one[0])
        if hit is not None and hit.reading == one[1]:
            yield one, hit


def _hit(ranked: Ranked, found: EngineHit, typed: frozenset[str]) -> CloseHit:
    """Build a hit with its passage, in which words that share one of the ``typed`` stems are marked."""
    document, reading, passage, similarity = ranked
    start = found.text.first_words[passage.page - 1]
    words = list(found.text.words(passage.page)[passage.first - start : passage.last - start + 1])
    shared = [(at, at) for at, word in enumerate(words) if not typed.isdisjoint(found_by(word))]
    place, text = (passage.first, passage.last), " ".join(words)
    described = Description.from_bytes(found.shown)
    return CloseHit(document, reading, similarity, described, passage.page, place, text, make_snippet(words, shared))
