"""The part of the catalog that tells all that is known of documents, of some or of all at once, now or as of an earlier
event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from archive.errors import Message, UsageError
from archive.store import coverage, describing, events, index_records, past, signatures
from archive.store.coverage import LastEvent
from archive.store.database import Database
from archive.store.describing import Known
from archive.store.events import Entry
from archive.store.past import READ_BY, Past
from archive.store.signatures import Likeness
from archive.store.tables import events as event_rows

Links = Mapping[str, list[Likeness]]


@dataclass(frozen=True, slots=True)
class Present:
    """One state of the catalog. ``revisions`` are those of all documents, ``changed`` is known of those that were asked
    for at another revision, ``links`` are documents that say nearly the same."""

    event: LastEvent | None
    revisions: Mapping[str, int]
    changed: Mapping[str, Known]
    links: Links


class Recalling:
    """Methods of :class:`archive.store.catalog.Catalog`, kept apart for their number."""

    _database: Database

    def known_of(self, ids: Iterable[str]) -> dict[str, Known]:
        """What is known of each of these documents now; unknown ids are left out."""
        with self._database.reading() as connection:
            return describing.known(connection, ids)

    def present(self, known: Mapping[str, int], numbers: float) -> Present:
        """What is known now.

        :param known: documents that the caller knows, at these revisions: what is known of them then is left out.
        :param numbers: the share (0..1) of their numbers that linked documents have to have in common.
        """
        with self._database.reading() as connection:
            revisions = index_records.revisions(connection)
            due = [id_ for id_, revision in revisions.items() if known.get(id_) != revision]
            return Present(
                coverage.last_event(connection),
                revisions,
                describing.known(connection, due),
                signatures.likenesses_kept(connection, numbers),
            )

    def known_until(self, event: int) -> int:
        """The last event of the whole archive that belongs to the state after this one: of those from whom something is
        hidden, every event before the next one that they see. What happens to vendors is shown to them without its
        events."""
        if self._database.whole is self._database:
            return event
        following = select(func.min(event_rows.c.seq)).where(event_rows.c.seq > event)
        with self._database.whole.reading() as everything:
            newest = events.newest(everything)
            with self._database.reading() as connection:
                next_seen = connection.scalar(following)
        return newest if next_seen is None else min(next_seen - 1, newest)

    def past(self, until: int, numbers: float) -> tuple[Past, Links]:
        """What was known after an event of the whole archive (:meth:`known_until`), and the links that documents have
        now."""
        with self._database.whole.reading() as everything:
            whole = past.recall(everything, until)
        with self._database.reading() as connection:
            return past.as_seen(connection, whole), signatures.likenesses_kept(connection, numbers)

    def event_at(self, moment: datetime | int) -> LastEvent:
        """The event of this number, or the last one before a moment.

        :raises UsageError: there is none.
        """
        with self._database.reading() as connection:
            newest = coverage.last_event(connection)
            found = coverage.last_event(connection, moment)
        if found is None or newest is None:
            raise UsageError(
                "Nothing had happened in this archive before %(moment)s.", "Choose a later moment.", moment=moment
            )
        if isinstance(moment, int) and moment != found.number:
            raise UsageError(
                "There is no event %(number)s yet.",
                Message("The newest one is %(number)s.", number=newest.number),
                number=moment,
            )
        return found

    def newest_event(self) -> int:
        """The number of the last event, 0 before the first."""
        with self._database.reading() as connection:
            return events.newest(connection)

    def newest_read_event(self) -> int:
        """The number of the last event that changed words or clauses of a document, 0 before the first."""
        with self._database.reading() as connection:
            return events.newest(connection, READ_BY)

    def events_between(self, first: int, last: int) -> list[Entry]:
        """The events after the one of number ``first`` up to the one of number ``last``."""
        with self._database.reading() as connection:
            return list(events.between(connection, first, last))
