"""Searches can be saved, and tell of the documents that they find from then on."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)

metadata = MetaData()

Table("documents", metadata, Column("id", String(64), primary_key=True))

Table(
    "saved_searches",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("parameters", JSON, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("trouble", Text),
)

Table(
    "saved_search_hits",
    metadata,
    Column("search", String(32), ForeignKey("saved_searches.id"), primary_key=True),
    Column("document", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("state", Text, nullable=False),
    Column("found_at", DateTime(timezone=True), nullable=False),
    Column("read_at", DateTime(timezone=True)),
    Index("saved_search_hits_by_state", "search", "state", "found_at"),
)

Table(
    "alert_checks",
    metadata,
    Column("document", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("revision", Integer, nullable=False),
)


def apply(connection: Connection) -> None:
    """Add the tables. What the index holds by now is no news to any search that will be saved."""
    metadata.create_all(connection, tables=[table for table in metadata.sorted_tables if table.name != "documents"])
    connection.execute(
        text(
            "INSERT INTO alert_checks (document, revision) "
            "SELECT document, MAX(revision) FROM index_records GROUP BY document"
        )
    )
