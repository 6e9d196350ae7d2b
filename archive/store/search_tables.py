"""Tables that follow searching: what the indexes hold, saved searches and what they found, near-duplicates."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from archive.store.columns import JSON_TEXT, UtcDateTime
from archive.store.tables import metadata

index_records = Table(
    "index_records",
    metadata,
    Column("generation", Text, primary_key=True),
    Column("document", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("revision", Integer, nullable=False),
)

saved_searches = Table(
    "saved_searches",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("parameters", JSON_TEXT, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("trouble", Text),
)

saved_search_hits = Table(
    "saved_search_hits",
    metadata,
    Column("search", String(32), ForeignKey("saved_searches.id"), primary_key=True),
    Column("document", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("state", Text, nullable=False),
    Column("found_at", UtcDateTime, nullable=False),
    Column("read_at", UtcDateTime),
    Index("saved_search_hits_by_state", "search", "state", "found_at"),
)

alert_checks = Table(
    "alert_checks",
    metadata,
    Column("document", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("revision", Integer, nullable=False),
)

signatures = Table(
    "signatures",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("document", String(64), ForeignKey("documents.id"), nullable=False),
    Column("reading", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("linked", Boolean, nullable=False),
    Column("text", LargeBinary, nullable=False),
    Column("wording", LargeBinary, nullable=False),
    Column("numbers", LargeBinary, nullable=False),
    Column("by_ocr", Boolean, nullable=False),
    Index("signatures_by_document", "document", unique=True),
)

# These two have many small rows, which SQLite keeps in half the room when their key is all that orders them.
signature_bands = Table(
    "signature_bands",
    metadata,
    Column("band", BigInteger, primary_key=True, autoincrement=False),
    Column("signature", Integer, ForeignKey("signatures.number"), primary_key=True),
    sqlite_with_rowid=False,
)

likenesses = Table(
    "likenesses",
    metadata,
    Column("signature", Integer, ForeignKey("signatures.number"), primary_key=True),
    Column("other", Integer, ForeignKey("signatures.number"), primary_key=True),
    Column("wording", Float, nullable=False),
    Column("numbers", Float, nullable=False),
    Column("by_ocr", Boolean, nullable=False),
    Index("likenesses_by_other", "other"),
    sqlite_with_rowid=False,
)
