"""Restoring a backup to an empty folder or servers, and verifying the result."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from archive.archive import CATALOG_FILE, Archive
from archive.config import SETTINGS_FILE
from archive.errors import ArchiveError, OriginalDamaged, UsageError
from archive.search.index_state import PASSAGES, RECORDED_AS
from archive.store.catalog import Catalog
from archive.store.events import EventName
from archive.store.originals.files import Originals
from archive.store.sql.sqlite_files import settle_copy
from archive.system.files import copy_file, make_folders, rename, replace_text, sync
from archive.upkeep.backup import CATALOG, MANIFEST, ORIGINALS, Statement, read_statement
from archive.upkeep.move import MoveReport, MoveSource, move
from archive.upkeep.place import owned_files, refuse_environment, with_addresses


def copy_run(source: Path, statement: Statement, files: Mapping[str, str], folder: Path) -> None:
    """Copy the files of a run of a backup, except originals, into a folder, verifying their SHA-256.

    :raises ArchiveError: a file is damaged or missing.
    """
    for name, sha256 in files.items():
        if name.startswith(f"{ORIGINALS}/"):
            continue
        target = folder / name.removeprefix(f"{statement.folder}/")
        make_folders(target.parent)
        try:
            copy_file(source / name, target, sha256)
        except (OriginalDamaged, FileNotFoundError) as error:
            raise ArchiveError(f"{source / name} is damaged or missing.", "Use another backup.") from error
        target.chmod(0o644)


def restore_from(
    source: Path, run: Path, statement: Statement, home: Path, addresses: Mapping[str, str], jobs: int
) -> MoveReport:
    """Move the content of a backup to a place; ``run`` is a folder with a copy of its catalog and the owner's files.

    Errors as in :func:`archive.upkeep.move.move`.
    """
    with closing(Catalog.open(run / CATALOG)) as catalog:
        lacking = frozenset(statement.lacking)
        return move(
            MoveSource(str(source), catalog, Originals(source / ORIGINALS), run, lacking), home, addresses, jobs
        )


def scratch_folder(home: Path) -> tempfile.TemporaryDirectory[str]:
    """Return a temporary folder beside the place of an archive, with space for its catalog."""
    make_folders(home.parent)
    return tempfile.TemporaryDirectory(prefix=".restoring-", dir=home.parent)


Progress = Callable[[int, int], None]
"""Called with the number of restored originals and the total."""

STAGING = ".restoring"
"""Folder in which a restore writes files before they are renamed. It remains after an interruption."""

_LINE = re.compile(
    r"([0-9a-f]{64})  "
    r"(run-\d{6,}/(?:findings/)?(?!\.{1,2}$)[^/]+|originals/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """The result of a restore. ``lacking`` are documents whose originals are missing or damaged in the backup."""

    home: Path
    statement: Statement
    lacking: tuple[str, ...]
    seconds: float


def restore(
    source: Path,
    home: Path,
    jobs: int,
    progress: Progress | None = None,
    addresses: Mapping[str, str] = MappingProxyType({}),
) -> RestoreReport:
    """Restore the backup in ``source`` to ``home``, verify it, and build its index by ``jobs`` processes.

    Addresses in the backup's settings are those of the original archive, so they are dropped: everything is restored
    into the folder, except for parts with ``addresses`` (:data:`archive.upkeep.place.ADDRESSES`).

    An original that is damaged in the backup is reported, and the others are restored.

    :raises UsageError: there is no backup, or ``home`` is not empty.
    :raises ArchiveError: the backup is damaged, or cannot be read or written; nothing is restored then.
    """
    began = time.monotonic()
    source, home = source.absolute(), home.absolute()
    statement = read_statement(source)
    if statement is None:
        raise UsageError(f"There is no finished backup in {source}.", "Name the folder given to: dosije backup")
    refuse_environment()
    if any(addresses.values()):
        return _restore_onto_servers(source, home, statement, addresses, jobs, began)
    _clear_place(home)
    staging = home / STAGING
    try:
        make_folders(staging)
        lacking = _copy(source, staging, statement, progress)
        _verify(staging / CATALOG, statement)
        _move_in(staging, home)
    except OSError as error:
        raise ArchiveError(
            f"The backup cannot be restored: {error.filename or home}: {error.strerror or error}.",
            "Check that the disk has room and that Dosije can write to it; then restore again.",
        ) from error
    with Archive.open(home, create=False) as archive, archive.writing(reconcile=False):
        archive.catalog.events.record(EventName.REPLICATION, {"restored_from": str(source), "run": statement.run})
        archive.indexing.rebuild(jobs=jobs)
    return RestoreReport(home, statement, lacking, round(time.monotonic() - began, 3))


def _restore_onto_servers(
    source: Path, home: Path, statement: Statement, addresses: Mapping[str, str], jobs: int, began: float
) -> RestoreReport:
    with scratch_folder(home) as folder:
        run = Path(folder)
        copy_run(source, statement, _manifest(source, statement), run)
        _verify(run / CATALOG, statement)
        report = restore_from(source, run, statement, home, addresses, jobs)
    return RestoreReport(home, statement, tuple(report.originals.lacking), round(time.monotonic() - began, 3))


def _clear_place(home: Path) -> None:
    """Refuse a non-empty place; the remainder of an interrupted restore is deleted."""
    if not home.exists():
        return
    if not home.is_dir():
        raise UsageError(f"{home} is not a folder.", "Name an empty folder or a new one with --home.")
    if (home / STAGING).is_dir() and not (home / CATALOG_FILE).exists():
        shutil.rmtree(home / ORIGINALS, ignore_errors=True)
        for path in owned_files(home):
            path.unlink()
        with suppress(OSError):
            # Only if it is empty: other files in it are not ours.
            (home / "findings").rmdir()
        shutil.rmtree(home / STAGING)
    if any(home.iterdir()):
        raise UsageError(f"{home} is not empty.", "Name an empty folder or a new one with --home.")


def _copy(source: Path, staging: Path, statement: Statement, progress: Progress | None) -> tuple[str, ...]:
    """Copy every file of the manifest; returns the missing originals."""
    files = _manifest(source, statement)
    copy_run(source, statement, files, staging)
    settings = staging / SETTINGS_FILE
    if settings.exists():
        replace_text(settings, with_addresses(settings.read_text(encoding="utf-8-sig"), {}))
    lacking = list(statement.lacking)
    originals = {name: sha256 for name, sha256 in files.items() if name.startswith(f"{ORIGINALS}/")}
    for done, (name, sha256) in enumerate(originals.items(), start=1):
        make_folders((staging / name).parent)
        try:
            copy_file(source / name, staging / name, sha256)
        except (OriginalDamaged, FileNotFoundError):
            lacking.append(sha256)
        if progress:
            progress(done, len(originals))
    return tuple(sorted(lacking))


def _manifest(source: Path, statement: Statement) -> Mapping[str, str]:
    """Parse the manifest: the SHA-256 of every file by path; paths outside of the backup are refused."""
    path = source / statement.folder / MANIFEST
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise ArchiveError(f"{path} is missing.", "Use another backup.") from error
    lines = content.decode(errors="replace").splitlines()
    parsed = [_LINE.fullmatch(line) for line in lines]
    if hashlib.sha256(content).hexdigest() != statement.manifest_sha256 or not all(parsed):
        raise ArchiveError(f"{path} is damaged.", "Use another backup.")
    return {match[2]: match[1] for match in parsed if match}


def _verify(catalog_file: Path, statement: Statement) -> None:
    """Compare the restored catalog with the statement of the backup, and delete the records of indexes, which are not
    restored."""
    catalog = Catalog.open(catalog_file)
    try:
        history, counts = catalog.events.history(), catalog.coverage.counts()
        found = (history.count, history.head, counts.documents, counts.pages, counts.words)
        told = (statement.events, statement.head, statement.documents, statement.pages, statement.words)
        if found != told or catalog.integrity.faults(thorough=True):
            raise ArchiveError("The restored catalog is not the one that was backed up.", "Use another backup.")
        for index in (*RECORDED_AS.values(), PASSAGES):
            catalog.indexing.forget_generations(keep="", index=index)
    finally:
        catalog.close()
    settle_copy(catalog_file)


def _move_in(staging: Path, home: Path) -> None:
    """Rename everything to its final name, the catalog last, which completes the archive."""
    for path in sorted(staging.iterdir(), key=lambda path: path.name == CATALOG):
        if path.name == CATALOG:
            sync(home)
        rename(path, home / (CATALOG_FILE if path.name == CATALOG else path.name))
    staging.rmdir()
