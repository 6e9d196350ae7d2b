"""The clauses that rules find in a reading."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

# The table of an earlier step that this one points at.
Table(
    "readings",
    metadata,
    Column("document", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
)

_clauses = Table(
    "clauses",
    metadata,
    Column("document", String(64), primary_key=True),
    Column("reading", Integer, primary_key=True),
    Column("eid", Text, primary_key=True),
    Column("ordinal", Integer, nullable=False),
    Column("label", Text, nullable=False),
    Column("heading", Text),
    Column("topic", Text),
    Column("parent", Text),
    Column("first_word", Integer, nullable=False),
    Column("last_word", Integer, nullable=False),
    Column("level", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("counted", Boolean, nullable=False),
    Column("is_unit", Boolean, nullable=False),
    ForeignKeyConstraint(["document", "reading"], ["readings.document", "readings.number"]),
    Index("clauses_in_order", "document", "reading", "ordinal"),
)


def apply(connection: Connection) -> None:
    """Create the table."""
    metadata.create_all(connection, tables=[_clauses], checkfirst=False)
