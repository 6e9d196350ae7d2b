"""An archive on servers is backed up into a folder like any other, and comes back into a folder or onto servers."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.config import Settings
from archive.errors import ArchiveError, UsageError
from archive.search.request import SearchRequest
from archive.store.catalog import Catalog
from archive.upkeep.backup import back_up
from archive.upkeep.check import check
from archive.upkeep.restore import restore
from tests.archive.upkeep.homes import DOCUMENTS, fill, flip
from tests.store_samples import sample


def state(archive: Archive) -> tuple[object, ...]:
    """What must be the same in the archive that comes back."""
    states = dict(archive.catalog.states())
    for name in ("events", "meta", "alert_checks"):  # They tell of the backup, the restore and the index.
        del states[name]
    return states, archive.search.search(SearchRequest("kamere")).total, list(archive.originals.ids())


def test_an_archive_on_servers_comes_back(tmp_path: Path, postgres_url: str, s3_url: str) -> None:
    home, backup = tmp_path / "home", tmp_path / "backup"
    home.mkdir()
    text = f'catalog_url = "{postgres_url}?schema=one"\noriginals_url = "{s3_url}/one"\nport = 8123\n'
    (home / "settings.toml").write_text(text, encoding="utf-8")
    fill(home)
    with Archive.open(home) as archive:
        report = back_up(archive, backup, copies=True)
        was = state(archive)
        assert (report.copied, report.statement.documents, report.is_recorded) == (DOCUMENTS, DOCUMENTS, True)
        again = back_up(archive, backup)
        assert (again.copied, again.linked, again.statement.run) == (0, 0, 2)
    shutil.copy(backup / "run-000002" / "catalog.sqlite", tmp_path / "copy.sqlite")
    with closing(Catalog.open(tmp_path / "copy.sqlite")) as copy:
        assert copy.events.verify() == again.statement.events

    restore(backup, tmp_path / "folder", jobs=1)
    assert (tmp_path / "folder" / "settings.toml").read_text(encoding="utf-8") == "port = 8123\n"
    addresses = {"catalog_url": f"{postgres_url}?schema=two", "originals_url": f"{s3_url}/two"}
    onto = restore(backup, tmp_path / "servers", 1, addresses=addresses)
    assert onto.lacking == ()
    assert not list(tmp_path.glob(".restoring*"))
    for place in ("folder", "servers"):
        with Archive.open(tmp_path / place, create=False) as archive:
            assert state(archive) == was
            assert archive.settings.number("port") == 8123
            assert check(archive).problems == []
    assert (tmp_path / "folder" / "catalog.sqlite").exists()
    assert not (tmp_path / "servers" / "catalog.sqlite").exists()


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    fill(tmp_path / "home")
    with Archive.open(tmp_path / "home") as archive:
        back_up(archive, tmp_path / "backup", copies=True)
    return tmp_path / "backup"


def test_what_is_damaged_in_a_backup_is_named_when_it_goes_to_servers(
    backup: Path, tmp_path: Path, s3_url: str
) -> None:
    id_ = sample(1).id
    flip(backup / "originals" / id_[:2] / id_[2:4] / id_, 3)
    report = restore(backup, tmp_path / "new", 1, addresses={"originals_url": s3_url})
    assert report.lacking == (id_,)
    settings = Settings.load(tmp_path / "new")
    assert settings.text("originals_url") == s3_url
    with Archive.open(tmp_path / "new") as archive:
        assert len(list(archive.originals.ids())) == DOCUMENTS - 1
    flip(backup / "run-000001" / "catalog.sqlite", 5000)
    with pytest.raises(ArchiveError, match="is damaged or missing"):
        restore(backup, tmp_path / "another", 1, addresses={"originals_url": f"{s3_url}/b"})
    assert not (tmp_path / "another").exists()


def test_a_backup_is_not_restored_over_the_archive_that_the_environment_names(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOSIJE_CATALOG_URL", "postgresql://host/archive")
    with pytest.raises(UsageError, match="DOSIJE_CATALOG_URL is set"):
        restore(backup, tmp_path / "new", 1)
