"""Queries on facts. A fact's span names the reading it points into, so facts outlive later readings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from archive.model import Fact, FactStatus, Span
from archive.store.database import batches
from archive.store.tables import facts


def insert_facts(connection: Connection, document_id: str, of_document: Sequence[Fact]) -> None:
    """Add the facts of a new document, in the order given."""
    if of_document:
        connection.execute(
            insert(facts), [_columns(document_id, ordinal, fact) for ordinal, fact in enumerate(of_document)]
        )


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
