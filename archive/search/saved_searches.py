"""Saved searches and alerts: stored requests that are run on new documents.

A search raises one alert per document: when a new document matches, or a known one matches for the first time after it
was read again or corrected. Documents that were indexed when the search was saved raise none.

Checks follow the index. The catalog records which indexed documents are unchecked, so an interrupted check is resumed
by the next call of :meth:`AlertRunner.check_due` in any process.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from archive.errors import UsageError
from archive.model.description import Description
from archive.search.masking import Masking, beside
from archive.search.request import MAX_LIMIT, STORY, SearchRequest, Unit
from archive.search.results import PageHit, Pages
from archive.search.service import SearchService
from archive.serialization import Id, JsonAnswer, Timestamp, attr
from archive.store.catalog import Catalog
from archive.store.searches import CheckAnswer, SavedSearch
from archive.store.sql.database import batches
from archive.text.personal_numbers import masked_description

_SLICE = ("limit", "offset", "excerpts")
"""Fields of a request that select a part of the answer, and are not saved."""


def parameters_of(request: SearchRequest) -> dict[str, Any]:
    """Return the JSON form of a request without its default values.

    :raises UsageError: it is a search for clauses, which cannot be saved.
    """
    if request.unit is not Unit.DOCUMENTS:
        raise UsageError("A saved search reports documents, not clauses.", "Save a search for documents.")
    if STORY in request.filters:
        raise UsageError("A saved search is of the whole archive.", "Take the story out of the filters.")
    default = SearchRequest()
    values = {
        field.name: getattr(request, field.name)
        for field in fields(SearchRequest)
        if field.name not in _SLICE and getattr(request, field.name) != getattr(default, field.name)
    }
    if "filters" in values:
        values["filters"] = {facet: list(chosen) for facet, chosen in request.filters.items()}
    return values


def request_of(saved: SavedSearch, limit: int = 20) -> SearchRequest:
    """Return the request that was saved, for the first ``limit`` documents.

    :raises archive.errors.UsageError: this version does not accept it any more.
    """
    values = dict(saved.parameters)
    filters: Mapping[str, list[str]] = values.pop("filters", {})
    chosen = MappingProxyType({facet: tuple(of_facet) for facet, of_facet in filters.items()})
    return SearchRequest(**values, filters=chosen, limit=limit)


@dataclass(frozen=True, slots=True)
class Alert:
    """A document that a saved search found. ``pages`` match now: empty if it has changed since, or if the search has
    fact conditions only."""

    description: Description
    found_at: datetime
    is_unread: bool
    pages: tuple[PageHit, ...]


def masked_alert(alert: Alert, mask: Masking) -> Alert:
    """Return an alert whose texts are masked."""
    mask = beside(mask, [alert.description.id])
    pages = (replace(page, snippet=replace(page.snippet, text=mask(page.snippet.text))) for page in alert.pages)
    return replace(alert, description=masked_description(alert.description, mask), pages=tuple(pages))


class AlertAnswer(JsonAnswer):
    """A document that it found."""

    id: Id = attr("description.id")
    title: str = attr("description.title")
    found_at: Timestamp
    unread: bool = attr("is_unread")
    pages: Pages


class AlertRunner:
    """Runs the saved searches of an archive. Safe for many threads and processes without a lock."""

    def __init__(self, catalog: Catalog, search: SearchService) -> None:
        self._catalog = catalog
        self._search = search

    def save(self, generation: str, name: str, request: SearchRequest) -> SavedSearch:
        """Save a search. Documents that index ``generation`` holds now raise no alerts.

        :raises archive.errors.UsageError: the name is invalid or taken, or it is a search for clauses.
        """
        self.check_due(generation)
        return self._catalog.searches.save(name, parameters_of(request))

    def remember(self, generation: str, ids: Iterable[str]) -> None:
        """Record which of these documents match saved searches, before their new revisions are indexed.

        Only checked documents that changed since are searched. A search that fails is skipped: it may raise a repeated
        alert, and misses none.

        :raises archive.errors.IndexDamaged: the index cannot be read.
        """
        changed = self._catalog.alerts.checked_but_changed(generation, ids)
        if not changed:
            return
        answers = {saved.id: self._ask(saved, changed) for saved in self._catalog.searches.all()}
        self._catalog.alerts.record_known({id_: answer.found for id_, answer in answers.items()})

    def check_due(self, generation: str) -> int:
        """Run the saved searches on every unchecked document of index ``generation``.

        A search that fails, for example because it has become too broad, is recorded with the reason and retried on the
        missed documents at every check.

        :returns: the number of checked documents.
        :raises archive.errors.IndexDamaged: the index cannot be read.
        """
        checked = 0
        missed = self._catalog.alerts.missed()
        while (due := self._catalog.alerts.unchecked(generation)) or missed:
            answers = {}
            for saved in self._catalog.searches.all():
                if asked := {*due, *missed.get(saved.id, ())}:
                    answers[saved.id] = self._ask(saved, asked)
            self._catalog.alerts.record_checks(due, answers)
            self._catalog.alerts.catch_up(generation)
            checked += len(due)
            missed = {}
        self._catalog.alerts.catch_up(generation)
        return checked

    def found(
        self,
        saved: SavedSearch,
        *,
        unread_only: bool = False,
        limit: int | None = None,
        span: tuple[datetime, datetime] | None = None,
    ) -> tuple[Alert, ...]:
        """Return the alerts of a search, or those of a ``span`` of time, the newest first."""
        hits = self._catalog.searches.hits(saved.id, unread_only=unread_only, limit=limit, span=span)
        pages: dict[str, tuple[PageHit, ...]] = {}
        # A search that has become too broad still shows its earlier alerts.
        with suppress(UsageError):
            for ids in batches(hit.document for hit in hits):
                results = self._search.search(request_of(saved, MAX_LIMIT), among=frozenset(ids))
                pages |= {hit.id: hit.pages for hit in results.hits}
        described = self._catalog.documents.descriptions(hit.document for hit in hits)
        return tuple(
            Alert(described[hit.document], hit.found_at, hit.read_at is None, pages.get(hit.document, ()))
            for hit in hits
        )

    def _ask(self, saved: SavedSearch, asked: Collection[str]) -> CheckAnswer:
        """Return which of these documents a search matches. A request may return 1,000 documents, and gets 500 at a
        time."""
        found: list[str] = []
        try:
            for ids in batches(asked):
                results = self._search.search(request_of(saved, MAX_LIMIT), among=frozenset(ids))
                found += (hit.id for hit in results.hits)
        except UsageError as error:
            return CheckAnswer(asked, (), str(error))
        return CheckAnswer(asked, found)
