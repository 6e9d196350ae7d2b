"""Backups: a snapshot of an archive, in a folder that can be verified without Dosije.

::

    BACKUP/backup.json                 the last finished backup; it names its run
    BACKUP/run-000002/catalog.sqlite   the catalog
    BACKUP/run-000002/*.toml           settings, and the archive's own watchlist
    BACKUP/run-000002/manifest.txt     SHA-256 and path of every file, as sha256sum --check reads it
    BACKUP/originals/                  every original, named by its SHA-256, shared by all runs
    BACKUP/backup.lock                 held by the process that writes

A backup only adds files, replaces ``backup.json`` by one rename, and then deletes the previous run. So an interrupted
one leaves the previous backup intact.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from archive.archive import Archive
from archive.errors import ArchiveBusy, ArchiveError, CatalogError, DiskFull, OriginalDamaged, ReadOnly, UsageError
from archive.store.catalog import Catalog
from archive.store.coverage import Counts
from archive.store.events import EventName, History
from archive.store.originals.files import Originals
from archive.store.sql.scratch import OrderedTexts
from archive.store.sql.sqlite_files import settle_copy
from archive.system.failpoints import passing
from archive.system.files import copy_file, link_file, make_folders, replace_text, sha256_of, written_whole
from archive.upkeep.last_runs import Upkeep, keep_last_run
from archive.upkeep.place import owned_files

STATEMENT, CATALOG, MANIFEST, ORIGINALS, LOCK = (
    "backup.json", "catalog.sqlite", "manifest.txt", "originals", "backup.lock",
)  # fmt: skip
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Statement:
    """The statement of a backup. ``manifest_sha256`` is the hash of the list of files; ``events`` and ``head`` are the
    number and hash of the last event.

    ``lacking`` are the ids of originals that are not in the backup, because they were damaged or missing in the
    archive.
    """

    run: int
    made_at: str
    archive: str
    manifest_sha256: str
    documents: int
    pages: int
    words: int
    bytes: int
    events: int
    head: str | None
    lacking: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """The folder of the run."""
        return f"run-{self.run:06}"

    def write(self, backup: Path) -> None:
        """Write the statement, which makes this the current backup."""
        replace_text(backup / STATEMENT, json.dumps({"format": _FORMAT} | asdict(self), indent=2) + "\n")


def read_statement(backup: Path) -> Statement | None:
    """Read the statement of the last finished backup in a folder; None if there is none.

    :raises ArchiveError: it is invalid.
    :raises UsageError: a newer version of Dosije wrote it.
    """
    path = backup / STATEMENT
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        version = said.pop("format")
        if version == _FORMAT:
            return Statement(**said | {"lacking": tuple(said["lacking"])})
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ArchiveError(f"{path} is damaged: {error}.", "Use another backup.") from error
    raise UsageError(f"{path} was written by a newer version of Dosije.", "Install that version or a later one.")


Progress = Callable[[int, int], None]
"""Called with the number of processed originals and the total."""

_RUN = re.compile(r"run-(\d{6,})")


@dataclass(frozen=True, slots=True)
class BackupReport:
    """The result of a backup. ``copied`` and ``linked`` count the new originals, ``bytes_copied`` the written bytes.

    ``is_recorded``: it is in the event log, unless that is read-only or the disk is full.
    """

    destination: Path
    statement: Statement
    copied: int
    linked: int
    bytes_copied: int
    seconds: float
    is_recorded: bool


def back_up(
    archive: Archive,
    destination: Path,
    *,
    copies: bool = False,
    verifies: bool = False,
    progress: Progress | None = None,
) -> BackupReport:
    """Back up an archive into a folder: a new one, an empty one, or that of its last backup.

    :param copies: copy originals even if they could be hard-linked.
    :param verifies: verify the originals of earlier runs, and replace damaged ones.
    :raises UsageError: the folder cannot be used for a backup of this archive.
    :raises ArchiveBusy: another process writes a backup there.
    :raises ArchiveError: the catalog is damaged, or the system refuses to read or write. The last backup is kept.
    """
    began = time.monotonic()
    destination = destination.absolute()
    _refuse_place(archive.home, destination)
    run = _Run(archive, destination, copies, verifies, progress)
    try:
        with writing_to(destination):
            last = read_statement(destination)
            _remove_runs(destination, keep=last)
            statement = run.make(last)
            statement.write(destination)
            passing("backup-stated")
            _remove_runs(destination, keep=statement)
    except OSError as error:
        raise ArchiveError(
            f"The backup cannot be written: {error.filename or destination}: {error.strerror or error}.",
            "Check that the disk has room and that Dosije can write to it. The last backup is as it was.",
        ) from error
    is_recorded = True
    try:
        archive.catalog.events.record(EventName.REPLICATION, {"to": str(destination), "backup": asdict(statement)})
    except (ReadOnly, DiskFull):
        # The backup is complete without the event; its own statement records it.
        is_recorded = False
    keep_last_run(archive.catalog, Upkeep.BACKUP, passed=not statement.lacking)
    seconds = round(time.monotonic() - began, 3)
    return BackupReport(destination, statement, run.copied, run.linked, run.bytes_copied, seconds, is_recorded)


def _refuse_place(home: Path, destination: Path) -> None:
    resolved, inside = destination.resolve(), home.resolve()
    if resolved.is_relative_to(inside) or inside.is_relative_to(resolved):
        raise UsageError(
            f"{destination} and the archive at {home} lie one inside the other.",
            "Name a folder elsewhere, best on another disk.",
        )
    if destination.exists() and not destination.is_dir():
        raise UsageError(f"{destination} is not a folder.", "Name a folder.")
    if destination.is_dir() and any(destination.iterdir()) and not (destination / LOCK).exists():
        raise UsageError(f"{destination} is not empty and holds no backup.", "Name an empty folder or a new one.")


@contextmanager
def writing_to(destination: Path) -> Iterator[None]:
    """Hold the lock of a backup's folder; create the folder if it is missing.

    :raises ArchiveBusy: another process holds it.
    """
    make_folders(destination)
    with (destination / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ArchiveBusy(
                f"Another process writes a backup to {destination}, or tries the last one.", "Wait until it has ended."
            ) from error
        yield


def _remove_runs(destination: Path, keep: Statement | None) -> None:
    for path in destination.iterdir():
        if _RUN.fullmatch(path.name) and (keep is None or path.name != keep.folder):
            shutil.rmtree(path)


@dataclass(slots=True)
class _Run:
    """One call of :func:`back_up`."""

    archive: Archive
    destination: Path
    copies: bool
    verifies: bool
    progress: Progress | None
    copied: int = 0
    linked: int = 0
    bytes_copied: int = 0

    def make(self, last: Statement | None) -> Statement:
        """Write all files of a run, and return its statement. The run counts only when the statement is written."""
        number = last.run + 1 if last else 1
        made_at = datetime.now(UTC).isoformat(timespec="seconds")
        folder = self.destination / f"run-{number:06}"
        make_folders(folder)
        counts, sizes, history = self._copy_catalog(folder / CATALOG, last)
        passing("backup-catalog")
        lacking: list[str] = []
        digest = hashlib.sha256()
        with written_whole(folder / MANIFEST) as manifest:
            for path, sha256 in self._listed(folder, sizes, counts.documents, lacking):
                line = f"{sha256}  {path}\n".encode()
                digest.update(line)
                manifest.write(line)
        passing("backup-manifest")
        return Statement(
            run=number,
            made_at=made_at,
            archive=str(self.archive.home),
            manifest_sha256=digest.hexdigest(),
            documents=counts.documents,
            pages=counts.pages,
            words=counts.words,
            bytes=counts.bytes,
            events=history.count,
            head=history.head,
            lacking=tuple(lacking),
        )

    def _listed(
        self, folder: Path, sizes: OrderedTexts, documents: int, lacking: list[str]
    ) -> Iterator[tuple[str, str]]:
        """Copy all files but the catalog into the backup; yield path and SHA-256 of each that is there. Documents whose
        originals are not are added to ``lacking``."""
        yield f"{folder.name}/{CATALOG}", sha256_of(folder / CATALOG)
        for path in owned_files(self.archive.home):
            target = folder / path.relative_to(self.archive.home)
            make_folders(target.parent)
            yield str(target.relative_to(self.destination)), copy_file(path, target)
        yield from self._keep_originals(sizes, documents, lacking)

    def _copy_catalog(self, file: Path, last: Statement | None) -> tuple[Counts, OrderedTexts, History]:
        """Copy the catalog; return its counts, the size of each document by id, and its log."""
        self.archive.catalog.copy_to_file(file)
        catalog = Catalog.open(file)
        try:
            _refuse_damage(catalog)
            history = catalog.events.history([last.events] if last else [])
            if last:
                refuse_other_log(history, last, self.destination)
            counts = catalog.coverage.counts()
            sizes = OrderedTexts()
            for document in catalog.documents.newest_first():
                sizes.add(document.id, f"{document.id} {document.size}")
        finally:
            catalog.close()
        settle_copy(file)
        self.bytes_copied += file.stat().st_size
        return counts, sizes, history

    def _keep_originals(self, sizes: OrderedTexts, documents: int, lacking: list[str]) -> Iterator[tuple[str, str]]:
        """Copy every original into the backup; yield path and SHA-256 of each that is there."""
        backup = Originals(self.destination / ORIGINALS)
        backup.sweep()
        for done, (id_, size) in enumerate(map(str.split, sizes), start=1):
            target = backup.path(id_)
            try:
                if not self._is_there(backup, id_, int(size)):
                    make_folders(target.parent)
                    self._put(id_, target, backup.unfinished())
                    passing("backup-original")
                yield str(target.relative_to(self.destination)), id_
            except OriginalDamaged:
                # Intact originals are backed up all the same; the statement and the report list the others.
                target.unlink(missing_ok=True)
                lacking.append(id_)
            if self.progress:
                self.progress(done, documents)

    def _is_there(self, backup: Originals, id_: str, size: int) -> bool:
        path = backup.path(id_)
        if not path.exists() or path.stat().st_size != size:
            return False
        if self.verifies:
            try:
                backup.verify(id_)
            except OriginalDamaged:
                return False
        return True

    def _put(self, id_: str, target: Path, unfinished: Path) -> None:
        source = self.archive.originals.local(id_)
        if not self.copies and not target.exists() and link_file(source, target, id_):
            self.linked += 1
        else:
            copy_file(source, target, id_, unfinished)
            self.copied += 1
            self.bytes_copied += target.stat().st_size


def refuse_other_log(history: History, last: Statement, backup: Path) -> None:
    """Raise if a backup is not of the archive with this log. ``history`` has the hash of the backup's last event.

    :raises UsageError: the log lacks that event.
    """
    if last.events and history.hashes.get(last.events) != last.head:
        raise UsageError(
            f"{backup} holds a backup of {last.archive}, and its event {last.events} is not in the log of this "
            "archive: it is of another one, or this log was changed since.",
            "Name another folder; run dosije check to see whether the log is whole.",
        )


def _refuse_damage(catalog: Catalog) -> None:
    faults = catalog.integrity.faults(thorough=True)
    if faults:
        raise CatalogError(
            f"The catalog is damaged ({faults[0]}) and is not backed up. The last backup is as it was.",
            "See what is wrong with: dosije check",
        )
