"""The catalog on PostgreSQL 15 or later, by psycopg 3. One database can hold several catalogs, each in its own schema:
``?schema=NAME`` at the end of the address, ``dosije`` by default.

Rules of transactions, for adding queries or workers:

- Reading is REPEATABLE READ and READ ONLY: all queries of a transaction see the state of its first one.
- Writing is READ COMMITTED and begins by taking a lock of the catalog (``pg_advisory_xact_lock``) that it keeps to its
  end. So there is one writing transaction at a time, as SQLite's BEGIN IMMEDIATE has it, and what one of them reads
  stays as it is until it ends: numbers without gaps, the chain of events and every "look, then write" rely on it. A
  snapshot taken before the lock would be old by the time it is had, therefore READ COMMITTED. Keep them short.
- The writer lock (:class:`archive.store.sql.postgres.lock.PostgresLock`) is another one, held for a whole run. A
  process that holds it writes only while the server says that it does.
- Who waits longer than :data:`archive.store.sql.database.BUSY_SECONDS` for a lock gets ArchiveBusy; nothing is retried.
- Session state (these locks, settings) needs a session: a pooler in between must pool sessions, not transactions.

The driver is optional and is only looked for when a catalog on PostgreSQL is opened.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from sqlalchemy import Connection, Table, event, text
from sqlalchemy.exc import DBAPIError

from archive.errors import DosijeError, UsageError
from archive.store.sql.database import BUSY_SECONDS, WRITING, Database
from archive.store.sql.migrations import migrate
from archive.store.sql.postgres import schema
from archive.store.sql.postgres.connections import DatabaseUrl, engine_of, lost_lock, postgres_error

HELD = (
    "SELECT pid, (classid::bigint << 32) | objid::bigint AS key FROM pg_locks "
    "WHERE locktype = 'advisory' AND objsubid = 1 AND granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
"""Query for the advisory locks of this database and their holders."""

HIDDEN = "dosije_hidden"
"""Execution option of a connection: the hidden collections, as JSON."""

_POOL = {"pool_size": 4, "max_overflow": 28, "pool_timeout": BUSY_SECONDS, "pool_pre_ping": True, "pool_use_lifo": True}
"""A thread holds one connection at a time. Four stay open between requests; a server allows a hundred by default."""

_POLL_SECONDS = 0.5
"""Seconds between two checks of a process that waits to upgrade."""

_held: defaultdict[str, set[int]] = defaultdict(set)
"""Catalogs whose writer lock this process holds, each with the ids of the server processes that hold it; several where
threads share it."""


def open_postgres(url: str) -> Database:
    """Open the catalog at an address; create it if it is missing, migrate it if it is old.

    :raises UsageError: the address is invalid, or the driver is not installed.
    :raises archive.errors.CatalogError: the server cannot be reached, or the catalog is of a newer version.
    """
    database = PostgresDatabase(url)
    try:
        database.prepare()
        migrate(database)
    except BaseException:
        database.close()
        raise
    return database


def has_catalog(url: str) -> bool:
    """Return whether there is a catalog at an address.

    :raises UsageError: the address is invalid, or the driver is not installed.
    :raises archive.errors.CatalogUnavailable: the server cannot be reached.
    """
    database = PostgresDatabase(url)
    try:
        return database.is_made
    finally:
        database.close()


@contextmanager
def writing_while_held(address: DatabaseUrl, process: int) -> Iterator[None]:
    """Allow writing to a catalog only while this server process holds its writer lock."""
    _held[address.name].add(process)
    try:
        yield
    finally:
        _held[address.name].discard(process)


class PostgresDatabase(Database):
    """A database on a server. Its views (:meth:`hiding`) share its connections and do not close them."""

    has_queue = True

    def __init__(self, url: str, whole: PostgresDatabase | None = None, hidden: frozenset[str] = frozenset()) -> None:
        self._url, self._whole = url, whole
        self._address = address = DatabaseUrl.of(url)
        if whole is None:
            self._all = engine_of(address, address.schema, **_POOL)
            self._restricted = engine_of(address, schema.of_views(address.schema), **_POOL)
            for engine in (self._all, self._restricted):
                event.listen(engine, "begin", self._begin)
            of_these, reader = self._all, self._all
        else:
            told = {HIDDEN: json.dumps(sorted(hidden))}
            of_these, reader = whole._all.execution_options(**told), whole._restricted.execution_options(**told)
        reader = reader.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        super().__init__(of_these, reader, address.name)

    @property
    def whole(self) -> Database:
        """The database that :meth:`hiding` was called on."""
        return self._whole or self

    @property
    def is_made(self) -> bool:
        """Whether the tables exist."""
        with self.reading() as connection:
            asked = text("SELECT to_regclass(:name) IS NOT NULL")
            return bool(connection.scalar(asked, {"name": f"{self._address.schema}.documents"}))

    def prepare(self) -> None:
        """Create the schema, if it does not exist.

        :raises UsageError: the encoding of the database is not UTF-8.
        """
        with self.reading() as connection:
            found = text("SELECT to_regnamespace(:schema) IS NOT NULL, current_setting('server_encoding')")
            is_there, encoding = connection.execute(found, {"schema": self._address.schema}).one()
        if encoding != "UTF8":
            raise UsageError(
                "%(path)s keeps text as %(encoding)s.",
                "Make a database with: createdb -E UTF8",
                path=self.name,
                encoding=encoding,
            )
        if not is_there:
            with self.writing() as connection:
                connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {self._address.schema}")

    def close(self) -> None:
        """Close the connections, unless this is a view that shares them."""
        if self._whole is None:
            self._all.dispose()
            self._restricted.dispose()

    @contextmanager
    def queueing(self) -> Iterator[Connection]:
        """See :meth:`archive.store.sql.database.Database.queueing`. Rows are locked instead of the catalog."""
        with self._translating(), self._all.begin() as connection:
            yield connection

    @property
    def is_read_only(self) -> bool:
        """Whether the server is a standby."""
        with self.reading() as connection:
            return bool(connection.scalar(text("SELECT pg_is_in_recovery()")))

    def hiding(self, collections: frozenset[str]) -> Database:
        """Return a view that shares the connections; its reading connections see views instead of tables."""
        return PostgresDatabase(self._url, self._whole or self, collections)

    def stamp(self, connection: Connection) -> Hashable:
        """Return the snapshot of the transaction and the hidden collections, because views share connections."""
        told = connection.exec_driver_sql("SELECT pg_current_snapshot()::text").scalar()
        return told, connection.get_execution_options().get(HIDDEN)

    def opener(self) -> Callable[[], Database]:
        """Return a picklable function that connects in another process."""
        return partial(open_postgres, self._url)

    @contextmanager
    def upgrading(self) -> Iterator[None]:
        """Hold an advisory lock, for processes on any machine."""
        key = {"key": self._address.key("upgrading")}
        with self._translating(), self._all.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            # The server's own wait is limited by the lock timeout.
            while not connection.exec_driver_sql("SELECT pg_try_advisory_lock(%(key)s)", key).scalar():
                time.sleep(_POLL_SECONDS)
            try:
                yield
            finally:
                with suppress(DBAPIError):
                    connection.exec_driver_sql("SELECT pg_advisory_unlock(%(key)s)", key)

    def wait_briefly(self, connection: Connection) -> None:
        """Set a short lock timeout, because transactions queue behind one that waits for a table lock; below a second,
        it precedes the deadlock check, so only this transaction is ended. Lift the statement timeout, because creating
        an index on all pages takes longer than a query may."""
        connection.exec_driver_sql("SET LOCAL lock_timeout = '500ms'")
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")

    def begin_upgrade(self, *, is_additive: bool) -> None:
        """Drop the views, which prevent changes of their tables, unless steps are additive and others read through the
        views. Backups are the operator's responsibility."""
        if is_additive:
            return
        with self.writing() as connection:
            self.wait_briefly(connection)
            schema.drop_views(connection, self._address.schema)

    def is_settled(self) -> bool:
        """Return whether columns, views and triggers are those of this version."""
        with self.reading() as connection:
            return schema.are_views_current(connection, self._address.schema)

    def end_upgrade(self, step: int) -> None:
        """Install columns, views and triggers in one transaction; other processes read through the old ones
        meanwhile."""
        with self.writing() as connection:
            self.wait_briefly(connection)
            schema.settle_columns(connection)
            schema.create_views(connection, self._address.schema)

    def faults(self, connection: Connection, *, thorough: bool, most: int) -> list[str]:
        """See :func:`archive.store.sql.postgres.schema.faults`."""
        return schema.faults(connection, thorough=thorough, most=most)

    def checks(self, connection: Connection, *, thorough: bool) -> str:
        """See :func:`archive.store.sql.postgres.schema.checks`."""
        return schema.checks(connection, thorough=thorough)

    def insert_rows(self, connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert many rows by COPY, which takes about half the time of INSERT on either side:
        https://www.postgresql.org/docs/15/sql-copy.html"""
        dialect: Any = connection.dialect
        quoted = dialect.identifier_preparer.quote
        columns = [(column.name, column.type.dialect_impl(dialect).bind_processor(dialect)) for column in table.columns]
        statement = f"COPY {quoted(table.name)} ({', '.join(quoted(name) for name, _ in columns)}) FROM STDIN"
        try:
            with connection.connection.cursor() as cursor, cursor.copy(statement) as copy:  # type: ignore[attr-defined]
                for row in rows:
                    copy.write_row([bind(row[name]) if bind else row[name] for name, bind in columns])
        except dialect.dbapi.Error as error:
            raise DBAPIError.instance(statement, None, error, dialect.dbapi.Error, dialect=dialect) from error

    def finish_copy(self, connection: Connection) -> None:
        """Set each sequence to the highest value of its column, and have the server count what queries are planned by:
        it would do so by itself some minutes later."""
        schema.advance_sequences(connection)
        schema.analyze(connection)

    def _error(self, error: DBAPIError) -> DosijeError:
        return postgres_error(self.name, error)

    def _begin(self, connection: Connection) -> None:
        """Execute the first statement of a transaction; see the module docstring."""
        options = connection.get_execution_options()
        wanted = []
        if HIDDEN in options:
            wanted.append("set_config('dosije.hidden', %(hidden)s, true)")
        if WRITING in options:
            wanted.append("pg_advisory_xact_lock(%(key)s)")
        if wanted:
            given = {"hidden": options.get(HIDDEN), "key": self._address.key("transaction")}
            connection.exec_driver_sql(f"SELECT {', '.join(wanted)}", given)
        if WRITING in options and (processes := _held[self._address.name]):
            self._check_lock(connection, list(processes))

    def _check_lock(self, connection: Connection, processes: list[int]) -> None:
        held = f"SELECT count(*) FROM ({HELD}) AS held WHERE pid = ANY(%(processes)s) AND key = %(key)s"  # noqa: S608
        given = {"processes": processes, "key": self._address.key("writing")}
        if connection.exec_driver_sql(held, given).scalar() != len(processes):
            raise lost_lock(self.name)
