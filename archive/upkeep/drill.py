"""A restore drill: the last backup is restored beside itself, checked whole and asked, and removed again.

A backup that nobody ever restored is a hope. Archive and backup may be in use meanwhile; nothing of either is touched.
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
"""Called with the step, and how much of it is done of how much."""

ASKED = 100
"""Documents that are searched for, spread evenly over the archive: one word of each page's middle, by its number."""

_LETTERS = 4
"""Letters that such a word has at least."""


@dataclass(frozen=True, slots=True)
class DrillReport:
    """The outcome of a drill.

    ``problems`` are those that a check of the restored archive found, ``lacking`` the originals that the backup has
    not, ``asked`` counts the words that were searched for and ``missed`` names the documents that were not found by
    theirs. ``later_events`` are those of the archive since its backup.
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
        """Whether the archive that was restored is whole and answers."""
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
    """Restore the backup of ``archive`` in the folder ``backup`` to a folder that is removed afterwards, and try it.

    Every byte is compared with its SHA-256; the restored archive is checked as ``dosije check`` does; words of its
    pages are searched for, and must be found at their numbers. The event log of the archive records the outcome.

    :param place: the folder in which to restore; None: the one that the backup's folder is in.
    :raises UsageError: there is no backup, or it is of another archive; or the environment names servers.
    :raises ArchiveBusy: another process writes the backup, or tries it.
    :raises DiskFull: there is no room to restore it.
    :raises ArchiveError: the backup cannot be restored.
    """
    began = time.monotonic()
    backup = backup.absolute()
    folder = (place.absolute() if place else backup.parent) / f".{backup.name}.drill"
    step = progress or _nothing
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


def _nothing(_step: str, _done: int, _of: int) -> None:
    """Show nothing."""


def _make_room(folder: Path, statement: Statement, backup: Path) -> None:
    """Remove what an interrupted drill left, and refuse a disk without room for what is restored.

    The index takes less room than the catalog, which is where its words are from.
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
    """Search for words of some documents; returns how many, and the documents not found where the word stands."""
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
    """Yield the number and text of one word of each page: of the plain ones, the one in the middle."""
    first = 0
    for page in archive.catalog.readings.all_words(document):
        plain = list(_plain(page))
        if plain:
            at = plain[len(plain) // 2]
            yield first + at, page.texts[at]
        first += len(page.texts)


def _plain(page: Words) -> Iterator[int]:
    """Yield the positions of words that are letters alone, and no parts of a word that is printed in pieces."""
    for at, text in enumerate(page.texts):
        if text.isalpha() and len(text) >= _LETTERS and (at == 0 or page.texts[at - 1].isalpha()):
            yield at


def _record(archive: Archive, report: DrillReport) -> None:
    told = {"drill": str(report.backup), "run": report.statement.run, "outcome": "pass" if report.passed else "fail"}
    try:
        archive.catalog.events.record(EventName.REPLICATION, told)
    except (ReadOnly, DiskFull):
        # What was tried is whole all the same, and the command tells of it.
        return
