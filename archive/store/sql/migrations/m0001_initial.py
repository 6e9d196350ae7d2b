"""Step 1: documents, their readings and facts, failures, the state of the index, and the event log."""

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
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

Table(
    "documents",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("filename", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("collection", Text, nullable=False),
    Column("added_at", DateTime(timezone=True), nullable=False),
    Column("reading", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("page_count", Integer, nullable=False),
    Column("word_count", Integer, nullable=False),
    Index("documents_by_age", "added_at", "id"),
)

Table(
    "sources",
    metadata,
    Column("document", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("seen_at", DateTime(timezone=True), nullable=False),
)

Table(
    "readings",
    metadata,
    Column("document", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("agent", JSON, nullable=False),
    Column("language", Text),
)

Table(
    "pages",
    metadata,
    Column("document", String(64), primary_key=True),
    Column("reading", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("first_word", Integer, nullable=False),
    Column("word_count", Integer, nullable=False),
    Column("width", Float, nullable=False),
    Column("height", Float, nullable=False),
    Column("source", Text, nullable=False),
    Column("confidence", Float),
    Column("language", Text),
    Column("note", Text),
    ForeignKeyConstraint(["document", "reading"], ["readings.document", "readings.number"]),
)

Table(
    "page_words",
    metadata,
    Column("document", String(64), primary_key=True),
    Column("reading", Integer, primary_key=True),
    Column("page", Integer, primary_key=True),
    Column("packed", LargeBinary, nullable=False),
    ForeignKeyConstraint(["document", "reading", "page"], ["pages.document", "pages.reading", "pages.number"]),
)

Table(
    "facts",
    metadata,
    Column("document", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
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

Table(
    "failures",
    metadata,
    Column("path", Text, primary_key=True),
    Column("sha256", String(64)),
    Column("reason", Text, nullable=False),
    Column("remedy", Text),
    Column("failed_at", DateTime(timezone=True), nullable=False),
    Column("attempts", Integer, nullable=False),
)

Table(
    "index_records",
    metadata,
    Column("generation", Text, primary_key=True),
    Column("document", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("revision", Integer, nullable=False),
)

Table(
    "events",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("name", Text, nullable=False),
    Column("document", String(64)),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)


def apply(connection: Connection) -> None:
    """Create the tables."""
    metadata.create_all(connection, checkfirst=False)
