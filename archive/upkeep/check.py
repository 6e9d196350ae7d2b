"""``check``: every original, every reading, the event log, the catalog's file and the indexes, in one run."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from archive.archive import Archive
from archive.errors import ArchiveBusy, CatalogError, DiskFull, DosijeError, ReadOnly
from archive.store.events import DocumentHistory, EventName
from archive.store.integrity import Inspected
from archive.upkeep.comparison import (
    KNOWN_HEAD,
    Checked,
    check_access,
    check_copies,
    check_database,
    check_document,
    check_indexes,
    check_passages,
    check_rulings,
    check_stories,
    check_strangers,
    check_totals,
    check_vendors,
    read_log,
)
from archive.upkeep.last_runs import Upkeep, keep_last_run
from archive.upkeep.problems import Problem, ProblemKind

Progress = Callable[[int, int], None]
"""Called with the number of checked documents and the total."""

POSITION = "check_position"
"""Property of the catalog: the last document of a check with a budget, after which the next one continues."""

SEALED_AT_ONCE = 200
"""Documents whose digests are recorded per transaction."""


@dataclass(slots=True)
class Report:
    """The result of a check. ``events`` and ``head`` are the number and the hash of the last event.

    ``database`` describes the database's own checks.
    """

    total: int = 0
    documents: int = 0
    bytes: int = 0
    pages: int = 0
    words: int = 0
    events: int = 0
    head: str | None = None
    sealed: int = 0
    seconds: float = 0.0
    database: str = ""
    problems: list[Problem] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every document was checked."""
        return self.documents == self.total

    @property
    def needs_a_person(self) -> bool:
        """Whether there is unrepaired damage."""
        return any(problem.needs_a_person for problem in self.problems)

    def take(self, checked: Checked) -> None:
        """Add the results of a document."""
        self.documents += 1
        self.bytes += checked.bytes
        self.problems += checked.problems
        if checked.inspected:
            self.pages += checked.inspected.pages
            self.words += checked.inspected.words

    def as_json(self) -> dict[str, Any]:
        """Return it as ``dosije check --json`` prints it."""
        names = ("documents", "total", "complete", "bytes", "pages", "words", "events", "head", "sealed", "seconds",
                 "database")  # fmt: skip
        found = [problem.as_json() for problem in self.problems]
        return {"well": not self.needs_a_person} | {name: getattr(self, name) for name in names} | {"problems": found}


def check(archive: Archive, budget: float | None = None, progress: Progress | None = None) -> Report:
    """Check an archive, which may be in use. Call :func:`record` with the report afterwards.

    :param budget: seconds for the documents, None for all of them. A run with a budget continues where the last one
        stopped; everything else is always checked, the database file less thoroughly.
    """
    began = time.monotonic()
    report = Report()
    report.problems += check_database(archive, thorough=budget is None)
    try:
        report.database = archive.catalog.integrity.checks(thorough=budget is None)
        revisions = archive.catalog.indexing.revisions()
        history, found = read_log(archive)
        report.total, report.events, report.head = len(revisions), history.count, history.head
        report.problems += found
        report.problems += check_access(archive)
        report.problems += check_rulings(archive)
        report.problems += check_stories(archive)
        report.problems += check_vendors(archive)
        report.problems += check_totals(archive)
        report.problems += check_strangers(archive, revisions.keys(), history)
        _check_documents(archive, revisions, history.documents, report, budget, progress)
        report.problems += check_indexes(archive)
        report.problems += check_passages(archive)
    except (CatalogError, ValueError, TypeError) as error:
        # The database is too damaged to continue; it is reported once.
        if not any(problem.kind is ProblemKind.CATALOG_DAMAGED for problem in report.problems):
            report.problems.append(Problem(ProblemKind.CATALOG_DAMAGED, str(archive.home), str(error)))
    report.seconds = round(time.monotonic() - began, 3)
    return report


def _check_documents(
    archive: Archive,
    revisions: dict[str, int],
    told: dict[str, DocumentHistory],
    report: Report,
    budget: float | None,
    progress: Progress | None,
) -> None:
    began = time.monotonic()
    sealing: dict[str, tuple[Inspected, frozenset[int]]] = {}
    last = ""
    for document in _from_last_position(archive, sorted(revisions), goes_on=budget is not None):
        if budget is not None and report.documents and time.monotonic() - began > budget:
            break
        of_document = told.get(document, DocumentHistory())
        checked = check_document(archive.originals, archive.catalog, document, revisions[document], of_document)
        report.take(checked)
        if budget is None and checked.inspected is not None and not checked.problems:
            # Recomputing a sketch takes longer than all other checks of a document.
            report.problems += check_copies(archive, document)
        last = document
        numbers = checked.to_seal(of_document)
        if checked.inspected is not None and numbers is not None:
            sealing[document] = checked.inspected, numbers
        if len(sealing) == SEALED_AT_ONCE:
            _seal(archive, sealing, report)
        if progress:
            progress(report.documents, report.total)
    _seal(archive, sealing, report)
    if budget is not None:
        with suppress(DiskFull, ReadOnly):
            archive.catalog.properties.set(POSITION, last)


def _from_last_position(archive: Archive, ids: list[str], *, goes_on: bool) -> Iterator[str]:
    """Yield the documents after the position of the last check, then those before it."""
    last = archive.catalog.properties.get(POSITION) or "" if goes_on else ""
    yield from (id_ for id_ in ids if id_ > last)
    yield from (id_ for id_ in ids if id_ <= last)


def _seal(archive: Archive, sealing: dict[str, tuple[Inspected, frozenset[int]]], report: Report) -> None:
    if sealing:
        # If it cannot be written now, the next check seals them; this one continues.
        with suppress(ArchiveBusy, DiskFull, ReadOnly):
            archive.catalog.integrity.seal(sealing)
            report.sealed += len(sealing)
        sealing.clear()


def record(archive: Archive, report: Report) -> None:
    """Record the check in the event log, and store the log's newest event as checked.

    A catalog that cannot be written is a further problem of the report. In a read-only archive, or on a full disk,
    nothing is recorded, which is not a problem.
    """
    found: dict[str, int] = {}
    for problem in report.problems:
        found[str(problem.kind)] = found.get(str(problem.kind), 0) + 1
    detail = {
        "outcome": "fail" if report.needs_a_person else "pass",
        "algorithm": "SHA-256",
        "repaired": sum(problem.repaired for problem in report.problems),
        "problems": found,
        **{name: getattr(report, name) for name in ("documents", "total", "bytes", "pages", "words", "events")},
    }
    try:
        report.events, report.head = known = archive.catalog.events.record(EventName.FIXITY_CHECK, detail)
        if not any(
            problem.kind in (ProblemKind.EVENT_LOG_BROKEN, ProblemKind.EVENT_LOG_CUT) for problem in report.problems
        ):
            archive.catalog.properties.set(KNOWN_HEAD, json.dumps(known))
        keep_last_run(archive.catalog, Upkeep.CHECK, passed=not report.needs_a_person)
    except (DiskFull, ReadOnly):
        return
    except DosijeError as error:
        report.problems.append(
            Problem(ProblemKind.CATALOG_DAMAGED, str(archive.home), f"The check is not recorded: {error}")
        )
