"""The catalog's file: where it lies, whether there is room to open it as usual, copies of it, and the copy that is kept
while it is upgraded.

In WAL mode SQLite needs 32 KB of room for the memory that processes share (``-shm``) to open a database, even to read.
On a full disk the first process to open one has none. If the last one closed it, all is in the one file, which can then
be read as if it could not change (``immutable=1``). It can, as soon as somebody makes room: so whoever reads it so
compares its :class:`Stamp` afterwards, and an answer from a file that was changed meanwhile is thrown away.

``catalog.before-NN.sqlite`` beside the catalog is what it was before it came to step NN. It stays until the next
upgrade makes its own, or a person removes it.
"""

from __future__ import annotations

import errno
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pysqlite3

from archive.errors import ArchiveBusy, ArchiveError, read_only
from archive.store.sql.database import BUSY_SECONDS, database_error
from archive.system.files import rename, sync

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
        """Return the stamp of the file as it is now."""
        found = path.stat()
        return cls(found.st_ino, found.st_mtime_ns, found.st_size)


def is_read_only(path: Path) -> bool:
    """Return whether a database lies on a medium that is mounted read-only, where nobody can write."""
    return path.exists() and bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def is_full(path: Path) -> bool:
    """Return whether the disk on which a file lies lacks the room to open a database, for us."""
    try:
        with tempfile.TemporaryFile(dir=path.parent) as file:
            os.posix_fallocate(file.fileno(), 0, NEEDED)
    except OSError as error:
        return error.errno in _FULL
    return False


def has_room(path: Path) -> bool:
    """Return whether there seems to be room again. It costs less than :func:`is_full`, and knows nothing of quotas."""
    disk = os.statvfs(path)
    return disk.f_bavail * disk.f_frsize >= NEEDED


def is_closed(path: Path) -> bool:
    """Return whether all of a database is in its one file: its last writer closed it."""
    log = path.with_name(f"{path.name}-wal")
    return path.exists() and path.stat().st_size > 0 and not (log.exists() and log.stat().st_size)


def immutable_uri(path: Path) -> str:
    """Return the URI of a closed database that nobody changes: SQLite needs no lock, no log and no shared memory."""
    return f"{path.absolute().as_uri()}?mode=ro&immutable=1"


def read_only_uri(path: Path) -> str:
    """Return the URI of a database on a read-only medium. For locks and the shared memory of WAL mode it would need to
    write. If the last writer closed the database, all is in its file, and nobody can change it; else SQLite must find
    what that writer left."""
    return immutable_uri(path) if is_closed(path) else f"{path.absolute().as_uri()}?mode=ro"


def copy_catalog(source: Path, target: Path) -> None:
    """Copy the catalog file ``source`` to ``target``, durably. Others may read and write it meanwhile.

    :raises CatalogError: the source is damaged, or the disk of the target is full.
    :raises ArchiveBusy: the source is on a full disk, so it was read without locks, and it was changed meanwhile.
    """
    place = source.absolute()
    stamp = Stamp.of(place)
    try:
        try:
            _copy(read_only_uri(place) if is_read_only(place) else f"{place.as_uri()}?mode=ro", target)
        except pysqlite3.DatabaseError:
            if not is_closed(place) or not is_full(place):
                raise
            _copy(immutable_uri(place), target)
            if Stamp.of(place) != stamp:
                raise ArchiveBusy(
                    "The catalog was changed while it was copied from a full disk.", "Try again."
                ) from None
    except pysqlite3.DatabaseError as error:
        raise database_error(str(target), str(error)) from error
    settle_copy(target)


def _copy(address: str, target: Path) -> None:
    original = pysqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)
    copy = pysqlite3.connect(str(target))
    try:
        # All pages in one step: a reader of a WAL database hinders nobody, and no write makes it begin anew.
        original.backup(copy, pages=-1)
    finally:
        copy.close()
        original.close()


def settle_copy(target: Path) -> None:
    """Write all of a copy that was opened into its one file, durably.

    :raises CatalogError: it cannot be written.
    """
    try:
        copy = pysqlite3.connect(str(target))
        try:
            copy.execute("PRAGMA journal_mode = DELETE")
        finally:
            copy.close()
    except pysqlite3.DatabaseError as error:
        raise database_error(str(target), str(error)) from error
    sync(target)


def keep_copy(catalog: Path) -> None:
    """Copy the catalog before an upgrade. The caller holds the lock of those who open it.

    :raises DiskFull: there is no room for the copy.
    :raises ReadOnly: nothing can be written where the catalog lies.
    """
    if is_read_only(catalog):
        raise read_only()
    kept = being_upgraded(catalog)
    if kept.exists():
        # The upgrade was interrupted. What was there before it is what matters.
        return
    unfinished = kept.with_name(f"{kept.name}.part")
    try:
        copy_catalog(catalog, unfinished)
    except ArchiveError:
        unfinished.unlink(missing_ok=True)
        raise
    rename(unfinished, kept)


def name_copy(catalog: Path, step: int) -> None:
    """Name the copy, if one was kept, after the step that the catalog has now come to, and remove those of earlier
    upgrades."""
    if not being_upgraded(catalog).exists():
        return
    named = catalog.with_name(f"{catalog.stem}.before-{step:02}{catalog.suffix}")
    rename(being_upgraded(catalog), named)
    for earlier in catalog.parent.glob(f"{catalog.stem}.before-*{catalog.suffix}"):
        if earlier != named:
            earlier.unlink()


def being_upgraded(catalog: Path) -> Path:
    """Return where the copy of a catalog is while that is upgraded."""
    return catalog.with_name(f"{catalog.stem}.upgrading{catalog.suffix}")
