"""The lag of an index behind the catalog, and the progress of a running build.

The progress file is locked while a process builds, so the remainder of a killed process is not taken for progress.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import RawIOBase
from pathlib import Path

from archive.errors import IndexBuilding, IndexMissing
from archive.search.engine import SearchEngine
from archive.search.request import Unit
from archive.store.catalog import Catalog

Progress = Callable[[int, int], None]
"""Called with the number of documents done and the total."""


class Building:
    """The progress of indexing, in a file of the archive's home."""

    def __init__(self, path: Path) -> None:
        """:param path: need not exist."""
        self._path = path

    @contextmanager
    def at_work(self, of: int, progress: Progress | None = None) -> Iterator[Progress]:
        """Publish to other processes that ``of`` documents are being indexed, until exit. Yields a progress callback
        that also calls ``progress``. On a file system that cannot be written, nothing is published."""
        try:
            file = self._path.open("r+b" if self._path.exists() else "w+b", buffering=0)
        except OSError:
            yield progress or _no_progress
            return
        with file:
            # Readers that check the lock hold it for a moment.
            fcntl.flock(file, fcntl.LOCK_EX)

            def tell(done: int, of: int) -> None:
                _write(file, done, of)
                if progress:
                    progress(done, of)

            _write(file, 0, of)
            yield tell

    def progress(self) -> tuple[int, int] | None:
        """Return the documents done and the total; None if no process of this machine is indexing."""
        try:
            with self._path.open("rb") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    done, of = map(int, file.read(64).split())
                    return done, of
        except (OSError, ValueError):
            pass
        return None


def _write(file: RawIOBase, done: int, of: int) -> None:
    # A full disk must not end the indexing.
    with suppress(OSError):
        file.seek(0)
        file.write(f"{done:>12} {of:>12}\n".encode())


def _no_progress(_done: int, _of: int) -> None:
    """Do nothing: there is no listener."""


RECORDED_AS: Mapping[Unit, str | None] = {Unit.DOCUMENTS: None, Unit.CLAUSES: "clauses.2"}
"""Names of the index of each unit in the catalog. A new number makes all clauses due, when their names or stored data
change."""


PASSAGES = "meaning"
"""Name of the passages of search by meaning in the catalog."""


def generation_of(engine: SearchEngine, unit: Unit) -> str:
    """Return the name under which the catalog records the current generation of ``engine``."""
    index = RECORDED_AS[unit]
    return f"{index}/{engine.generation}" if index else engine.generation


def is_complete(catalog: Catalog, engine: SearchEngine, unit: Unit) -> bool:
    """Return whether an index holds all documents, or all their clauses, at their current revisions."""
    return next(catalog.indexing.due(generation_of(engine, unit)), None) is None


def is_as_recorded(catalog: Catalog, engine: SearchEngine, unit: Unit) -> bool:
    """Return whether an index, if there is one, has the fingerprint that the catalog recorded last. Another fingerprint
    means an older or newer copy, or a change that was not recorded."""
    recorded = catalog.indexing.recorded
    return engine.published() is None or recorded(generation_of(engine, unit)) == engine.fingerprint()


def is_missing(catalog: Catalog, engine: SearchEngine, unit: Unit) -> bool:
    """Return whether the catalog records an index that does not exist."""
    generation = generation_of(engine, unit)
    return (
        catalog.indexing.count_due(generation) > 0
        and catalog.indexing.is_elsewhere(generation, RECORDED_AS[unit])
        and engine.published() is None
    )


def count_not_searched(catalog: Catalog, engine: SearchEngine, unit: Unit, building: Building | None = None) -> int:
    """Count the documents that the index of a unit lacks, or holds at an older revision.

    :raises archive.errors.IndexMissing: the catalog records an index that does not exist.
    :raises archive.errors.IndexBuilding: the same, and it is being built.
    """
    due = catalog.indexing.count_due(generation_of(engine, unit))
    if due and is_missing(catalog, engine, unit):
        raise _missing(building.progress() if building else None)
    return due


def _missing(progress: tuple[int, int] | None) -> IndexMissing:
    if progress is None:
        return IndexMissing(
            "The search index is gone, so the documents cannot be searched.",
            "Nothing is lost: a running reading room rebuilds it by itself, and so does: dosije reindex",
        )
    done, total = progress
    return IndexBuilding(
        "The search index is being built: %(done)s of %(total)s documents are done.",
        "Try again in a moment. Documents can be read meanwhile.",
        done=f"{done:,}",
        total=f"{total:,}",
    )
