"""Changes of documents by sequence numbers, and how far those have come who follow them.

Every change of a document, also of what it is called or of what its vendors are, gives it the next sequence number, in
the transaction of the change. Indexes, checks of saved searches and links of near-duplicates go through the documents
in that order. Each has a checkpoint: with every document up to it, it is done. So what is left to do is found among the
documents after the checkpoint, however many there are before it. (Elasticsearch has local checkpoints of that kind.)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, insert, select, tuple_, update

from archive.store.sql.database import Database
from archive.store.sql.tables import checkpoints, documents

NEAR_DUPLICATES, ALERTS = "near-duplicates/", "alerts/"
"""How the names of checkpoints begin that are not of an index."""


def next_sequence(connection: Connection) -> int:
    """Return the sequence number for documents that this transaction changes."""
    return newest_sequence(connection) + 1


def newest_sequence(connection: Connection) -> int:
    """Return the number of the newest change; 0 where there are no documents."""
    return connection.scalar(select(func.max(documents.c.sequence))) or 0


def checkpoint(connection: Connection, name: str) -> int:
    """Return up to which number all is done; 0 where nothing is recorded."""
    return connection.scalar(select(checkpoints.c.sequence).where(checkpoints.c.name == name)) or 0


def is_after(name: str) -> ColumnElement[bool]:
    """Return the condition that a document changed after a checkpoint, which is looked up within the same question."""
    reached = select(checkpoints.c.sequence).where(checkpoints.c.name == name).correlate(None).scalar_subquery()
    return documents.c.sequence > func.coalesce(reached, 0)


def advance(
    connection: Connection, name: str, undone: Select[Any], most: int | None = None, holds: str | None = None
) -> None:
    """Set a checkpoint before the first document that is not done, however far that is.

    :param undone: selects the sequence numbers of documents that are not done.
    :param most: it is not set beyond this.
    :param holds: the fingerprint of the index then.
    """
    now = checkpoint(connection, name)
    first = connection.scalar(undone.where(documents.c.sequence > now).order_by(documents.c.sequence).limit(1))
    reached = newest_sequence(connection) if first is None else first - 1
    if most is not None:
        reached = min(reached, most)
    forget_checkpoints(connection, checkpoints.c.name == name)
    connection.execute(insert(checkpoints).values(name=name, sequence=max(now, reached), holds=holds))


def go_back(connection: Connection, name: str, undone: Select[Any]) -> None:
    """Set a checkpoint before those of these documents that are not done, where it is after one of them."""
    first = connection.scalar(undone.order_by(documents.c.sequence).limit(1))
    if first is not None:
        is_after_it = (checkpoints.c.name == name, checkpoints.c.sequence >= first)
        connection.execute(update(checkpoints).where(*is_after_it).values(sequence=first - 1))


def forget_checkpoints(connection: Connection, condition: ColumnElement[bool]) -> None:
    """Remove checkpoints: those who had them look at all documents again."""
    connection.execute(delete(checkpoints).where(condition))


def in_sequence(database: Database, name: str, query: Select[Any]) -> Iterator[Row[Any]]:
    """Yield the rows of a query of documents after a checkpoint, in the order of their changes.

    They are read in batches, so what they say may be done while the iterator is still at work. What changes meanwhile
    is left for the next time.

    :param query: selects the id of each document, and what else is wanted.
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
