"""Copying a catalog that is in use, by SQLite's own backup interface: one state of it, in one file."""

from __future__ import annotations

from pathlib import Path

import pysqlite3

from archive.durable import sync
from archive.store.database import database_error
from archive.store.media import BUSY_SECONDS, is_read_only, read_only_uri


def copy_catalog(source: Path, target: Path) -> None:
    """Copy the catalog file ``source`` to ``target``, durably. Others may read and write it meanwhile.

    :raises CatalogError: the source is damaged, or the disk of the target is full.
    """
    try:
        place = source.absolute()
        address = read_only_uri(place) if is_read_only(place) else f"{place.as_uri()}?mode=ro"
        original = pysqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)
        copy = pysqlite3.connect(str(target))
        try:
            # All pages in one step: a reader of a WAL database hinders nobody, and no write makes it begin anew.
            original.backup(copy, pages=-1)
        finally:
            copy.close()
            original.close()
    except pysqlite3.DatabaseError as error:
        raise database_error(str(target), str(error)) from error
    settle_copy(target)


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
