"""The part of the catalog that keeps saved searches, and what they found in documents that came after them.

Nothing of it goes into the event log: that tells what was done to documents, and which questions a reporter asks is no
one else's business.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from archive.store import alert_checks, saved_searches
from archive.store.alert_checks import CheckAnswer
from archive.store.saved_searches import SavedHit, SavedSearch
from archive.store.sql.database import BATCH, Database


class Watching:
    """Methods of :class:`archive.store.catalog.Catalog`, kept apart for their number.

    None of them needs the archive's writer lock: each is one short transaction of the database, so a search can be
    saved while documents are being added.
    """

    _database: Database

    def save_search(self, name: str, parameters: Mapping[str, Any]) -> SavedSearch:
        """Keep a search, which finds from now on.

        :raises archive.errors.UsageError: the name is empty, too long, of more than one line, or taken.
        """
        with self._database.writing() as connection:
            return saved_searches.save(connection, name, parameters)

    def saved_searches(self) -> tuple[SavedSearch, ...]:
        """All saved searches, by name."""
        with self._database.reading() as connection:
            return saved_searches.every(connection)

    def saved_search(self, key: str) -> SavedSearch:
        """The saved search of this id or name.

        :raises archive.errors.UnknownSearch: there is none.
        """
        with self._database.reading() as connection:
            return saved_searches.one(connection, key)

    def remove_search(self, search_id: str) -> None:
        """Forget a search and all that it found; an unknown id is no error."""
        with self._database.writing() as connection:
            saved_searches.remove(connection, search_id)

    def saved_hits(
        self, search_id: str, *, unread_only: bool = False, limit: int | None = None
    ) -> tuple[SavedHit, ...]:
        """The documents that a search found since it was saved, the last found first."""
        with self._database.reading() as connection:
            return saved_searches.found(connection, search_id, unread_only, limit)

    def mark_read(self, search_id: str, until: datetime) -> int:
        """Mark what a search found up to a moment as read; returns how many documents were news. What its reader does
        not see stays news for the others."""
        with self._database.reading() as connection:
            ids = saved_searches.unread(connection, search_id, until)
        with self._database.writing() as connection:
            return saved_searches.mark_read(connection, search_id, ids)

    def unchecked(self, generation: str) -> dict[str, int]:
        """Some of the documents that saved searches were not run on as index ``generation`` holds them, with those
        revisions; none when all are done."""
        with self._database.reading() as connection:
            return alert_checks.unchecked(connection, generation, BATCH)

    def checked_but_changed(self, generation: str, ids: Iterable[str]) -> set[str]:
        """Those of ``ids`` that index ``generation`` holds as they were checked, and the catalog does not any more."""
        with self._database.reading() as connection:
            return alert_checks.checked_but_changed(connection, generation, ids)

    def missed(self) -> dict[str, list[str]]:
        """Some of the documents that a saved search could not be run on, by the search's id."""
        with self._database.reading() as connection:
            return alert_checks.missed(connection, BATCH)

    def record_known(self, found: Mapping[str, Collection[str]]) -> None:
        """Record, by the search's id, documents that match already and are not to be told of."""
        with self._database.writing() as connection:
            for search_id, ids in found.items():
                alert_checks.record_known(connection, search_id, ids)

    def record_checks(self, revisions: Mapping[str, int], answers: Mapping[str, CheckAnswer]) -> None:
        """Record that the saved searches were run on these revisions of documents, and what each said, by its id."""
        with self._database.writing() as connection:
            alert_checks.record_checks(connection, revisions, answers)
