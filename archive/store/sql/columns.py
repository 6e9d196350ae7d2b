"""Column types of the catalog's tables: UTC datetimes, JSON, and the columns of facts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Dialect, Float, ForeignKeyConstraint, Integer, Text, TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A datetime in UTC. SQLite has no time zones, so the zone is removed when a value is written and added when it is
    read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC.

        :raises ValueError: the datetime has no time zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs its time zone: {value}")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the database's value as an aware datetime in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JsonText(TypeDecorator[Any]):
    """A JSON value stored as text, in SQLite and PostgreSQL: the latter's own types reorder keys, or cannot be
    compared."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """Convert to JSON."""
        return json.dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Convert from JSON."""
        return None if value is None else json.loads(value)


JSON_TEXT = JSON().with_variant(JsonText(), "postgresql")


def fact_columns() -> tuple[Any, ...]:
    """Return the columns of a fact, except its document."""
    return (
        Column("field", Text, nullable=False),
        Column("value", Text, nullable=False),
        Column("reading", Integer),
        Column("first_word", Integer),
        Column("last_word", Integer),
        Column("method", Text, nullable=False),
        Column("confidence", Float, nullable=False),
        Column("status", Text, nullable=False),
        Column("details", JSON_TEXT, nullable=False),
        ForeignKeyConstraint(["document", "reading"], ["readings.document", "readings.number"]),
    )
