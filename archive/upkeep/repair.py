"""Repair of problems without loss of data: indexes, and readings that can be made again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress

from archive.archive import Archive
from archive.errors import ArchiveBusy, DiskFull, DosijeError, ReadOnly
from archive.upkeep.check import Report
from archive.upkeep.comparison import check_copies, check_document, check_indexes, check_totals, check_vendors
from archive.upkeep.problems import Problem, RepairAction

ReadAgain = Callable[[Archive, str], str | None]
"""Makes a new reading of a document; returns why that failed, or None."""


def repair(archive: Archive, report: Report, read_again: ReadAgain) -> None:
    """Repair what can be repaired and mark it so; record the reason for the rest. Unfinished files of interrupted runs
    are deleted.

    Indexes come first, because reading documents again requires them.
    """
    _repair_indexes(archive, [problem for problem in report.problems if problem.repair in _OF_INDEXES])
    _compute_again(archive, [problem for problem in report.problems if problem.repair is RepairAction.COMPUTE_AGAIN])
    _forget_passages(archive, [one for one in report.problems if one.repair is RepairAction.FORGET_PASSAGES])
    damaged: dict[str, list[Problem]] = {}
    for problem in report.problems:
        if problem.repair is RepairAction.READ_AGAIN and problem.document:
            damaged.setdefault(problem.document, []).append(problem)
    if damaged:
        _repair_readings(archive, damaged, read_again)
    # If it cannot be written, the remainders stay, which is harmless.
    with suppress(ArchiveBusy, ReadOnly, DiskFull, OSError), archive.writing(reconcile=False):
        archive.originals.sweep(everywhere=True)


_OF_INDEXES = (RepairAction.REBUILD_INDEX, RepairAction.INDEX_DUE)


def _repair_indexes(archive: Archive, problems: list[Problem]) -> None:
    if not problems:
        return
    rebuilds = any(problem.repair is RepairAction.REBUILD_INDEX for problem in problems)
    try:
        with archive.writing(reconcile=not rebuilds):
            if rebuilds:
                archive.indexing.rebuild()
        _settle(problems, next((problem.message for problem in check_indexes(archive)), None))
    except DosijeError as error:
        _settle(problems, str(error))


def _compute_again(archive: Archive, problems: list[Problem]) -> None:
    if not problems:
        return
    try:
        with archive.writing(reconcile=False):
            for problem in problems:
                if problem.document:
                    archive.catalog.near_duplicates.forget(problem.document)
                else:
                    archive.catalog.vendors.forget()
                    archive.catalog.coverage.count_anew()
            archive.indexing.index_due()
        left = [*check_vendors(archive), *check_totals(archive)]
        for problem in problems:
            left += check_copies(archive, problem.document) if problem.document else ()
        _settle(problems, next((problem.message for problem in left), None))
    except DosijeError as error:
        _settle(problems, str(error))


def _forget_passages(archive: Archive, problems: list[Problem]) -> None:
    if problems and archive.meaning:
        try:
            archive.meaning.forget()
            _settle(problems, None)
        except DosijeError as error:
            _settle(problems, str(error))


def _repair_readings(archive: Archive, damaged: dict[str, list[Problem]], read_again: ReadAgain) -> None:
    try:
        # The cached OCR results of these documents are not trusted. The cache is used under the writer lock only.
        with archive.writing(reconcile=False):
            shutil.rmtree(archive.cache, ignore_errors=True)
            archive.cache.mkdir(exist_ok=True)
    except ArchiveBusy as error:
        for problems in damaged.values():
            _settle(problems, str(error))
        return
    for document, problems in damaged.items():
        _read_again(archive, document, problems, read_again)


def _read_again(archive: Archive, document: str, problems: list[Problem], read_again: ReadAgain) -> None:
    try:
        refusal = read_again(archive, document)
        found = None if refusal else archive.catalog.integrity.inspect(document)
        if found is not None:
            for number in sorted({problem.reading for problem in problems if problem.reading is not None}):
                archive.catalog.integrity.record_failed_reading(document, number, found.newest)
            refusal = _remaining_problem(archive, document)
    except DosijeError as error:
        refusal = str(error)
    _settle(problems, refusal)


def _remaining_problem(archive: Archive, document: str) -> str | None:
    """Return the first problem that a document still has after its new reading; None if there is none."""
    told = archive.catalog.events.history().documents[document]
    checked = check_document(archive.originals, archive.catalog, document, -1, told)
    return next((problem.message for problem in checked.problems if problem.needs_a_person), None)


def _settle(problems: list[Problem], refusal: str | None) -> None:
    for problem in problems:
        problem.repaired, problem.refusal = refusal is None, refusal
