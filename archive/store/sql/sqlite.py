"""The catalog on SQLite: which library is safe, and how connections are set up.

SQLite comes from ``pysqlite3``, which carries its own: every release from 3.7.0 to 3.51.2 can corrupt a database in WAL
mode when two connections write or checkpoint at one moment (https://www.sqlite.org/wal.html, section 11), which is what
an ingest and a web process do.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import pysqlite3
from sqlalchemy import URL, Connection, Engine, create_engine, event

from archive.errors import ArchiveBusy, ArchiveError, CatalogError, DiskFull, UnsafeSQLite, disk_full
from archive.store.sql.database import BUSY_SECONDS, WRITING, Database, database_error
from archive.store.sql.migrations import migrate
from archive.store.sql.sqlite_files import (
    NEEDED,
    Stamp,
    being_upgraded,
    has_room,
    immutable_uri,
    is_closed,
    is_full,
    is_read_only,
    keep_copy,
    name_copy,
    read_only_uri,
)
from archive.store.sql.visibility import guard, show_only

SAFE_VERSION = (3, 51, 3)
"""The first release without the WAL-reset bug."""

_STILL = "dosije_still"
"""Where a connection that takes no locks keeps the stamp of the file it was opened on."""

_PRAGMAS = (
    # FULL: a commit that was reported survives a power cut. In WAL mode NORMAL may lose the last ones.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # A catalog from someone else's hand must not be able to run functions through its schema.
    "PRAGMA trusted_schema = OFF",
)


class MakeEngines(Protocol):
    """Makes the engine that writes to a database and the one that reads from it; they may be the same."""

    def __call__(self, *, is_still: bool) -> tuple[Engine, Engine]:
        """Make them, to read without locks if ``is_still``."""


class SqliteDatabase(Database):
    """A database in the file ``path``. On a full disk it is read without locks until there is room, or until somebody
    else opens it (:mod:`archive.store.sql.sqlite_files`)."""

    def __init__(
        self, path: Path, make: MakeEngines, *, is_still: bool = False, whole: SqliteDatabase | None = None
    ) -> None:
        """:param make: makes the engine that writes, and the one that reads.
        :param is_still: nobody has it open, and there is no room to open it as usual.
        :param whole: the database that this one shows a part of.
        """
        super().__init__(*make(is_still=is_still), str(path))
        self._path, self._make, self._is_still, self._whole = path, make, is_still, whole
        self._waking = threading.Lock()

    @property
    def whole(self) -> Database:
        """What :meth:`hiding` was called on."""
        return self._whole or self

    @property
    def is_read_only(self) -> bool:
        """Whether it lies on a medium that is mounted read-only."""
        return is_read_only(self._path)

    def hiding(self, collections: frozenset[str]) -> Database:
        """Open connections that see and write nothing of these collections."""

        def make(*, is_still: bool) -> tuple[Engine, Engine]:
            writer, reader = (_engine(self._path, BUSY_SECONDS, is_still=is_still) for _ in range(2))
            event.listen(reader, "connect", lambda connection, _record: show_only(connection, collections))
            event.listen(writer, "connect", lambda connection, _record: guard(connection, collections))
            return writer, reader

        return SqliteDatabase(self._path, make, is_still=self._is_still, whole=self._whole or self)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """See :meth:`Database.reading`.

        :raises ArchiveBusy: it was read without locks, and somebody changed it meanwhile.
        """
        self._wake()
        with super().reading() as connection:
            yield connection
            stamp = connection.info.get(_STILL)
            if stamp is not None and stamp != Stamp.of(self._path):
                connection.invalidate()
                raise ArchiveBusy("The catalog was changed while it was read on a full disk.", "Try again.")

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """See :meth:`Database.writing`.

        :raises DiskFull: there is no room to open it for writing.
        """
        self._wake()
        if self._is_still:
            raise disk_full()
        with super().writing() as connection:
            yield connection

    def _wake(self) -> None:
        """Open it as usual once that is possible, or necessary because somebody else did."""
        if not self._is_still or (is_closed(self._path) and not has_room(self._path)):
            return
        with self._waking, _opening(self._path):
            if self._is_still:
                _switch_to_wal(self._path, BUSY_SECONDS)
                self._is_still = False
                before = (self._engine, self._reader)
                self._use(*self._make(is_still=False))
                for engine in before:
                    # Connections in use go on to the end of what they read, and see then whether it still holds.
                    engine.dispose(close=False)

    def stamp(self, connection: Connection) -> Hashable:
        """Return SQLite's count of what others commit, and its count of what this connection changes."""
        (others,) = connection.exec_driver_sql("PRAGMA data_version").one()
        driver: Any = connection.connection.driver_connection
        return others, driver.total_changes

    def opener(self) -> Callable[[], Database]:
        """Return what opens the file anew."""
        return partial(open_sqlite, self._path)

    @contextmanager
    def upgrading(self) -> Iterator[None]:
        """Have those wait who open the file, too.

        :raises DiskFull: there is no room to open it for writing.
        """
        self._wake()
        if self._is_still:
            # It must not be woken within this, for which it would wait without end.
            raise disk_full()
        with _opening(self._path):
            yield

    def wait_briefly(self, connection: Connection) -> None:
        """Do nothing: who reads is not waited for, and one writes at a time."""

    def begin_upgrade(self, *, is_additive: bool) -> None:
        """Copy the file; the caller holds the lock of those who open it."""
        keep_copy(self._path)

    def is_settled(self) -> bool:
        """Return whether no copy waits for its name, or none can be given it."""
        return not being_upgraded(self._path).exists() or self._is_still or self.is_read_only

    def end_upgrade(self, step: int) -> None:
        """Give the copy its name."""
        name_copy(self._path, step)

    def faults(self, connection: Connection, *, thorough: bool, most: int) -> list[str]:
        """Return SQLite's own checks.

        :raises archive.errors.CatalogError: the file is so damaged that it cannot be looked through.
        """
        check = "integrity_check" if thorough else "quick_check"
        said = [row[0] for row in connection.exec_driver_sql(f"PRAGMA {check}({most})")]
        faults = [] if said == ["ok"] else said
        for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(most):
            faults.append(f"row {row} of {table} points at a row of {parent} that is not there")
        return faults

    def checks(self, connection: Connection, *, thorough: bool) -> str:
        """Return nothing: it is a file."""
        return ""

    def advance_sequences(self, connection: Connection) -> None:
        """Do nothing: SQLite goes on after the highest number there is."""


