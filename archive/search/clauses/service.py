"""Searching for clauses: from a request to a page of results."""

from __future__ import annotations

import time

from archive.search.building import Building
from archive.search.clauses.entries import ShownClause
from archive.search.clauses.indexing import INDEX
from archive.search.clauses.results import ClauseHit, ClauseResults
from archive.search.engine import EngineHit, SearchEngine
from archive.search.facets import list_values
from archive.search.narrowing import engine_request
from archive.search.parser import parse
from archive.search.request import SearchRequest
from archive.search.results import PARTIAL
from archive.search.service import page_hits
from archive.search.standing import count_not_searched
from archive.store.catalog import Catalog


class ClauseSearch:
    """Answers search requests with clauses. Safe to use from many threads."""

    def __init__(self, catalog: Catalog, engine: SearchEngine, building: Building | None = None) -> None:
        """:param engine: the one that holds clauses.
        :param building: tells how far a missing index is made."""
        self._catalog = catalog
        self._engine = engine
        self._building = building

    def search(self, request: SearchRequest, *, may_be_partial: bool = False) -> ClauseResults:
        """Answer a request. All words of a query have to stand in one clause; ``title:`` asks for its heading.

        :param may_be_partial: take an answer that lacks a part of the index; a note says so.
        :raises archive.errors.IndexDamaged: the index cannot be read.
        :raises archive.errors.IndexMissing: it is gone.
        :raises archive.errors.EngineUnavailable: it does not answer.
        :raises archive.errors.QueryTooBroad: the query asks for more than the limits allow.
        """
        not_searched = self.not_searched()
        started = time.perf_counter()
        parsed = parse(request.text, request.exact, request.look_alikes)
        found = self._engine.search(engine_request(self._catalog, request, parsed.query, may_be_partial=may_be_partial))
        if not found.total:
            # Nothing is found in an index that has just gone, either.
            not_searched = self.not_searched()
        return ClauseResults(
            query=request.text,
            total=found.total,
            took_ms=(time.perf_counter() - started) * 1000,
            notes=(*parsed.notes, *([PARTIAL] if found.partial else ())),
            hits=tuple(_clause_hit(hit, request.excerpts) for hit in found.hits),
            facets={facet: list_values(facet, counts) for facet, counts in found.facets.items()},
            not_searched=not_searched,
        )

    def not_searched(self) -> int:
        """How many documents were added or changed whose clauses are not indexed yet. Errors as for :meth:`search`."""
        return count_not_searched(self._catalog, self._engine, INDEX, self._building)


def _clause_hit(found: EngineHit, excerpts: int) -> ClauseHit:
    clause, described = ShownClause.from_bytes(found.shown)
    pages = page_hits(found, excerpts, clause.first_page, clause.first_word, frozenset(clause.left_out))
    return ClauseHit(clause, described, found.reading, found.score, pages)
