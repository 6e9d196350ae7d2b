"""Persons get the last word on facts: their decisions, and the facts that those give."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

# Tables of earlier steps that these point at.
Table("documents", metadata, Column("id", String(64), primary_key=True))
Table(
    "readings",
    metadata,
    Column("document", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
)
_facts = Table("facts", metadata, Column("field", Text), Column("value", Text))

_decisions = Table(
    "decisions",
    metadata,
    Column("event", BigInteger, primary_key=True, autoincrement=False),
    Column("document", String(64), ForeignKey("documents.id"), nullable=False),
    Column("field", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("old", Text),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("undone_by", BigInteger),
    Index("decisions_by_document", "document", "event"),
)

_decided_facts = Table(
    "decided_facts",
    metadata,
    Column("event", BigInteger, ForeignKey("decisions.event"), primary_key=True, autoincrement=False),
    Column("ordinal", Integer, primary_key=True),
    Column("document", String(64), nullable=False),
    Column("field", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("reading", Integer),
    Column("first_word", Integer),
    Column("last_word", Integer),
    Column("method", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("status", Text, nullable=False),
    Column("details", JSON, nullable=False),
    ForeignKeyConstraint(["document", "reading"], ["readings.document", "readings.number"]),
)


def apply(connection: Connection) -> None:
    """Create the tables, and the index by which documents with the same value are counted."""
    metadata.create_all(connection, tables=[_decisions, _decided_facts], checkfirst=False)
    Index("facts_by_value", _facts.c.field, _facts.c.value).create(connection)
