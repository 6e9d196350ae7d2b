"""What can be made again is made again; the rest is left for a person, and nothing is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.errors import DamagedDocument
from archive.search.request import SearchRequest
from archive.upkeep.check import Report, check, record
from archive.upkeep.problems import ProblemKind, Severity
from archive.upkeep.repair import repair
from indexer.ingest.progress import AddOptions, FileReport, Progress
from indexer.ingest.rereading import read_again
from indexer.ingest.run import add
from tests.archive.upkeep.homes import checked, execute, fill, flip, problems

pytestmark = pytest.mark.usefixtures("warm_readers")


def repaired(home: Path) -> Report:
    with Archive.open(home) as archive:
        report = check(archive)
        repair(archive, report, read_again)
        record(archive, report)
    return report


def add_letter(home: Path) -> str:
    """Add a letter of the real kind; returns its id."""
    letter = home.parent / "dopis.txt"
    letter.write_text("Dopis o nadzornim kamerama u Dunavgradu.", encoding="utf-8")
    reports: list[FileReport] = []
    with Archive.open(home) as archive:
        add(archive, [letter], AddOptions(1, "never", "main", retry_failed=False), reports.append, Progress())
    assert reports[0].id is not None
    return reports[0].id


@pytest.mark.parametrize("suffix", [".positions", ".toc"])
@pytest.mark.parametrize("folder", ["index", "index/clauses"])
def test_a_damaged_index_is_built_anew(tmp_path: Path, folder: str, suffix: str) -> None:
    home = tmp_path / "home"
    fill(home)
    (file,) = (home / folder).glob(f"gen-*/*{suffix}")
    flip(file, 9)
    report = repaired(home)
    assert {(problem.kind, problem.repaired) for problem in report.problems} == {(ProblemKind.INDEX_DAMAGED, True)}
    assert not report.needs_a_person
    assert problems(home) == []
    with Archive.open(home) as archive:
        assert archive.search.search(SearchRequest("kamere")).total == 4


@pytest.mark.parametrize(
    "statements",
    [
        ("UPDATE signature_bands SET band = band + 1", "UPDATE likenesses SET wording = 0.01"),
        ("UPDATE vendors SET name = 'Treća d.o.o.'", "DELETE FROM vendor_keys"),
    ],
)
def test_what_is_computed_is_computed_again(tmp_path: Path, statements: tuple[str, ...]) -> None:
    home = tmp_path / "home"
    ids = fill(home)
    with Archive.open(home) as archive:
        alike, named = archive.catalog.near_duplicates.of(ids), archive.catalog.vendors.all()
    execute(home, *statements)
    report = repaired(home)
    assert {(problem.kind, problem.repaired) for problem in report.problems} == {(ProblemKind.COMPUTED_CHANGED, True)}
    assert problems(home) == []
    with Archive.open(home) as archive:
        assert (archive.catalog.near_duplicates.of(ids), archive.catalog.vendors.all()) == (alike, named)


def test_a_lost_index_is_made_up_for(tmp_path: Path) -> None:
    home = tmp_path / "home"
    fill(home)
    shutil.rmtree(home / "index")
    assert ProblemKind.INDEX_DAMAGED in {problem.kind for problem in problems(home)}
    assert all(problem.repaired for problem in repaired(home).problems)
    assert problems(home) == []


def test_a_damaged_reading_is_read_again_and_stays_known(tmp_path: Path) -> None:
    home = tmp_path / "home"
    id_ = add_letter(home)
    assert checked(home).problems == []
    (home / "cache").mkdir(exist_ok=True)
    (home / "cache" / "old").write_text("what OCR made of it")
    execute(home, f"UPDATE page_words SET packed = x'0103' WHERE document = '{id_}'")
    report = repaired(home)
    assert [(problem.kind, problem.repaired) for problem in report.problems] == [(ProblemKind.READING_DAMAGED, True)]
    assert not report.needs_a_person
    assert not (home / "cache" / "old").exists()
    with Archive.open(home) as archive:
        assert archive.catalog.documents.find(id_).reading == 2
        assert archive.search.search(SearchRequest("Dunavgrad")).total == 1
    (known,) = problems(home)
    assert (known.kind, known.severity, known.reading) == (ProblemKind.READING_REPLACED, Severity.NOTICE, 1)
    execute(home, f"UPDATE page_words SET packed = x'0103' WHERE document = '{id_}' AND reading = 2")
    assert {problem.kind for problem in problems(home)} == {ProblemKind.READING_REPLACED, ProblemKind.READING_DAMAGED}


def test_what_cannot_be_mended_says_why(tmp_path: Path) -> None:
    home = tmp_path / "home"
    id_ = add_letter(home)
    with Archive.open(home) as archive:
        original = archive.originals.local(id_)
    flip(original, 3)
    execute(home, f"UPDATE page_words SET packed = x'0103' WHERE document = '{id_}'")
    report = repaired(home)
    assert report.needs_a_person
    damaged, reading = report.problems
    assert (damaged.kind, damaged.repaired, damaged.refusal) == (ProblemKind.ORIGINAL_DAMAGED, False, None)
    assert (reading.kind, reading.repaired) == (ProblemKind.READING_DAMAGED, False)
    assert reading.refusal is not None
    assert "has changed" in reading.refusal


def test_what_a_killed_run_of_an_earlier_version_left_is_removed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    ids = fill(home)
    with Archive.open(home) as archive:
        left = archive.originals.local(ids[0]).parent / ".0123456789abcdef.part"
    left.write_bytes(b"half")
    assert problems(home) == []
    assert left.exists()
    assert repaired(home).problems == []
    assert not left.exists()


def test_a_writer_at_work_is_not_disturbed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    ids = fill(home)
    shutil.rmtree(home / "index")
    execute(home, f"UPDATE page_words SET packed = x'0103' WHERE document = '{ids[0]}' AND page = 1")
    (home / "cache").mkdir(exist_ok=True)
    (home / "cache" / "unpacked").write_text("what the writer works with")

    def fail(archive: Archive, document: str) -> str | None:
        raise DamagedDocument(f"{document} of {archive.home} was to be read again")

    with Archive.open(home) as archive, archive.writing(reconcile=False), Archive.open(home) as second:
        report = check(second)
        repair(second, report, fail)
    assert not any(problem.repaired for problem in report.problems)
    assert all("Another process is writing" in (problem.refusal or "") for problem in report.problems)
    assert {ProblemKind.INDEX_DAMAGED, ProblemKind.READING_DAMAGED} <= {problem.kind for problem in report.problems}
    assert (home / "cache" / "unpacked").exists()
