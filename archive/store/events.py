"""The event log: what was done to which document and when; each event holds the hash of the one before it.

Changing, removing or inserting an event breaks the chain at that place. Truncating the newest events leaves a valid
shorter chain, which only a hash recorded elsewhere reveals. Names follow the PREMIS event types
(https://id.loc.gov/vocabulary/preservation/eventType.html).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select

from archive.errors import CatalogError, Message, UsageError
from archive.store.sql.database import BATCH, Repository, in_transaction
from archive.store.sql.tables import events

_START = "0" * 64

CLOCKS_DIFFER = timedelta(minutes=5)
"""How far the clocks of the machines of an archive may differ."""
"""The previous hash of the first event."""


class EventName(StrEnum):
    """The PREMIS event types that are recorded."""

    CAPTURE = "capture"
    INGESTION = "ingestion"
    METADATA_EXTRACTION = "metadata extraction"
    METADATA_MODIFICATION = "metadata modification"
    FIXITY_CHECK = "fixity check"
    VALIDATION = "validation"
    MESSAGE_DIGEST_CALCULATION = "message digest calculation"
    REPLICATION = "replication"
    POLICY_ASSIGNMENT = "policy assignment"
    REDACTION = "redaction"
    APPRAISAL = "appraisal"


READ_BY = (EventName.INGESTION, EventName.METADATA_EXTRACTION)
"""Events that change the words, extracted facts or clauses of a document."""

FAILED_READING = "failed_reading"
"""Detail of a fixity check: the number of a damaged reading that was replaced by a new one."""

SUPERSEDED = "superseded"
"""Detail with the SHA-256 of the packed facts that an event replaced."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event. ``detail`` says what was done to ``document``, or to the archive."""

    number: int
    at: datetime
    name: str
    detail: Mapping[str, Any]
    document: str | None = None


@dataclass(frozen=True, slots=True)
class ChainLink:
    """An event as a link of the chain. ``number`` is the expected number, ``detail`` the JSON text.

    It ``is_sound`` if its number, previous hash and own hash are right.
    """

    number: int
    name: str
    document: str | None
    detail: str
    hash: str
    is_sound: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """An event with all that its hash covers, to be verified without this catalog.

    ``at`` is in ISO 8601 with microseconds, ``detail`` its JSON text, ``previous`` the hash of the event before it.
    """

    number: int
    at: str
    name: str
    document: str | None
    detail: str
    previous: str
    hash: str

    @property
    def own_hash(self) -> str:
        """The hash computed from its content."""
        return _hash_of(self.number, self.at, self.name, self.document, self.detail, self.previous)


@dataclass(frozen=True, slots=True)
class LastEvent:
    """The newest event of the log. Its hash covers every event before it."""

    number: int
    at: datetime
    hash: str


@dataclass(slots=True)
class DocumentHistory:
    """What the log records of one document: its readings, their digests by number, its other digests with their
    revision, the damaged readings, the digests of the facts that each event replaced, and the source paths."""

    readings: set[int] = field(default_factory=set)
    reading_digests: dict[int, str] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    revision: int | None = None
    failed: set[int] = field(default_factory=set)
    superseded: dict[int, str] = field(default_factory=dict)
    paths: set[str] = field(default_factory=set)


@dataclass(slots=True)
class History:
    """The whole log. ``broken`` are the numbers of events that break the chain; ``hashes`` are those of requested
    events.

    ``head`` is the hash of the last event, None before the first.
    """

    count: int = 0
    head: str | None = None
    broken: list[int] = field(default_factory=list)
    hashes: dict[int, str] = field(default_factory=dict)
    documents: dict[str, DocumentHistory] = field(default_factory=dict)


def newest_number(connection: Connection, names: Collection[EventName] = ()) -> int:
    """Return the number of the last event, or of the last of these names; 0 before the first."""
    query = select(events.c.seq).order_by(events.c.seq.desc()).limit(1)
    if names:
        query = query.where(events.c.name.in_(map(str, names)))
    return connection.scalar(query) or 0


def events_of(connection: Connection, document: str, name: EventName) -> tuple[Event, ...]:
    """Return the events of one name of a document, in order."""
    query = select(events).where(events.c.document == document, events.c.name == str(name)).order_by(events.c.seq)
    return tuple(
        Event(row.seq, row.at, row.name, json.loads(row.detail), row.document) for row in connection.execute(query)
    )


