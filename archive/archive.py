"""An archive on disk: opens its catalog, originals and index together and holds the writer lock.

::

    HOME/watchlist.toml    the owner's own terms and things to watch for
    HOME/findings/         the owner's own definitions of findings
    HOME/settings.toml     values that differ from the defaults
    HOME/inbox/            uploaded files that wait to be added
    HOME/originals/        every document's bytes, named by their SHA-256
    HOME/catalog.sqlite    everything known about them
    HOME/index/            generations of the search index, and passages; all of it can be lost
    HOME/cache/            page images, OCR results, office layouts; all of it can be lost
    HOME/packets/          evidence packets that were made in the browser, for some days
    HOME/write.lock        held by the process that writes
    HOME/indexing.lock     held by the process that makes an index, with how far it has come
    HOME/worker.lock       held by the process that adds what was uploaded
    HOME/packets.lock      held by the process that makes packets
    HOME/mail.lock         held by the process that sends mail
    HOME/mail/             messages of a mailbox, until they are documents
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from archive.config import Settings
from archive.errors import (
    ArchiveBusy,
    ArchiveError,
    DiskFull,
    EngineUnavailable,
    IndexDamaged,
    IndexNewer,
    ReadOnly,
    UsageError,
    storage_error,
)
from archive.search.engine import SearchEngine
from archive.search.index_state import Building, Progress, is_as_recorded, is_complete
from archive.search.request import Unit
from archive.search.service import SearchService
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.store.catalog import Catalog
from archive.store.originals.files import COPIES_FOLDER, ORIGINALS_FOLDER, Originals, OriginalStore
from archive.store.sql.locks import INDEX, Alone, FileLock, WaitingLock, WorkClaims, WriterLock

if TYPE_CHECKING:
    from archive.packet.orders import PacketOrders
    from archive.search.indexing import Indexer
    from archive.search.passages.models import KeptModel
    from archive.search.passages.nearest import MeaningSearch
    from archive.search.passages.store import PassageStore
    from archive.store.originals.uploads import Uploads

CATALOG_FILE = "catalog.sqlite"
CACHE_FOLDER = "cache"
INDEX_FOLDER = "index"
UNFINISHED_MOVE = "moving.json"
"""Marker file in the target folder of an unfinished ``dosije move``; removed when the move is complete."""


@dataclass(frozen=True, slots=True)
class ArchiveParts:
    """The open parts of an archive."""

    originals: OriginalStore
    catalog: Catalog
    engine: SearchEngine
    clause_engine: SearchEngine
    lock: WriterLock


def is_made(home: Path, settings: Settings) -> bool:
    """Return whether there is an archive at ``home``, that is, whether it has a catalog.

    :raises archive.errors.CatalogUnavailable: the catalog's server cannot be reached.
    """
    url = settings.text("catalog_url")
    if not url:
        return (home / CATALOG_FILE).exists()
    from archive.store.sql.postgres.database import has_catalog  # noqa: PLC0415 - most archives have no server

    return has_catalog(url)


def open_parts(home: Path, settings: Settings) -> ArchiveParts:
    """Open all parts of the archive at ``home``, an absolute path, and create those that are missing.

    :raises archive.errors.ArchiveError: one of them cannot be opened.
    """
    engine, clause_engine = open_engines(home, settings)
    return ArchiveParts(
        originals=open_originals(home, settings),
        catalog=open_catalog(home, settings),
        engine=engine,
        clause_engine=clause_engine,
        lock=open_lock(home, settings),
    )


def open_catalog(home: Path, settings: Settings) -> Catalog:
    """Open the catalog."""
    url = settings.text("catalog_url")
    catalog = Catalog.on_postgres(url) if url else Catalog.open(home / CATALOG_FILE)
    catalog.folder = home / CACHE_FOLDER
    return catalog


def open_originals(home: Path, settings: Settings) -> OriginalStore:
    """Open the store of originals.

    :raises UsageError: they are in an object store and boto3 is not installed, or the address is invalid.
    """
    url = settings.text("originals_url")
    if not url:
        return Originals(home / ORIGINALS_FOLDER)
    try:
        from archive.store.originals.object_store import ObjectStore  # noqa: PLC0415 - boto3 is there only for those who need it
    except ModuleNotFoundError as error:
        raise UsageError(
            f"The originals are in {url}, and {error.name} is not installed.", "Run: pip install 'dosije[servers]'"
        ) from error
    return ObjectStore(url, home / COPIES_FOLDER, settings.number("originals_cache_bytes"))


def open_engines(home: Path, settings: Settings) -> tuple[SearchEngine, SearchEngine]:
    """Open the search engines of documents and of clauses.

    :raises UsageError: they are on OpenSearch and opensearch-py is not installed, or the address is invalid.
    """
    url = settings.text("search_url")
    if not url:
        return WhooshEngine(home / INDEX_FOLDER), WhooshEngine(home / INDEX_FOLDER / "clauses")
    try:
        from archive.search.opensearch_engine.engine import (  # noqa: PLC0415 - only for those who need it
            OpenSearchEngine,
        )
    except ModuleNotFoundError as error:
        raise UsageError(
            f"The search is on OpenSearch, and {error.name} is not installed.", "Run: pip install 'dosije[servers]'"
        ) from error
    return OpenSearchEngine(url, "documents"), OpenSearchEngine(url, "clauses")


def open_lock(home: Path, settings: Settings) -> WriterLock:
    """Return the writer lock: of this machine, or shared by all processes that use the catalog's server."""
    url = settings.text("catalog_url")
    if not url:
        return FileLock(home / "write.lock")
    from archive.store.sql.postgres.lock import PostgresLock, Purpose  # noqa: PLC0415 - as above

    return PostgresLock(url, Purpose.WRITING)


