"""The catalog on SQLite: which library is safe, and how connections are set up.

SQLite comes from ``pysqlite3``, which carries its own: every release from 3.7.0 to 3.51.2 can corrupt a database in WAL
mode when two connections write or checkpoint at one moment (https://www.sqlite.org/wal.html, section 11), which is what
an ingest and a web process do.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pysqlite3
from sqlalchemy import URL, Connection, Engine, create_engine, event

from archive.errors import UnsafeSQLite
from archive.store import upgrading
from archive.store.database import WRITING, Database, database_error
from archive.store.media import BUSY_SECONDS, is_read_only, read_only_uri
from archive.store.migrations import migrate
from archive.store.seeing import guard, show_only

SAFE_VERSION = (3, 51, 3)
"""The first release without the WAL-reset bug."""

_PRAGMAS = (
    # FULL: a commit that was reported survives a power cut. In WAL mode NORMAL may lose the last ones.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # A catalog from someone else's hand must not be able to run functions through its schema.
    "PRAGMA trusted_schema = OFF",
)


class SqliteDatabase(Database):
    """A database in the file ``path``."""

    def __init__(
        self, path: Path, engine: Engine, reader: Engine | None = None, whole: SqliteDatabase | None = None
    ) -> None:
        super().__init__(engine, str(path), reader)
        self._path, self._whole = path, whole

    @property
    def whole(self) -> Database:
        """What :meth:`seen` was called on."""
        return self._whole or self

    @property
    def is_read_only(self) -> bool:
        """Whether it lies on a medium that is mounted read-only."""
        return is_read_only(self._path)

    def seen(self, hidden: frozenset[str]) -> Database:
        """Connections of its own, each set up to see and write nothing of these collections."""
        reader, writer = _engine(self._path, BUSY_SECONDS), _engine(self._path, BUSY_SECONDS)
        event.listen(reader, "connect", lambda connection, _record: show_only(connection, hidden))
        event.listen(writer, "connect", lambda connection, _record: guard(connection, hidden))
        return SqliteDatabase(self._path, writer, reader, self._whole or self)

    def stamp(self, connection: Connection) -> Hashable:
        """SQLite counts what others commit, and apart from that what this connection changes."""
        (others,) = connection.exec_driver_sql("PRAGMA data_version").one()
        driver: Any = connection.connection.driver_connection
        return others, driver.total_changes

    def opener(self) -> Callable[[], Database]:
        """The file is opened anew."""
        return partial(open_sqlite, self._path)

    def begin_upgrade(self) -> None:
        """Keep a copy of the file; the caller holds the lock of those who open it."""
        upgrading.keep_copy(self._path)

    def end_upgrade(self, step: int) -> None:
        """Give the copy its name."""
        upgrading.name_copy(self._path, step)

    def faults(self, connection: Connection, *, thorough: bool, most: int) -> list[str]:
        """SQLite's own checks.

        :raises archive.errors.CatalogError: the file is so damaged that it cannot be looked through.
        """
        check = "integrity_check" if thorough else "quick_check"
        said = [row[0] for row in connection.exec_driver_sql(f"PRAGMA {check}({most})")]
        faults = [] if said == ["ok"] else said
        for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(most):
            faults.append(f"row {row} of {table} points at a row of {parent} that is not there")
        return faults

    def checks(self, connection: Connection, *, thorough: bool) -> str:
        """Nothing: it is a file."""
        return ""

    def settle_sequences(self, connection: Connection) -> None:
        """Nothing: SQLite goes on after the highest number there is."""


def check_version(version: tuple[int, ...]) -> None:
    """Refuse a SQLite library that can corrupt the catalog.

    :raises UnsafeSQLite: ``version`` is below :data:`SAFE_VERSION`.
    """
    if version < SAFE_VERSION:
        found, needed = (".".join(map(str, numbers)) for numbers in (version, SAFE_VERSION))
        raise UnsafeSQLite(
            f"SQLite {found} can corrupt a database that two processes use; {needed} is the first that cannot.",
            "Run: pip install --upgrade pysqlite3 (not pysqlite3-binary, which is older).",
        )


def open_sqlite(path: Path, busy_seconds: float = BUSY_SECONDS) -> Database:
    """Open the database file ``path``, made if absent, in WAL mode and with its schema up to date. One on a medium that
    is read-only is opened as it is.

    :raises UnsafeSQLite: see :func:`check_version`.
    :raises archive.errors.CatalogError: the file is not a catalog, is damaged, or is of a newer version.
    """
    check_version(pysqlite3.sqlite_version_info)
    database = SqliteDatabase(path, _engine(path, busy_seconds))
    try:
        with _opening(path):
            if not is_read_only(path):
                _switch_to_wal(path, busy_seconds)
            migrate(database)
    except BaseException:
        database.close()
        raise
    return database


def _engine(path: Path, busy_seconds: float) -> Engine:
    url = URL.create("sqlite", database=str(path))
    if is_read_only(path):
        url = URL.create("sqlite", database=read_only_uri(path), query={"uri": "true"})
    engine = create_engine(
        url,
        module=pysqlite3,
        connect_args={"timeout": busy_seconds},
        # A thread holds one connection at a time, so the number of threads is the bound; a wait would only hide it.
        max_overflow=-1,
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: Any, _record: object) -> None:
    # Left to itself the driver begins transactions before INSERT, UPDATE and DELETE only: schema changes would commit
    # one by one, and two SELECTs would see different states. None hands BEGIN over to _begin.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    # A transaction that begins as a reader and then writes fails at once, without waiting, if another wrote meanwhile.
    writing = connection.get_execution_options().get(WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _switch_to_wal(path: Path, busy_seconds: float) -> None:
    """WAL is a property of the file, and can only be switched on outside of a transaction."""
    try:
        connection = pysqlite3.connect(str(path), timeout=busy_seconds)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        finally:
            connection.close()
    except (pysqlite3.DatabaseError, UnicodeDecodeError) as error:
        # The latter comes from a message that quotes a schema which is damaged.
        raise database_error(str(path), str(error)) from error


@contextmanager
def _opening(path: Path) -> Iterator[None]:
    """Let one process at a time open the catalog.

    Switching to WAL does not wait for other connections as everything else does, it fails. The lock is on the folder,
    because closing any descriptor of the database file would drop SQLite's own locks on it.
    """
    try:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise database_error(str(path), f"unable to open its folder ({error.strerror})") from error
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
