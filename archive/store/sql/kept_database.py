"""SQLite files in the cache, with data that is derived from the catalog and may be deleted.

They use a rollback journal and are independent of the catalog, so that requests that only read the catalog do not lock
it or write to its log.
"""

from __future__ import annotations

import fcntl
import os
import re
import time
from collections.abc import Hashable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import IO, Any

import pysqlite3

from archive.system.files import replacing

WAIT_SECONDS = 10
"""Seconds that a connection waits for readers or writers."""

_SAME_TIME = 2_000_000_000
"""Nanoseconds within which two changes of a file may get the same time: two seconds on FAT, less elsewhere."""

_MOST_IDLE = 4
"""Most connections of a process to a file that are kept open for the next reads: each may hold 2 MB of its pages."""

_BETWEEN_STATEMENTS = re.compile(r";\s*(?=CREATE|\Z)")
"""What separates the statements that create tables. Those within a trigger belong to it."""

FAILURES = (OSError, pysqlite3.Error)
"""Exceptions raised if the file does not exist, is damaged, or cannot be written."""


def is_busy(error: Exception) -> bool:
    """Return whether an error means that the file is locked; the file itself is sound then."""
    return bool(getattr(error, "sqlite_errorcode", None) == pysqlite3.SQLITE_BUSY)


def is_damaged(error: Exception) -> bool:
    """Return whether an error means that the file is no sound database."""
    return getattr(error, "sqlite_errorcode", None) in {pysqlite3.SQLITE_CORRUPT, pysqlite3.SQLITE_NOTADB}


class KeptDatabase:
    """A SQLite file. Any number of threads and processes may use it.

    A ``path`` of None makes a temporary database of this process, in memory, as pysqlite3 is built. Connections wait
    ``wait`` seconds for others. ``tables`` are the statements that create its tables; other tables need another file
    name.
    """

    def __init__(self, path: Path | None, tables: str, wait: float = WAIT_SECONDS) -> None:
        self._path, self._tables = path, tables
        self._idle: dict[int, list[_Opened]] = {}
        self.wait = wait
        self._lock = RLock()
        self._own: Any = None
        if path is None:
            self._own = pysqlite3.connect("", isolation_level=None, check_same_thread=False)

    @contextmanager
    def alone(self, *, is_waiting: bool = True) -> Iterator[None]:
        """Hold the lock of the process that builds the file; wait for it if ``is_waiting``. Raises one of
        :data:`FAILURES`, also if the lock is held and this is not waiting.
        """
        if self._path is None:
            yield
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Not the file itself: where it is closed, SQLite's own locks on it would fall.
        lock = self._path.with_suffix(".lock")
        file = _locked(lock, is_waiting)
        while not _is_at(file, lock):
            # Whoever had it before removed it, and others may have the one that took its place.
            file.close()
            file = _locked(lock, is_waiting)
        with file:
            try:
                yield
            finally:
                # A process that was forked meanwhile has the file open, too.
                fcntl.flock(file, fcntl.LOCK_UN)

    @contextmanager
    def reading(self, wait: float | None = None) -> Iterator[Any]:
        """Begin a read transaction; ``wait`` overrides the timeout. Raises one of :data:`FAILURES`."""
        if self._path is None:
            with self._lock:
                yield self._own
            return
        # Those of another process are neither used nor closed after a fork: SQLite's locks are of a process.
        idle = self._idle.setdefault(os.getpid(), [])
        # Asked before it is opened: a file that is replaced meanwhile is taken for another one the next time.
        file = _identity(self._path)
        connection = _of_file(file, idle) or self._opened()
        with ExitStack() as unless_whole:
            unless_whole.callback(connection.close)
            connection.execute(f"PRAGMA busy_timeout = {int(1000 * (self.wait if wait is None else wait))}")
            connection.execute("BEGIN")
            yield connection
            connection.rollback()
            if len(idle) < _MOST_IDLE:
                unless_whole.pop_all()
                idle.append((file, connection))

    def _opened(self) -> Any:
        assert self._path is not None
        address = f"{self._path.absolute().as_uri()}?mode=ro"
        return pysqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """Begin a write transaction; create the file if it does not exist. Raises one of :data:`FAILURES`."""
        if self._path is None:
            with self._lock:
                yield from self._changing(self._own)
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # An existing file is not opened: closing it would release the locks of other threads.
        with suppress(FileExistsError):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with closing(pysqlite3.connect(self._path, timeout=self.wait, isolation_level=None)) as connection:
            yield from self._changing(connection)

    def stamp(self) -> Hashable:
        """Return a value that differs whenever the file has changed (over NFS, as soon as its attributes are no longer
        cached); None if that cannot be told: the next change may have the time of the last one."""
        with suppress(OSError):
            if self._path is not None:
                file = self._path.stat()
                if time.time_ns() - file.st_mtime_ns > _SAME_TIME:
                    return file.st_ino, file.st_size, file.st_mtime_ns
        return None

    def copy(self, other: KeptDatabase) -> None:
        """Become a copy of another file, as of one moment; who reads the old one meanwhile is not kept waiting. Raises
        one of :data:`FAILURES`."""
        with other.reading() as source:
            if self._path is None:
                # SQLite does not guard a connection that it copies to.
                with self._lock:
                    source.backup(self._own)
                return
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(self._path, 0o600) as file, closing(pysqlite3.connect(file.name)) as target:
                source.backup(target)
                # That of a killed process would be played back into the new file.
                self._path.with_name(f"{self._path.name}-journal").unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove the file."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def _changing(self, connection: Any) -> Iterator[Any]:
        connection.execute("BEGIN IMMEDIATE")
        try:
            if connection.execute("PRAGMA user_version").fetchone() == (0,):
                for statement in filter(str.strip, _BETWEEN_STATEMENTS.split(self._tables)):
                    connection.execute(statement)
                connection.execute("PRAGMA user_version = 1")
            yield connection
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


_Opened = tuple[tuple[int, int] | None, Any]
"""A connection, with the identity of the file to which it was opened."""


def _identity(path: Path) -> tuple[int, int] | None:
    with suppress(OSError):
        file = path.stat()
        return file.st_dev, file.st_ino
    return None


def _of_file(file: tuple[int, int] | None, idle: list[_Opened]) -> Any:
    """Take a connection to a file from those that nobody uses; close those to files that were there before it."""
    with suppress(IndexError):
        while True:
            opened, connection = idle.pop()
            if opened == file is not None:
                return connection
            connection.close()
    return None


def _locked(lock: Path, is_waiting: bool) -> IO[str]:
    with ExitStack() as until_locked:
        file = until_locked.enter_context(lock.open("w"))
        fcntl.flock(file, fcntl.LOCK_EX if is_waiting else fcntl.LOCK_EX | fcntl.LOCK_NB)
        until_locked.pop_all()
    return file


def _is_at(file: IO[str], path: Path) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    return False
