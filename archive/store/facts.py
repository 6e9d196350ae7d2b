"""Queries on facts. A fact's span names the reading it points into, so facts outlive later readings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from archive.model import Fact, FactStatus, Span
from archive.store.database import batches
from archive.store.tables import facts


def insert_facts(connection: Connection, document_id: str, of_document: Sequence[Fact]) -> None:
    """Add facts of a document, in the order given, after those it has."""
    if of_document:
        last = connection.scalar(select(func.max(facts.c.ordinal)).where(facts.c.document == document_id))
        start = 0 if last is None else last + 1
        connection.execute(
            insert(facts), [_columns(document_id, ordinal, fact) for ordinal, fact in enumerate(of_document, start)]
        )


def replace_extracted(connection: Connection, document_id: str, extracted: Sequence[Fact]) -> int:
    """Put the facts that rules read now in the place of those they read before; returns how many were added.

    What a person confirmed or corrected stays. A rule's fact that only repeats one of those is left out.
    """
    connection.execute(
        delete(facts).where(facts.c.document == document_id, facts.c.status == str(FactStatus.EXTRACTED))
    )
    kept = facts_by_document(connection, [document_id]).get(document_id, [])
    decided = {(fact.field, fact.value) for fact in kept}
    new = [fact for fact in extracted if (fact.field, fact.value) not in decided]
    insert_facts(connection, document_id, new)
    return len(new)


def facts_by_document(connection: Connection, ids: Iterable[str]) -> dict[str, list[Fact]]:
    """The facts of each of these documents, in the order they were added; a document without facts is left out."""
    found: dict[str, list[Fact]] = {}
    for batch in batches(ids):
        query = select(facts).where(facts.c.document.in_(batch)).order_by(facts.c.document, facts.c.ordinal)
        for row in connection.execute(query):
            found.setdefault(row.document, []).append(_fact(row))
    return found


def _columns(document_id: str, ordinal: int, fact: Fact) -> dict[str, object]:
    span = fact.span
    return {
        "document": document_id,
        "ordinal": ordinal,
        "field": fact.field,
        "value": fact.value,
        "reading": span.reading if span else None,
        "first_word": span.first if span else None,
        "last_word": span.last if span else None,
        "method": fact.method,
        "confidence": fact.confidence,
        "status": fact.status,
        "details": dict(fact.details),
    }


def _fact(row: Row[Any]) -> Fact:
    return Fact(
        field=row.field,
        value=row.value,
        span=None if row.reading is None else Span(row.document, row.reading, row.first_word, row.last_word),
        method=row.method,
        confidence=row.confidence,
        status=FactStatus(row.status),
        details=MappingProxyType(row.details),
    )
