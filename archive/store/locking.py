"""The lock that lets a single process write to an archive."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Protocol

from archive.errors import ArchiveBusy, storage_error


class WriterLock(Protocol):
    """Held by the process that writes. It falls with its process, so a killed writer never locks anybody out."""

    def held(self) -> AbstractContextManager[None]:
        """Hold the lock.

        :raises ArchiveBusy: another process is writing.
        :raises ReadOnly: nothing can be written where the archive lies.
        :raises DiskFull: there is no room for the lock.
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

    def _opened(self) -> IO[str]:
        try:
            return self._path.open("w")
        except OSError as error:
            raise storage_error(error) from error


def busy(where: str) -> ArchiveBusy:
    """The error of a process that finds another one writing."""
    return ArchiveBusy(
        f"Another process is writing to the archive at {where}.",
        "Wait until it has ended, or stop it; nothing it finished will be lost.",
    )
