"""Queries on the clauses of readings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Row, and_, delete, insert, select

from archive.clauses import units
from archive.model import Clause, ClauseLevel, Span
from archive.store.sql.database import batches
from archive.store.sql.tables import clauses, documents

_OF_NEWEST = and_(documents.c.id == clauses.c.document, documents.c.reading == clauses.c.reading)


def insert_clauses(connection: Connection, document_id: str, reading: int, found: Sequence[Clause]) -> None:
    """Keep the clauses of a reading, which come in the order in which they stand."""
    unit_eids = {clause.eid for clause in units(found)}
    rows = [
        {
            "document": document_id,
            "reading": reading,
            "ordinal": ordinal,
            "eid": clause.eid,
            "label": clause.label,
            "heading": clause.heading,
            "topic": clause.topic,
            "parent": clause.parent,
            "first_word": clause.span.first,
            "last_word": clause.span.last,
            "level": str(clause.level),
            "confidence": clause.confidence,
            "counted": clause.counted,
            "is_unit": clause.eid in unit_eids,
        }
        for ordinal, clause in enumerate(found)
    ]
    if rows:
        connection.execute(insert(clauses), rows)


def replace_clauses(connection: Connection, document_id: str, reading: int, found: Sequence[Clause]) -> bool:
    """Put other clauses in the place of those of a reading; returns whether they differ."""
    if of_reading(connection, document_id, reading) == tuple(found):
        return False
    connection.execute(delete(clauses).where(clauses.c.document == document_id, clauses.c.reading == reading))
    insert_clauses(connection, document_id, reading, found)
    return True


def of_reading(
    connection: Connection, document_id: str, reading: int, words: tuple[int, int] | None = None
) -> tuple[Clause, ...]:
    """The clauses of a reading in the order in which they stand; only those with one of ``words``, if given."""
    query = select(clauses).where(clauses.c.document == document_id, clauses.c.reading == reading)
    if words is not None:
        query = query.where(clauses.c.first_word <= words[1], clauses.c.last_word >= words[0])
    return tuple(_clause(row) for row in connection.execute(query.order_by(clauses.c.ordinal)))


def newest(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[Clause, ...]]:
    """The clauses of the newest reading of each of these documents; a document without any is left out."""
    found: dict[str, list[Clause]] = {}
    for batch in batches(ids):
        query = select(clauses).join(documents, _OF_NEWEST).where(documents.c.id.in_(batch))
        for row in connection.execute(query.order_by(clauses.c.document, clauses.c.ordinal)):
            found.setdefault(row.document, []).append(_clause(row))
    return {id_: tuple(listed) for id_, listed in found.items()}


def unit_revisions(connection: Connection) -> dict[tuple[str, int, str], int]:
    """Every unit of the newest readings, by document, first word and eid, with the revision of its document; a
    document's units come one after another."""
    query = (
        select(clauses.c.document, clauses.c.first_word, clauses.c.eid, documents.c.revision)
        .join(documents, _OF_NEWEST)
        .where(clauses.c.is_unit)
        .order_by(clauses.c.document, clauses.c.ordinal)
    )
    rows = connection.execute(query)
    return {(row.document, row.first_word, row.eid): row.revision for row in rows}


def _clause(row: Row[tuple[object, ...]]) -> Clause:
    return Clause(
        eid=row.eid,
        label=row.label,
        heading=row.heading,
        topic=row.topic,
        parent=row.parent,
        span=Span(row.document, row.reading, row.first_word, row.last_word),
        level=ClauseLevel(row.level),
        confidence=row.confidence,
        counted=row.counted,
    )
