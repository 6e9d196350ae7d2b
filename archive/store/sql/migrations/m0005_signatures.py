"""Documents get signatures, by which those of nearly the same text find each other."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

metadata = MetaData()

documents = Table("documents", metadata, Column("id", String(64), primary_key=True))

TABLES = (
    Table(
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
    ),
    Table(
        "signature_bands",
        metadata,
        Column("band", BigInteger, primary_key=True, autoincrement=False),
        Column("signature", Integer, ForeignKey("signatures.number"), primary_key=True),
        sqlite_with_rowid=False,
    ),
    Table(
        "likenesses",
        metadata,
        Column("signature", Integer, ForeignKey("signatures.number"), primary_key=True),
        Column("other", Integer, ForeignKey("signatures.number"), primary_key=True),
        Column("wording", Float, nullable=False),
        Column("numbers", Float, nullable=False),
        Column("by_ocr", Boolean, nullable=False),
        Index("likenesses_by_other", "other"),
        sqlite_with_rowid=False,
    ),
)


def apply(connection: Connection) -> None:
    """Create the tables. Documents that are there already are due, and get their signatures at the next writing."""
    for table in TABLES:
        table.create(connection)
