"""An import that is killed at any moment: its documents are told of, each once, when the next one starts."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.search.request import SearchRequest
from archive.search.saved_searches import AlertRunner
from tests.warm_processes import WarmScript

ROUNDS = 3
ENDLESS = 1_000_000
"""More documents than a run adds before it is killed, however late the kill comes."""

IMPORT = """
import os, signal, sys
from pathlib import Path
from archive.config import Settings
from archive.archive import Archive
from archive.search.saved_searches import AlertRunner
from tests.store_samples import sample

home, start, count, dies = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "dies"
with Archive.open(home, Settings({"commit_documents": 2})) as archive, archive.writing():
    if dies:
        AlertRunner.check_due = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    for number in range(start, start + count):
        print(sample(number).add_to(archive.catalog), flush=True)
        if number % 2:
            archive.indexing.index_due()
"""


def run_import(home: Path, start: int, count: int, *, dies: bool = False, kill_after: float | None = None) -> set[str]:
    """Import documents; returns the ids of those that were reported to be in the catalog."""
    with WarmScript(IMPORT, home, start, count, "dies" if dies else "lives") as process:
        reported = [process.stdout.readline()]
        if kill_after is not None:
            time.sleep(kill_after)
            process.kill()
        rest = process.stdout.read()
    assert process.returncode == (-9 if dies or kill_after is not None else 0)
    return {line.strip() for line in [*reported, *rest.splitlines()] if len(line.strip()) == 64}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with Archive.open(tmp_path / "home") as archive:
        alerts = AlertRunner(archive.catalog, archive.search)
        alerts.save(archive.engine.generation, "Kamere", SearchRequest("kamera"))
        alerts.save(archive.engine.generation, "Dokument 3", SearchRequest("документ3"))
    return tmp_path / "home"


def told(home: Path, name: str) -> list[str]:
    """What a search tells of when the archive is opened the next time, and what was cut off is made up for."""
    with Archive.open(home) as archive:
        with archive.writing():
            alerts = AlertRunner(archive.catalog, archive.search)
        found = alerts.found(archive.catalog.searches.get(name))
        assert all(alert.pages for alert in found)
        assert alerts.check_due(archive.engine.generation) == 0
        return [alert.description.id for alert in found]


def test_a_kill_between_index_and_check_loses_nothing(home: Path) -> None:
    reported = run_import(home, 0, 10, dies=True)
    assert len(reported) == 2
    assert sorted(told(home, "Kamere")) == sorted(reported)
    reported |= run_import(home, 2, 10, dies=True)
    reported |= run_import(home, 4, 4)
    ids = told(home, "Kamere")
    assert sorted(ids) == sorted(reported), "each is told of, and once"
    assert len(told(home, "Dokument 3")) == 1


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_kill_at_any_moment_loses_and_doubles_nothing(home: Path, seed: int) -> None:
    moments = random.Random(seed)
    reported: set[str] = set()
    for start in (0, ENDLESS):
        reported |= run_import(home, start, ENDLESS, kill_after=moments.uniform(0, 0.4))
    ids = told(home, "Kamere")
    assert len(ids) == len(set(ids))
    with Archive.open(home) as archive:
        assert set(ids) == {document.id for document in archive.catalog.documents.newest_first()}
    assert reported <= set(ids)
