"""Users, their sessions and tokens, log-ins that failed, and collections that only their members see."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Connection, ForeignKey, Index, Integer, MetaData, String, Table, Text

from archive.store.sql.columns import UtcDateTime

metadata = MetaData()

Table(
    "users",
    metadata,
    Column("key", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("removed_at", UtcDateTime),
)

Table(
    "sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("user", Text, ForeignKey("users.key"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index("sessions_by_user", "user"),
)

Table(
    "tokens",
    metadata,
    Column("id", String(8), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("user", Text, ForeignKey("users.key"), nullable=False),
    Column("label", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

Table(
    "log_in_failures",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
)

Table(
    "collections",
    metadata,
    Column("name", Text, primary_key=True),
    Column("is_private", Boolean, nullable=False),
)

Table(
    "collection_members",
    metadata,
    Column("collection", Text, ForeignKey("collections.name"), primary_key=True),
    Column("user", Text, ForeignKey("users.key"), primary_key=True),
)


def apply(connection: Connection) -> None:
    """Create the tables."""
    metadata.create_all(connection, checkfirst=False)
