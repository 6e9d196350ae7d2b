"""What was backed up comes back as it was, or the difference is named."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from pathlib import Path

import pysqlite3
import pytest

from archive.archive import Archive
from archive.errors import ArchiveError, UsageError
from archive.search.request import SearchRequest
from archive.upkeep.backup import back_up
from archive.upkeep.check import check
from archive.upkeep.restore import RestoreReport, restore
from tests.archive.upkeep.homes import DOCUMENTS, fill, flip
from tests.store_samples import sample
from tests.waiting import PATIENCE
from tests.warm_processes import WarmScript

UNLIKE = {"events", "index_records", "checkpoints", "meta", "alert_checks"}
"""Tables that tell of the backup and restore, or of the index."""


def rows(home: Path) -> dict[str, list[tuple[object, ...]]]:
    """All that the catalog of an archive holds, by table."""
    connection = pysqlite3.connect(str(home / "catalog.sqlite"))
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in names if name not in UNLIKE}
    events = connection.execute("SELECT * FROM events WHERE name <> 'replication' ORDER BY seq").fetchall()
    connection.close()
    return found | {"events": events}


def in_place(home: Path) -> RestoreReport:
    return restore(home.parent / "backup", home, jobs=1)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive and its backup."""
    folder = tmp_path_factory.mktemp("made")
    fill(folder / "home")
    (folder / "home" / "settings.toml").write_text("port = 8123\n", encoding="utf-8")
    with Archive.open(folder / "home") as archive:
        back_up(archive, folder / "backup", copies=True)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "folder")


def test_the_archive_comes_back_as_it_was(folder: Path) -> None:
    report = in_place(folder / "restored")
    assert (report.statement.documents, report.lacking) == (DOCUMENTS, ())
    assert rows(folder / "restored") == rows(folder / "home")
    with Archive.open(folder / "restored") as archive:
        assert archive.settings.number("port") == 8123
        assert archive.search.search(SearchRequest("kamere")).total == DOCUMENTS
        found = check(archive)
        assert (found.problems, found.documents) == ([], DOCUMENTS)
        back_up(archive, folder / "backup")
    fill(folder / "restored", [7])
    assert not list(folder.glob("restored/.*"))


def test_all_that_the_owner_wrote_comes_back_whatever_it_is_called(tmp_path: Path) -> None:
    """Also from an archive whose path has signs that mean something in an address."""
    home = tmp_path / "a #1? 100%41" / "home"
    fill(home)
    texts = {
        "settings.toml": "port = 8123\n",
        "my old list.toml": "",
        "._settings.toml": "",
        "findings/own.toml": "a = 1\n",
    }
    (home / "findings").mkdir()
    for name, text in texts.items():
        (home / name).write_text(text, encoding="utf-8")
    with Archive.open(home) as archive:
        back_up(archive, tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "restored", jobs=1)
    assert {name: (tmp_path / "restored" / name).read_text(encoding="utf-8") for name in texts} == texts
    (tmp_path / "restored" / "findings/own.toml").write_text("a = 2\n", encoding="utf-8")


def test_only_an_empty_place_is_filled(folder: Path) -> None:
    (folder / "empty").mkdir()
    assert in_place(folder / "empty").lacking == ()
    (folder / "file").write_text("a file")
    (folder / "full").mkdir()
    (folder / "full" / "letter").write_text("a letter")
    for place, message in (
        ("empty", "not empty"),
        ("home", "not empty"),
        ("full", "not empty"),
        ("file", "no.* folder"),
    ):
        with pytest.raises(UsageError, match=message):
            in_place(folder / place)
    with pytest.raises(UsageError, match="no finished backup"):
        restore(folder / "full", folder / "new", jobs=1)
    assert not (folder / "new").exists()


def test_a_damaged_original_in_the_backup_is_named_and_the_rest_restored(folder: Path) -> None:
    ids = sorted(sample(number).id for number in range(2))
    for number, id_ in enumerate(ids):
        path = folder / "backup" / "originals" / id_[:2] / id_[2:4] / id_
        flip(path, 1) if number else path.unlink()
    assert in_place(folder / "restored").lacking == tuple(ids)
    with Archive.open(folder / "restored") as archive:
        assert sorted(problem.document or "" for problem in check(archive).problems) == ids


@pytest.mark.parametrize("name", ["catalog.sqlite", "manifest.txt", "settings.toml"])
def test_a_damaged_backup_makes_no_archive(folder: Path, name: str) -> None:
    flip(folder / "backup" / "run-000001" / name, 5)
    with pytest.raises(ArchiveError, match=f"{name}.* damaged"):
        in_place(folder / "restored")
    assert not (folder / "restored" / "catalog.sqlite").exists()
    with pytest.raises(ArchiveError, match=f"{name}.* damaged"):
        in_place(folder / "restored")


