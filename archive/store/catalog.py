"""The catalog: all that is known about the documents, in one SQL database. With the originals, it is the truth.

:class:`Catalog` holds a repository per subject, with the queries inside. No returned object holds a transaction open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from archive.store.sql.database import Database, Repository
from archive.store.sql.migrations import SchemaState, close_to_older, schema_state
from archive.store.sql.sqlite import open_sqlite
from archive.store.sql.tables import meta
from archive.system.files import UNFINISHED

if TYPE_CHECKING:
    from archive.store.annotations import Annotations
    from archive.store.clauses import Clauses
    from archive.store.collections import Collections
    from archive.store.coverage import CoverageReports
    from archive.store.credentials import LogIns, Sessions, Tokens
    from archive.store.documents import Documents
    from archive.store.events import Events
    from archive.store.exchange.digests import Digests
    from archive.store.exchange.taken import MailMessages, WatchedFiles
    from archive.store.facts import Decisions, Facts
    from archive.store.history import StateHistory
    from archive.store.indexing import Indexing
    from archive.store.integrity import Integrity
    from archive.store.members import Failures, Members
    from archive.store.near_duplicates import NearDuplicates
    from archive.store.queue import Jobs, Tasks
    from archive.store.readings import Readings
    from archive.store.searches import Alerts, Searches
    from archive.store.short_links import ShortLinks
    from archive.store.stories.changes import Stories
    from archive.store.stories.marks import ReaderMarks
    from archive.store.transfer import Progress, States
    from archive.store.users import Users
    from archive.store.vendors.rulings import Vendors


@dataclass(frozen=True, slots=True)
class CatalogLimits:
    """Limits on how much one request reads; beyond them it is refused, never truncated.

    ``procedure_papers``: documents read to find the procedures of one. ``topic_clauses``: clauses on one topic that are
    compared at once. ``template_clauses``: clauses that are compared to find templates.

    Cached files are updated in batches of ``kept_portion`` documents; units are rebuilt from all documents, in batches
    that end with a municipality, if more than one in ``anew_share`` of them changed. After ``doubts_anew`` changes,
    doubts are rebuilt from all documents if that is faster. Above ``units_in_memory`` documents, units are built in
    batches, and a request for them is answered with their progress unless ``is_awaiting_units``.
    """

    procedure_papers: int = 2_000
    topic_clauses: int = 300
    template_clauses: int = 10_000
    kept_portion: int = 1_000
    anew_share: int = 4
    doubts_anew: int = 5_000
    units_in_memory: int = 2_000
    is_awaiting_units: bool = True


class Properties(Repository):
    """Named values of the archive as a whole."""

    def get(self, key: str) -> str | None:
        """Return a value; None if there is none."""
        with self._database.reading() as connection:
            return connection.scalar(select(meta.c.value).where(meta.c.key == key))

    def set(self, key: str, value: str) -> None:
        """Set a value."""
        with self._database.writing() as connection:
            connection.execute(delete(meta).where(meta.c.key == key))
            connection.execute(insert(meta).values(key=key, value=value))


_MODULES = {
    "alerts": "searches",
    "decisions": "facts",
    "digests": "exchange.digests",
    "failures": "members",
    "jobs": "queue",
    "log_ins": "credentials",
    "mail_messages": "exchange.taken",
    "marks": "stories.marks",
    "sessions": "credentials",
    "stories": "stories.changes",
    "tasks": "queue",
    "tokens": "credentials",
    "vendors": "vendors.rulings",
    "watched_files": "exchange.taken",
}
"""Modules of the repositories whose module is not named like the attribute."""


class Catalog:
    """The catalog; open it with :meth:`open` or :meth:`on_postgres`. Any number of threads and processes may read while
    one writes.

    Data derived from it is cached in ``folder`` (None: nowhere). ``hidden`` are the collections that it does not show.

    A repository is imported on first access, because a search needs few of them. Every method of a repository may raise
    :class:`archive.errors.CatalogError` when the database fails.
    """

    alerts: Alerts
    annotations: Annotations
    clauses: Clauses
    collections: Collections
    coverage: CoverageReports
    decisions: Decisions
    digests: Digests
    documents: Documents
    events: Events
    facts: Facts
    failures: Failures
    history: StateHistory
    indexing: Indexing
    integrity: Integrity
    jobs: Jobs
    log_ins: LogIns
    mail_messages: MailMessages
    marks: ReaderMarks
    members: Members
    near_duplicates: NearDuplicates
    readings: Readings
    searches: Searches
    sessions: Sessions
    short_links: ShortLinks
    stories: Stories
    tasks: Tasks
    tokens: Tokens
    users: Users
    vendors: Vendors
    watched_files: WatchedFiles

    def __init__(self, database: Database, limits: CatalogLimits = CatalogLimits()) -> None:
        self._database = database
        self.limits = limits
        self.folder: Path | None = None
        self.hidden: frozenset[str] = frozenset()
        self._whole: Catalog | None = None
        self.properties = Properties(database)

    if not TYPE_CHECKING:  # for type checkers, __getattr__ would accept any misspelt name

        def __getattr__(self, name: str) -> Repository:
            """Import a repository on first access and cache it."""
            class_ = Catalog.__annotations__.get(name)
            if class_ is None:
                raise AttributeError(name, name=name, obj=self)
            module = import_module(f"archive.store.{_MODULES.get(name, name)}")
            return self.__dict__.setdefault(name, getattr(module, class_)(self._database))

    @classmethod
    def open(cls, path: Path) -> Catalog:
        """Open the catalog file ``path``; create it if it is missing, migrate it if it is old.

        :raises UnsafeSQLite: the SQLite library can corrupt it.
        :raises CatalogError: the file is not a catalog, is damaged, or was made by a newer version of Dosije.
        """
        return cls(open_sqlite(path))

    @classmethod
    def on_postgres(cls, url: str) -> Catalog:
        """Open the catalog in a PostgreSQL database; create it if it is missing, migrate it if it is old.

        :raises UsageError: the address is invalid, or the driver is not installed.
        :raises CatalogError: the server cannot be reached, the catalog is damaged, or was made by a newer version.
        """
        from archive.store.sql.postgres.database import open_postgres  # noqa: PLC0415 - most archives have no server

        return cls(open_postgres(url))

    def hiding(self, collections: frozenset[str]) -> Catalog:
        """Return a view of the catalog without the documents of these collections. It must be closed, too."""
        made = Catalog(self._database.hiding(collections), self.limits)
        made.folder, made.hidden, made._whole = self.folder, self.hidden | collections, self.whole
        return made

    def kept_file(self, name: str, *of: str) -> Path | None:
        """Return the path in :attr:`folder` of the cached file of this ``name`` (``units-*.sqlite``) and, optionally,
        variant ``of``; None if there is no folder. Each set of hidden collections has its own files."""
        if self.folder is None:
            return None
        digest = sha256("\n".join((*sorted(self.hidden), "", *of)).encode())
        from archive.system.kept_files import forget_unused, touch  # noqa: PLC0415 - a search keeps nothing

        file = self.folder / name.replace("*", digest.hexdigest()[:16])
        touch(file)
        forget_unused(self.folder, name)
        forget_unused(self.folder, f".*{UNFINISHED}")
        return file

    def opener(self) -> Callable[[], Catalog]:
        """Return a picklable function that opens this catalog in another process."""
        return partial(_opened, self._database.opener())

    @property
    def whole(self) -> Catalog:
        """The unfiltered catalog, for what is derived from all documents before it is filtered."""
        return self._whole or self

    @property
    def is_read_only(self) -> bool:
        """Whether it is on a read-only file system or server."""
        return self._database.is_read_only

    @property
    def location(self) -> str:
        """Path, or address without password, for messages."""
        return self._database.name

    def refuse_if_closed(self) -> None:
        """Raise if a newer program has closed the catalog to this one.

        :raises archive.errors.CatalogClosed: it is closed.
        """
        self._database.refuse_if_closed()

    @property
    def schema(self) -> SchemaState:
        """The schema step of the catalog, and which programs may open it."""
        return schema_state(self._database)

    def close_to_older(self) -> None:
        """Run the closing migrations, which exclude older programs; errors as for
        :func:`archive.store.sql.migrations.close_to_older`.
        """
        close_to_older(self._database)

    def close(self) -> None:
        """Close the connections to the database."""
        self._database.close()

    @property
    def is_empty(self) -> bool:
        """Whether it has no rows."""
        from archive.store import transfer  # noqa: PLC0415 - a search copies nothing

        return transfer.is_empty(self._database)

    def states(self, progress: Progress | None = None) -> States:
        """Read every table; return a digest of each."""
        from archive.store import transfer  # noqa: PLC0415 - a search copies nothing

        return transfer.survey(self._database, progress)

    def copy_to(self, target: Catalog, *, replaces: bool = False, progress: Progress | None = None) -> States:
        """Copy every table into another catalog (:func:`archive.store.transfer.copy_all`). Verify the copy by its
        :meth:`states`.
        """
        from archive.store import transfer  # noqa: PLC0415 - a search copies nothing

        return transfer.copy_all(self._database, target._database, replaces=replaces, progress=progress)

    def copy_to_file(self, path: Path) -> None:
        """Write a snapshot of this catalog to a catalog file, durably. Other processes may read and write it meanwhile.

        :raises CatalogError: this catalog is damaged, or the disk of the file is full.
        """
        from archive.store import transfer  # noqa: PLC0415 - a search copies nothing

        transfer.copy_to_file(self._database, path)


def _opened(opener: Callable[[], Database]) -> Catalog:
    return Catalog(opener())
