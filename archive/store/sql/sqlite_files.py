"""The catalog's file: reading it on a full or read-only disk, copying it, and the copy that is kept before an upgrade.

In WAL mode SQLite needs 32 KB of disk space for shared memory (``-shm``) to open a database, even to read. On a full
disk the first process cannot get it. If the last writer closed the database, all data are in the one file, which can
then be read as immutable (``immutable=1``). It may change as soon as there is space, so the reader compares its
:class:`Stamp` afterwards and discards an answer from a file that changed.

``catalog.before-NN.sqlite`` beside the catalog is a copy from before the upgrade to step NN. It is kept until the next
upgrade makes another, or a person deletes it.
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
"""Bytes of free space with which a database can be opened."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True, slots=True)
class Stamp:
    """Identity of a database file, and its last change."""

    inode: int
    changed: int
    size: int

    @classmethod
    def of(cls, path: Path) -> Stamp:
        """Return the current stamp of the file."""
        found = path.stat()
        return cls(found.st_ino, found.st_mtime_ns, found.st_size)


def is_read_only(path: Path) -> bool:
    """Return whether a database is on a read-only file system."""
    return path.exists() and bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def is_full(path: Path) -> bool:
    """Return whether the disk of a file lacks the space to open a database."""
    try:
        with tempfile.TemporaryFile(dir=path.parent) as file:
            os.posix_fallocate(file.fileno(), 0, NEEDED)
    except OSError as error:
        return error.errno in _FULL
    return False


def has_room(path: Path) -> bool:
    """Return whether there seems to be space again. It is cheaper than :func:`is_full`, and ignores quotas."""
    disk = os.statvfs(path)
    return disk.f_bavail * disk.f_frsize >= NEEDED


def is_closed(path: Path) -> bool:
    """Return whether all data of a database are in its one file, because its last writer closed it."""
    log = path.with_name(f"{path.name}-wal")
    return path.exists() and path.stat().st_size > 0 and not (log.exists() and log.stat().st_size)


def immutable_uri(path: Path) -> str:
    """Return the URI of a closed database that does not change: SQLite needs no lock, log or shared memory."""
    return f"{path.absolute().as_uri()}?mode=ro&immutable=1"


def read_only_uri(path: Path) -> str:
    """Return the URI of a database on a read-only file system, where locks and the shared memory of WAL mode cannot be
    written. If the last writer closed the database, it is opened as immutable; else SQLite must recover what that
    writer left."""
    return immutable_uri(path) if is_closed(path) else f"{path.absolute().as_uri()}?mode=ro"


def copy_catalog(source: Path, target: Path) -> None:
    """Copy the catalog file ``source`` to ``target``, durably. Other processes may read and write it meanwhile.

    :raises CatalogError: the source is damaged, or the disk of the target is full.
    :raises ArchiveBusy: the source is on a full disk, was read without locks, and changed meanwhile.
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
        # All pages in one step: reading a WAL database blocks nobody, and a write does not restart the copy.
        original.backup(copy, pages=-1)
    finally:
        copy.close()
        original.close()


def settle_copy(target: Path) -> None:
    """Checkpoint a copy that was opened, so that all data are durable in its one file.

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
    """Copy the catalog before an upgrade. The caller holds the lock of processes that open it.

    :raises DiskFull: there is no space for the copy.
    :raises ReadOnly: the catalog is on a read-only file system.
    """
    if is_read_only(catalog):
        raise read_only()
    kept = being_upgraded(catalog)
    if kept.exists():
        # An interrupted upgrade left a copy of the state before it, which is kept.
        return
    unfinished = kept.with_name(f"{kept.name}.part")
    try:
        copy_catalog(catalog, unfinished)
    except ArchiveError:
        unfinished.unlink(missing_ok=True)
        raise
    rename(unfinished, kept)


def name_copy(catalog: Path, step: int) -> None:
    """Rename the copy, if there is one, after the step that the catalog has now, and delete those of earlier
    upgrades."""
    if not being_upgraded(catalog).exists():
        return
    named = catalog.with_name(f"{catalog.stem}.before-{step:02}{catalog.suffix}")
    rename(being_upgraded(catalog), named)
    for earlier in catalog.parent.glob(f"{catalog.stem}.before-*{catalog.suffix}"):
        if earlier != named:
            earlier.unlink()


def being_upgraded(catalog: Path) -> Path:
    """Return the path of the copy while a catalog is being upgraded."""
    return catalog.with_name(f"{catalog.stem}.upgrading{catalog.suffix}")
