"""The part of the catalog that shows whether it is whole, and records that this was looked at."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import select

from archive.store import events, history, inspecting, policies, vendor_rulings
from archive.store.events import Entry, EventName
from archive.store.history import FAILED_READING, History
from archive.store.inspecting import Inspected
from archive.store.sql.database import Database
from archive.store.sql.tables import decisions
from archive.store.sql.tables import events as events_table

MOST_FAULTS = 20
"""Faults that the database names before it stops looking."""


class Inspection:
    """Methods of :class:`archive.store.catalog.Catalog`, kept apart for their number."""

    _database: Database

    def database_faults(self, *, thorough: bool) -> tuple[str, ...]:
        """What the database finds wrong with itself: its pages, its indexes (only if ``thorough``), rows that point at
        rows that are not there, decisions without their event. Nothing, if all is well.

        :raises archive.errors.CatalogError: it is so damaged that it cannot be looked through.
        """
        orphaned = select(decisions.c.event).where(decisions.c.event.not_in(select(events_table.c.seq)))
        with self._database.reading() as connection:
            faults = self._database.faults(connection, thorough=thorough, most=MOST_FAULTS)
            for number in connection.scalars(orphaned.limit(MOST_FAULTS)):
                faults.append(f"the decision that event {number} tells of is there, and the event is not")
        return tuple(faults)

    def database_checks(self, *, thorough: bool) -> str:
        """What :meth:`database_faults` has the database's server look at; nothing for a file."""
        with self._database.reading() as connection:
            return self._database.checks(connection, thorough=thorough)

    def policy_differences(self) -> tuple[str, ...]:
        """What users, tokens and collections are otherwise than the event log tells, in sentences.

        :raises KeyError: an event does not say what it should.
        """
        with self._database.reading() as connection:
            return policies.differences(connection)

    def ruling_differences(self) -> tuple[int, ...]:
        """The events whose rulings on vendors are kept otherwise than the event log tells.

        :raises KeyError, ValueError: an event, or a ruling, does not say what it should.
        """
        with self._database.reading() as connection:
            return vendor_rulings.differences(connection)

    def history(self, wanted: Iterable[int] = ()) -> History:
        """What the whole event log tells, with the hashes of the events ``wanted``."""
        with self._database.reading() as connection:
            return history.read_history(connection, frozenset(wanted))

    def inspect(self, document_id: str) -> Inspected | None:
        """Look through all that is kept of a document; None if there is no such document.

        :raises ValueError: a row holds values that make no sense.
        """
        with self._database.reading() as connection:
            return inspecting.inspect(connection, document_id)

    def seal(self, inspected: Mapping[str, tuple[Inspected, frozenset[int]]]) -> None:
        """Record the digests of these documents in the event log, of each those of the readings named with it."""
        with self._database.writing() as connection:
            for document_id, (found, numbers) in inspected.items():
                detail = {
                    "algorithm": "SHA-256",
                    "revision": found.revision,
                    "digests": found.digests,
                    "readings": {str(number): found.reading_digests[number] for number in sorted(numbers)},
                }
                events.append(connection, EventName.MESSAGE_DIGEST_CALCULATION, document_id, detail)

    def record_failed_reading(self, document_id: str, reading: int, replaced_by: int) -> None:
        """Record that a reading is damaged for good and that another has taken its place."""
        detail = {"outcome": "fail", FAILED_READING: reading, "replaced_by": replaced_by}
        with self._database.writing() as connection:
            events.append(connection, EventName.FIXITY_CHECK, document_id, detail)

    def event_entries(self, ids: Collection[str]) -> tuple[Entry, ...]:
        """Every event that tells of one of these documents, and the newest of the whole log, in order."""
        with self._database.reading() as connection:
            return events.entries(connection, ids)

    def record_event(self, name: EventName, detail: Mapping[str, object]) -> tuple[int, str]:
        """Record something that was done to the archive as a whole; returns the event's number and hash."""
        with self._database.writing() as connection:
            number = events.append(connection, name, None, detail)
            hash_ = connection.scalar(select(events_table.c.hash).where(events_table.c.seq == number))
        return number, str(hash_)
