"""Vendors and their printed names keep the word form that they are found by, so that a database can compare it."""

from __future__ import annotations

from sqlalchemy import Connection, text


def apply(connection: Connection) -> None:
    """Add the columns. They are filled when the vendors are found anew, which is due from now on."""
    for table in ("vendors", "vendor_mentions"):
        connection.execute(text(f"ALTER TABLE {table} ADD COLUMN form TEXT NOT NULL DEFAULT ''"))
    connection.execute(text("DELETE FROM meta WHERE key = 'vendors_as_of'"))
