"""An archive on a full or read-only disk is still searched and read, and says plainly what cannot be done."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.webapp.unwritable import FILES, READING
from tests.webapp_own_room import own_room

ALONE = ("unshare", "--map-root-user", "--mount")


def can_mount() -> bool:
    try:
        return subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


pytestmark = pytest.mark.skipif(not can_mount(), reason="no mount namespace can be made here")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("room")
    room = own_room(folder)
    room.come_in("dopis.txt", "Opština Brezovac nabavlja kamere za trg.")
    room.archive.close()
    return folder / "home"


def asked(home: Path, tmp_path: Path, kind: str) -> dict[str, Any]:
    folder = tmp_path / "disk"
    folder.mkdir()
    command = [*ALONE, sys.executable, "-m", "tests.webapp.unwritable", str(home), str(folder), kind]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    told: dict[str, Any] = json.loads(run.stdout)
    return told


@pytest.mark.parametrize(
    ("kind", "status", "said"), [("read-only", 503, "cannot be written"), ("full", 507, "is full")]
)
def test_it_is_read_and_says_what_cannot_be_done(home: Path, tmp_path: Path, kind: str, status: int, said: str) -> None:
    told = asked(home, tmp_path, kind)
    assert {path: told[path] for path in READING + FILES} == dict.fromkeys(READING + FILES, 200)
    for name in ("note", "search saved", "upload"):
        assert told[name][0] == status, (name, told[name][1])
        assert said in told[name][1], name
    assert told["audited"][0] == 503
    assert "audit cannot be written" in told["audited"][1]
    assert (told["search"], told["status"], told["check"], told["backup"]) == ("0", "0", "0", "0")
    assert "it does not tell of this backup" in told["backup said"]
    for name in ("reindex", "add"):
        assert said in told[name] or "No space left" in told[name], "the command line makes a sentence of the latter"
