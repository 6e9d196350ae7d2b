"""Where an archive's parts are kept, and opening them: in its folder, or on servers that the settings name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from archive.config import Settings
from archive.search.engine import SearchEngine
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.store.catalog import Catalog
from archive.store.locking import FileLock, WriterLock
from archive.store.originals import Originals

CATALOG_FILE = "catalog.sqlite"
INDEX_FOLDER = "index"
ORIGINALS_FOLDER = "originals"


@dataclass(frozen=True, slots=True)
class Parts:
    """What an archive consists of, opened."""

    originals: Originals
    catalog: Catalog
    engine: SearchEngine
    clause_engine: SearchEngine
    lock: WriterLock


def is_made(home: Path, settings: Settings) -> bool:
    """Whether there is an archive at ``home``."""
    return (home / CATALOG_FILE).exists()


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
    return Catalog.open(home / CATALOG_FILE)


def open_originals(home: Path, settings: Settings) -> Originals:
    """The originals."""
    return Originals(home / ORIGINALS_FOLDER)


def open_engines(home: Path, settings: Settings) -> tuple[SearchEngine, SearchEngine]:
    """What finds documents, and what finds clauses."""
    return WhooshEngine(home / INDEX_FOLDER), WhooshEngine(home / INDEX_FOLDER / "clauses")


def open_lock(home: Path, settings: Settings) -> WriterLock:
    """What lets a single process write."""
    return FileLock(home / "write.lock")
