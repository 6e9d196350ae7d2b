"""A closed archive on a disk that became full is opened, searched and read; ``add`` breaks nothing there."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.webapp.full_disk import PAGES
from tests.webapp.test_unwritable import ALONE, can_mount
from tests.webapp_own_room import own_room

pytestmark = pytest.mark.skipif(not can_mount(), reason="no mount namespace can be made here")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("room")
    room = own_room(folder)
    room.come_in("dopis.txt", "Opština Brezovac nabavlja kamere za trg.")
    room.archive.close()
    (folder / "papers").mkdir()
    for number in range(4):
        words = " ".join(f"reč{number}x{word}" for word in range(5000))
        (folder / "papers" / f"{number}.txt").write_text(f"Ovaj papir broj {number}. {words}")
    disk = folder / "disk"
    disk.mkdir()
    command = [*ALONE, sys.executable, "-m", "tests.webapp.full_disk", str(folder / "home"), str(disk)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    answers: dict[str, Any] = json.loads(run.stdout)
    return answers


@pytest.mark.parametrize("command", ["status", "search", "show", "cite", "verify", "check", "findings", "backup"])
def test_reading_needs_no_room(told: dict[str, Any], command: str) -> None:
    code, said = told[command]
    assert code == 0, said


@pytest.mark.parametrize("command", ["add", "reindex"])
def test_writing_says_that_the_disk_is_full(told: dict[str, Any], command: str) -> None:
    code, said = told[command]
    assert code == 5, said
    assert "The disk of the archive is full" in said
    assert "restore a backup" not in said.lower()


def test_pages_are_served_and_take_in_again_when_there_is_room(told: dict[str, Any]) -> None:
    pages = dict(told["pages"])
    assert pages.pop("saved when full") == 507
    assert pages.pop("saved with room") == 303
    assert pages.pop("search with room") == 200
    assert pages == dict.fromkeys(PAGES, 200)


def test_adding_with_little_room_breaks_nothing(told: dict[str, Any]) -> None:
    for tried in told["adding"]:
        code, said = tried["search"]
        assert code == 0, (tried["room"], said)
        assert "1 document" in said, tried["room"]
        assert set(tried["generations"]) == {1}, tried
        assert tried["code"] in {0, 3, 5}, tried
        if tried["code"]:
            assert "full" in tried["said"] or "No space left" in tried["said"], tried
    assert told["adding"][0]["code"] != 0, "there was not room for all of it"


def test_the_next_run_goes_on(told: dict[str, Any]) -> None:
    code, said = told["with room"]
    assert code == 0, said
    assert told["found"].startswith("4 documents")
    assert told["whole"] == 0
    assert set(told["generations"]) == {1}
