"""A backup holds the archive as of one moment, and adds to itself what is new."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.errors import ArchiveBusy, ArchiveError, CatalogError, UsageError
from archive.store.catalog import Catalog
from archive.upkeep.backup import BackupReport, back_up
from tests.archive.upkeep.homes import DOCUMENTS, execute, fill, flip
from tests.store_samples import sample
from tests.warm_processes import run_script

ROOT = Path(__file__).parents[3]


def backed_up(home: Path, destination: Path, *, copies: bool = False, verifies: bool = False) -> BackupReport:
    with Archive.open(home) as archive:
        return back_up(archive, destination, copies=copies, verifies=verifies)


def original(root: Path, number: int) -> Path:
    id_ = sample(number).id
    return root / "originals" / id_[:2] / id_[2:4] / id_


def sums_fit(backup: Path) -> bool:
    """Whether the system's own program finds every file as the manifest has it."""
    (manifest,) = backup.glob("run-*/manifest.txt")
    command = ["sha256sum", "--check", "--strict", "--quiet", str(manifest.relative_to(backup))]
    return subprocess.run(command, cwd=backup, check=False, capture_output=True).returncode == 0


@pytest.fixture
def home(tmp_path: Path) -> Path:
    fill(tmp_path / "home")
    (tmp_path / "home" / "settings.toml").write_text("port = 8123\n", encoding="utf-8")
    return tmp_path / "home"


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere" / "backup"


def test_everything_that_cannot_be_made_again_is_in_it(home: Path, backup: Path) -> None:
    report = backed_up(home, backup)
    assert (report.linked, report.copied, report.statement.lacking) == (DOCUMENTS, 0, ())
    assert (report.statement.documents, report.statement.pages) == (DOCUMENTS, 3 * DOCUMENTS)
    assert sums_fit(backup)
    for number in range(DOCUMENTS):
        assert original(backup, number).samefile(original(home, number))
    run = backup / "run-000001"
    assert sorted(path.name for path in run.iterdir()) == ["catalog.sqlite", "manifest.txt", "settings.toml"]
    assert len((run / "manifest.txt").read_text(encoding="ascii").splitlines()) == DOCUMENTS + 2
    assert json.loads((backup / "backup.json").read_text(encoding="utf-8"))["events"] == 2 * DOCUMENTS + 2
    with Archive.open(home) as archive:
        assert archive.catalog.events.verify() == 2 * DOCUMENTS + 3


def test_a_second_one_copies_only_what_is_new(home: Path, backup: Path) -> None:
    first = backed_up(home, backup, copies=True)
    assert (first.copied, first.linked) == (DOCUMENTS, 0)
    assert not original(backup, 0).samefile(original(home, 0))
    fill(home, [7])
    before = original(backup, 0).stat()
    second = backed_up(home, backup, copies=True)
    assert (second.copied, second.statement.run, second.statement.documents) == (1, 2, DOCUMENTS + 1)
    assert second.bytes_copied == (backup / "run-000002/catalog.sqlite").stat().st_size + len(b"original 7")
    assert original(backup, 0).stat().st_ino == before.st_ino
    assert [path.name for path in backup.glob("run-*")] == ["run-000002"]
    assert sums_fit(backup)


def test_a_damaged_copy_is_found_when_asked_for_and_replaced(home: Path, backup: Path) -> None:
    backed_up(home, backup, copies=True)
    flip(original(backup, 1), 2)
    original(backup, 2).unlink()
    assert backed_up(home, backup, copies=True).copied == 1
    assert not sums_fit(backup)
    assert backed_up(home, backup, copies=True, verifies=True).copied == 1
    assert sums_fit(backup)


def test_a_damaged_original_is_named_and_the_rest_is_backed_up(home: Path, backup: Path) -> None:
    flip(original(home, 1), 2)
    original(home, 3).unlink()
    report = backed_up(home, backup)
    assert report.statement.lacking == tuple(sorted((sample(1).id, sample(3).id)))
    assert report.linked == DOCUMENTS - 2
    assert sums_fit(backup)


def test_what_is_good_in_the_last_backup_is_not_replaced_by_what_is_damaged(home: Path, backup: Path) -> None:
    backed_up(home, backup, copies=True)
    flip(original(home, 1), 2)
    assert backed_up(home, backup, copies=True, verifies=True).statement.lacking == ()
    assert sums_fit(backup)


