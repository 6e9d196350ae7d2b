"""The doctor tells what is there, what lacks, what fails, and how each is mended; it writes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from archive.config import Settings
from indexer.doctor import Condition, Diagnosis, examine
from tests.conftest import run_dosije


def told(home: Path, **settings: str | int) -> dict[str, Diagnosis]:
    return {one.subject: one for one in examine(home, Settings(settings))}


def test_without_an_archive_it_says_what_the_machine_can(tmp_path: Path) -> None:
    found = told(tmp_path / "none")
    assert found["scans"].condition is Condition.OK
    assert "srp_latn" in found["scans"].told
    assert "first dosije add makes it" in found["archive"].told
    assert not (tmp_path / "none").exists()


def test_an_archive_is_opened_and_its_index_asked(specimen_home: Path) -> None:
    found = told(specimen_home)
    assert (found["catalog"].condition, found["index"].condition) == (Condition.OK, Condition.OK)
    assert found["catalog"].told.startswith("34 documents")
    assert found["search by meaning"].condition is Condition.LACKS


def test_what_fails_has_a_remedy(tmp_path: Path, specimen_home: Path) -> None:
    lacking = told(tmp_path, ocr_languages="srp+tlh")["scans"]
    assert (lacking.condition, "tlh" in lacking.told, "tesseract-ocr-tlh" in lacking.remedy) == (
        Condition.FAILS,
        True,
        True,
    )
    away = told(specimen_home, search_url="http://127.0.0.1:9/dosije")["archive"]
    assert (away.condition, bool(away.remedy)) == (Condition.FAILS, True)


def test_what_lacks_is_named_with_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = told(tmp_path / "none")
    assert found["office files"].condition is Condition.LACKS
    assert "libreoffice-writer-nogui" in found["office files"].remedy


def test_clients_of_servers_may_lack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(tmp_path / "none")["servers"].condition is Condition.OK
    monkeypatch.setattr("indexer.doctor.find_spec", lambda module: None if module == "boto3" else object())
    lacking = told(tmp_path / "none")["servers"]
    assert lacking.condition is Condition.LACKS
    assert lacking.told.startswith("No client of object stores")
    assert lacking.remedy.endswith("requirements/servers.txt")


def test_the_command_ends_with_5_if_something_fails(tmp_path: Path) -> None:
    good = run_dosije(tmp_path / "none", "doctor", "--json")
    assert good.returncode == 0
    assert {one["condition"] for one in json.loads(good.stdout)} <= {"ok", "lacks"}
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "settings.toml").write_text('ocr_languages = "tlh"\n', encoding="utf-8")
    bad = run_dosije(tmp_path / "home", "doctor")
    assert bad.returncode == 5
    assert "fails   scans" in bad.stdout
