"""Documents that mean no good: each ends as a named failure or a document with a note, and costs no other anything."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from archive.archive import Archive
from archive.config import Settings
from archive.errors import DamagedDocument
from archive.model import TextSource
from archive.upkeep.check import check
from indexer.images.pages import SandboxedRenderer
from indexer.ingest.progress import AddOptions, FileReport, Progress
from indexer.ingest.run import add
from tests.indexer.hostile import HOSTILE

SETTINGS = Settings({"max_page_words": 1000, "max_unpacked_bytes": 1 << 25, "read_timeout": 120})


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with Archive.open(tmp_path_factory.mktemp("home"), SETTINGS) as opened:
        yield opened


@pytest.fixture(scope="module")
def reports(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> dict[str, FileReport]:
    """What became of each hostile file, added in one run with an honest one before and after each."""
    folder = tmp_path_factory.mktemp("inputs")
    for number, (name, make) in enumerate(sorted(HOSTILE.items())):
        (folder / name).write_bytes(make())
        (folder / f"{name}.honest.txt").write_text(f"pošten dopis broj {number}", encoding="utf-8")
    told: dict[str, FileReport] = {}

    def report(one: FileReport) -> None:
        told[one.path.removeprefix(f"{folder}/")] = one

    add(archive, [folder], AddOptions(2, "never", "main", False), report, Progress())
    return told


def test_no_other_document_pays_for_it(reports: dict[str, FileReport], archive: Archive) -> None:
    for name in HOSTILE:
        assert reports[f"{name}.honest.txt"].status == "added", name
    assert [problem.message for problem in check(archive).problems] == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("truncated.pdf", "cut off"),
        ("recursive.pdf", "cannot be opened as a PDF|without pages|cut off|limit is"),
        ("recursive.docx", "Excessive depth|cannot be"),
        ("bloated.docx", "would unpack to 640 MB"),
        ("bomb.zip!/nula.txt", "packed so tightly|exceed the bytes"),
        ("nested.zip!/9.zip!/8.zip!/7.zip!/6.zip", "lies too deep"),
        ("linking.zip!/../../../../etc/cron.d/zlo.txt", "leads out of the archive"),
        ("linking.zip!/veza.txt", "is a link"),
        ("vast.gif", "too large"),
        ("truncated.pst", "Outlook mailbox"),
        ("winmail.dat", "Outlook attachment"),
        ("truncated.epub", "cannot be opened"),
        ("laughing.xml", "cannot be read as XML"),
        ("truncated.p7m", "cut off"),
        ("bomb.tgz!/nula.txt", "packed so tightly|exceed the bytes"),
        ("bomb.7z!/nula.txt", "packed so tightly|exceed the bytes"),
        ("nested.tgz!/9.tgz!/8.tgz!/7.tgz!/6.tgz", "lies too deep"),
        ("linking.tar!/../../etc/cron.d/zlo.txt", "leads out of the archive"),
        ("linking.tar!//etc/zlo.txt", "absolute name"),
        ("linking.rar!/veza.txt", "is a link"),
        ("boasting.rar!/veliki.txt", "cannot be unpacked"),
    ],
)
def test_what_cannot_be_read_is_named(reports: dict[str, FileReport], name: str, reason: str) -> None:
    report = reports[name]
    assert report.status == "failed"
    assert report.reason is not None
    assert re.search(reason, report.reason), report.reason


def test_what_can_be_read_is(reports: dict[str, FileReport], archive: Archive) -> None:
    for name in ("bomb.zip", "bomb.tgz", "bomb.7z"):
        assert reports[f"{name}!/dopis.txt"].status in ("added", "duplicate"), name
    entities = reports["entities.docx"]
    if entities.id is not None:
        assert archive.catalog.documents.find(entities.id).word_count < 100
    for name in ("boasting.pdf", "flate.pdf", "spliced.pdf", "vast.pdf"):
        report = reports[name]
        assert report.status in ("added", "failed")
        assert report.pages or "died" not in str(report.reason)
    assert reports["boasting.pdf"].pages == 5, "a page that is not there costs only itself"


def test_a_page_of_too_many_words_costs_only_itself(reports: dict[str, FileReport], archive: Archive) -> None:
    found = reports["endless.txt"].id
    assert found is not None
    first, second = archive.catalog.readings.get(found).pages
    assert (first.source, first.word_count) == (TextSource.NONE, 0)
    assert first.note is not None
    assert "3000 words" in first.note
    assert archive.catalog.readings.words(found, 2).texts == ("tri", "prave", "reči")
    assert second.first_word == 0


def test_a_vast_page_is_drawn_within_the_limit(reports: dict[str, FileReport], archive: Archive) -> None:
    report = reports["vast.pdf"]
    assert report.id is not None
    renderer = SandboxedRenderer(Settings({"max_page_pixels": 1_000_000}), archive.cache)
    try:
        image = renderer.render(archive.originals.local(report.id), "application/pdf", 1, 20_000)
        assert len(image) < 100_000
        with pytest.raises(DamagedDocument, match="there is no page 2"):
            renderer.render(archive.originals.local(report.id), "application/pdf", 2, 100)
    finally:
        renderer.close()