def test_a_damaged_catalog_takes_no_backup_s_place(home: Path, backup: Path) -> None:
    backed_up(home, backup)
    execute(home, f"DELETE FROM pages WHERE document = '{sample(0).id}' AND number = 1")
    with pytest.raises(CatalogError, match="is not backed up"):
        backed_up(home, backup)
    assert sums_fit(backup)


def test_the_backup_of_another_archive_is_left_alone(home: Path, backup: Path, tmp_path: Path) -> None:
    backed_up(home, backup)
    fill(tmp_path / "second", range(20, 26))
    with pytest.raises(UsageError, match="holds a backup of"):
        backed_up(tmp_path / "second", backup)
    execute(home, "UPDATE events SET hash = previous WHERE seq = 10")
    with pytest.raises(UsageError, match="log was changed"):
        backed_up(home, backup)
    assert sums_fit(backup)


def test_a_place_that_is_none_is_refused(home: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter").write_text("a letter")
    (tmp_path / "link").symlink_to(home)
    for place, message in (
        (home / "backup", "one inside the other"),
        (home, "one inside the other"),
        (tmp_path, "one inside the other"),
        (tmp_path / "link" / "backup", "one inside the other"),
        (tmp_path / "file", "is not a folder"),
        (tmp_path / "full", "is not empty"),
    ):
        with pytest.raises(UsageError, match=message):
            backed_up(home, place)
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter"]


def test_one_process_at_a_time_writes_a_backup(home: Path, backup: Path) -> None:
    def again(done: int, _of: int) -> None:
        if done == 1:
            with Archive.open(home) as second, pytest.raises(ArchiveBusy, match="writes a backup"):
                back_up(second, backup)

    with Archive.open(home) as archive:
        assert back_up(archive, backup, progress=again).linked == DOCUMENTS


FILL_DISK = """
import resource, sys
from pathlib import Path
from archive.upkeep.backup import back_up
from archive.errors import ArchiveError
from archive.archive import Archive

with Archive.open(Path(sys.argv[1])) as archive:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
    try:
        back_up(archive, Path(sys.argv[2]), copies=True)
    except ArchiveError as error:
        print(error)
"""


@pytest.mark.parametrize("room", [100, 100_000])
def test_a_disk_without_room_leaves_the_last_one_as_it_was(home: Path, backup: Path, room: int) -> None:
    """Room for the catalog only, and not even that: a limit on the size of files fails as a full disk does."""
    backed_up(home, backup, copies=True)
    before = (backup / "backup.json").read_bytes()
    large = home.parent / "large.txt"
    large.write_bytes(b"x" * 2_000_000)
    with Archive.open(home) as archive:
        taken = archive.originals.add(large)
        sample(8, id=taken.id).add_to(archive.catalog)
    execute(home, f"UPDATE documents SET size = {taken.size} WHERE id = '{taken.id}'")
    limit = room if room == 100 else (home / "catalog.sqlite").stat().st_size + room
    ended = run_script(FILL_DISK, home, backup, limit)
    assert ended.returncode == 0
    assert "room" in ended.stdout or "failed" in ended.stdout
    assert (backup / "backup.json").read_bytes() == before
    assert not list(backup.rglob("*.part"))
    assert (backup / "run-000001/catalog.sqlite").exists()
    assert backed_up(home, backup, copies=True).copied == 1
    assert sums_fit(backup)


WRITE = """
import sys
from pathlib import Path
from tests.archive.upkeep.homes import fill

for first in range(100, 112, 3):
    fill(Path(sys.argv[1]), range(first, first + 3))
"""


def test_a_backup_of_an_archive_in_use_is_of_one_moment(home: Path, backup: Path) -> None:
    runs = 0
    with subprocess.Popen([sys.executable, "-c", WRITE, str(home)], cwd=ROOT) as writer:
        while writer.poll() is None:
            statement = backed_up(home, backup).statement
            # A copy, because opening one changes it.
            copy = shutil.copy(backup / statement.folder / "catalog.sqlite", backup.parent / "copy.sqlite")
            catalog = Catalog.open(Path(copy))
            assert catalog.documents.count() == statement.documents
            assert catalog.events.verify() == statement.events
            catalog.close()
            assert statement.lacking == ()
            runs += 1
    assert writer.returncode == 0
    assert runs > 2


def test_a_damaged_statement_is_an_error_of_its_own(home: Path, backup: Path) -> None:
    backed_up(home, backup)
    (backup / "backup.json").write_text("{", encoding="utf-8")
    with pytest.raises(ArchiveError, match=r"backup\.json is damaged"):
        backed_up(home, backup)
