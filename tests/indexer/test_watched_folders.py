"""Watched folders: files that grow, change, fail and vanish, and a watch that is killed at any moment."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.errors import ArchiveBusy, UsageError
from indexer.ingest.progress import AddOptions, FileReport
from indexer.intake.folders import FolderWatch, WatchOptions
from tests.conftest import ROOT
from tests.indexer.killing import run_and_kill
from tests.waiting import PATIENCE

pytestmark = pytest.mark.usefixtures("warm_readers")

ADDING = AddOptions(jobs=1, ocr="never", collection="main", retry_failed=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "papers"
    made.mkdir()
    return made


class Watching:
    """A watch of a folder, with all that it reports and tells."""

    def __init__(self, archive: Archive, folder: Path, settle: float = 0.2, adding: AddOptions = ADDING) -> None:
        self.reports: list[FileReport] = []
        self.told: list[str] = []
        options = WatchOptions(adding, settle, 1.0)
        self.watch = FolderWatch(archive, [folder], options, self.reports.append, self.told.append)

    def outcome(self) -> list[tuple[str, str]]:
        """What became of each file since this was asked last."""
        self.watch.once()
        found: list[tuple[str, str]] = [(Path(one.path).name, one.status) for one in self.reports]
        self.reports.clear()
        return found


def test_each_file_is_added_once_and_stays(archive: Archive, folder: Path) -> None:
    (folder / "2023" / "dopisi").mkdir(parents=True)
    (folder / "2023" / "dopisi" / "pismo.txt").write_text("Pismo o kamerama")
    (folder / "slomljen.pdf").write_bytes(b"%PDF-1.4 x")
    (folder / "skida se.pdf.crdownload").write_bytes(b"%PDF-1.4")
    (folder / "~$ugovor.docx").write_bytes(b"Ana")
    (folder / ".skriven").write_text("x")
    before = sorted(path.name for path in folder.rglob("*"))
    assert sorted(Watching(archive, folder).outcome()) == [("pismo.txt", "added"), ("slomljen.pdf", "failed")]
    assert Watching(archive, folder).outcome() == [], "another run has nothing to say of them"
    assert sorted(path.name for path in folder.rglob("*")) == before
    again = AddOptions(jobs=1, ocr="never", collection="main", retry_failed=True)
    assert Watching(archive, folder, adding=again).outcome() == [("slomljen.pdf", "failed")]


def test_what_grows_is_left_until_it_is_whole(archive: Archive, folder: Path) -> None:
    file, ended = folder / "raste.txt", threading.Event()

    def grow() -> None:
        with file.open("w") as growing:
            while not ended.wait(0.05):
                growing.write("Kamera na trgu. ")
                growing.flush()

    writer = threading.Thread(target=grow)
    writer.start()
    watching = Watching(archive, folder, settle=2.0)
    time.sleep(0.1)
    assert watching.outcome() == []
    assert watching.told == [f"{file} is still being written; the next run looks at it again."]
    ended.set()
    writer.join()
    assert watching.outcome() == [("raste.txt", "added")]
    (document,) = archive.catalog.documents.newest_first()
    assert document.size == file.stat().st_size


def test_a_file_that_changes_later_is_added_as_what_it_is_then(archive: Archive, folder: Path) -> None:
    file = folder / "nacrt.txt"
    for text in ("Prvi nacrt", "Drugi, duži nacrt"):
        file.write_text(text)
        assert Watching(archive, folder).outcome() == [("nacrt.txt", "added")]
    (folder / "isti.txt").write_text("Prvi nacrt")
    assert Watching(archive, folder).outcome() == [("isti.txt", "duplicate")]
    assert archive.catalog.documents.count() == 2


def test_a_folder_that_goes_and_comes_back_is_told_once(archive: Archive, folder: Path) -> None:
    watching = Watching(archive, folder)
    away = folder.rename(folder.with_name("away"))
    assert (watching.outcome(), watching.outcome()) == ([], [])
    assert watching.told == [f"There is no folder {folder} now."]
    away.rename(folder)
    (folder / "a.txt").write_text("Tekst")
    assert watching.outcome() == [("a.txt", "added")]


def test_an_archive_that_is_busy_is_waited_for(archive: Archive, folder: Path) -> None:
    (folder / "a.txt").write_text("Tekst")
    watching = Watching(archive, folder, settle=0.0)
    with archive.writing():
        with pytest.raises(ArchiveBusy):
            watching.watch.once()
        watching.watch.look()
    assert len(watching.told) == 1, "it is said once"
    watching.watch.look()
    assert [one.status for one in watching.reports] == ["added"]


def test_what_would_never_end_is_not_watched(archive: Archive, folder: Path) -> None:
    for wrong in (archive.home, archive.home.parent, archive.home / "originals", folder / "none"):
        with pytest.raises(UsageError):
            Watching(archive, wrong)


SCRIPT = """
import sys
from pathlib import Path
from archive.archive import Archive
from indexer.ingest.progress import AddOptions
from indexer.intake.folders import FolderWatch, WatchOptions
from tests.indexer.killing import stopping_after

home, folder = map(Path, sys.argv[1:3])
with Archive.open(home) as archive:
    options = WatchOptions(AddOptions(jobs=1, ocr="never", collection="main", retry_failed=False), 0.1, None)
    FolderWatch(archive, [folder], options, stopping_after(int(sys.argv[3])), print).forever()
"""


def test_killed_at_any_moment_nothing_is_lost_or_doubled(tmp_path: Path, folder: Path) -> None:
    texts = [f"Dopis broj {number} o kamerama" for number in range(12)]
    for number, text in enumerate(texts):
        (folder / f"{number}.txt").write_text(text)
    for reports, pause in ((1, 0.0), (3, 0.02), (2, 0.3)):
        assert run_and_kill(SCRIPT, [tmp_path / "home", folder, reports + 3], reports, pause) == -signal.SIGKILL
    with Archive.open(tmp_path / "home") as archive:
        Watching(archive, folder).outcome()
        assert archive.catalog.documents.count() == len(texts)
        ids = [document.id for document in archive.catalog.documents.newest_first()]
        places = [source.path for id_ in ids for source in archive.catalog.documents.sources(id_)]
        assert sorted(places) == sorted(str(folder / f"{number}.txt") for number in range(12))
        assert Watching(archive, folder).outcome() == []
        assert set(texts) == {archive.originals.local(id_).read_text() for id_ in ids}


@pytest.mark.parametrize("options", [[], ["--poll", "1"]], ids=["told by the system", "looked at"])
def test_the_command_adds_what_comes_and_ends_when_it_is_asked(
    tmp_path: Path, folder: Path, options: list[str]
) -> None:
    command = [sys.executable, "dosije.py", "--home", str(tmp_path / "home"), "watch", str(folder), *options]
    process = subprocess.Popen(
        [*command, "--settle", "0.2", "--collection", "Pošta"], stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    try:
        assert process.stdout is not None
        for number in range(2):
            (folder / f"{number}.txt.part").write_text(f"Dopis {number}")
            (folder / f"{number}.txt.part").rename(folder / f"{number}.txt")
            assert process.stdout.readline().split()[:2] == ["added", str(folder / f"{number}.txt")]
        process.terminate()
        assert process.wait(timeout=PATIENCE) == 0
    finally:
        process.kill()
        process.stdout and process.stdout.close()
    with Archive.open(tmp_path / "home") as archive:
        assert [one.documents for one in archive.catalog.collections.all() if one.name == "Pošta"] == [2]
