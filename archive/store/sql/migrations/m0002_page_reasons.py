"""Pages learn which script they are in and why their words were taken from where they were."""

from __future__ import annotations

from sqlalchemy import Connection, text


def apply(connection: Connection) -> None:
    """Add the two columns; pages read before have neither."""
    for column in ("script", "reason"):
        connection.execute(text(f"ALTER TABLE pages ADD COLUMN {column} TEXT"))
