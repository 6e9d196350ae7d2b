"""What a process has for itself among those that add to a catalog on PostgreSQL at the same time, and the task that is
nobody's."""

from __future__ import annotations

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from archive.store.sql.postgres.errors import postgres_error

HELD = (
    "SELECT pid, (classid::bigint << 32) | objid::bigint AS key FROM pg_locks "
    "WHERE locktype = 'advisory' AND objsubid = 1 AND granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
"""The locks with a number as their key that are held in this database, and who holds them."""

_KEY = "hashtextextended('dosije ' || current_schema() || ' claim ' || {name}, 0)"
"""The key of a claim. Locks are those of a database, which may have several catalogs."""

_NEXT = text(
    f"WITH held AS MATERIALIZED ({HELD}) "  # noqa: S608 - all is ours
    "SELECT number, sha256 FROM tasks WHERE state IN ('queued', 'working') "
    f"AND {_KEY.format(name='sha256')} NOT IN (SELECT key FROM held) "
    "ORDER BY number LIMIT 1 FOR UPDATE OF tasks SKIP LOCKED"
)


def next_task(connection: Connection) -> tuple[int, str] | None:
    """The number of the oldest task whose bytes nobody has claimed, and their SHA-256; its row is locked.

    One that is said to be in work is among them if its worker has lost its connection to the server. That another
    process claimed it since this query began to look is for the caller to find out, by claiming it.
    """
    row = connection.execute(_NEXT).first()
    return (row.number, row.sha256) if row else None


class PostgresClaims:
    """The :class:`archive.store.sql.locks.Claims` of a process: locks of the server, on the connection with its lock.

    ``name`` is what errors call the catalog.
    """

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection, self._name = connection, name

    def take(self, name: str) -> bool:
        """See :class:`archive.store.sql.locks.Claims`. The server counts."""
        return self._ask("pg_try_advisory_lock", name)

    def let_go(self, name: str) -> None:
        """See :class:`archive.store.sql.locks.Claims`."""
        self._ask("pg_advisory_unlock", name)

    def _ask(self, function: str, name: str) -> bool:
        asked = text(f"SELECT {function}({_KEY.format(name='CAST(:name AS text)')})")
        try:
            return bool(self._connection.scalar(asked, {"name": name}))
        except DBAPIError as error:
            raise postgres_error(self._name, error) from error
