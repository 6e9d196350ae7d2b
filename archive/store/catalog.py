"""The catalog: all that is known about the documents, in one SQL database. With the originals, it is the truth.

:class:`Catalog` holds a repository per subject, with the queries inside. Nothing they return holds a transaction open.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from archive.errors import CatalogError
from archive.store import repositories, transfer
from archive.store.sql.copying import copy_catalog, settle_copy
from archive.store.sql.database import Database
from archive.store.sql.postgres.database import open_postgres
from archive.store.sql.sqlite import SqliteDatabase, open_sqlite
from archive.store.transfer import Progress, States


class Catalog:
    """Open it with :meth:`open` or :meth:`on_postgres`. Any number of threads and processes may read while one writes.

    Every method of a repository may raise :class:`archive.errors.CatalogError` when the database fails.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.alerts = repositories.Alerts(database)
        self.annotations = repositories.Annotations(database)
        self.clauses = repositories.Clauses(database)
        self.collections = repositories.Collections(database)
        self.coverage = repositories.CatalogCoverage(database)
        self.decisions = repositories.Decisions(database)
        self.documents = repositories.Documents(database)
        self.events = repositories.Events(database)
        self.facts = repositories.Facts(database)
        self.failures = repositories.Failures(database)
        self.history = repositories.CatalogHistory(database)
        self.indexing = repositories.Indexing(database)
        self.integrity = repositories.Integrity(database)
        self.jobs = repositories.Jobs(database)
        self.log_ins = repositories.LogIns(database)
        self.members = repositories.Members(database)
        self.near_duplicates = repositories.NearDuplicates(database)
        self.properties = repositories.Properties(database)
        self.readings = repositories.Readings(database)
        self.searches = repositories.Searches(database)
        self.sessions = repositories.Sessions(database)
        self.tasks = repositories.Tasks(database)
        self.tokens = repositories.Tokens(database)
        self.users = repositories.Users(database)
        self.vendors = repositories.Vendors(database)

    @classmethod
    def open(cls, path: Path) -> Catalog:
        """Open the catalog file ``path``; make an absent one, bring an old one up to date.

        :raises UnsafeSQLite: the SQLite library can corrupt it.
        :raises CatalogError: the file is not a catalog, is damaged, or was made by a newer version of Dosije.
        """
        return cls(open_sqlite(path))

    @classmethod
    def on_postgres(cls, url: str) -> Catalog:
        """Open the catalog in a PostgreSQL database; make an absent one, bring an old one up to date.

        :raises UsageError: the address makes no sense, or the driver is not installed.
        :raises CatalogError: the server cannot be reached, the catalog is damaged, or was made by a newer version.
        """
        return cls(open_postgres(url))

    def hiding(self, collections: frozenset[str]) -> Catalog:
        """Return the catalog without the documents of these collections: no method finds them. Close it as well."""
        return Catalog(self._database.hiding(collections))

    def opener(self) -> Callable[[], Catalog]:
        """Return what opens this catalog in another process."""
        return partial(_opened, self._database.opener())

    @property
    def is_read_only(self) -> bool:
        """Whether it lies where nothing can be written."""
        return self._database.is_read_only

    @property
    def location(self) -> str:
        """A path, or an address without its password, as errors name it."""
        return self._database.name

    def close(self) -> None:
        """Close the connections to the database."""
        self._database.close()

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing."""
        return transfer.is_empty(self._database)

    def states(self, progress: Progress | None = None) -> States:
        """Read every table; return what each holds."""
        return transfer.survey(self._database, progress)

    def copy_to(self, target: Catalog, *, replaces: bool = False, progress: Progress | None = None) -> States:
        """Copy everything into another catalog; see :func:`archive.store.transfer.copy_all`. Compare what the target
        then holds by :meth:`states`."""
        return transfer.copy_all(self._database, target._database, replaces=replaces, progress=progress)

    def copy_to_file(self, path: Path) -> None:
        """Write one state of this catalog to a catalog file, durably. Others may read and write this one meanwhile.

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


def _opened(opener: Callable[[], Database]) -> Catalog:
    return Catalog(opener())
