"""Workers: whatever one job does to its process, the others are done, and no process stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.errors import DamagedDocument, DosijeError, ReadingStopped
from indexer.sandbox.workers import PAUSE, AnswerPart, Ended, Pool, Worker, do
from tests.indexer.misbehaviour import BIG, Misbehaviour, Unprepared, check
from tests.waiting import PATIENCE, is_group_there, is_running, wait_for

ROOT = Path(__file__).parents[2]

Answer = tuple[list[object], DosijeError | None]


def run_all(pool: Pool[str, object], jobs: list[str]) -> dict[str, Answer]:
    """The parts and the end of each job."""
    answers: dict[str, Answer] = {job: ([], None) for job in jobs}
    ended = []
    for message in pool.run(jobs):
        if isinstance(message, AnswerPart):
            answers[message.job][0].append(message.part)
        else:
            answers[message.job] = (answers[message.job][0], message.error)
            ended.append(message.job)
    assert sorted(ended) == sorted(jobs)
    return answers


def warm_pool(timeout: float, pause: float = PAUSE) -> Pool[str, object]:
    """Two workers whose processes are there: how long those take to start says nothing of the timeout."""
    pool = Pool[str, object](Misbehaviour(), check, 2, PATIENCE, pause=pause)
    run_all(pool, ["good 1", "good 2"])
    for worker in pool._workers:
        worker.timeout = timeout
    return pool


@pytest.fixture
def worker() -> Iterator[Worker[str, object]]:
    made = Worker[str, object](Misbehaviour(), check, timeout=PATIENCE)
    yield made
    made.close()


def test_every_way_to_go_wrong_costs_one_job_only() -> None:
    jobs = ["crash", "good 1", "bug", "refuse", "good 2", "exit", "hang", "good 3", "greedy", "good 4", "spin"]
    with Pool[str, object](Misbehaviour(), check, 2, timeout=3) as pool:
        answers = run_all(pool, jobs)
    reasons = {job: str(error) for job, (_, error) in answers.items() if error is not None}
    assert sorted(reasons) == ["bug", "crash", "exit", "greedy", "hang", "refuse", "spin"]
    assert "Segmentation fault" in reasons["crash"]
    assert "a bug of ours" in reasons["bug"]
    assert "3 seconds" in reasons["hang"]
    assert "GiB of memory" in reasons["greedy"]
    assert isinstance(answers["refuse"][1], DamagedDocument)
    assert answers["refuse"][1].remedy == "Get it again."
    for job in ("crash", "bug", "exit", "hang", "greedy"):
        assert isinstance(answers[job][1], ReadingStopped), job
        assert answers[job][0] == [f"began {job}"]
    for job in ("good 1", "good 2", "good 3", "good 4"):
        assert len(answers[job][0]) == 2


def test_a_disk_that_may_not_be_read_is_no_fault_of_the_document(worker: Worker[str, object]) -> None:
    with pytest.raises(ReadingStopped) as refused:
        do(worker, "shut_out")
    assert str(refused.value).startswith(f"The process that reads it, as user {os.geteuid()}, may not open tajna.pdf.")
    assert "report" not in str(refused.value)


def test_ending_is_not_waited_for_where_a_signal_left_the_lock_of_popen_taken() -> None:
    """Ctrl-C within a wait may do that (bpo-29988): a command that was told to end hung for ever."""
    made = Worker[str, object](Misbehaviour(), check, timeout=5)
    made.start("hang")
    process = made._process
    assert process is not None
    process._waitpid_lock.acquire()  # type: ignore[attr-defined]
    made.close()
    process._waitpid_lock.release()  # type: ignore[attr-defined]
    assert process.wait(PATIENCE) == -signal.SIGKILL


def test_who_has_no_job_is_asked_again() -> None:
    ended: list[str] = []

    def jobs() -> Iterator[str | None]:
        yield from ("hang", "good 1")
        while "hang" not in ended:
            yield None
        yield from (None, "good 2")

    with warm_pool(timeout=2, pause=0.05) as pool:
        for message in pool.run(jobs()):
            if isinstance(message, Ended):
                ended.append(message.job)
                assert (message.error is not None) is (message.job == "hang")
    assert ended == ["good 1", "hang", "good 2"], "asking in vain keeps no patience up"


def test_each_job_has_a_process_of_its_own_and_the_warm_one_stays(worker: Worker[str, object]) -> None:
    first, warm = do(worker, "one")[-1], worker.pid
    second = do(worker, "two")[-1]
    assert len({first, second, warm, os.getpid()}) == 4
    assert worker.pid == warm


def test_an_idle_process_that_died_is_replaced(worker: Worker[str, object]) -> None:
    do(worker, "one")
    warm = worker.pid
    assert warm is not None
    os.kill(warm, signal.SIGKILL)
    wait_for(lambda: not is_running(warm))
    assert len(do(worker, "two")) == 2
    assert worker.pid != warm


def test_work_that_goes_on_may_take_longer_than_the_timeout() -> None:
    """Eight steps of a quarter second: only going without a part counts."""
    worker = Worker[str, object](Misbehaviour(), check, timeout=PATIENCE)
    try:
        assert do(worker, "warm")
        worker.timeout = 1.2
        assert do(worker, "slow")[1:-1] == list(range(8))
    finally:
        worker.close()


def test_a_parent_that_was_busy_elsewhere_kills_nobody() -> None:
    with warm_pool(timeout=1.5) as pool:
        errors = []
        for message in pool.run(["slow", "one", "two"]):
            if isinstance(message, Ended):
                errors.append(message.error)
                time.sleep(1.0)
    assert errors == [None, None, None]


def test_a_very_large_part_comes_through_and_blocks_nobody() -> None:
    with Pool[str, object](Misbehaviour(), check, 2, timeout=PATIENCE) as pool:
        answers = run_all(pool, ["big", "one", "two"])
    assert answers["big"][0][1] == "x" * BIG


def test_the_next_job_is_asked_for_when_a_worker_is_free_and_begun_before_the_end_is_told() -> None:
    """Not earlier; so it is done while what the last one gave is stored."""
    asked: list[str] = []
    told: list[tuple[str, str]] = []

    def jobs() -> Iterator[str]:
        for number in range(4):
            asked.append(f"job {number}")
            yield asked[-1]

    with Pool[str, object](Misbehaviour(), check, 1, timeout=PATIENCE) as pool:
        for message in pool.run(jobs()):
            if isinstance(message, Ended):
                told.append((message.job, asked[-1]))
            else:
                assert asked[-1] == message.job
    assert told == [("job 0", "job 1"), ("job 1", "job 2"), ("job 2", "job 3"), ("job 3", "job 3")]


def test_what_libraries_print_goes_nowhere(worker: Worker[str, object], capfd: pytest.CaptureFixture[str]) -> None:
    do(worker, "chatter")
    assert capfd.readouterr() == ("", "")


def test_a_child_that_cannot_prepare_says_why() -> None:
    worker = Worker[str, object](Unprepared(), check, timeout=PATIENCE)
    try:
        with pytest.raises(ReadingStopped, match="no engine"):
            do(worker, "one")
    finally:
        worker.close()


ORPHANS = """
import sys
from tests.indexer.misbehaviour import Misbehaviour, check
from indexer.sandbox.workers import AnswerPart, Pool
if __name__ == "__main__":
    pool = Pool(Misbehaviour(), check, 2, timeout=600)
    for message in pool.run(["good", "hang"]):
        if isinstance(message, AnswerPart):
            print(message.part, flush=True)
"""


def test_children_die_with_a_killed_parent(tmp_path: Path) -> None:
    """Also one that is amid a call that never returns and holds the interpreter's lock."""
    script = tmp_path / "orphans.py"
    script.write_text(ORPHANS, encoding="utf-8")
    parent = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert parent.stdout is not None
    assert "began hang\n" in iter(parent.stdout.readline, "")
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait_for(lambda: not is_group_there(parent.pid), never="a child outlived its parent")
