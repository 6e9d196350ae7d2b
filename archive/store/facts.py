"""Queries on the facts that rules read. What counts is in :mod:`archive.store.decisions`: persons may know better."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, Text, delete, func, insert, select, type_coerce, union

from archive.model import Fact, FactStatus, Span
from archive.store.sql.database import batches
from archive.store.sql.tables import decided_facts, facts
from archive.text.folding import fold


def insert_facts(connection: Connection, document_id: str, read: Sequence[Fact]) -> None:
    """Add what rules read, in the order given.

    :raises ValueError: one of them is a person's word, which is a decision.
    """
    for fact in read:
        if fact.status is not FactStatus.EXTRACTED:
            raise ValueError(f"the {fact.field} of {document_id} is a person's word, and no rule's")
    if read:
        rows = [{"ordinal": ordinal} | fact_columns(document_id, fact) for ordinal, fact in enumerate(read)]
        connection.execute(insert(facts), rows)


def replace_facts(connection: Connection, document_id: str, read: Sequence[Fact]) -> None:
    """Put what rules read now in the place of what they read before (:mod:`archive.store.superseded` keeps that)."""
    connection.execute(delete(facts).where(facts.c.document == document_id))
    insert_facts(connection, document_id, read)


def rule_facts(connection: Connection, ids: Iterable[str]) -> dict[str, list[Fact]]:
    """What rules read in each of these documents, in its order; a document without facts is left out."""
    found: dict[str, list[Fact]] = {}
    for batch in batches(ids):
        query = _READ.where(facts.c.document.in_(batch)).order_by(facts.c.document, facts.c.ordinal)
        # All at once: row by row, SQLAlchemy takes as long again.
        rows: Iterable[Any] = connection.execute(query).all()
        for document, field, value, reading, first, last, method, confidence, details in rows:
            span = None if reading is None else Span(document, reading, first, last)
            fact = Fact(field, value, span, method, confidence, FactStatus.EXTRACTED, _details(details))
            found.setdefault(document, []).append(fact)
    return found


_READ = select(
    *(facts.c[name] for name in ("document", "field", "value", "reading", "first_word", "last_word")),
    *(facts.c.method, facts.c.confidence, type_coerce(facts.c.details, Text)),
)


@lru_cache(maxsize=1 << 12)
def _details(told: str) -> Mapping[str, str]:
    """Details out of their JSON text. Those of most facts are those of many others, and reading them takes long."""
    return MappingProxyType(json.loads(told))


def documents_by_value(connection: Connection, fields: Sequence[str]) -> dict[tuple[str, str], int]:
    """In how many documents rules read the same value of one of these fields, where it is more than one."""
    count = func.count(facts.c.document.distinct())
    query = (
        select(facts.c.field, facts.c.value, count)
        .where(facts.c.field.in_(fields))
        .group_by(facts.c.field, facts.c.value)
        .having(count > 1)
    )
    return {(row[0], row[1]): row[2] for row in connection.execute(query)}


def values_alike(connection: Connection, field: str, text: str) -> list[str]:
    """The values of a field, of rules and persons, that fold to what this text does; it alone where it is one."""
    exact = [
        select(table.c.value).where(table.c.field == field, table.c.value == text) for table in (facts, decided_facts)
    ]
    if any(connection.execute(query.limit(1)).first() for query in exact):
        return [text]
    every = union(*(select(table.c.value).where(table.c.field == field) for table in (facts, decided_facts)))
    wanted = _folded(text)
    return sorted(value for value in connection.execute(every).scalars() if _folded(value) == wanted)


def _folded(text: str) -> str:
    return " ".join(map(fold, text.split()))


def fact_columns(document_id: str, fact: Fact) -> dict[str, object]:
    """The columns that a table of facts has for a fact."""
    span = fact.span
    return {
        "document": document_id,
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


def fact_of(row: Row[Any]) -> Fact:
    """The fact that a row tells of."""
    return Fact(
        field=row.field,
        value=row.value,
        span=None if row.reading is None else Span(row.document, row.reading, row.first_word, row.last_word),
        method=row.method,
        confidence=row.confidence,
        status=FactStatus(row.status),
        details=MappingProxyType(row.details),
    )
