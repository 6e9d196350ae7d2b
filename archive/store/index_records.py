"""Queries on index records: which revision of each document the search index of a generation holds.

A record is written after the index is durable, so a document without a record may be in the index, but a document with
one is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, and_, delete, func, insert, or_, select

from archive.store.sql.database import BATCH, Database, batches
from archive.store.sql.tables import documents, index_records


def due(database: Database, generation: str) -> Iterator[str]:
    """Ids of documents that ``generation`` lacks or holds at another revision, in the order of their ids.

    They are read in batches, so the caller may index and mark them while the iterator is still at work.
    """
    of_generation = and_(index_records.c.document == documents.c.id, index_records.c.generation == generation)
    query = (
        select(documents.c.id)
        .outerjoin(index_records, of_generation)
        .where(or_(index_records.c.revision.is_(None), index_records.c.revision != documents.c.revision))
        .order_by(documents.c.id)
        .limit(BATCH)
    )
    last = ""
    while True:
        with database.reading() as connection:
            batch = connection.scalars(query.where(documents.c.id > last)).all()
        yield from batch
        if len(batch) < BATCH:
            return
        last = batch[-1]


def is_due(connection: Connection, document_id: str, generation: str) -> bool:
    """Whether ``generation`` lacks a document or holds it at another revision."""
    of_generation = and_(index_records.c.document == documents.c.id, index_records.c.generation == generation)
    held = select(index_records.c.revision == documents.c.revision).join_from(documents, index_records, of_generation)
    return not connection.scalar(held.where(documents.c.id == document_id))


def count_due(connection: Connection, generation: str) -> int:
    """How many documents ``generation`` lacks or holds at another revision."""
    of_generation = and_(index_records.c.document == documents.c.id, index_records.c.generation == generation)
    query = (
        select(func.count())
        .select_from(documents.outerjoin(index_records, of_generation))
        .where(or_(index_records.c.revision.is_(None), index_records.c.revision != documents.c.revision))
    )
    return connection.scalar(query) or 0


def newest_generation(connection: Connection) -> str:
    """The newest generation of the index of documents that anything is recorded in; empty if there is none."""
    name = index_records.c.generation
    return connection.scalar(select(func.max(name)).where(name.not_like("%/%"))) or ""


def is_elsewhere(connection: Connection, generation: str, index: str | None) -> bool:
    """Whether documents are recorded in another generation of the index than this one."""
    name = index_records.c.generation
    of_index = name.not_like("%/%") if index is None else name.like(f"{index}/%")
    return connection.scalar(select(name).where(of_index, name != generation).limit(1)) is not None


def mark(connection: Connection, generation: str, revisions: Mapping[str, int]) -> None:
    """Record that ``generation`` durably holds these documents at these revisions."""
    for ids in batches(revisions):
        connection.execute(
            delete(index_records).where(index_records.c.generation == generation, index_records.c.document.in_(ids))
        )
        connection.execute(
            insert(index_records),
            [{"generation": generation, "document": id_, "revision": revisions[id_]} for id_ in ids],
        )


def forget_all_but(connection: Connection, generation: str, index: str | None) -> None:
    """Drop the records of every other generation of an index, whose generations are called ``index/...``.

    Those of the index of documents have no such prefix; ``index`` None stands for it.
    """
    name = index_records.c.generation
    of_index = name.not_like("%/%") if index is None else name.like(f"{index}/%")
    connection.execute(delete(index_records).where(of_index, name != generation))


def revisions(connection: Connection) -> dict[str, int]:
    """Every document with the revision the index should hold."""
    return {row.id: row.revision for row in connection.execute(select(documents.c.id, documents.c.revision))}