def check_version(version: tuple[int, ...]) -> None:
    """Refuse a SQLite library that can corrupt the catalog.

    :raises UnsafeSQLite: ``version`` is below :data:`SAFE_VERSION`.
    """
    if version < SAFE_VERSION:
        found, needed = (".".join(map(str, numbers)) for numbers in (version, SAFE_VERSION))
        raise UnsafeSQLite(
            "SQLite %(found)s can corrupt a database that two processes use; %(needed)s is the first that cannot.",
            "Run: pip install --upgrade pysqlite3 (not pysqlite3-binary, which is older).",
            found=found,
            needed=needed,
        )


def open_sqlite(path: Path, busy_seconds: float = BUSY_SECONDS) -> Database:
    """Open the database file ``path``, made if absent, in WAL mode and with its schema up to date. One on a medium that
    is read-only is opened as it is.

    :raises UnsafeSQLite: see :func:`check_version`.
    :raises archive.errors.CatalogError: the file is not a catalog, is damaged, or is of a newer version.
    """
    check_version(pysqlite3.sqlite_version_info)

    def make(*, is_still: bool) -> tuple[Engine, Engine]:
        engine = _engine(path, busy_seconds, is_still=is_still)
        return engine, engine

    with _opening(path):
        is_still = not is_read_only(path) and not _is_switched_to_wal(path, busy_seconds)
        database = SqliteDatabase(path, make, is_still=is_still)
    try:
        migrate(database)
    except BaseException:
        database.close()
        raise
    return database


def _is_switched_to_wal(path: Path, busy_seconds: float) -> bool:
    """Return whether it could be opened as usual; if not, there is no room for that, and it can be read without.

    :raises archive.errors.DiskFull: there is no room, and it cannot be read either: who had it open last was killed.
    :raises archive.errors.CatalogError: it cannot be opened for another reason.
    """
    try:
        _switch_to_wal(path, busy_seconds)
    except ArchiveError as error:
        if not isinstance(error, CatalogError | DiskFull) or not is_full(path):
            raise
        if is_closed(path):
            return False
        raise DiskFull(
            "The disk of the archive is full, and the catalog was not closed by the process that wrote to it last.",
            "Make room: %(count)s KB are enough to open it. Nothing is lost.",
            count=NEEDED >> 10,
        ) from error
    return True


def _engine(path: Path, busy_seconds: float, *, is_still: bool) -> Engine:
    url = URL.create("sqlite", database=str(path))
    if is_still:
        url = URL.create("sqlite", database=immutable_uri(path), query={"uri": "true"})
    elif is_read_only(path):
        url = URL.create("sqlite", database=read_only_uri(path), query={"uri": "true"})
    engine = create_engine(
        url,
        module=pysqlite3,
        connect_args={"timeout": busy_seconds},
        # A thread holds one connection at a time, so the number of threads is the bound; a wait would only hide it.
        max_overflow=-1,
        # What is cached with a connection serves most where the one that was used last is taken first.
        pool_use_lifo=True,
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    if is_still:
        stamp = Stamp.of(path)
        event.listen(engine, "connect", lambda _connection, record: record.info.update({_STILL: stamp}))
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
    """Switch to WAL, a property of the file that can only be switched on outside of a transaction."""
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
