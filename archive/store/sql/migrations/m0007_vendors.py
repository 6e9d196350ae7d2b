"""The firms behind the names of vendors and bidders, and what persons say of them."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

# The table of an earlier step that one of these points at.
Table("documents", metadata, Column("id", String(64), primary_key=True))

_rulings = Table(
    "vendor_rulings",
    metadata,
    Column("event", BigInteger, primary_key=True, autoincrement=False),
    Column("action", Text, nullable=False),
    Column("one", JSON, nullable=False),
    Column("other", JSON, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("undone_by", BigInteger),
)

_vendors = Table(
    "vendors",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("others", JSON, nullable=False),
)

_keys = Table(
    "vendor_keys",
    metadata,
    Column("key", Text, primary_key=True),
    Column("vendor", Text, primary_key=True),
)

_mentions = Table(
    "vendor_mentions",
    metadata,
    Column("document", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("vendor", Text, nullable=False),
    Column("won", Boolean, nullable=False),
    Column("bid", Boolean, nullable=False),
    Column("numbers", JSON, nullable=False),
    Column("failed", Text, nullable=False),
    Index("vendor_mentions_by_vendor", "vendor"),
)


def apply(connection: Connection) -> None:
    """Create the tables. Which vendors there are is found when the index is next brought up to date."""
    metadata.create_all(connection, tables=[_rulings, _vendors, _keys, _mentions], checkfirst=False)
