"""A database of the cache, of what follows from the catalog and can be lost.

It is SQLite with a rollback journal, on its own: the catalog's lock and its log are not touched by those who only read.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import IO, Any

import pysqlite3

WAIT_SECONDS = 10
"""How long a connection waits for those who read or write."""

FAILURES = (OSError, pysqlite3.Error)
"""What is raised where the file is not there, is damaged, or cannot be written."""


def is_busy(error: Exception) -> bool:
    """Return whether others read or write for long: the file itself is as it should be."""
    return bool(getattr(error, "sqlite_errorcode", None) == pysqlite3.SQLITE_BUSY)


class KeptDatabase:
    """Any number of threads and processes may use a file. A ``path`` of None is for a database of this process alone,
    which is in memory, as pysqlite3 is built. Who reads or writes waits ``wait`` seconds for others.

    Its tables are made by statements. One of other tables is of another name.
    """

    def __init__(self, path: Path | None, tables: str, wait: float = WAIT_SECONDS) -> None:
        self._path, self._tables = path, tables
        self.wait = wait
        self._lock = RLock()
        self._own: Any = None
        if path is None:
            self._own = pysqlite3.connect("", isolation_level=None, check_same_thread=False)

    @contextmanager
    def alone(self, *, is_waiting: bool = True) -> Iterator[None]:
        """Wait until no other process makes the file of all documents, and have those that want to wait, too. Raises
        one of :data:`FAILURES`, also where one does and this is not waiting."""
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
        """Begin one transaction that reads; ``wait`` if not as others do. Raises one of :data:`FAILURES`."""
        if self._path is None:
            with self._lock:
                yield self._own
            return
        address = f"{self._path.absolute().as_uri()}?mode=ro"
        with closing(pysqlite3.connect(address, uri=True, timeout=self.wait if wait is None else wait)) as connection:
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """Begin one transaction that writes; the file is made if it is not there. Raises one of :data:`FAILURES`."""
        if self._path is None:
            with self._lock:
                yield from self._changing(self._own)
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # One that is there is not opened: to close it would let go the locks that other threads have on it.
        with suppress(FileExistsError):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with closing(pysqlite3.connect(self._path, timeout=self.wait, isolation_level=None)) as connection:
            yield from self._changing(connection)

    def remove(self) -> None:
        """Remove the file."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def _changing(self, connection: Any) -> Iterator[Any]:
        connection.execute("BEGIN IMMEDIATE")
        try:
            if connection.execute("PRAGMA user_version").fetchone() == (0,):
                for statement in filter(str.strip, self._tables.split(";")):
                    connection.execute(statement)
                connection.execute("PRAGMA user_version = 1")
            yield connection
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


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