@pytest.mark.parametrize(("field", "value"), [("events", 3), ("documents", 5), ("head", "0" * 64)])
def test_a_catalog_that_is_not_what_the_backup_says_is_refused(folder: Path, field: str, value: object) -> None:
    path = folder / "backup" / "backup.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(said | {field: value}), encoding="utf-8")
    with pytest.raises(ArchiveError, match="not the one that was backed up"):
        in_place(folder / "restored")
    assert not (folder / "restored" / "catalog.sqlite").exists()


@pytest.mark.parametrize(
    "path", ["../../outside.toml", "run-000001/..", "run-000001/../outside.toml", "run-000001/findings/.."]
)
def test_a_manifest_cannot_lead_out_of_the_place(folder: Path, path: str) -> None:
    manifest = folder / "backup" / "run-000001" / "manifest.txt"
    manifest.chmod(0o644)
    manifest.write_text(f"{'0' * 64}  {path}\n", encoding="ascii")
    # Whoever can write there can also name the right hash, so the path has to be refused for itself.
    statement = folder / "backup" / "backup.json"
    said = json.loads(statement.read_text(encoding="utf-8"))
    digest = hashlib.sha256(manifest.read_bytes()).hexdigest()
    statement.write_text(json.dumps(said | {"manifest_sha256": digest}), encoding="utf-8")
    with pytest.raises(ArchiveError, match=r"manifest\.txt is damaged"):
        in_place(folder / "restored")


BACK_UP = """
import os, signal, sys
from pathlib import Path
from archive.upkeep.backup import back_up
from archive.upkeep.restore import restore
from archive.archive import Archive

home, backup, stop, what = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]

def kill(done, of):
    if done == stop:
        os.kill(os.getpid(), signal.SIGKILL)

print("ready", flush=True)
if what == "backup":
    with Archive.open(home) as archive:
        back_up(archive, backup, copies=True, progress=kill)
else:
    restore(backup, home, 1, kill)
"""
MORE = 16


def run(home: Path, backup: Path, stop: int, what: str) -> WarmScript:
    process = WarmScript(BACK_UP, home, backup, stop, what)
    assert process.stdout.readline() == "ready\n"
    return process


def check_restored(place: Path, backup: Path, documents: int) -> None:
    """Restore a backup and see that it is a whole archive of so many documents."""
    assert restore(backup, place, jobs=1).statement.documents == documents
    with Archive.open(place) as archive:
        assert check(archive).problems == []
        assert archive.search.search(SearchRequest("kamere")).total == documents


@pytest.mark.parametrize("stop", [1, MORE // 2, DOCUMENTS + MORE])
def test_a_backup_killed_at_any_original_leaves_the_one_of_before(folder: Path, stop: int) -> None:
    fill(folder / "home", range(10, 10 + MORE))
    with run(folder / "home", folder / "backup", stop, "backup") as process:
        assert process.wait(PATIENCE) == -9
    check_restored(folder / "first", folder / "backup", DOCUMENTS)
    with Archive.open(folder / "home") as archive:
        back_up(archive, folder / "backup", copies=True)
    assert [path.name for path in (folder / "backup").glob("run-*")] == ["run-000002"]
    assert not list((folder / "backup").rglob("*.part"))
    check_restored(folder / "second", folder / "backup", DOCUMENTS + MORE)


def test_a_backup_killed_at_any_moment_is_the_old_one_or_the_new_one(folder: Path) -> None:
    fill(folder / "home", range(10, 10 + MORE))
    began = time.monotonic()
    with run(folder / "home", folder / "whole", 0, "backup") as process:
        assert process.wait(PATIENCE) == 0
    took = time.monotonic() - began
    for attempt in range(5):
        with run(folder / "home", folder / "backup", 0, "backup") as process:
            time.sleep(took * attempt / 5)
            process.kill()
        statement = json.loads((folder / "backup" / "backup.json").read_text(encoding="utf-8"))
        assert statement["documents"] == (DOCUMENTS if statement["run"] == 1 else DOCUMENTS + MORE)
        check_restored(folder / f"restored {attempt}", folder / "backup", statement["documents"])


@pytest.mark.parametrize("stop", [1, DOCUMENTS])
def test_a_restore_that_was_killed_begins_anew(folder: Path, stop: int) -> None:
    with run(folder / "restored", folder / "backup", stop, "restore") as process:
        assert process.wait(PATIENCE) == -9
    assert not (folder / "restored" / "catalog.sqlite").exists()
    check_restored(folder / "restored", folder / "backup", DOCUMENTS)
