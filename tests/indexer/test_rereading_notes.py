"""Persons' notes when a document is read again: those that cannot follow are listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.annotations import AnnotationTarget, target_of
from archive.archive import Archive
from indexer.ingest.progress import AddOptions, FileReport, Progress
from indexer.ingest.rereading import RereadOptions, RereadReport, reread
from indexer.ingest.run import add
from tests.indexer_samples import letter_pdf, scan, scanned_pdf

pytestmark = pytest.mark.usefixtures("warm_readers")


def test_a_note_whose_words_are_not_read_any_more_is_listed_and_found_again_later(
    archive: Archive, tmp_path: Path
) -> None:
    scanned_pdf(scan(letter_pdf())).save(tmp_path / "scan.pdf")
    added: list[FileReport] = []
    add(archive, [tmp_path / "scan.pdf"], AddOptions(1, "auto", "main", retry_failed=False), added.append, Progress())
    document = archive.catalog.documents.find(str(added[0].id))
    for asked, note in (
        (AnnotationTarget(quote="Dunavgrad", page=1), "Gde je to?"),
        (AnnotationTarget(page=1, box="0,0,1,0.2"), "Memorandum"),
    ):
        archive.catalog.annotations.add(target_of(archive.catalog, document, asked), note, "ana")
    reports: list[RereadReport] = []
    for ocr in ("never", "auto"):
        reread(archive, [document.id], RereadOptions(1, ocr), reports.append, Progress())
    without, again = reports
    assert (without.carried, without.left) == (1, (("annotation", "Gde je to?"),))
    assert (again.carried, again.left) == (2, ())
    assert [(one.note, one.target.reading) for one in archive.catalog.annotations.all(document.id)] == [
        ("Memorandum", 3),
        ("Gde je to?", 3),
    ]
