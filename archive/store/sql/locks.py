"""Writer locks: one process writes to an archive, or several add to it at once."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Protocol

from archive.errors import ArchiveBusy, storage_error

INDEX = "index"
"""Claim of the process that indexes documents."""


class WorkClaims(Protocol):
    """Claims of one process among several that add documents: bytes that it reads, by SHA-256, and the index, by
    :data:`INDEX`. They are released when the process dies. Not thread-safe.
    """

    def take(self, name: str) -> bool:
        """Try to claim; returns whether it succeeded. A claim that is taken twice must be released twice.

        :raises archive.errors.CatalogUnavailable: the server that holds the claims cannot be reached.
        """

    def release(self, name: str) -> None:
        """Release a claim. Errors as for :meth:`take`."""


class Alone:
    """The :class:`WorkClaims` of a process that holds the writer lock exclusively."""

    def take(self, name: str) -> bool:
        """Return true: there is no other claimant."""
        return True

    def release(self, name: str) -> None:
        """Do nothing."""


class WriterLock(Protocol):
    """The lock of the writing process. It is released when the process dies."""

    def held(self) -> AbstractContextManager[None]:
        """Hold the lock.

        :raises ArchiveBusy: another process is writing.
        :raises ReadOnly: the archive is on a read-only file system.
        :raises DiskFull: the disk is full.
        """

    def shared(self) -> AbstractContextManager[WorkClaims]:
        """Hold the lock shared with other processes that add, if claims can keep them apart, else exclusively; errors
        as for :meth:`held`."""


class WaitingLock(Protocol):
    """A lock that can be waited for. It is released when its process dies."""

    def awaited(self) -> AbstractContextManager[None]:
        """Wait for the lock and hold it.

        :raises ReadOnly: the archive is on a read-only file system.
        """


class FileLock:
    """A lock on a file, for processes of one machine."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock; errors as in :class:`WriterLock`."""
        with self._opened() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise busy(str(self._path.parent)) from error
            yield

    @contextmanager
    def awaited(self) -> Iterator[None]:
        """Wait for the lock, and hold it; errors as in :class:`WaitingLock`."""
        with self._opened() as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    @contextmanager
    def shared(self) -> Iterator[WorkClaims]:
        """Hold the lock exclusively: files have no claims. Errors as in :class:`WriterLock`."""
        with self.held():
            yield Alone()

    def _opened(self) -> IO[str]:
        try:
            return self._path.open("w")
        except OSError as error:
            raise storage_error(error) from error


def busy(where: str) -> ArchiveBusy:
    """Return the error of a process that finds the lock held."""
    return ArchiveBusy(
        "Another process is writing to the archive at %(path)s.",
        "Wait until it has ended, or stop it; nothing it finished will be lost.",
        path=where,
    )
