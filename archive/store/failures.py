"""Queries on failures: inputs that could not be taken in, one row a path."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from archive.store.sql.tables import failures


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that could not be taken in. ``sha256`` is None where not even its bytes could be read.

    ``attempts`` is counted by the catalog: what a caller gives there is not looked at. What lies in a container names
    it and the member there; its ``path`` is the container's, ``!/``, and the member's.
    """

    path: str
    sha256: str | None
    reason: str
    remedy: str | None
    failed_at: datetime
    attempts: int = 1
    container: str | None = None
    member: str | None = None


def record(connection: Connection, failure: Failure) -> None:
    """Remember a failure in place of the earlier one of the same path, and count it."""
    earlier = connection.scalar(select(failures.c.attempts).where(failures.c.path == failure.path)) or 0
    clear(connection, failure.path)
    connection.execute(insert(failures).values(asdict(replace(failure, attempts=earlier + 1))))


def clear(connection: Connection, path: str) -> None:
    """Forget the failure of a path, if there is one."""
    connection.execute(delete(failures).where(failures.c.path == path))


def one(connection: Connection, path: str) -> Failure | None:
    """The failure of a path."""
    row = connection.execute(select(failures).where(failures.c.path == path)).first()
    return Failure(**row._asdict()) if row else None


def every(connection: Connection) -> tuple[Failure, ...]:
    """All failures, by path."""
    return tuple(Failure(**row._asdict()) for row in connection.execute(select(failures).order_by(failures.c.path)))
