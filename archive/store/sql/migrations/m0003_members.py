"""Containers (e-mails, ZIP archives) learn what is inside them."""

from __future__ import annotations

from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, MetaData, String, Table, Text, text

metadata = MetaData()

Table("documents", metadata, Column("id", String(64), primary_key=True))

members = Table(
    "members",
    metadata,
    Column("container", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("ordinal", Integer, nullable=False),
    Column("document", String(64), ForeignKey("documents.id")),
    Index("members_by_document", "document"),
)


def apply(connection: Connection) -> None:
    """Add the table of members, and let a failure say which member of which container failed."""
    members.create(connection)
    for column in ("container VARCHAR(64)", "member TEXT"):
        connection.execute(text(f"ALTER TABLE failures ADD COLUMN {column}"))
