"""Tables of vendors: what persons ruled, and what follows from that and from the facts."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, String, Table, Text

from archive.store.columns import JSON_TEXT, UtcDateTime
from archive.store.tables import metadata

# What persons say of vendors. It is the truth; the three tables after it follow from it and from the facts.
vendor_rulings = Table(
    "vendor_rulings",
    metadata,
    Column("event", BigInteger, primary_key=True, autoincrement=False),
    Column("action", Text, nullable=False),
    Column("one", JSON_TEXT, nullable=False),
    Column("other", JSON_TEXT, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("undone_by", BigInteger),
)

vendors = Table(
    "vendors",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("others", JSON_TEXT, nullable=False),
    # The form, as in vendor_keys, of the id; below, of the name.
    Column("form", Text, nullable=False, server_default=""),
)

# Every word form of a name, and every number and id, that a vendor is found by.
vendor_keys = Table(
    "vendor_keys",
    metadata,
    Column("key", Text, primary_key=True),
    Column("vendor", Text, primary_key=True),
)

vendor_mentions = Table(
    "vendor_mentions",
    metadata,
    Column("document", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("vendor", Text, nullable=False),
    Column("won", Boolean, nullable=False),
    Column("bid", Boolean, nullable=False),
    Column("numbers", JSON_TEXT, nullable=False),
    Column("failed", Text, nullable=False),
    Column("form", Text, nullable=False, server_default=""),
    Index("vendor_mentions_by_vendor", "vendor"),
)
