"""Alerts: saved searches are run on the documents that come in, and tell of those that they find.

A search tells of a document once: when the document is new and matches, or when it was there before, was read again or
corrected, and matches for the first time. What the archive held when the search was saved is no news.

The index goes ahead and the checks follow it. The catalog knows which documents the index holds and were not checked,
so a check that was interrupted is made up for by the next call of :meth:`Alerts.check_due`, whoever makes it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from archive.description import Description
from archive.errors import UsageError
from archive.search.request import MAX_LIMIT, SearchRequest
from archive.search.results import PageHit, Pages
from archive.search.saved import parameters_of, request_of
from archive.search.service import SearchService
from archive.serialization import Id, JsonAnswer, Timestamp, attr
from archive.store.alert_checks import CheckAnswer
from archive.store.catalog import Catalog
from archive.store.database import batches
from archive.store.saved_searches import SavedSearch


@dataclass(frozen=True, slots=True)
class Alert:
    """A document that a saved search found. ``pages`` are those that match now: none, if it has changed since then, or
    if the search asks for facts and not for words."""

    description: Description
    found_at: datetime
    is_unread: bool
    pages: tuple[PageHit, ...]


class AlertAnswer(JsonAnswer):
    """A document that it found."""

    id: Id = attr("description.id")
    title: str = attr("description.title")
    found_at: Timestamp
    unread: bool = attr("is_unread")
    pages: Pages


class Alerts:
    """Runs the saved searches of an archive. Safe to use from many threads and processes; no lock is needed."""

    def __init__(self, catalog: Catalog, search: SearchService) -> None:
        self._catalog = catalog
        self._search = search

    def save(self, generation: str, name: str, request: SearchRequest) -> SavedSearch:
        """Save a search. What index ``generation`` holds by now will be no news to it.

        :raises archive.errors.UsageError: the name is no name, or is taken; or the search is one for clauses.
        """
        self.check_due(generation)
        return self._catalog.save_search(name, parameters_of(request))

    def remember(self, generation: str, ids: Iterable[str]) -> None:
        """Note which of these documents a saved search matches by now, before the index takes in other revisions.

        Only what was checked and then read again or corrected is looked at; a new document costs nothing. A search that
        cannot be run is passed over: it may then tell of a document which it matched before, and loses none.

        :raises archive.errors.IndexDamaged: the index cannot be read.
        """
        changed = self._catalog.checked_but_changed(generation, ids)
        if not changed:
            return
        answers = {saved.id: self._ask(saved, changed) for saved in self._catalog.saved_searches()}
        self._catalog.record_known({id_: answer.found for id_, answer in answers.items()})

    def check_due(self, generation: str) -> int:
        """Run the saved searches on every document that index ``generation`` holds and that was not checked as it is.

        A search that cannot be run, because it is too broad by now, is noted with its reason. It is tried again on the
        documents it has missed whenever something is checked.

        :returns: how many documents were checked.
        :raises archive.errors.IndexDamaged: the index cannot be read.
        """
        checked = 0
        missed = self._catalog.missed()
        while (due := self._catalog.unchecked(generation)) or missed:
            answers = {}
            for saved in self._catalog.saved_searches():
                if asked := {*due, *missed.get(saved.id, ())}:
                    answers[saved.id] = self._ask(saved, asked)
            self._catalog.record_checks(due, answers)
            checked += len(due)
            missed = {}
        return checked

    def found(self, saved: SavedSearch, *, unread_only: bool = False, limit: int | None = None) -> tuple[Alert, ...]:
        """What a search has found since it was saved, the last found first."""
        hits = self._catalog.saved_hits(saved.id, unread_only=unread_only, limit=limit)
        pages: dict[str, tuple[PageHit, ...]] = {}
        # A search that is too broad by now still tells what it found before.
        with suppress(UsageError):
            for ids in batches(hit.document for hit in hits):
                results = self._search.search(request_of(saved, MAX_LIMIT), among=frozenset(ids))
                pages |= {hit.id: hit.pages for hit in results.hits}
        described = self._catalog.describe(hit.document for hit in hits)
        return tuple(
            Alert(described[hit.document], hit.found_at, hit.read_at is None, pages.get(hit.document, ()))
            for hit in hits
        )

    def _ask(self, saved: SavedSearch, asked: Collection[str]) -> CheckAnswer:
        """Which of these documents a search matches. The request may hold 1,000 documents, and gets 500 at a time."""
        found: list[str] = []
        try:
            for ids in batches(asked):
                results = self._search.search(request_of(saved, MAX_LIMIT), among=frozenset(ids))
                found += (hit.id for hit in results.hits)
        except UsageError as error:
            return CheckAnswer(asked, (), str(error))
        return CheckAnswer(asked, found)
