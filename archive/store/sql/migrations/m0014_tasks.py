"""Tasks: files whose bytes are kept and that wait to be read by one of several workers."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Index, Integer, MetaData, String, Table, Text

from archive.store.sql.columns import UtcDateTime

metadata = MetaData()

Table(
    "tasks",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("path", Text, nullable=False),
    Column("filename", Text, nullable=False),
    Column("collection", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("worker", Text),
    Column("document", String(64)),
    Column("pages", Integer, nullable=False),
    Column("reason", Text),
    Column("queued_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Index("tasks_by_state", "state", "number"),
    Index("tasks_by_bytes", "sha256"),
)


def apply(connection: Connection) -> None:
    """Create the table."""
    metadata.create_all(connection, checkfirst=False)
