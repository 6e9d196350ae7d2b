"""The lock that lets a single process write to an archive, or several that add to it at once."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Protocol

from archive.errors import ArchiveBusy, storage_error

INDEX = "index"
"""The claim of the process that brings documents into the index."""


class WorkClaims(Protocol):
    """What a process has for itself among those that add at the same time: bytes that it reads, by their SHA-256, and
    the index, by :data:`INDEX`. They fall with the process. One thread may use them."""

    def take(self, name: str) -> bool:
        """Claim it; returns whether we have it now. What is taken twice is to be let go twice.

        :raises archive.errors.CatalogUnavailable: the server that keeps the claims cannot be reached.
        """

    def release(self, name: str) -> None:
        """Give it up. Errors as for taking."""


class Alone:
    """The :class:`WorkClaims` of a process that has the archive to itself."""

    def take(self, name: str) -> bool:
        """Return true: nobody else can have it."""
        return True

    def release(self, name: str) -> None:
        """Do nothing: nobody waits for it."""


class WriterLock(Protocol):
    """Held by the process that writes. It falls with its process, so a killed writer never locks anybody out."""

    def held(self) -> AbstractContextManager[None]:
        """Hold the lock.

        :raises ArchiveBusy: another process is writing.
        :raises ReadOnly: nothing can be written where the archive lies.
        :raises DiskFull: there is no room for the lock.
        """

    def shared(self) -> AbstractContextManager[WorkClaims]:
        """Hold the lock beside others that hold it so, where claims keep them apart, else alone; errors as for
        :meth:`held`."""


class WaitingLock(Protocol):
    """A lock that one can wait for, and that falls with its process."""

    def awaited(self) -> AbstractContextManager[None]:
        """Wait until no other process holds the lock, and hold it.

        :raises ReadOnly: nothing can be written where the archive lies.
        """


class FileLock:
    """A locked file, for the processes of one machine."""

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
        """Hold the lock, alone: nothing keeps claims. Errors as in :class:`WriterLock`."""
        with self.held():
            yield Alone()

    def _opened(self) -> IO[str]:
        try:
            return self._path.open("w")
        except OSError as error:
            raise storage_error(error) from error


def busy(where: str) -> ArchiveBusy:
    """Return the error of a process that finds another one writing."""
    return ArchiveBusy(
        "Another process is writing to the archive at %(path)s.",
        "Wait until it has ended, or stop it; nothing it finished will be lost.",
        path=where,
    )