def open_worker_lock(home: Path) -> WaitingLock:
    """Return the lock of the one process that adds uploads. It is a file beside them: servers that share a catalog may
    each have a home, and so uploads, of their own."""
    return FileLock(home / "worker.lock")


def open_mail_lock(home: Path, settings: Settings) -> WaitingLock:
    """Return the lock of the one process that sends mail."""
    url = settings.text("catalog_url")
    if not url:
        return FileLock(home / "mail.lock")
    from archive.store.sql.postgres.lock import PostgresLock, Purpose  # noqa: PLC0415 - as above

    return PostgresLock(url, Purpose.SENDING_MAIL)


_PAUSE = 0.2
"""Seconds between two checks whether another process has finished indexing."""

MOST_VIEWS = 32
"""Views (:meth:`Archive.hiding`) that are kept open, one for each set of hidden collections."""


class Archive:
    """The parts of one archive. Close it, or use it as a context manager."""

    def __init__(self, home: Path, settings: Settings, parts: ArchiveParts) -> None:
        self.home = home
        self.settings = settings
        self.originals, self.catalog = parts.originals, parts.catalog
        self.engine, self.clause_engine = parts.engine, parts.clause_engine
        self._building = Building(home / "indexing.lock")
        self.search = SearchService(self.catalog, self.engine, self._building)
        self.clause_search = SearchService(self.catalog, self.clause_engine, self._building, Unit.CLAUSES)
        self.index_trouble: EngineUnavailable | IndexDamaged | None = None
        """Why the last attempt to index failed; None if it succeeded."""
        self._lock = parts.lock
        self._is_as_recorded = False
        self._whole = self
        self._views: OrderedDict[frozenset[str], Archive] = OrderedDict()
        self._views_lock = threading.Lock()

    @classmethod
    def open(cls, home: Path, settings: Settings | None = None, *, create: bool = True) -> Archive:
        """Open the archive at ``home``; create an empty one where there is none and ``create`` is true.

        ``home`` is resolved, because subprocesses that run in other folders are given paths in it.

        :raises UsageError: there is no archive at ``home`` and ``create`` is false, or a link to it leads nowhere.
        :raises archive.errors.ArchiveError: the catalog or the index cannot be opened.
        """
        if link := next((one for one in (home, *home.parents) if one.is_symlink() and not one.exists()), None):
            # Made there, a new archive would take in papers in the place of the one on a disk that is not mounted.
            raise UsageError(
                f"{link} is a link to {link.readlink()}, which is not there.", "Mount its disk, or make that folder."
            )
        home = home.resolve()
        settings = settings or Settings.load(home)
        if (home / UNFINISHED_MOVE).exists():
            raise ArchiveError(
                f"An archive is being moved to {home}, and not all of it is there.", "Run the same dosije move again."
            )
        if not create and not is_made(home, settings):
            raise UsageError(f"There is no archive at {home}.", "Make one with: dosije add PATH")
        home.mkdir(parents=True, exist_ok=True)
        return cls(home, settings, open_parts(home, settings))

    def hiding(self, collections: frozenset[str]) -> Archive:
        """Return a view of this archive without the documents of these collections: they occur in no list, count,
        suggestion or error.

        Originals and page images, whose addresses only the catalog tells, and indexing are not filtered. The view is
        cached for the next reader with the same rights, and closed with this archive.
        """
        if not collections:
            return self
        with self._views_lock:
            if collections not in self._views:
                self._views[collections] = self._without(collections)
            self._views.move_to_end(collections)
            while len(self._views) > MOST_VIEWS:
                _, forgotten = self._views.popitem(last=False)
                forgotten.catalog.close()
            return self._views[collections]

    def _without(self, hidden: frozenset[str]) -> Archive:
        view = copy(self)
        view.catalog = self.catalog.hiding(hidden)
        view.engine, view.clause_engine = self.engine.hiding(hidden), self.clause_engine.hiding(hidden)
        view.search = SearchService(view.catalog, view.engine, self._building)
        view.clause_search = SearchService(view.catalog, view.clause_engine, self._building, Unit.CLAUSES)
        return view

    @property
    def indexing(self) -> Indexer:
        """The indexer, which keeps the indexes in step with the whole catalog, also from a view."""
        return self._whole._indexer

    @cached_property
    def _indexer(self) -> Indexer:
        from archive.search.indexing import Indexer  # noqa: PLC0415 - a search starts without it

        commit_documents = self.settings.number("commit_documents")
        return Indexer(self.catalog, self.engine, self.clause_engine, commit_documents, self._building)

    @property
    def meaning(self) -> MeaningSearch | None:
        """Search by meaning, restricted to this view; None where the setting is empty."""
        if not self.settings.text("meaning"):
            return None
        from archive.search.passages.nearest import MeaningSearch  # noqa: PLC0415 - off by default

        return MeaningSearch(self.catalog, self.engine, *self._whole._passages)

    @cached_property
    def _passages(self) -> tuple[PassageStore, KeptModel]:
        from archive.search.passages.models import KeptModel  # noqa: PLC0415 - as above
        from archive.search.passages.store import PassageStore  # noqa: PLC0415 - as above

        return PassageStore(self.home / INDEX_FOLDER / "meaning"), KeptModel(self.settings.text("meaning"))

    @cached_property
    def uploads(self) -> Uploads:
        """Uploaded files that wait to be added."""
        from archive.store.originals.uploads import Uploads  # noqa: PLC0415 - as above

        return Uploads(self.home / "inbox")

    @cached_property
    def packet_orders(self) -> PacketOrders:
        """Packets that readers ordered in the browser."""
        from archive.packet.orders import PacketOrders  # noqa: PLC0415 - as above

        return PacketOrders(self.home / "packets")

    @property
    def cache(self) -> Path:
        """The cache folder, which may be emptied at any time: page images, OCR results, layouts."""
        return self.home / CACHE_FOLDER

    @contextmanager
    def writing(self, *, reconcile: bool = True, progress: Progress | None = None) -> Iterator[None]:
        """Hold the writer lock. On entry, finish or undo what an interrupted writer left.

        Pass ``reconcile=False`` to rebuild the index: reconciling reads the index, which may be damaged. The system
        releases the lock when the process dies.

        :raises ArchiveBusy: another process is writing.
        :raises ReadOnly: the folder of the archive cannot be written to.
        :raises DiskFull: there is no room for the lock.
        """
        with self._lock.held():
            self.originals.sweep()
            if reconcile:
                with _naming_full_disk():
                    self.indexing.reconcile(progress)
            yield

    @contextmanager
    def adding(self) -> Iterator[WorkClaims]:
        """Hold the writer lock to add documents: shared with other adding processes where the catalog is on a server,
        else exclusive.

        On entry, recover as :meth:`writing` does, except for work that another process has claimed. Yields the claims,
        which keep two processes from adding the same input. Errors as for :meth:`writing`; an index that is unavailable
        or damaged raises none and is recorded in :attr:`index_trouble`.
        """
        with self._lock.shared() as claims:
            if isinstance(claims, Alone):
                self.originals.sweep()
            self.index_trouble = None
            if claims.take(INDEX):
                try:
                    with self._tolerating_index_failure():
                        self.indexing.reconcile()
                finally:
                    claims.release(INDEX)
            yield claims

    def index(self, claims: WorkClaims, *, midway: bool = False) -> None:
        """Index what is new in the catalog. While another process is indexing, return at once if ``midway``, else wait
        for it, because it may have begun before our last commit. If the index is unavailable or damaged, nothing is
        indexed, and :attr:`index_trouble` says why."""
        if self.index_trouble and midway:
            # Retried at the end; each attempt may take as long as the server's timeout.
            return
        while not claims.take(INDEX):
            if midway:
                return
            time.sleep(_PAUSE)
        try:
            with self._tolerating_index_failure():
                self.indexing.index_due(midway=midway)
                self.index_trouble = None
        finally:
            claims.release(INDEX)

    @contextmanager
    def _tolerating_index_failure(self) -> Iterator[None]:
        try:
            with _naming_full_disk():
                yield
        except (EngineUnavailable, IndexDamaged) as error:
            self.index_trouble = error

    @property
    def is_read_only(self) -> bool:
        """Whether the catalog is on a read-only file system or server."""
        return self.catalog.is_read_only

    def searching(self, unit: Unit) -> tuple[SearchService, SearchEngine]:
        """Return the search service and the engine of a unit."""
        if unit is Unit.CLAUSES:
            return self.clause_search, self.clause_engine
        return self.search, self.engine

    def settle(self, progress: Progress | None = None) -> bool:
        """Finish what an interrupted writer left; do nothing while another writer is at work, or if the index is
        unavailable or damaged or the disk full.

        Readers call this before they answer; a search itself raises the error of the index. Returns whether the index
        is up to date with the catalog.
        """
        self.index_trouble = None
        try:
            if self._whole._is_indexed():
                return True
            with self.writing(progress=progress):
                return True
        except (EngineUnavailable, IndexDamaged) as error:
            self.index_trouble = error
        except (ArchiveBusy, ReadOnly, DiskFull):
            pass
        return False

    def _is_indexed(self) -> bool:
        indexes = ((self.engine, Unit.DOCUMENTS), (self.clause_engine, Unit.CLAUSES))
        is_current = all(is_complete(self.catalog, *index) for index in indexes) and (
            self.catalog.indexing.vendors_are_identified()
        )
        # An older catalog that was put back knows nothing of what its index has since. Whoever writes looks every time.
        self._is_as_recorded = self._is_as_recorded or (
            is_current and all(is_as_recorded(self.catalog, *index) for index in indexes)
        )
        return is_current and self._is_as_recorded

    def keep_index(self) -> bool:
        """Settle, and build an index anew that cannot be opened. For the process that looks after an archive: it asks
        again and again, as each time another portion of the index is opened. Returns whether the index now holds all
        that the catalog holds.

        :raises archive.errors.ArchiveError: it cannot be built.
        """
        try:
            for engine in (self.engine, self.clause_engine):
                engine.inspect()
        except (EngineUnavailable, IndexNewer):
            # Where programs of two versions run side by side, only the newer one maintains the index; the older one
            # answers what needs none.
            return False
        except IndexDamaged:
            try:
                with self._lock.held(), _naming_full_disk():
                    self.indexing.rebuild(jobs=None)
            except (ArchiveBusy, ReadOnly):
                return False
        return self.settle()

    def close(self) -> None:
        """Close the catalog and the index."""
        for view in self._views.values():
            view.catalog.close()
        self.engine.close()
        self.clause_engine.close()
        self.catalog.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def _naming_full_disk() -> Iterator[None]:
    """Turn an ``OSError`` of writing the index into an error that names the disk."""
    try:
        yield
    except OSError as error:
        raise storage_error(error) from error
