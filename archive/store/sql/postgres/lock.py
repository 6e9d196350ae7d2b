"""Locks of an archive whose catalog is on PostgreSQL, for processes on any machine: writer locks, claims of workers,
and the next unclaimed task."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from enum import StrEnum

from sqlalchemy import Connection, NullPool, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from archive.store.sql.locks import WorkClaims, busy
from archive.store.sql.postgres.connections import DatabaseUrl, engine_of, postgres_error
from archive.store.sql.postgres.database import HELD, writing_while_held

POLL_SECONDS = 0.5
"""Seconds between two attempts to take a lock."""

_KEY = "hashtextextended('dosije ' || current_schema() || ' claim ' || {name}, 0)"
"""The key of a claim. Advisory locks are per database, which may hold several catalogs."""

_NEXT = text(
    f"WITH held AS MATERIALIZED ({HELD}) "  # noqa: S608 - all is ours
    "SELECT number, sha256 FROM tasks WHERE state IN ('queued', 'working') "
    f"AND {_KEY.format(name='sha256')} NOT IN (SELECT key FROM held) "
    "ORDER BY urgent DESC, turn, number LIMIT 1 FOR UPDATE OF tasks SKIP LOCKED"
)


class Purpose(StrEnum):
    """The purpose of a lock."""

    WRITING = "writing"
    SENDING_MAIL = "sending mail"


class PostgresLock:
    """An advisory lock, held by its own connection: it is released when the connection or the process ends.

    With the writer lock, each write transaction verifies that the server still records it: after a lost connection
    another process may hold it.
    """

    def __init__(self, url: str, purpose: Purpose) -> None:
        """:raises UsageError: the address is invalid."""
        self._address, self._purpose = DatabaseUrl.of(url), purpose

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock; errors as in :class:`archive.store.sql.locks.WriterLock`.

        :raises archive.errors.CatalogUnavailable: the server cannot be reached.
        """
        with self._taken("SELECT pg_try_advisory_lock(:key)"):
            yield

    @contextmanager
    def awaited(self) -> Iterator[None]:
        """Wait for the lock, and hold it; errors as for :meth:`held`."""
        with self._taken("SELECT pg_try_advisory_lock(:key)", wait=True):
            yield

    @contextmanager
    def shared(self) -> Iterator[WorkClaims]:
        """Hold the lock shared with others; errors as for :meth:`held`. Claims are locks of the same connection."""
        with self._taken("SELECT pg_try_advisory_lock_shared(:key)") as connection:
            yield PostgresClaims(connection, self._address.name)

    @contextmanager
    def _taken(self, taking: str, *, wait: bool = False) -> Iterator[Connection]:
        """Take the lock by a query that returns whether it succeeded; release it at the end."""
        engine = engine_of(self._address, self._address.schema, poolclass=NullPool)
        try:
            connection = engine.connect()
        except DBAPIError as error:
            raise postgres_error(self._address.name, error) from error
        try:
            process = self._take(connection, taking, wait=wait)
            is_writer = self._purpose is Purpose.WRITING
            with writing_while_held(self._address, process) if is_writer else nullcontext():
                yield connection
        finally:
            _give_back(connection)
            engine.dispose()

    def _take(self, connection: Connection, taking: str, *, wait: bool) -> int:
        """Take the lock; returns the id of the server process that holds it."""
        try:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            # Not by a blocking lock function, with which the server could not vacuum meanwhile.
            while not connection.scalar(text(taking), {"key": self._address.key(self._purpose)}):
                if not wait:
                    raise busy(self._address.name)
                time.sleep(POLL_SECONDS)
            return int(connection.scalar(text("SELECT pg_backend_pid()")) or 0)
        except DBAPIError as error:
            raise postgres_error(self._address.name, error) from error


def _give_back(connection: Connection) -> None:
    """Release all locks of a connection and close it."""
    # A lost connection releases them by itself. Closing does, too, but with a delay.
    with suppress(SQLAlchemyError):
        connection.execute(text("SELECT pg_advisory_unlock_all()"))
    connection.invalidate()
    connection.close()


class PostgresClaims:
    """The :class:`archive.store.sql.locks.WorkClaims` of a process: advisory locks on the connection of its writer
    lock.

    ``name`` is the catalog's name in messages.
    """

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection, self._name = connection, name

    def take(self, name: str) -> bool:
        """See :class:`archive.store.sql.locks.WorkClaims`. The server counts repeated claims."""
        return self._ask("pg_try_advisory_lock", name)

    def release(self, name: str) -> None:
        """See :class:`archive.store.sql.locks.WorkClaims`."""
        self._ask("pg_advisory_unlock", name)

    def _ask(self, function: str, name: str) -> bool:
        asked = text(f"SELECT {function}({_KEY.format(name='CAST(:name AS text)')})")
        try:
            return bool(self._connection.scalar(asked, {"name": name}))
        except DBAPIError as error:
            raise postgres_error(self._name, error) from error


def next_task(connection: Connection) -> tuple[int, str] | None:
    """Return the number and SHA-256 of the next unclaimed task, and lock its row. Urgent tasks come first, then
    collections take turns.

    A running task is included if its worker has lost its connection. Another process may have claimed the task since
    the query began, so the caller must claim it.
    """
    row = connection.execute(_NEXT).first()
    return (row.number, row.sha256) if row else None
