"""The event log: what was done to which document and when, each event chained to the one before it by its hash.

Changing, removing or inserting an event breaks the chain at that place. Cutting off the newest events leaves a shorter
chain that is whole; only a hash written down elsewhere can show that. Names follow the PREMIS event types
(https://id.loc.gov/vocabulary/preservation/eventType.html).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select

from archive.errors import CatalogError
from archive.store.tables import events

_START = "0" * 64
"""What the first event gives as the hash before it."""


class EventName(StrEnum):
    """The PREMIS event types we record."""

    CAPTURE = "capture"
    INGESTION = "ingestion"
    METADATA_EXTRACTION = "metadata extraction"
    METADATA_MODIFICATION = "metadata modification"


@dataclass(frozen=True, slots=True)
class Event:
    """One event. ``detail`` says what was done."""

    number: int
    at: datetime
    name: str
    detail: Mapping[str, Any]


def append(connection: Connection, name: EventName, document: str, detail: Mapping[str, object]) -> int:
    """Add an event, in the transaction that makes the change it tells of; returns its number.

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


def of_document(connection: Connection, document: str, name: EventName) -> tuple[Event, ...]:
    """The events of one name that tell of a document, the first first."""
    query = select(events).where(events.c.document == document, events.c.name == str(name)).order_by(events.c.seq)
    return tuple(Event(row.seq, row.at, row.name, json.loads(row.detail)) for row in connection.execute(query))


def verify(connection: Connection) -> int:
    """Walk the chain from its first event; returns how many there are.

    :raises CatalogError: an event is missing or was changed; the first such is named.
    """
    previous, count = _START, 0
    for row in connection.execute(select(events).order_by(events.c.seq)):
        count += 1
        if row.seq != count or row.previous != previous or row.hash != _hash(row._asdict()):
            raise CatalogError(
                f"The event log is broken at event {count}: it was changed, or events before it were removed.",
                "Compare the catalog with a backup.",
            )
        previous = row.hash
    return count


def _hash(row: Mapping[str, Any]) -> str:
    """SHA-256 of the event's columns as a JSON array, in this order, in UTF-8."""
    told = [row["seq"], row["at"].isoformat(timespec="microseconds")]
    told += [row[column] for column in ("name", "document", "detail", "previous")]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