class Events(Repository):
    """The event log."""

    newest = in_transaction(newest_number)

    def last(self) -> LastEvent | None:
        """Return the newest event, None before the first."""
        with self._database.reading() as connection:
            return self._database.cached(connection, "last event", lambda: last_event(connection))

    def newest_read(self) -> int:
        """Return the number of the last event that changed words or clauses of a document, 0 before the first."""
        with self._database.reading() as connection:
            return self._database.cached(connection, "newest read", lambda: newest_number(connection, READ_BY))

    def at(self, moment: datetime | int) -> LastEvent:
        """Return the event with this number, or the last one before this time.

        :raises UsageError: there is none, or the clock was set back, so that an earlier event is of a later time.
        """
        with self._database.reading() as connection:
            newest = last_event(connection)
            found = last_event(connection, moment)
            if found and isinstance(moment, datetime):
                _refuse_set_back(connection, found, moment)
        if found is None or newest is None:
            raise UsageError("This archive has no events before %(moment)s.", "Choose a later time.", moment=moment)
        if isinstance(moment, int) and moment != found.number:
            raise UsageError(
                "There is no event %(number)s yet.",
                Message("The newest one is %(number)s.", number=newest.number),
                number=moment,
            )
        return found

    def between(self, first: int, last: int) -> list[Entry]:
        """Return the events after number ``first`` up to number ``last``."""
        query = select(events).where(events.c.seq > first, events.c.seq <= last).order_by(events.c.seq)
        with self._database.reading() as connection:
            return list(map(_entry, connection.execute(query)))

    def named(self, name: EventName, after: int = 0) -> list[Event]:
        """Return the events of this name after number ``after``, in order."""
        with self._database.reading() as connection:
            return list(events_after(connection, after, (name,)))

    def entries(self, documents: Collection[str]) -> tuple[Entry, ...]:
        """Return every event of these documents, and the newest of the whole log, in order."""
        with self._database.reading() as connection:
            query = select(events).where(
                or_(events.c.document.in_(documents), events.c.seq == newest_number(connection))
            )
            return tuple(map(_entry, connection.execute(query.order_by(events.c.seq))))

    def record(self, name: EventName, detail: Mapping[str, object], document: str | None = None) -> tuple[int, str]:
        """Record an event of a document, or of the archive as a whole; returns its number and hash."""
        with self._database.writing() as connection:
            number = append_event(connection, name, document, detail)
            hash_ = connection.scalar(select(events.c.hash).where(events.c.seq == number))
        return number, str(hash_)

    of = in_transaction(events_of)

    def verify(self) -> int:
        """Verify the hash chain from its first event; returns the number of events.

        :raises CatalogError: an event is missing or was changed; the message names the first.
        """
        count = 0
        with self._database.reading() as connection:
            for link in _links(connection):
                if not link.is_sound:
                    raise CatalogError(
                        "The event log is broken at event %(number)s: it was changed, or events before it "
                        "were removed.",
                        "Compare the catalog with a backup.",
                        number=link.number,
                    )
                count += 1
        return count

    def history(self, wanted: Iterable[int] = ()) -> History:
        """Read the whole log. Events that break the chain are ignored.

        A *seal* is an event with the digests of a document (:mod:`archive.store.integrity`). A document that differs
        from its seal was changed without an event.

        :param wanted: numbers of the events whose hashes to return.
        """
        hashes = frozenset(wanted)
        history = History()
        with self._database.reading() as connection:
            for link in _links(connection):
                history.count, history.head = history.count + 1, link.hash
                if link.number in hashes:
                    history.hashes[link.number] = link.hash
                if not link.is_sound:
                    history.broken.append(link.number)
                elif link.document is not None:
                    _add(history.documents.setdefault(link.document, DocumentHistory()), link)
        return history


def append_event(connection: Connection, name: EventName, document: str | None, detail: Mapping[str, object]) -> int:
    """Add an event, in the transaction of its change; returns its number.

    ``document`` is None if the event does not concern a single one.

    Numbers have no gaps, so two transactions cannot append after the same event: SQLite serializes writers, and
    elsewhere the primary key refuses the second.
    """
    last = connection.execute(select(events.c.seq, events.c.hash).order_by(events.c.seq.desc()).limit(1)).first()
    seq, previous = (last.seq + 1, last.hash) if last else (1, _START)
    row = {
        "seq": seq,
        "at": datetime.now(UTC),
        "name": str(name),
        "document": document,
        "detail": json.dumps(detail, ensure_ascii=False, sort_keys=True),
        "previous": previous,
    }
    connection.execute(insert(events).values(row | {"hash": _hash(row)}))
    return int(seq)


