"""A command that is killed between any two of its steps is finished by the next run: nothing lost, doubled or half."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from archive.system.failpoints import POINTS, VARIABLE, armed
from tests import warm_commands
from tests.crash_samples import ROOT, SETTINGS, Life

pytestmark = pytest.mark.usefixtures("warm_readers")

DOCUMENTS = 6
"""Files, two of them alike: three are left when the first run that gets as far writes the index."""

PLACES = {
    "add": (
        *("document-written:2", "document-stored", "original-renamed", "original-kept"),
        *("segments-written", "index-published", "index-marked"),
    ),
    "reread": ("reading-stored:2", "index-changed"),
    "reindex": ("generation-built", "generation-published", "generation-marked"),
    "passages": ("passages-written", "passages-committed"),
    "backup": ("backup-catalog", "backup-original:3", "backup-manifest", "backup-stated"),
}
"""At which passing of which point each command is killed, one after the other, before it is run to its end. The index
is first written amid the run, after three documents."""


def run(life: Life, command: str, environ: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return warm_commands.run(life.arguments(command), {**SETTINGS, **(environ or {})})


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The state of an archive whose commands were never cut off."""
    life = Life.begin(tmp_path_factory.mktemp("straight"), DOCUMENTS)
    for command in PLACES:
        ended = run(life, command)
        assert ended.returncode == (3 if command == "add" else 0), ended.stderr
    return life.state()


def test_each_step_may_be_the_last(tmp_path: Path, straight: dict[str, object]) -> None:
    life = Life.begin(tmp_path, DOCUMENTS)
    for command, places in PLACES.items():
        for place in places:
            ended = run(life, command, {VARIABLE: place})
            assert ended.returncode == -signal.SIGKILL, f"{place}: {ended.stderr}"
            assert life.problems(notices=False) == [], place
        assert run(life, command).returncode == (3 if command == "add" else 0)
        assert life.problems() == [], command
    folder = re.compile(r"/[^' ]*/inputs")
    assert folder.sub("", str(life.state())) == folder.sub("", str(straight))
    assert len(list(life.backup.glob("run-*"))) == 1


def test_every_point_is_killed_at() -> None:
    killed_at = {place.partition(":")[0] for places in PLACES.values() for place in places}
    assert killed_at == set(POINTS)
    paths = (path for package in ("archive", "indexer", "webapp") for path in (ROOT / package).rglob("*.py"))
    sources = "".join(path.read_text(encoding="utf-8") for path in paths)
    assert set(re.findall(r'passing\("([a-z-]+)"\)', sources)) == set(POINTS)


def test_they_are_off_unless_one_is_named() -> None:
    assert armed({}) == (None, 0)
    assert armed({VARIABLE: "index-marked"}) == ("index-marked", 1)
    assert armed({VARIABLE: "index-marked:7"}) == ("index-marked", 7)
    for wrong in ("nowhere", "index-marked:soon"):
        with pytest.raises(ValueError, match="no failpoint"):
            armed({VARIABLE: wrong})
