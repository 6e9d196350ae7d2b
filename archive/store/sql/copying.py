"""Copying a catalog that is in use, by SQLite's own backup interface: one state of it, in one file."""

from __future__ import annotations

from pathlib import Path

import pysqlite3

from archive.errors import ArchiveBusy
from archive.store.sql.database import database_error
from archive.store.sql.media import BUSY_SECONDS, Stamp, immutable_uri, is_closed, is_full, is_read_only, read_only_uri
from archive.system.files import sync


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
    """Have all of a copy that was opened in its one file, and on the disk.

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
