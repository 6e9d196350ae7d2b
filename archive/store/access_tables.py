"""Tables of who may see and do what."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from archive.store.columns import UtcDateTime
from archive.store.tables import metadata

# A user that was removed stays, so that nobody else ever signs with the name.
users = Table(
    "users",
    metadata,
    Column("key", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("removed_at", UtcDateTime),
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("user", Text, ForeignKey("users.key"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index("sessions_by_user", "user"),
)

tokens = Table(
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

# What was tried is kept as a digest: people type their password into the field for the name.
log_in_failures = Table(
    "log_in_failures",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
)

# Where a user has logged in rightly: an address, or a browser by the secret in its cookie, each kept as a digest.
log_in_places = Table(
    "log_in_places",
    metadata,
    Column("user", Text, ForeignKey("users.key"), primary_key=True),
    Column("place", String(64), primary_key=True),
    Column("last_at", UtcDateTime, nullable=False),
)

# A collection that no row speaks of is public.
collections = Table(
    "collections",
    metadata,
    Column("name", Text, primary_key=True),
    Column("is_private", Boolean, nullable=False),
)

collection_members = Table(
    "collection_members",
    metadata,
    Column("collection", Text, ForeignKey("collections.name"), primary_key=True),
    Column("user", Text, ForeignKey("users.key"), primary_key=True),
)
