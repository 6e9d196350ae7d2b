"""Restore drills: the last backup is restored to a temporary folder, checked, searched, and deleted again.

Archive and backup may be in use meanwhile; neither is changed.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from archive.archive import CATALOG_FILE, Archive
from archive.errors import DiskFull, ReadOnly, UsageError
from archive.model.words import Words
from archive.store.events import EventName
from archive.system.files import make_folders
from archive.upkeep.backup import CATALOG, Statement, read_statement, refuse_other_log, writing_to
from archive.upkeep.check import check
from archive.upkeep.last_runs import Upkeep, keep_last_run
from archive.upkeep.problems import Problem
from archive.upkeep.restore import restore

Progress = Callable[[str, int, int], None]
"""Called with the step, its progress and its total."""

ASKED = 100
"""Documents that are searched for, evenly spread over the archive: by one word of the middle of each page."""

_LETTERS = 4
"""Fewest letters of such a word."""


@dataclass(frozen=True, slots=True)
class DrillReport:
    """The result of a drill.

    ``problems`` are those of the restored archive's check, ``lacking`` the originals that the backup lacks, ``asked``
    the number of words searched for, and ``missed`` the documents not found by theirs. ``later_events`` counts the
    events since the backup.
    """

    backup: Path
    statement: Statement
    problems: tuple[Problem, ...]
    lacking: tuple[str, ...]
    asked: int
    missed: tuple[str, ...]
    later_events: int
    restore_seconds: float
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether the restored archive is complete and searchable."""
        return not (self.missed or self.lacking or any(problem.needs_a_person for problem in self.problems))

    def as_json(self) -> dict[str, Any]:
        """Return it as ``dosije backup --drill --json`` prints it."""
        names = ("asked", "missed", "lacking", "later_events", "restore_seconds", "seconds")
        return {
            "passed": self.passed,
            "backup": str(self.backup),
            "statement": asdict(self.statement),
            **{name: getattr(self, name) for name in names},
            "problems": [problem.as_json() for problem in self.problems],
        }


def drill(
    archive: Archive, backup: Path, jobs: int, place: Path | None = None, progress: Progress | None = None
) -> DrillReport:
    """Restore the backup of ``archive`` in the folder ``backup`` to a temporary folder, and test it.

    Every file is verified by its SHA-256; the restored archive is checked as by ``dosije check``; words of its pages
    are searched for, and must be found at their positions. The result is recorded in the event log of the archive.

    :param place: the parent of the temporary folder; by default that of the backup's folder.
    :raises UsageError: there is no backup, or it is of another archive; or the environment names servers.
    :raises ArchiveBusy: another process writes or drills the backup.
    :raises DiskFull: there is no space to restore it.
    :raises ArchiveError: the backup cannot be restored.
    """
    began = time.monotonic()
    backup = backup.absolute()
    folder = (place.absolute() if place else backup.parent) / f".{backup.name}.drill"
    step = progress or _no_progress
    read_own_statement(archive, backup)
    with writing_to(backup):
        statement = read_own_statement(archive, backup)
        _make_room(folder, statement, backup)
        try:
            restored = restore(backup, folder, jobs, lambda done, of: step("restoring", done, of))
            with Archive.open(folder, create=False) as copy:
                found = check(copy, progress=lambda done, of: step("checking", done, of))
                asked, missed = _search(copy, step)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    later = archive.catalog.events.newest() - statement.events
    seconds = round(time.monotonic() - began, 3)
    report = DrillReport(
        backup, statement, tuple(found.problems), restored.lacking, asked, missed, later, restored.seconds, seconds
    )
    _record(archive, report)
    keep_last_run(archive.catalog, Upkeep.DRILL, passed=report.passed)
    return report


def read_own_statement(archive: Archive, backup: Path) -> Statement:
    """Read the statement of the last backup of an archive.

    :raises UsageError: there is none, or it is of another archive.
    """
    statement = read_statement(backup)
    if statement is None:
        raise UsageError(f"There is no finished backup in {backup}.", "Make one first: dosije backup DESTINATION")
    refuse_other_log(archive.catalog.events.history([statement.events]), statement, backup)
    return statement


def _no_progress(_step: str, _done: int, _of: int) -> None:
    """Do nothing: default progress callback."""


def _make_room(folder: Path, statement: Statement, backup: Path) -> None:
    """Delete the remainder of an interrupted drill, and check the free space.

    The index takes less space than the catalog.
    """
    if folder.is_dir() and ((folder / CATALOG_FILE).exists() or (folder / ".restoring").exists()):
        shutil.rmtree(folder)
    if folder.exists():
        raise UsageError(f"{folder} is not empty.", "Name another folder: --drill-in FOLDER")
    make_folders(folder.parent)
    needed = statement.bytes + 2 * (backup / statement.folder / CATALOG).stat().st_size
    free = shutil.disk_usage(folder.parent).free
    if free < needed:
        raise DiskFull(
            f"A drill restores {needed >> 20} MB, and the disk of {folder.parent} has room for {free >> 20} MB.",
            "Name a folder on another disk: --drill-in FOLDER",
        )


def _search(archive: Archive, step: Progress) -> tuple[int, tuple[str, ...]]:
    """Search for words of some documents; return their number, and the documents not found at the word's position."""
    every = max(1, archive.catalog.documents.count() // ASKED)
    chosen = [document for at, document in enumerate(archive.catalog.documents.newest_first()) if at % every == 0]
    asked, missed = 0, []
    for done, document in enumerate(chosen[:ASKED], start=1):
        for number, word in _words(archive, document.id):
            asked += 1
            matches = archive.search.matches(document.id, f'"{word}"', exact=True)
            if not any(first <= number <= last for first, last in matches):
                missed.append(document.id)
                break
        step("searching", done, min(len(chosen), ASKED))
    return asked, tuple(missed)


def _words(archive: Archive, document: str) -> Iterator[tuple[int, str]]:
    """Yield the number and text of one word of each page: the middle one of its plain words."""
    first = 0
    for page in archive.catalog.readings.all_words(document):
        plain = list(_plain(page))
        if plain:
            at = plain[len(plain) // 2]
            yield first + at, page.texts[at]
        first += len(page.texts)


def _plain(page: Words) -> Iterator[int]:
    """Yield the indices of words of letters only that are not parts of joined words."""
    for at, text in enumerate(page.texts):
        if text.isalpha() and len(text) >= _LETTERS and (at == 0 or page.texts[at - 1].isalpha()):
            yield at


def _record(archive: Archive, report: DrillReport) -> None:
    told = {"drill": str(report.backup), "run": report.statement.run, "outcome": "pass" if report.passed else "fail"}
    try:
        archive.catalog.events.record(EventName.REPLICATION, told)
    except (ReadOnly, DiskFull):
        # The drill is valid without the event; the command reports it.
        return
