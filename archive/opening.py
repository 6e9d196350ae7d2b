"""Where an archive's parts are kept, and opening them: in its folder, or on servers that the settings name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from archive.config import Settings
from archive.errors import UsageError
from archive.search.engine import SearchEngine
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.store.catalog import Catalog
from archive.store.originals.files import COPIES_FOLDER, ORIGINALS_FOLDER, Originals, OriginalStore
from archive.store.sql.locks import FileLock, WaitingLock, WriterLock
from archive.store.sql.postgres.database import has_catalog
from archive.store.sql.postgres.lock import PostgresLock, Purpose

CATALOG_FILE = "catalog.sqlite"
INDEX_FOLDER = "index"
UNFINISHED_MOVE = "moving.json"
"""What is in the place of an archive that is being moved there, until it is whole."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What an archive consists of, opened."""

    originals: OriginalStore
    catalog: Catalog
    engine: SearchEngine
    clause_engine: SearchEngine
    lock: WriterLock


def is_made(home: Path, settings: Settings) -> bool:
    """Whether there is an archive at ``home``: whether it has a catalog.

    :raises archive.errors.CatalogUnavailable: the catalog's server cannot be reached.
    """
    url = settings.text("catalog_url")
    return has_catalog(url) if url else (home / CATALOG_FILE).exists()


def open_parts(home: Path, settings: Settings) -> Parts:
    """Open all parts of the archive at ``home``, an absolute path; what is absent is made.

    :raises archive.errors.ArchiveError: one of them cannot be opened.
    """
    engine, clause_engine = open_engines(home, settings)
    return Parts(
        originals=open_originals(home, settings),
        catalog=open_catalog(home, settings),
        engine=engine,
        clause_engine=clause_engine,
        lock=open_lock(home, settings),
    )


def open_catalog(home: Path, settings: Settings) -> Catalog:
    """The catalog."""
    url = settings.text("catalog_url")
    return Catalog.on_postgres(url) if url else Catalog.open(home / CATALOG_FILE)


def open_originals(home: Path, settings: Settings) -> OriginalStore:
    """The originals.

    :raises UsageError: they are in an object store, and boto3 is not installed, or the address makes no sense.
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
    """What finds documents, and what finds clauses.

    :raises UsageError: they are on OpenSearch, and opensearch-py is not installed, or the address makes no sense.
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
    """What lets a single process write: one of this machine, or of all that use the catalog's server."""
    url = settings.text("catalog_url")
    return PostgresLock(url, Purpose.WRITING) if url else FileLock(home / "write.lock")


def open_worker_lock(home: Path, settings: Settings) -> WaitingLock:
    """What lets a single process add the files that were uploaded."""
    url = settings.text("catalog_url")
    return PostgresLock(url, Purpose.ADDING_UPLOADS) if url else FileLock(home / "worker.lock")
