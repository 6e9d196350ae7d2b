"""Totals per collection, updated with every change, so that reading them takes the same time at any size.

Pages of newest readings are counted in groups of equal grade (:func:`archive.model.quality.grade`). A change of a
document first subtracts its old counts and then adds its new ones, in the transaction of the change. ``dosije check``
recounts and compares.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, Select, Table, and_, case, delete, func, insert, select, update

from archive.model.quality import FAIR_CONFIDENCE, GOOD_CONFIDENCE
from archive.store.sql.tables import document_totals, documents, page_totals, pages

OF_NEWEST = and_(documents.c.id == pages.c.document, documents.c.reading == pages.c.reading)
"""Join condition of documents with the pages of their newest readings."""

CONFIDENCES: tuple[float | None, ...] = (None, 0.0, FAIR_CONFIDENCE, GOOD_CONFIDENCE)
"""The least confidence of each level of pages; pages without one are in the first."""

_CONFIDENCE = pages.c.confidence
_LEVEL = case(
    (_CONFIDENCE.is_(None), 0), (_CONFIDENCE < FAIR_CONFIDENCE, 1), (_CONFIDENCE < GOOD_CONFIDENCE, 2), else_=3
)
_GROUP = (
    documents.c.collection,
    pages.c.source,
    (pages.c.word_count > 0).label("has_words"),
    pages.c.note.is_not(None).label("is_flawed"),
    _LEVEL.label("level"),
)
_PAGES = select(*_GROUP, func.count().label("pages")).join(documents, OF_NEWEST).group_by(*_GROUP)
_DOCUMENTS = select(
    documents.c.collection,
    func.count().label("documents"),
    func.sum(documents.c.word_count).label("words"),
    func.sum(documents.c.size).label("bytes"),
).group_by(documents.c.collection)


def put_in(connection: Connection, document: str) -> None:
    """Add the counts of a document that was added, or whose newest reading has changed."""
    _change(connection, document, 1)


def count_of_documents(connection: Connection) -> int:
    """Return the number of documents."""
    return int(connection.scalar(select(func.sum(document_totals.c.documents))) or 0)


def take_out(connection: Connection, document: str) -> None:
    """Subtract the counts of a document, before its newest reading changes."""
    _change(connection, document, -1)


def _change(connection: Connection, document: str, sign: int) -> None:
    of_it = documents.c.id == document
    for table, counted in ((page_totals, _PAGES), (document_totals, _DOCUMENTS)):
        for row in connection.execute(counted.where(of_it)).all():
            _add(connection, table, row, sign)


def _add(connection: Connection, table: Table, row: Row[Any], sign: int) -> None:
    told = row._asdict()
    key = {column.name: told.pop(column.name) for column in table.primary_key}
    added = {name: sign * int(count) for name, count in told.items()}
    of_key = and_(*(table.c[name] == value for name, value in key.items()))
    sums = {name: table.c[name] + count for name, count in added.items()}
    if not connection.execute(update(table).where(of_key).values(sums)).rowcount:
        connection.execute(insert(table).values(key | added))


def count_anew(connection: Connection) -> None:
    """Recompute all totals."""
    for table, counted in ((page_totals, _PAGES), (document_totals, _DOCUMENTS)):
        connection.execute(delete(table))
        connection.execute(insert(table).from_select([column.name for column in table.c], counted))


def totals_are_right(connection: Connection) -> bool:
    """Return whether the stored totals are equal to recomputed ones."""
    return all(
        _rows(connection, select(table).where(table.c[counts] != 0)) == _rows(connection, counted)
        for table, counted, counts in ((page_totals, _PAGES, "pages"), (document_totals, _DOCUMENTS, "documents"))
    )


def _rows(connection: Connection, query: Select[Any]) -> set[tuple[str | int, ...]]:
    rows = connection.execute(query)
    return {tuple(value if isinstance(value, str) else int(value) for value in row) for row in rows}