def last_event(connection: Connection, until: datetime | int | None = None) -> LastEvent | None:
    """Return the newest event, or the newest one before a moment or up to a number; None if there is none."""
    query = select(events.c.seq, events.c.at, events.c.hash).order_by(events.c.seq.desc()).limit(1)
    if until is not None:
        query = query.where(events.c.seq <= until if isinstance(until, int) else events.c.at < until)
    row = connection.execute(query).first()
    return LastEvent(row.seq, row.at, row.hash) if row else None


def _refuse_set_back(connection: Connection, found: LastEvent, moment: datetime) -> None:
    """Refuse a time for which the order of events and that of their times differ: what was known then is not known."""
    is_later = events.c.at >= moment + CLOCKS_DIFFER
    later = select(events.c.seq, events.c.at).where(events.c.seq < found.number, is_later).limit(1)
    if row := connection.execute(later).first():
        raise UsageError(
            "The clock was set back between event %(first)s of %(later)s and event %(last)s of %(earlier)s: what was "
            "known at that time cannot be told.",
            "Name an event by its number.",
            first=row.seq,
            later=f"{row.at:%Y-%m-%d}",
            last=found.number,
            earlier=f"{found.at:%Y-%m-%d}",
        )


def events_after(
    connection: Connection, number: int, names: Collection[EventName], most: int | None = None
) -> Iterator[Event]:
    """Yield at most ``most`` events with these names after number ``number``, in order."""
    query = select(events).where(events.c.seq > number, events.c.name.in_(map(str, names))).order_by(events.c.seq)
    for row in connection.execute(query.limit(most)):
        yield Event(row.seq, row.at, row.name, json.loads(row.detail), row.document)


def _links(connection: Connection) -> Iterator[ChainLink]:
    """Yield every event in order. After an unsound one, verification continues from its stored hash."""
    number, previous = 1, _START
    # Streamed, because the log of a large archive may not fit into memory.
    in_order = select(events).order_by(events.c.seq).execution_options(yield_per=BATCH)
    for row in connection.execute(in_order):
        is_sound = row.seq == number and row.previous == previous and row.hash == _hash(row._asdict())
        yield ChainLink(number, row.name, row.document, row.detail, row.hash, is_sound)
        number, previous = row.seq + 1, row.hash


def _add(known: DocumentHistory, link: ChainLink) -> None:
    detail: dict[str, Any] = json.loads(link.detail)
    if SUPERSEDED in detail:
        known.superseded[link.number] = detail[SUPERSEDED]
    # The source path of a member of a container is not stored as a source of the document.
    if link.name == EventName.CAPTURE and "path" in detail and "container" not in detail:
        known.paths.add(detail["path"])
    if link.name in READ_BY:
        known.readings |= {detail["reading"]} if "reading" in detail else set()
    elif link.name == EventName.MESSAGE_DIGEST_CALCULATION:
        # A reading is immutable, so its first digest holds.
        known.reading_digests = {int(number): sha for number, sha in detail["readings"].items()} | known.reading_digests
        known.digests, known.revision = detail["digests"], detail["revision"]
    elif link.name == EventName.FIXITY_CHECK and FAILED_READING in detail:
        known.failed.add(detail[FAILED_READING])


def _entry(row: Row[Any]) -> Entry:
    at = row.at.isoformat(timespec="microseconds")
    return Entry(row.seq, at, row.name, row.document, row.detail, row.previous, row.hash)


def _hash(row: Mapping[str, Any]) -> str:
    at = row["at"].isoformat(timespec="microseconds")
    return _hash_of(row["seq"], at, row["name"], row["document"], row["detail"], row["previous"])


def _hash_of(number: int, at: str, name: str, document: str | None, detail: str, previous: str) -> str:
    """Return the SHA-256 of an event, serialized as a JSON array of these values in UTF-8."""
    values = [number, at, name, document, detail, previous]
    return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()
