"""Incremental update of vendors: changed documents and rulings are read from the event log, and only vendors that are
linked with them (:mod:`.links`) are recomputed.

Each batch of events is one write transaction that records its progress, so an interrupted run is resumed. The result
equals that of :mod:`.whole`, which computes all vendors.
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
"""Events per transaction: it takes a quarter of a second of the writer's turn (docs/measurements.md)."""

WHOLE_FROM = 500
"""Number of due events from which all vendors are rebuilt instead, if they are one in :data:`WHOLE_SHARE` of all events
or more, as for the first documents of a large archive."""

WHOLE_SHARE = 10

_PATIENCE = 4
"""A process whose rebuild was superseded waits this many times its own run time for the other one, which may be
killed."""

_PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class _Due:
    """Documents and rulings that changed up to an event and that vendors do not take into account yet."""

    until: int
    documents: frozenset[str]
    rulings: frozenset[int]
    collections: frozenset[str]


def identify_vendors(connection: Connection) -> None:
    """Update the vendors to the newest event, in the transaction of another change."""
    if not vendors_are_identified(connection) and _is_whole_due(connection):
        as_of = newest_number(connection)
        for write in list(portions(connection, BATCH)):
            write(connection)
        _record(connection, as_of)
    while not vendors_are_identified(connection):
        _take(connection, BATCH)


def identify_in_portions(database: Database) -> None:
    """Update the vendors to the newest event, in short transactions."""
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
    """Return whether the vendor tables equal a computation from facts and rulings; also true while they are out of
    date."""
    return not vendors_are_identified(connection) or is_as_computed(connection)


def forget_vendors(connection: Connection) -> None:
    """Make all vendors due for a rebuild, though nothing has changed."""
    connection.execute(delete(meta).where(meta.c.key == VENDORS_AS_OF))


def _is_whole_due(connection: Connection) -> bool:
    as_of = vendors_as_of(connection)
    if as_of is None:
        return True
    newest = newest_number(connection)
    return newest - as_of >= max(WHOLE_FROM, newest // WHOLE_SHARE)


def _take(connection: Connection, most: int) -> None:
    """Take a batch of events into account."""
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
    """Rebuild all vendors while other processes write, and write the differences in batches. If another process begins
    a rebuild, it takes over, and this one waits for it."""
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
    """Wait until no other process rebuilds all vendors, at most ``seconds``: beginning again would stop the other one,
    which would begin again."""
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
    # Which collections are private is read as of now, which covers all due events.
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
    """Record the last event that the vendors take into account; a running rebuild of all vendors begins again."""
    set_vendors_as_of(connection, as_of)
    connection.execute(delete(meta).where(meta.c.key == VENDORS_FINDING))


def _set(connection: Connection, key: str, value: str) -> None:
    connection.execute(delete(meta).where(meta.c.key == key))
    connection.execute(insert(meta).values(key=key, value=value))


def _get(connection: Connection, key: str) -> str | None:
    return connection.scalar(select(meta.c.value).where(meta.c.key == key))
