"""A rebuild whose main process is killed or interrupted: the old index stays, and no process is left behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.search.request import SearchRequest
from tests.store_samples import sample
from tests.waiting import PATIENCE, is_running, wait_for

DOCUMENTS = 60
ROOT = Path(__file__).parents[3]

REBUILD = """
import multiprocessing, os, signal, sys
from pathlib import Path
from archive.archive import Archive

def stop(done, of):
    print(*(child.pid for child in multiprocessing.active_children()), flush=True)
    {stop}

if __name__ == "__main__":
    # Whether the tests themselves run where interrupts are ignored must not matter.
    signal.signal(signal.SIGINT, {handler})
    with Archive.open(Path(sys.argv[1])) as archive, archive.writing():
        try:
            archive.indexing.rebuild(stop, jobs=2)
        except KeyboardInterrupt:
            print("interrupted")
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with Archive.open(tmp_path / "home") as archive, archive.writing():
        for number in range(DOCUMENTS):
            sample(number).add_to(archive.catalog)
        archive.indexing.index_due()
    return tmp_path / "home"


def rebuild(
    home: Path, stop: str, handler: str = "signal.default_int_handler"
) -> tuple[subprocess.CompletedProcess[str], list[int]]:
    """Start a rebuild that runs ``stop`` once a part is built; returns how it ended, and its child processes."""
    program = home.parent / "program.py"
    program.write_text(REBUILD.format(stop=stop, handler=handler), encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, str(program), str(home)],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=PATIENCE,
        start_new_session=True, check=False,
    )  # fmt: skip
    return ended, [int(pid) for pid in ended.stdout.splitlines()[0].split()]


def check_old_index_stays(home: Path, beginning: str) -> None:
    with Archive.open(home) as archive, archive.writing():
        assert archive.engine.generation.startswith(beginning)
        assert archive.search.search(SearchRequest("")).total == DOCUMENTS
        archive.indexing.rebuild(jobs=1)
        assert archive.search.search(SearchRequest("")).total == DOCUMENTS
        assert [path.name for path in (home / "index").glob("gen-*")] == [archive.engine.generation]


def test_a_kill_ends_every_process_of_the_rebuild(home: Path) -> None:
    ended, workers = rebuild(home, "os.kill(os.getpid(), signal.SIGKILL)")
    assert (ended.returncode, len(workers)) == (-9, 2)
    wait_for(lambda: not any(map(is_running, workers)), never="a process of the rebuild outlived it")
    check_old_index_stays(home, "gen-000001")


def test_an_interruption_leaves_nothing_and_says_nothing_of_its_own(home: Path) -> None:
    ended, workers = rebuild(home, "os.killpg(0, signal.SIGINT)")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines()[-1] == "interrupted"
    assert not any(map(is_running, workers))
    assert [path.name[:10] for path in (home / "index").glob("gen-*")] == ["gen-000001"]
    check_old_index_stays(home, "gen-000001")


def test_where_interruptions_are_ignored_a_rebuild_goes_on(home: Path) -> None:
    """So a shell starts what runs in the background."""
    ended, workers = rebuild(home, "os.killpg(0, signal.SIGINT)", handler="signal.SIG_IGN")
    assert (ended.returncode, ended.stderr, len(workers)) == (0, "", 2)
    assert "interrupted" not in ended.stdout
    check_old_index_stays(home, "gen-000002")
