"""Sequence numbers of document changes, and checkpoints of those that follow them.

Every change of a document, including a change of its name or of its vendors' names, gives it the next sequence number
in the same transaction. Indexes, saved-search checks and near-duplicate links process documents in that order. A
checkpoint is a sequence number up to which a follower has processed every document, so pending work is found after it
in time that does not depend on the size of the archive. (Elasticsearch has local checkpoints of that kind.)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, insert, select, tuple_, update

from archive.store.sql.database import Database
from archive.store.sql.tables import checkpoints, documents

NEAR_DUPLICATES, ALERTS = "near-duplicates/", "alerts/"
"""Prefixes of the names of checkpoints that do not belong to an index."""


_CHECKPOINT = select(func.coalesce(func.max(checkpoints.c.sequence), 0))


def next_sequence(connection: Connection) -> int:
    """Return the sequence number for the documents that this transaction changes."""
    return newest_sequence(connection) + 1


def newest_sequence(connection: Connection) -> int:
    """Return the newest sequence number; 0 if there are no documents."""
    return connection.scalar(select(func.max(documents.c.sequence))) or 0


def checkpoint(connection: Connection, name: str) -> int:
    """Return a checkpoint; 0 if none is recorded."""
    return connection.scalar(_CHECKPOINT.where(checkpoints.c.name == name)) or 0


def is_after(name: str) -> ColumnElement[bool]:
    """Return the condition that a document changed after a checkpoint."""
    return documents.c.sequence > _CHECKPOINT.where(checkpoints.c.name == name).scalar_subquery()


def advance(
    connection: Connection, name: str, undone: Select[Any], most: int | None = None, holds: str | None = None
) -> None:
    """Set a checkpoint just before the first unprocessed document.

    :param undone: selects the sequence numbers of unprocessed documents.
    :param most: upper bound of the checkpoint.
    :param holds: the fingerprint of the index at the checkpoint.
    """
    now = checkpoint(connection, name)
    first = connection.scalar(undone.where(documents.c.sequence > now).order_by(documents.c.sequence).limit(1))
    reached = newest_sequence(connection) if first is None else first - 1
    if most is not None:
        reached = min(reached, most)
    forget_checkpoints(connection, checkpoints.c.name == name)
    connection.execute(insert(checkpoints).values(name=name, sequence=max(now, reached), holds=holds))


def go_back(connection: Connection, name: str, undone: Select[Any]) -> None:
    """Lower a checkpoint to just before the first of these unprocessed documents, if it is beyond it."""
    first = connection.scalar(undone.order_by(documents.c.sequence).limit(1))
    if first is not None:
        is_after_it = (checkpoints.c.name == name, checkpoints.c.sequence >= first)
        connection.execute(update(checkpoints).where(*is_after_it).values(sequence=first - 1))


def forget_checkpoints(connection: Connection, condition: ColumnElement[bool]) -> None:
    """Delete checkpoints, so that their followers process all documents again."""
    connection.execute(delete(checkpoints).where(condition))


def in_sequence(database: Database, name: str, query: Select[Any]) -> Iterator[Row[Any]]:
    """Yield the rows of a query of documents after a checkpoint, in the order of their changes.

    They are read in batches, so documents may be written while the iterator is in use. Changes made meanwhile are left
    for the next run.

    :param query: selects the id of each document and any further columns.
    """
    place = tuple_(documents.c.sequence, documents.c.id)
    query = query.add_columns(documents.c.sequence).order_by(*place).limit(database.batch_size)
    with database.reading() as connection:
        here, newest = (checkpoint(connection, name) + 1, ""), newest_sequence(connection)
    while True:
        with database.reading() as connection:
            rows = connection.execute(query.where(place > here, documents.c.sequence <= newest)).all()
        yield from rows
        if len(rows) < database.batch_size:
            return
        here = (rows[-1].sequence, rows[-1].id)
