"""Notes that persons make on words or on boxes of pages."""

from __future__ import annotations

from sqlalchemy import (
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

from archive.store.sql.columns import UtcDateTime

metadata = MetaData()

# The table of an earlier step that this one points at.
Table(
    "readings",
    metadata,
    Column("document", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
)

_annotations = Table(
    "annotations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("document", String(64), nullable=False),
    Column("made_reading", Integer, nullable=False),
    Column("made_page", Integer, nullable=False),
    Column("made_first", Integer),
    Column("made_last", Integer),
    Column("made_quote", Text, nullable=False),
    Column("x0", Float),
    Column("y0", Float),
    Column("x1", Float),
    Column("y1", Float),
    Column("reading", Integer, nullable=False),
    Column("page", Integer, nullable=False),
    Column("first_word", Integer),
    Column("last_word", Integer),
    Column("quote", Text, nullable=False),
    Column("how", Text),
    Column("note", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime),
    Column("changed_by", Text),
    Column("removed_at", UtcDateTime),
    Column("removed_by", Text),
    ForeignKeyConstraint(["document", "made_reading"], ["readings.document", "readings.number"]),
    ForeignKeyConstraint(["document", "reading"], ["readings.document", "readings.number"]),
    Index("annotations_by_document", "document", "page"),
)


def apply(connection: Connection) -> None:
    """Create the table."""
    metadata.create_all(connection, tables=[_annotations], checkfirst=False)
