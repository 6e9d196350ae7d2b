"""Where a catalog's file lies, whether there is room to open it as usual, and how long one waits for it.

In WAL mode SQLite needs 32 KB of room for the memory that processes share (``-shm``) to open a database, even to read.
On a full disk the first process to open one has none. If the last one closed it, all is in the one file, which can then
be read as if it could not change (``immutable=1``). It can, as soon as somebody makes room: so whoever reads it so
compares its :class:`Stamp` afterwards, and an answer from a file that was changed meanwhile is thrown away.
"""

from __future__ import annotations

import errno
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

BUSY_SECONDS = 30
"""How long a connection waits for another one's lock; a writer holds it for one document at a time."""


def is_read_only(path: Path) -> bool:
    """Whether a database lies on a medium that is mounted read-only, where nobody can write."""
    return path.exists() and bool(os.statvfs(path).f_flag & os.ST_RDONLY)


NEEDED = 1 << 17
"""Bytes of room with which a database can be opened."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which file a database is, and when it was changed last."""

    inode: int
    changed: int
    size: int

    @classmethod
    def of(cls, path: Path) -> Stamp:
        """The stamp of the file as it is now."""
        found = path.stat()
        return cls(found.st_ino, found.st_mtime_ns, found.st_size)


def is_full(path: Path) -> bool:
    """Whether the disk on which a file lies lacks the room to open a database, for us."""
    try:
        with tempfile.TemporaryFile(dir=path.parent) as file:
            os.posix_fallocate(file.fileno(), 0, NEEDED)
    except OSError as error:
        return error.errno in _FULL
    return False


def has_room(path: Path) -> bool:
    """Whether there seems to be room again. It costs less than :func:`is_full`, and knows nothing of quotas."""
    disk = os.statvfs(path)
    return disk.f_bavail * disk.f_frsize >= NEEDED


def is_closed(path: Path) -> bool:
    """Whether all of a database is in its one file: its last writer closed it."""
    log = path.with_name(f"{path.name}-wal")
    return path.exists() and path.stat().st_size > 0 and not (log.exists() and log.stat().st_size)


def immutable_uri(path: Path) -> str:
    """What SQLite opens a closed database by that nobody changes: it needs no lock, no log and no shared memory."""
    return f"{path.absolute().as_uri()}?mode=ro&immutable=1"


def read_only_uri(path: Path) -> str:
    """What SQLite opens a database by on such a medium. For locks and the shared memory of WAL mode it would need to
    write. If the last writer closed the database, all is in its file, and nobody can change it; else SQLite must find
    what that writer left."""
    return immutable_uri(path) if is_closed(path) else f"{path.absolute().as_uri()}?mode=ro"
