"""The part of the catalog that copies it as a whole."""

from __future__ import annotations

from pathlib import Path

from archive.errors import CatalogError
from archive.store import transfer
from archive.store.sql.copying import copy_catalog, settle_copy
from archive.store.sql.database import Database
from archive.store.sql.sqlite import SqliteDatabase, open_sqlite
from archive.store.transfer import Progress, States


class Transferring:
    """Methods of :class:`archive.store.catalog.Catalog`, kept apart for their number."""

    _database: Database

    def copy_to(self, target: Transferring, *, replaces: bool = False, progress: Progress | None = None) -> States:
        """Copy everything into another catalog; see :func:`archive.store.transfer.copy_all`. What the target then holds
        is for the caller to compare, by :meth:`states`."""
        return transfer.copy_all(self._database, target._database, replaces=replaces, progress=progress)

    def states(self, progress: Progress | None = None) -> States:
        """What every table holds, all of it read."""
        return transfer.survey(self._database, progress)

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing."""
        return transfer.is_empty(self._database)

    def copy_to_file(self, path: Path) -> None:
        """Make a catalog file ``path`` that holds one state of this catalog, durably. Others may read and write this
        one meanwhile.

        :raises CatalogError: this catalog is damaged, or the disk of the file is full.
        """
        if isinstance(self._database, SqliteDatabase):
            copy_catalog(Path(self._database.name), path)
            return
        copy = open_sqlite(path)
        try:
            states = transfer.copy_all(self._database, copy)
            unlike = transfer.differences(states, transfer.survey(copy))
        finally:
            copy.close()
        if unlike:
            raise CatalogError(f"The copy {path} differs in: {', '.join(unlike)}.", "Look after the disk it is on.")
        settle_copy(path)
