"""Places from which users have logged in, which failed log-ins of others do not lock."""

from __future__ import annotations

from sqlalchemy import Column, Connection, ForeignKey, MetaData, String, Table, Text

from archive.store.sql.columns import UtcDateTime

metadata = MetaData()

Table("users", metadata, Column("key", Text, primary_key=True))
Table(
    "log_in_places",
    metadata,
    Column("user", Text, ForeignKey("users.key"), primary_key=True),
    Column("place", String(64), primary_key=True),
    Column("last_at", UtcDateTime, nullable=False),
)


def apply(connection: Connection) -> None:
    """Create the table."""
    metadata.tables["log_in_places"].create(connection)
