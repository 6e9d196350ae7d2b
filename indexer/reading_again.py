"""Reading one document again because its reading is damaged: what ``dosije check --repair`` asks for."""

from __future__ import annotations

from archive.archive import Archive
from indexer.progress import Silence
from indexer.rereading import RereadOptions, RereadReport, reread


def read_again(archive: Archive, document: str) -> str | None:
    """Make a new reading of a document; returns why that failed, or None.

    :raises archive.errors.DosijeError: as :func:`indexer.rereading.reread` does.
    """
    reports: list[RereadReport] = []
    reread(archive, [document], RereadOptions(jobs=1, ocr="auto"), reports.append, Silence())
    return reports[0].reason
