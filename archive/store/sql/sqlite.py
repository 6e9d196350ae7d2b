"""The catalog on SQLite: the required version of the library, and the setup of connections.

SQLite comes bundled with ``pysqlite3``: every release from 3.7.0 to 3.51.2 can corrupt a database in WAL mode when two
connections write or checkpoint simultaneously (https://www.sqlite.org/wal.html, section 11), as an adding and a web
process do.
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

from archive.errors import ArchiveBusy, ArchiveError, CatalogError, DiskFull, ReadOnly, UnsafeSQLite, disk_full
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

_UNLOCKED_STAMP = "dosije_still"
"""Key in a connection's info: the stamp of the file that it was opened on without locks."""

_PRAGMAS = (
    # FULL: a reported commit survives a power failure. In WAL mode NORMAL may lose the last ones.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # A catalog from elsewhere must not be able to run functions through its schema.
    "PRAGMA trusted_schema = OFF",
)


class MakeEngines(Protocol):
    """Creates the engines that write to and read from a database; they may be the same."""

    def __call__(self, *, is_still: bool) -> tuple[Engine, Engine]:
        """Create the engines, to read without locks if ``is_still``."""


class SqliteDatabase(Database):
    """A database in the file ``path``. If the disk is full, it is read without locks until there is space, or until
    another process opens it (:mod:`archive.store.sql.sqlite_files`)."""

    def __init__(
        self, path: Path, make: MakeEngines, *, is_still: bool = False, whole: SqliteDatabase | None = None
    ) -> None:
        """:param make: creates the engines that write and read.
        :param is_still: no process has it open, and the disk is too full to open it normally.
        :param whole: the unfiltered database of a view.
        """
        super().__init__(*make(is_still=is_still), str(path))
        self._path, self._make, self._is_still, self._whole = path, make, is_still, whole
        self._waking = threading.Lock()

    @property
    def whole(self) -> Database:
        """The database that :meth:`hiding` was called on."""
        return self._whole or self

    @property
    def is_read_only(self) -> bool:
        """Whether it is on a read-only file system."""
        return is_read_only(self._path)

    def hiding(self, collections: frozenset[str]) -> Database:
        """Return a view with its own connections, which neither read nor write documents of these collections."""

        def make(*, is_still: bool) -> tuple[Engine, Engine]:
            writer, reader = (_engine(self._path, BUSY_SECONDS, is_still=is_still) for _ in range(2))
            event.listen(reader, "connect", lambda connection, _record: show_only(connection, collections))
            event.listen(writer, "connect", lambda connection, _record: guard(connection, collections))
            return writer, reader

        return SqliteDatabase(self._path, make, is_still=self._is_still, whole=self._whole or self)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """See :meth:`Database.reading`.

        :raises ArchiveBusy: it was read without locks and changed meanwhile.
        """
        self._wake()
        with super().reading() as connection:
            yield connection
            stamp = connection.info.get(_UNLOCKED_STAMP)
            if stamp is not None and stamp != Stamp.of(self._path):
                connection.invalidate()
                raise ArchiveBusy("The catalog was changed while it was read on a full disk.", "Try again.")

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """See :meth:`Database.writing`.

        :raises DiskFull: the disk is too full to open it for writing.
        """
        self._wake()
        if self._is_still:
            raise disk_full()
        with super().writing() as connection:
            yield connection

    def _wake(self) -> None:
        """Open it normally if there is space by now, or because another process has opened it."""
        if not self._is_still or (is_closed(self._path) and not has_room(self._path)):
            return
        with self._waking, _opening(self._path):
            if self._is_still:
                _switch_to_wal(self._path, BUSY_SECONDS)
                self._is_still = False
                before = (self._engine, self._reader)
                self._use(*self._make(is_still=False))
                for engine in before:
                    # Connections in use finish reading, and then check whether the file has changed.
                    engine.dispose(close=False)

    def stamp(self, connection: Connection) -> Hashable:
        """Return SQLite's data version, which counts commits of other connections, and the changes of this
        connection."""
        (others,) = connection.exec_driver_sql("PRAGMA data_version").one()
        driver: Any = connection.connection.driver_connection
        return others, driver.total_changes

    def opener(self) -> Callable[[], Database]:
        """Return a picklable function that opens the file in another process."""
        return partial(open_sqlite, self._path)

    @contextmanager
    def upgrading(self) -> Iterator[None]:
        """Hold the lock of processes that open the file.

        :raises DiskFull: the disk is too full to open it for writing.
        """
        self._wake()
        if self._is_still:
            # Not within this lock, for which it would wait forever.
            raise disk_full()
        with _opening(self._path):
            yield

    def wait_briefly(self, connection: Connection) -> None:
        """Do nothing: readers do not block, and writers are serialized."""

    def begin_upgrade(self, *, is_additive: bool) -> None:
        """Copy the file; the caller holds the lock of processes that open it."""
        keep_copy(self._path)

    def is_settled(self) -> bool:
        """Return whether no copy is waiting for its final name, or it cannot be renamed."""
        return not being_upgraded(self._path).exists() or self._is_still or self.is_read_only

    def end_upgrade(self, step: int) -> None:
        """Give the copy its final name."""
        name_copy(self._path, step)

    def faults(self, connection: Connection, *, thorough: bool, most: int) -> list[str]:
        """Return the faults that SQLite's own checks find.

        :raises archive.errors.CatalogError: the file is too damaged to be checked.
        """
        check = "integrity_check" if thorough else "quick_check"
        said = [row[0] for row in connection.exec_driver_sql(f"PRAGMA {check}({most})")]
        faults = [] if said == ["ok"] else said
        for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(most):
            faults.append(f"row {row} of {table} points at a row of {parent} that is not there")
        return faults

    def checks(self, connection: Connection, *, thorough: bool) -> str:
        """Return nothing: there is no server."""
        return ""

    def finish_copy(self, connection: Connection) -> None:
        """Do nothing: SQLite continues after the highest number, and plans without statistics."""


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
    """Open the database file ``path`` in WAL mode; create it if it is missing, migrate it if it is old. A file on a
    read-only file system is opened unchanged.

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
    """Switch to WAL mode; returns false if the disk is too full, and the file can be read without locks.

    :raises archive.errors.DiskFull: the disk is full, and the file cannot be read without locks, because its last
        writer was killed.
    :raises archive.errors.CatalogError: it cannot be opened for another reason.
    """
    try:
        _switch_to_wal(path, busy_seconds)
    except ReadOnly as error:
        raise ReadOnly(
            "The catalog %(path)s cannot be opened, not even to read: SQLite keeps locks in its folder, and Dosije may "
            "not write there.",
            "Give the user that runs Dosije the right to write to both, or mount the disk read-only.",
            path=path,
        ) from error
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
        # A thread holds one connection at a time, so the number of threads is the limit; a pool timeout would only hide
        # it.
        max_overflow=-1,
        # LIFO, because results are cached per connection.
        pool_use_lifo=True,
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    if is_still:
        stamp = Stamp.of(path)
        event.listen(engine, "connect", lambda _connection, record: record.info.update({_UNLOCKED_STAMP: stamp}))
    return engine


def _set_up(connection: Any, _record: object) -> None:
    # By default the driver begins transactions before INSERT, UPDATE and DELETE only: schema changes would be committed
    # one by one, and two SELECTs would see different snapshots. With None, _begin sends BEGIN.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    # IMMEDIATE: a transaction that begins by reading and then writes fails at once if another has written meanwhile.
    writing = connection.get_execution_options().get(WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _switch_to_wal(path: Path, busy_seconds: float) -> None:
    """Switch to WAL mode, a persistent property of the file that can only be set outside of a transaction."""
    try:
        connection = pysqlite3.connect(str(path), timeout=busy_seconds)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        finally:
            connection.close()
    except (pysqlite3.DatabaseError, UnicodeDecodeError) as error:
        # The latter is from a message that quotes a damaged schema.
        raise database_error(str(path), str(error)) from error


@contextmanager
def _opening(path: Path) -> Iterator[None]:
    """Hold the lock of processes that open the catalog.

    Switching to WAL mode fails instead of waiting for other connections. The lock is on the folder, because closing any
    descriptor of the database file would release SQLite's own locks on it.
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
