"""The event log: what was done to which document and when, each event chained to the one before it by its hash.

Changing, removing or inserting an event breaks the chain at that place. Cutting off the newest events leaves a shorter
chain that is whole; only a hash written down elsewhere can show that. Names follow the PREMIS event types
(https://id.loc.gov/vocabulary/preservation/eventType.html).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select

from archive.errors import CatalogError
from archive.store.database import BATCH
from archive.store.tables import events

_START = "0" * 64
"""What the first event gives as the hash before it."""


class EventName(StrEnum):
    """The PREMIS event types we record."""

    CAPTURE = "capture"
    INGESTION = "ingestion"
    METADATA_EXTRACTION = "metadata extraction"
    METADATA_MODIFICATION = "metadata modification"
    FIXITY_CHECK = "fixity check"
    MESSAGE_DIGEST_CALCULATION = "message digest calculation"
    REPLICATION = "replication"
    POLICY_ASSIGNMENT = "policy assignment"


@dataclass(frozen=True, slots=True)
class Event:
    """One event. ``detail`` says what was done."""

    number: int
    at: datetime
    name: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Link:
    """An event as a link of the chain. ``number`` is the one that belongs at its place, ``detail`` its JSON text.

    It ``is_sound`` if it has that number, follows the event before it and has the hash of what it says.
    """

    number: int
    name: str
    document: str | None
    detail: str
    hash: str
    is_sound: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """An event with all that its hash covers, for whoever checks it without this catalog.

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
        """What its hash should be."""
        return _hash_of(self.number, self.at, self.name, self.document, self.detail, self.previous)


def append(connection: Connection, name: EventName, document: str | None, detail: Mapping[str, object]) -> int:
    """Add an event, in the transaction that makes the change it tells of; returns its number.

    ``document`` is None where it tells of no single one.

    Numbers have no gaps, so two transactions can never both append after the same event: SQLite lets one of them
    write at a time, elsewhere the primary key refuses the second.
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


def newest(connection: Connection, names: Collection[EventName] = ()) -> int:
    """The number of the last event, or of the last of these names; 0 before the first."""
    query = select(events.c.seq).order_by(events.c.seq.desc()).limit(1)
    if names:
        query = query.where(events.c.name.in_(map(str, names)))
    return connection.scalar(query) or 0


def after(connection: Connection, number: int, names: Collection[EventName]) -> Iterator[Event]:
    """The events of these names after the one of this number, the first first."""
    query = select(events).where(events.c.seq > number, events.c.name.in_(map(str, names))).order_by(events.c.seq)
    for row in connection.execute(query):
        yield Event(row.seq, row.at, row.name, json.loads(row.detail))


def between(connection: Connection, first: int, last: int) -> Iterator[Entry]:
    """The events after the one of number ``first`` up to the one of number ``last``."""
    query = select(events).where(events.c.seq > first, events.c.seq <= last).order_by(events.c.seq)
    yield from map(_entry, connection.execute(query))


def of_document(connection: Connection, document: str, name: EventName) -> tuple[Event, ...]:
    """The events of one name that tell of a document, the first first."""
    query = select(events).where(events.c.document == document, events.c.name == str(name)).order_by(events.c.seq)
    return tuple(Event(row.seq, row.at, row.name, json.loads(row.detail)) for row in connection.execute(query))


def entries(connection: Connection, documents: Collection[str]) -> tuple[Entry, ...]:
    """Every event that tells of one of these documents, and the newest of all events, in order."""
    query = select(events).where(or_(events.c.document.in_(documents), events.c.seq == newest(connection)))
    return tuple(map(_entry, connection.execute(query.order_by(events.c.seq))))


def links(connection: Connection) -> Iterator[Link]:
    """Every event in order. After one that is not sound, the chain is followed from what that one says."""
    number, previous = 1, _START
    # The log of a large archive must not lie in memory whole.
    in_order = select(events).order_by(events.c.seq).execution_options(yield_per=BATCH)
    for row in connection.execute(in_order):
        is_sound = row.seq == number and row.previous == previous and row.hash == _hash(row._asdict())
        yield Link(number, row.name, row.document, row.detail, row.hash, is_sound)
        number, previous = row.seq + 1, row.hash


def verify(connection: Connection) -> int:
    """Walk the chain from its first event; returns how many there are.

    :raises CatalogError: an event is missing or was changed; the first such is named.
    """
    count = 0
    for link in links(connection):
        if not link.is_sound:
            raise CatalogError(
                "The event log is broken at event %(number)s: it was changed, or events before it were removed.",
                "Compare the catalog with a backup.",
                number=link.number,
            )
        count += 1
    return count


def _entry(row: Row[Any]) -> Entry:
    at = row.at.isoformat(timespec="microseconds")
    return Entry(row.seq, at, row.name, row.document, row.detail, row.previous, row.hash)


def _hash(row: Mapping[str, Any]) -> str:
    at = row["at"].isoformat(timespec="microseconds")
    return _hash_of(row["seq"], at, row["name"], row["document"], row["detail"], row["previous"])


def _hash_of(number: int, at: str, name: str, document: str | None, detail: str, previous: str) -> str:
    """SHA-256 of what an event tells as a JSON array, in this order, in UTF-8."""
    told = [number, at, name, document, detail, previous]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
