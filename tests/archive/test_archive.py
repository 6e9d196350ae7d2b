"""An archive's parts open together, and only one process writes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.errors import ArchiveBusy, UsageError
from archive.model.decisions import DecisionAction
from archive.search.request import SearchRequest
from tests.finding_samples import decide, told

HOLD_LOCK = """
import sys
from pathlib import Path
from archive.archive import Archive
with Archive.open(Path(sys.argv[1])) as archive, archive.writing():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_an_empty_archive_is_made_only_when_asked(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no archive"):
        Archive.open(tmp_path / "home", create=False)
    with Archive.open(tmp_path / "home") as archive:
        assert archive.catalog.documents.count() == 0
    with Archive.open(tmp_path / "home", create=False) as archive:
        assert archive.engine.held() == {}


def test_a_home_named_from_here_is_known_by_its_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Archive.open(Path("home")) as archive:
        assert archive.home == tmp_path / "home"
        assert Path(archive.originals.where("ab" * 32)).is_absolute()


@pytest.mark.parametrize("home", ["link", "link/archive"])
def test_no_archive_is_made_where_a_link_leads_to_a_disk_that_is_not_there(tmp_path: Path, home: str) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    with pytest.raises(UsageError, match=r"link is a link to .*disk, which is not there"):
        Archive.open(tmp_path / home)
    assert not (tmp_path / "disk").exists()
    (tmp_path / "disk").mkdir()
    with Archive.open(tmp_path / home) as archive:
        assert archive.home.is_relative_to(tmp_path / "disk")


def test_a_second_writer_is_refused_until_the_first_dies(tmp_path: Path) -> None:
    home = tmp_path / "home"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD_LOCK, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    try:
        assert holder.stdout.readline() == "held\n"
        with Archive.open(home) as archive:
            with pytest.raises(ArchiveBusy, match="Another process is writing"), archive.writing():
                pass
            holder.kill()
            holder.wait()
            with archive.writing():
                pass
    finally:
        holder.kill()
        holder.wait()
        holder.stdin.close()
        holder.stdout.close()


def test_a_reader_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "home") as archive, archive.writing(), Archive.open(tmp_path / "home") as reader:
        assert reader.settle()


def test_an_index_is_told_from_one_of_an_older_catalog_that_was_put_back(specimen_home: Path, tmp_path: Path) -> None:
    """Nothing is due in the older catalog, and its index has what was said later."""
    home, copy = tmp_path / "home", tmp_path / "older.sqlite"
    shutil.copytree(specimen_home, home)
    shutil.copy(home / "catalog.sqlite", copy)

    def from_ada() -> int:
        with Archive.open(home) as archive:
            archive.settle()
            return archive.search.search(SearchRequest(filters={"municipality": ("Ada",)})).total

    before = from_ada()
    with Archive.open(home) as archive:
        id_ = next(one.id for one in archive.catalog.documents.newest_first() if one.filename.startswith("becej"))
        decide(archive, id_, DecisionAction.CORRECT, told("municipality", "Ada"), by="Ana")
    assert from_ada() == before + 1
    shutil.copy(copy, home / "catalog.sqlite")
    assert from_ada() == before
