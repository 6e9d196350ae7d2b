"""Vendors by change: what became of documents and rulings since the vendors were last identified is read from the event
log, and only what is linked with that (:mod:`.links`) is looked at.

Each step is one transaction that writes, for a portion of the events, and records how far it has come; so what a killed
process left undone is due again. What it comes to is what :mod:`.whole` comes to for all documents.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, delete, insert, select

from archive.store.events import Event, EventName, events_after, newest_number
from archive.store.indexing import (
    CHANGE_VENDORS,
    VENDORS_AS_OF,
    VENDORS_FINDING,
    is_of_vendors,
    set_vendors_as_of,
    vendors_are_identified,
    vendors_as_of,
)
from archive.store.sql.database import BATCH, Database
from archive.store.sql.tables import meta
from archive.store.vendors.counting import recount
from archive.store.vendors.grouping import regroup
from archive.store.vendors.indexed import Revisions
from archive.store.vendors.naming import name_vendors
from archive.store.vendors.pairs import renew_pairs
from archive.store.vendors.whole import Write, is_as_computed, portions
from archive.store.vendors.writing import write_vendors

PORTION = 50
"""Events that one transaction takes into account: a quarter of a second of a writer's turn (docs/measurements.md)."""

WHOLE_FROM = 500
"""Events from which all vendors are found anew instead, if these events are one in :data:`WHOLE_SHARE` or more: the
first documents of a large archive."""

WHOLE_SHARE = 10

_PATIENCE = 4
"""A process that was stopped waits so many times as long as it ran for the one that stopped it, which may be killed."""

_PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class _Due:
    """What happened up to an event that vendors do not take into account."""

    until: int
    documents: frozenset[str]
    rulings: frozenset[int]
    collections: frozenset[str]


def identify_vendors(connection: Connection) -> None:
    """Bring the vendors up to every event, in the transaction of something else that changes them."""
    if not vendors_are_identified(connection) and _is_whole_due(connection):
        as_of = newest_number(connection)
        for write in list(portions(connection, BATCH)):
            write(connection)
        _record(connection, as_of)
    while not vendors_are_identified(connection):
        _take(connection, BATCH)


def identify_in_portions(database: Database) -> None:
    """Bring the vendors up to every event, with transactions that are short."""
    while True:
        with database.reading() as connection:
            if vendors_are_identified(connection):
                return
            is_whole_due = _is_whole_due(connection)
        if is_whole_due:
            _find_all(database)
        else:
            with database.writing() as connection:
                if not _is_whole_due(connection):
                    _take(connection, min(PORTION, database.batch_size))


def vendors_are_as_computed(connection: Connection) -> bool:
    """Return whether the tables hold what facts and rulings come to. While they are out of date, they need not."""
    return not vendors_are_identified(connection) or is_as_computed(connection)


def forget_vendors(connection: Connection) -> None:
    """Have all vendors found anew, though nothing has changed."""
    connection.execute(delete(meta).where(meta.c.key == VENDORS_AS_OF))


def _is_whole_due(connection: Connection) -> bool:
    as_of = vendors_as_of(connection)
    if as_of is None:
        return True
    newest = newest_number(connection)
    return newest - as_of >= max(WHOLE_FROM, newest // WHOLE_SHARE)


def _take(connection: Connection, most: int) -> None:
    """Take some more events into account."""
    due = _due(connection, vendors_as_of(connection) or 0, most)
    revisions = Revisions(connection)
    counted = recount(connection, due.documents, due.collections, revisions)
    grouped = regroup(connection, counted, due.rulings)
    named = name_vendors(connection, counted, grouped)
    gone = {id_: one for id_, (one, _) in counted.gone.items()}
    write_vendors(connection, named, grouped, gone, revisions)
    renew_pairs(connection, named, grouped)
    revisions.settle()
    _record(connection, due.until)


def _find_all(database: Database) -> None:
    """Find all vendors anew beside others who write, and write what is another in portions. Where another process
    begins the same, it goes on alone, and this one waits for it."""
    token, begun = secrets.token_hex(8), time.monotonic()
    with database.writing() as connection:
        _set(connection, VENDORS_FINDING, token)
    with database.reading() as connection:
        record = partial(_record, as_of=newest_number(connection))
        writes: list[Write] = [*portions(connection, database.batch_size), record]
    for write in writes:
        with database.writing() as connection:
            is_ours = _get(connection, VENDORS_FINDING) == token
            if is_ours:
                write(connection)
        if not is_ours:
            _wait(database, _PATIENCE * (time.monotonic() - begun))
            return


def _wait(database: Database, seconds: float) -> None:
    """Wait until no process finds all vendors anew, or for so long: to begin once more would stop the other one, which
    would begin once more."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with database.reading() as connection:
            if _get(connection, VENDORS_FINDING) is None:
                return
        time.sleep(_PAUSE)


def _due(connection: Connection, as_of: int, most: int) -> _Due:
    events = list(events_after(connection, as_of, CHANGE_VENDORS, most))
    until = events[-1].number if len(events) == most else newest_number(connection)
    of_vendors = [event for event in events if is_of_vendors(event)]
    # Which collections are private is read as it is now, so it counts for all that is due.
    shared = events_after(connection, as_of, [EventName.POLICY_ASSIGNMENT])
    return _Due(
        until,
        frozenset(event.document for event in of_vendors if event.document is not None),
        frozenset(_rulings_of(event for event in of_vendors if event.document is None)),
        frozenset(event.detail["collection"] for event in shared if is_of_vendors(event)),
    )


def _rulings_of(events: Iterable[Event]) -> Iterable[int]:
    for event in events:
        undone = event.detail.get("undoes")
        yield undone if isinstance(undone, int) else event.number


def _record(connection: Connection, as_of: int) -> None:
    """Record the last event that the vendors take into account; who finds all of them anew begins once more."""
    set_vendors_as_of(connection, as_of)
    connection.execute(delete(meta).where(meta.c.key == VENDORS_FINDING))


def _set(connection: Connection, key: str, value: str) -> None:
    connection.execute(delete(meta).where(meta.c.key == key))
    connection.execute(insert(meta).values(key=key, value=value))


def _get(connection: Connection, key: str) -> str | None:
    return connection.scalar(select(meta.c.value).where(meta.c.key == key))
