"""The facts that rules read before are kept when they are read anew, so that a finding can be made as of then."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, ForeignKey, LargeBinary, MetaData, String, Table

metadata = MetaData()

# The table of an earlier step that this one points at.
Table("documents", metadata, Column("id", String(64), primary_key=True))

_superseded = Table(
    "superseded_facts",
    metadata,
    Column("event", BigInteger, primary_key=True, autoincrement=False),
    Column("document", String(64), ForeignKey("documents.id"), nullable=False),
    Column("packed", LargeBinary, nullable=False),
)


def apply(connection: Connection) -> None:
    """Create the table. What was put aside before this step is not to be had again."""
    metadata.create_all(connection, tables=[_superseded], checkfirst=False)
