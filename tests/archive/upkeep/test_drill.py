"""A drill tells whether a backup can be restored, and leaves nothing behind."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from archive.archive import Archive
from archive.errors import ArchiveBusy, ArchiveError, DiskFull, UsageError
from archive.store.events import EventName
from archive.upkeep.backup import back_up, writing_to
from archive.upkeep.check import check
from archive.upkeep.drill import DrillReport, drill
from tests.archive.upkeep.homes import DOCUMENTS, execute, fill, flip
from tests.store_samples import sample


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive and its backup."""
    folder = tmp_path_factory.mktemp("made")
    fill(folder / "home")
    with Archive.open(folder / "home") as archive:
        back_up(archive, folder / "backup", copies=True)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "folder")


def tried(folder: Path, place: Path | None = None) -> DrillReport:
    with Archive.open(folder / "home") as archive:
        return drill(archive, folder / "backup", 1, place)


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_good_backup_passes_and_nothing_of_it_changes(folder: Path) -> None:
    before = content(folder / "backup")
    report = tried(folder)
    assert (report.passed, report.problems, report.lacking, report.missed) == (True, (), (), ())
    assert (report.statement.documents, report.asked) == (DOCUMENTS, 2 * DOCUMENTS)
    assert content(folder / "backup") == before
    assert not list(folder.glob(".*"))


def test_the_event_log_tells_of_it_and_what_came_since_is_counted(folder: Path) -> None:
    first = tried(folder)
    fill(folder / "home", [7])
    assert tried(folder).later_events > first.later_events
    with Archive.open(folder / "home") as archive:
        last = list(archive.catalog.events.named(EventName.REPLICATION))[-1]
        assert last.detail == {"drill": str(folder / "backup"), "run": 1, "outcome": "pass"}


def test_originals_that_are_damaged_or_missing_there_are_named(folder: Path) -> None:
    one, other = (f"{id_[:2]}/{id_[2:4]}/{id_}" for id_ in (sample(0).id, sample(1).id))
    flip(folder / "backup/originals" / one, 2)
    (folder / "backup/originals" / other).unlink()
    report = tried(folder)
    assert not report.passed
    assert report.lacking == tuple(sorted((sample(0).id, sample(1).id)))
    with Archive.open(folder / "home") as archive:
        assert list(archive.catalog.events.named(EventName.REPLICATION))[-1].detail["outcome"] == "fail"


def test_what_was_changed_before_the_backup_is_found_by_the_check(tmp_path: Path) -> None:
    fill(tmp_path / "home")
    with Archive.open(tmp_path / "home") as archive:
        check(archive)
    execute(tmp_path / "home", f"UPDATE facts SET value = '1999' WHERE document = '{sample(1).id}' AND field = 'year'")
    with Archive.open(tmp_path / "home") as archive:
        back_up(archive, tmp_path / "backup")
    report = tried(tmp_path)
    assert not report.passed
    assert sample(1).id in {problem.document for problem in report.problems}


def test_a_damaged_catalog_is_said_and_nothing_is_left(folder: Path) -> None:
    flip(folder / "backup/run-000001/catalog.sqlite", 5000)
    with pytest.raises(ArchiveError, match="is damaged or missing"):
        tried(folder)
    assert not list(folder.glob(".*"))


def test_a_drill_that_was_killed_does_not_stand_in_the_way(folder: Path, tmp_path: Path) -> None:
    left = tmp_path / "elsewhere/.backup.drill"
    (left / ".restoring").mkdir(parents=True)
    (left / ".restoring/catalog.sqlite").write_bytes(b"half")
    assert tried(folder, tmp_path / "elsewhere").passed
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_folder_that_is_somebody_else_s_is_left_alone(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "elsewhere/.backup.drill/own.txt"
    own.parent.mkdir(parents=True)
    own.write_text("keep", encoding="utf-8")
    with pytest.raises(UsageError, match="is not empty"):
        tried(folder, tmp_path / "elsewhere")
    assert own.read_text(encoding="utf-8") == "keep"


def test_a_disk_without_room_is_refused_before_anything_is_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: SimpleNamespace(free=1000))
    with pytest.raises(DiskFull, match="has room for 0 MB"):
        tried(folder)
    assert not list(folder.glob(".*"))


def test_the_backup_of_another_archive_is_refused(folder: Path) -> None:
    fill(folder / "other", range(20, 24))
    with Archive.open(folder / "other") as archive, pytest.raises(UsageError, match="holds a backup of"):
        drill(archive, folder / "backup", 1)


def test_no_backup_and_a_busy_one_are_said(folder: Path) -> None:
    with Archive.open(folder / "home") as archive:
        with pytest.raises(UsageError, match="There is no finished backup"):
            drill(archive, folder / "nothing", 1)
        assert not (folder / "nothing").exists()
        with writing_to(folder / "backup"), pytest.raises(ArchiveBusy):
            drill(archive, folder / "backup", 1)
