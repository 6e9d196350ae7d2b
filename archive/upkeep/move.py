"""Moving an archive from its folder to servers, or back, without changing its source: first originals, then the catalog
in one transaction, then a new index, and finally a comparison of originals and catalog.

An interrupted move is resumed by the next one; until the last step, ``moving.json`` in the new place prevents it from
being opened as an archive.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from archive.archive import Archive, open_parts
from archive.config import SETTINGS_FILE
from archive.errors import ArchiveError, CatalogError, OriginalDamaged, UsageError
from archive.store.catalog import Catalog
from archive.store.events import EventName
from archive.store.originals.files import OriginalStore
from archive.store.transfer import States, TableState, differences
from archive.system.files import copy_file, make_folders
from archive.upkeep.comparison import check_indexes
from archive.upkeep.place import finish_place, owned_files, prepare_place


@dataclass(slots=True)
class OriginalsReport:
    """Counts of originals and bytes. ``lacking`` are damaged or missing in the source, ``verified`` were read at the
    new place with the right SHA-256."""

    copied: int = 0
    present: int = 0
    bytes_copied: int = 0
    verified: int = 0
    bytes_verified: int = 0
    lacking: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MoveReport:
    """The result of a finished move. ``tables`` are equal in both catalogs, ``events`` and ``head`` are the number and
    hash of the last moved event, ``later_events`` counts those added to the source after it was read; ``units`` are the
    entries of the index of clauses."""

    source: str
    home: Path
    catalog: str
    documents: int
    pages: int
    originals: OriginalsReport
    tables: Mapping[str, TableState]
    events: int
    head: str | None
    later_events: int
    files: tuple[str, ...]
    generation: str
    indexed: int
    units: int
    seconds: Mapping[str, float]

    def as_json(self) -> dict[str, Any]:
        """Return it as ``dosije move --json`` prints it."""
        return asdict(self) | {"home": str(self.home)}


@dataclass(frozen=True, slots=True)
class MoveSource:
    """The source of a move. ``folder`` has the owner's files, ``name`` is for messages.

    ``lacking`` are documents whose originals are known to be missing.
    """

    name: str
    catalog: Catalog
    originals: OriginalStore
    folder: Path
    lacking: frozenset[str] = frozenset()

    @classmethod
    def of(cls, archive: Archive) -> MoveSource:
        """Build from an open archive."""
        return cls(str(archive.home), archive.catalog, archive.originals, archive.home)

    def settings_text(self) -> str:
        """Return the content of its settings file."""
        file = self.folder / SETTINGS_FILE
        return file.read_text(encoding="utf-8-sig") if file.exists() else ""

    def files(self) -> list[Path]:
        """Return the files to copy besides catalog and originals: the owner's files except settings, audit records, and
        uploads that wait to be added."""
        owned = [path for path in owned_files(self.folder) if path.name != SETTINGS_FILE]
        uploads = [path for path in sorted(self.folder.glob("inbox/[!.]*/**/*")) if path.is_file()]
        return [*owned, *sorted(self.folder.glob("audit*.jsonl")), *uploads]


@contextmanager
def nobody_writes(archive: Archive) -> Iterator[None]:
    """Hold the writer lock of the source, so that no document is added meanwhile; unnecessary in a read-only archive.

    :raises ArchiveBusy: another process is writing.
    """
    if archive.is_read_only:
        yield
        return
    with archive.writing(reconcile=False):
        yield


Progress = Callable[[str, int, int], None]
"""Called with the step, its progress and its total."""

AT_ONCE = 8
"""Originals in transfer at a time, because object stores have high latency and high throughput."""

_BATCH = 1000


def move(
    source: MoveSource, home: Path, addresses: Mapping[str, str], jobs: int, progress: Progress | None = None
) -> MoveReport:
    """Move an archive, which must not be written meanwhile, to ``home``; ``jobs`` processes build its index. The source
    is not changed.

    :param addresses: addresses of the parts of the new place, :data:`archive.upkeep.place.ADDRESSES`; parts without an
        address are in its folder.
    :raises UsageError: the place is not empty.
    :raises ArchiveError: a part cannot be read or written, or differs from the source. The place cannot be opened as an
        archive then; the same move can be resumed.
    """
    home = home.absolute()
    try:
        settings, goes_on = prepare_place(home, source.name, source.settings_text(), addresses)
        with Archive(home, settings, open_parts(home, settings)) as target, target.writing(reconcile=False):
            report = _Run(source, target, progress or (lambda *_: None)).make(jobs, goes_on=goes_on)
        finish_place(home)
    except OSError as error:
        raise ArchiveError(
            f"The archive cannot be moved: {error.filename or home}: {error.strerror or error}.",
            "Check that the disk has room and that Dosije can write to it; then move again.",
        ) from error
    return report


@dataclass(slots=True)
class _Run:
    """One call of :func:`move`."""

    source: MoveSource
    target: Archive
    progress: Progress
    originals: OriginalsReport = field(default_factory=OriginalsReport)
    seconds: dict[str, float] = field(default_factory=dict)

    def make(self, jobs: int, *, goes_on: bool) -> MoveReport:
        """Run all steps in order."""
        if goes_on:
            _refuse_other(self.source, self.target)
        sizes = {document.id: document.size for document in self.source.catalog.documents.newest_first()}
        with self._timed("originals"):
            self._copy_originals(sizes)
        with self._timed("catalog"):
            files = self._copy_files()
            states = self._copy_catalog(replaces=goes_on)
        with self._timed("verification"):
            self._verify_originals(sizes)
        catalog = self.target.catalog
        history, counts = catalog.events.history(), catalog.coverage.counts()
        with self._timed("index"):
            generation = self._build_index(jobs)
        catalog.events.record(
            EventName.REPLICATION, {"moved_from": self.source.name, "events": history.count, "head": history.head}
        )
        return MoveReport(
            source=self.source.name,
            home=self.target.home,
            catalog=catalog.location,
            documents=counts.documents,
            pages=counts.pages,
            originals=self.originals,
            tables=states,
            events=history.count,
            head=history.head,
            later_events=self.source.catalog.events.history().count - history.count,
            files=files,
            generation=generation,
            indexed=self.target.engine.count(),
            units=self.target.clause_engine.count(),
            seconds=self.seconds,
        )

    def _copy_originals(self, sizes: Mapping[str, int]) -> None:
        present = sizes.keys() & set(self.target.originals.ids())
        self.originals.present = len(present)
        waiting = sorted(sizes.keys() - present - self.source.lacking)
        self.originals.lacking += sorted(self.source.lacking & sizes.keys() - present)
        for id_, failed in self._several("Copying originals", waiting, self._copy_original):
            if failed:
                self.originals.lacking.append(id_)
            else:
                self.originals.copied += 1
                self.originals.bytes_copied += sizes[id_]

    def _copy_original(self, id_: str) -> None:
        taken = self.target.originals.add(self.source.originals.local(id_, verifies=True))
        if taken.id != id_:
            # It changed between the two checks.
            self.target.originals.discard(taken.id)
            raise OriginalDamaged(f"The original {id_} has changed: its SHA-256 is now {taken.id}.")

    def _verify_originals(self, sizes: Mapping[str, int]) -> None:
        """Verify every original at the new place."""
        ids = sorted(sizes.keys() - set(self.originals.lacking))
        damaged = [id_ for id_, failed in self._several("Verifying", ids, self.target.originals.verify) if failed]
        if damaged:
            raise OriginalDamaged(
                f"{len(damaged)} originals at the new place are damaged: {', '.join(damaged[:10])}.",
                "Check the disk or the store; remove them there, then move again.",
            )
        self.originals.verified, self.originals.bytes_verified = len(ids), sum(sizes[id_] for id_ in ids)

    def _several(self, label: str, ids: Sequence[str], work: Callable[[str], object]) -> Iterator[tuple[str, bool]]:
        """Process originals concurrently; yield each with whether it was found damaged."""

        def one(id_: str) -> bool:
            try:
                work(id_)
            except OriginalDamaged:
                return True
            return False

        with ThreadPoolExecutor(AT_ONCE) as pool:
            for start in range(0, len(ids), _BATCH):
                batch = ids[start : start + _BATCH]
                for at, (id_, failed) in enumerate(zip(batch, pool.map(one, batch), strict=True), start + 1):
                    yield id_, failed
                    self.progress(label, at, len(ids))

    def _copy_files(self) -> tuple[str, ...]:
        copied = []
        for path in self.source.files():
            name = str(path.relative_to(self.source.folder))
            target = self.target.home / name
            make_folders(target.parent)
            copy_file(path, target)
            target.chmod(path.stat().st_mode & 0o777)
            copied.append(name)
        return tuple(copied)

    def _copy_catalog(self, *, replaces: bool) -> States:
        """Copy the catalog, and compare the state of the source with that of the target."""
        source, target = self.source.catalog, self.target.catalog
        states = source.copy_to(
            target, replaces=replaces, progress=lambda done, of: self.progress("Copying the catalog", done, of)
        )
        unlike = differences(states, target.states(lambda done, of: self.progress("Comparing it", done, of)))
        if unlike:
            raise CatalogError(f"The moved catalog differs in: {', '.join(unlike)}.", "Move again.")
        target.events.verify()
        if faults := target.integrity.faults(thorough=True):
            raise CatalogError(f"The moved catalog is damaged: {faults[0]}.", "Check its server or disk.")
        return states

    def _build_index(self, jobs: int) -> str:
        generation = self.target.indexing.rebuild(lambda done, of: self.progress("Indexing", done, of), jobs)
        if problem := next(check_indexes(self.target), None):
            raise ArchiveError(f"The index of the new place: {problem.message}", "Move again.")
        return generation

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.seconds[step] = round(time.monotonic() - began, 3)


def _refuse_other(source: MoveSource, target: Archive) -> None:
    """Check that the content of a target's catalog came from this source, before it is replaced."""
    if target.catalog.is_empty:
        return
    if source.catalog.events.history([1]).hashes != target.catalog.events.history([1]).hashes:
        raise UsageError(
            f"{target.catalog.location} holds another archive than {source.name}.", "Name an empty database or schema."
        )
