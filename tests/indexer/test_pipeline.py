"""Adding: every file ends as a document, a duplicate or a named failure, also when the run is killed in between."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pymupdf
import pytest

from archive.archive import Archive
from archive.config import Settings
from archive.errors import ArchiveBusy, DamagedDocument, UsageError
from archive.search.request import SearchRequest
from indexer.ingest.inputs import Input, NamedInput
from indexer.ingest.outcomes import Outcomes
from indexer.ingest.progress import AddOptions, FileReport, Progress, Summary
from indexer.ingest.run import Run, add
from indexer.ingest.unpacking import unpacking_folder
from tests.indexer.killing import run_and_kill
from tests.indexer_samples import letter_pdf, scan

pytestmark = pytest.mark.usefixtures("warm_readers")

Add = Callable[..., tuple[Summary, dict[str, FileReport]]]


class Notes(Progress):
    """A progress that remembers what it was told."""

    def __init__(self) -> None:
        self.total = self.pages = self.documents = 0
        self.notes: list[str] = []

    def found(self, documents: int) -> None:
        self.total = documents

    def page(self, number: int, of: int) -> None:
        self.pages += 1

    def document(self) -> None:
        self.documents += 1

    def note(self, text: str) -> None:
        self.notes.append(text)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "home", Settings({"commit_documents": 2, "read_timeout": 60})) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "ulaz"
    made.mkdir()
    return made


@pytest.fixture
def progress() -> Notes:
    return Notes()


@pytest.fixture
def run(archive: Archive, progress: Notes) -> Add:
    """Add paths; gives the summary and the report of each file by its name."""

    def run_add(
        *paths: Path, ocr: Any = "never", retry: bool = False, jobs: int = 1
    ) -> tuple[Summary, dict[str, FileReport]]:
        reports: list[FileReport] = []
        options = AddOptions(jobs=jobs, ocr=ocr, collection="main", retry_failed=retry)
        summary = add(archive, paths, options, reports.append, progress)
        assert len(reports) == summary.added + summary.duplicates + summary.failed
        return summary, {Path(report.path).name: report for report in reports}

    return run_add


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_document_is_kept_read_described_and_found(archive: Archive, run: Add, folder: Path, progress: Notes) -> None:
    letter_pdf().save(folder / "odluka.pdf")
    write(folder / "dopis.txt", "Naručilac plaća kamere.\fDruga strana.")
    summary, reports = run(folder, jobs=2)
    assert (summary.added, summary.failed, summary.pages) == (2, 0, 3)
    report = reports["odluka.pdf"]
    assert report.id is not None
    document = archive.catalog.documents.find(report.id)
    assert (document.filename, document.media_type, document.page_count) == ("odluka.pdf", "application/pdf", 1)
    assert archive.originals.local(document.id).read_bytes() == (folder / "odluka.pdf").read_bytes()
    assert archive.catalog.readings.words(document.id, 1).texts[:2] == ("Town", "of")
    assert archive.catalog.readings.get(document.id).agent["reader"].startswith("PyMuPDF")
    assert [source.path for source in archive.catalog.documents.sources(document.id)] == [str(folder / "odluka.pdf")]
    assert [hit.id for hit in archive.search.search(SearchRequest("Brezovac")).hits] == [document.id]
    assert (progress.total, progress.documents, progress.pages) == (2, 2, 3)


def test_a_scan_is_read_by_ocr_and_says_by_what(archive: Archive, run: Add, folder: Path) -> None:
    scan(letter_pdf()).save(folder / "sken.png", dpi=(200, 200))
    _, reports = run(folder, ocr="auto")
    found = reports["sken.png"].id
    assert found is not None
    reading = archive.catalog.readings.get(found)
    assert (reading.pages[0].source, reading.language) == ("ocr", "en")
    assert reading.agent["ocr"].startswith("Tesseract 5")
    assert reading.agent["ocr_dpi"] == "200"


def test_known_bytes_are_a_duplicate_and_the_new_path_is_remembered(archive: Archive, run: Add, folder: Path) -> None:
    one = write(folder / "a.txt", "isti tekst")
    _, first = run(one)
    summary, second = run(one, write(folder / "b.txt", "isti tekst"))
    assert (summary.added, summary.duplicates, summary.pages) == (0, 2, 0)
    found = first["a.txt"].id
    assert found is not None
    assert (second["b.txt"].id, second["b.txt"].pages) == (found, 1)
    assert [Path(source.path).name for source in archive.catalog.documents.sources(found)] == ["a.txt", "b.txt"]


def test_the_same_bytes_twice_in_one_run_are_read_once(run: Add, folder: Path, progress: Notes) -> None:
    for name in "abcd":
        write(folder / f"{name}.txt", "isti tekst")
    summary, reports = run(folder)
    assert (summary.added, summary.duplicates, progress.pages) == (1, 3, 1)
    assert len({report.id for report in reports.values()}) == 1


def test_every_bad_input_is_named_with_a_remedy_and_the_rest_goes_on(
    archive: Archive, run: Add, folder: Path, progress: Notes
) -> None:
    write(folder / "good.txt", "dobar tekst")
    (folder / "empty.pdf").touch()
    letter_pdf().save(folder / "encrypted.pdf", encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="x", owner_pw="y")
    whole = letter_pdf().tobytes()
    (folder / "truncated.pdf").write_bytes(whole[: len(whole) // 3])
    (folder / "program.xyz").write_bytes(bytes(range(256)) * 20)
    (folder / "loop").symlink_to(folder)
    (folder / "dangling.txt").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "pipe")
    write(folder / ".hidden.txt", "skriveno")
    summary, reports = run(folder, folder.parent / "missing.pdf", jobs=2)
    assert reports.pop("good.txt").status == "added"
    expected = {
        "empty.pdf": "is empty",
        "encrypted.pdf": "password",
        "truncated.pdf": "cut off",
        "program.xyz": "unknown kind",
        "loop": "never end",
        "dangling.txt": "does not exist",
        "pipe": "not a regular file",
        "missing.pdf": "does not exist",
    }
    assert sorted(reports) == sorted(expected)
    for name, report in reports.items():
        assert report.status == "failed"
        assert report.reason is not None
        assert name in report.reason
        assert expected[name] in report.reason
    assert summary.failed == len(expected)
    assert {Path(failure.path).name for failure in archive.catalog.failures.all()} == set(expected)
    assert all(failure.remedy for failure in archive.catalog.failures.all())
    assert progress.notes == ["Passed over, because they are hidden: .hidden.txt. Name them to add them."]
    assert len(list(archive.originals.ids())) == 1, "what failed is not kept"


def test_a_failure_is_read_again_only_when_asked_or_changed(archive: Archive, run: Add, folder: Path) -> None:
    path = write(folder / "dopis.ps", "%!PS Ugovor")
    run(path)
    (failure,) = archive.catalog.failures.all()
    _, again = run(path)
    assert again["dopis.ps"].reason is not None
    assert "PostScript" in again["dopis.ps"].reason
    assert "--retry-failed" in again["dopis.ps"].reason
    assert archive.catalog.failures.all() == (failure,)
    run(path, retry=True)
    assert archive.catalog.failures.all()[0].attempts == 2
    write(path, "sada običan tekst")
    summary, _ = run(path)
    assert (summary.added, archive.catalog.failures.all()) == (1, ())


def test_retry_failed_without_paths_tries_all_that_failed(archive: Archive, run: Add, folder: Path) -> None:
    run(folder / "kasnije.txt", write(folder / "dopis.ps", "%!PS Ugovor"))
    write(folder / "kasnije.txt", "sada postoji")
    summary, _ = run(retry=True)
    assert (summary.added, summary.failed) == (1, 1)
    assert [Path(failure.path).name for failure in archive.catalog.failures.all()] == ["dopis.ps"]


def test_a_failure_ends_when_its_path_holds_known_bytes(archive: Archive, run: Add, folder: Path) -> None:
    run(folder / "kopija.txt", write(folder / "dopis.txt", "tekst"))
    write(folder / "kopija.txt", "tekst")
    summary, _ = run(folder)
    assert (summary.duplicates, archive.catalog.failures.all()) == (2, ())


def test_too_many_pages_are_refused(tmp_path: Path, folder: Path, progress: Notes) -> None:
    write(folder / "dugo.txt", "jedan\fdva\ftri")
    with Archive.open(tmp_path / "home", Settings({"max_pages": 2})) as small:
        reports: list[FileReport] = []
        add(small, [folder], AddOptions(1, "never", "main", False), reports.append, progress)
        assert small.catalog.documents.count() == 0
    assert reports[0].reason is not None
    assert "has 3 pages; the limit is 2" in reports[0].reason


def test_a_name_that_is_not_utf_8_is_kept_readable(archive: Archive, run: Add, folder: Path) -> None:
    write(Path(os.fsdecode(os.fsencode(folder) + b"/stari\xe8.txt")), "tekst")
    summary, reports = run(folder)
    assert summary.added == 1
    assert list(reports) == ["stari\\xe8.txt"]
    assert next(archive.catalog.documents.newest_first()).filename == "stari\\xe8.txt"


def test_missing_language_data_stop_a_run_before_it_begins(tmp_path: Path, folder: Path, progress: Notes) -> None:
    write(folder / "dopis.txt", "tekst")
    with Archive.open(tmp_path / "home", Settings({"tessdata": str(tmp_path)})) as bare:
        with pytest.raises(UsageError, match="language data"):
            add(bare, [folder], AddOptions(1, "auto", "main", False), lambda _: None, progress)
        summary = add(bare, [folder], AddOptions(1, "never", "main", False), lambda _: None, progress)
    assert summary.added == 1


def test_a_second_writer_is_refused(archive: Archive, run: Add, folder: Path) -> None:
    with archive.writing(), pytest.raises(ArchiveBusy):
        run(folder)


def state(home: Path) -> dict[str, object]:
    """Everything an archive holds that must not depend on how it came to hold it."""
    with Archive.open(home) as archive:
        documents = sorted(archive.catalog.documents.newest_first(), key=lambda document: document.id)
        return {
            "documents": [(document.id, document.filename, document.page_count) for document in documents],
            "words": [
                [words.texts for words in archive.catalog.readings.all_words(document.id)] for document in documents
            ],
            "facts": [archive.catalog.facts.of(document.id) for document in documents],
            "sources": [
                sorted(s.path for s in archive.catalog.documents.sources(document.id)) for document in documents
            ],
            "failures": [(failure.path, failure.reason) for failure in archive.catalog.failures.all()],
            "originals": sorted(archive.originals.ids()),
            "index": archive.engine.held(),
            "found": archive.search.search(SearchRequest("kamere")).total,
            "events": archive.catalog.events.verify() > 0,
        }


SCRIPT = """
import sys
from pathlib import Path
from archive.config import Settings
from archive.archive import Archive
from indexer.ingest.progress import AddOptions
from indexer.ingest.run import add
from indexer.ingest.progress import Progress
if __name__ == "__main__":
    with Archive.open(Path(sys.argv[1]), Settings({"commit_documents": 3})) as archive:
        options = AddOptions(2, "never", "main", False)
        add(archive, [Path(sys.argv[2])], options, lambda _: print("x", flush=True), Progress())
