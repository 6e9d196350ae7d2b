"""Jobs: files that were uploaded and are to be added."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, ForeignKey, Index, Integer, MetaData, String, Table, Text

from archive.store.sql.columns import UtcDateTime

metadata = MetaData()

Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("collection", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("pages_read", Integer, nullable=False),
    Column("note", Text),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Index("jobs_by_state", "state", "created_at"),
)

Table(
    "job_files",
    metadata,
    Column("job", String(32), ForeignKey("jobs.id"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("ordinal", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("document", String(64)),
    Column("pages", Integer),
    Column("reason", Text),
)


def apply(connection: Connection) -> None:
    """Create the tables."""
    metadata.create_all(connection, checkfirst=False)