"""


def test_a_run_killed_at_any_moment_is_finished_by_the_next(tmp_path: Path, folder: Path) -> None:
    for number in range(14):
        write(folder / f"{number:02}.txt", f"dopis {number % 11} o nabavci kamere " * 40)
    (folder / "prazno.pdf").touch()
    moments = random.Random(5)
    for reports in (1, 6):
        run_and_kill(SCRIPT, [tmp_path / "killed", folder], reports, moments.uniform(0, 0.03))
    for home in ("killed", "straight"):
        assert run_and_kill(SCRIPT, [tmp_path / home, folder]) == 0
    assert state(tmp_path / "killed") == state(tmp_path / "straight")


def test_only_the_first_of_a_queue_is_taken_to_be_alone(archive: Archive, folder: Path) -> None:
    """Its tasks are lined up one at a time; what all of them need is then loaded once and not in each fork."""
    options = AddOptions(1, "never", "main", retry_failed=False)
    with archive.adding() as claims, unpacking_folder(archive.cache) as unpacked:
        run = Run(archive, claims, options, Outcomes(archive, claims, lambda _: None, Progress()), unpacked)
        for number, is_alone in enumerate((True, False, False)):
            named = NamedInput.of(archive.settings, "main", retries=False)
            run.line_up(Input.file(write(folder / f"{number}.txt", f"Dopis {number}"), named))
            (job,) = run.jobs()
            assert job is not None
            assert job.is_alone is is_alone
            run.end(job, DamagedDocument("It was not read."))
