"""Commits of real processes: killed at every step, refused, shared among workers, of which one may die."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from archive.errors import ArchiveBusy
from archive.search.engine import EngineRequest, Held, one_commit
from archive.search.whoosh_engine.codec import ArraySegment
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.search.whoosh_engine.writer import build_segments, commit, writing
from archive.text.vocabulary import IndexField, Term
from tests.archive.search.whoosh_engine import commits
from tests.archive.search.whoosh_engine.papers import Paper, State, check, create, entries

ROOT = Path(__file__).parents[4]


@pytest.fixture
def index(tmp_path: Path) -> Path:
    folder = tmp_path / "index"
    folder.mkdir()
    return create(folder)


def killed_at_each_step(action: str, index: Path, into: Path) -> list[Path]:
    """What an action of :mod:`tests.archive.search.whoosh_engine.commits` leaves, killed at each step in turn."""
    # Libraries that start threads of their own would not survive the forks.
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    subprocess.run(
        [sys.executable, commits.__file__, action, str(index), str(into)], env=environment, cwd=ROOT, check=True
    )
    return sorted(into.iterdir(), key=lambda path: int(path.name))


def test_a_kill_at_any_step_leaves_the_old_state_or_the_new(index: Path, tmp_path: Path) -> None:
    for paper in commits.BEFORE.values():
        commit(index, entries([paper]), (), lambda: State(index))
    states: list[bool] = []
    for left in killed_at_each_step("change", index, tmp_path / "killed"):
        states.append(("text", "new") in State(left).places)
        check(left, commits.AFTER if states[-1] else commits.BEFORE)
        commit(left, (), ["d5"], lambda left=left: State(left))  # type: ignore[misc]
        files = {path.name.split(".")[0] for path in left.iterdir() if path.suffix}
        assert len(files) == 1 + len(State(left).segments), "what the killed commit left behind is swept up"
    assert states == sorted(states), "a later step never leads back"
    assert states.count(False) > 20
    assert states.count(True) > 2


@pytest.mark.parametrize(
    ("action", "before", "after_commit"),
    # A first generation is published last; a swap drops the old one after that.
    [("first", {}, 2), ("swap", commits.BEFORE, 3)],
)
def test_a_kill_at_any_step_leaves_the_old_generation_or_the_new(
    tmp_path: Path, action: str, before: dict[str, Paper], after_commit: int
) -> None:
    (tmp_path / "index").mkdir()
    if before:
        WhooshEngine(tmp_path / "index").add(entries(before.values()))
    states: list[bool] = []
    for left in killed_at_each_step(action, tmp_path / "index", tmp_path / "killed"):
        engine = WhooshEngine(left)
        states.append("new" in engine.held())
        expected = dict(commits.AFTER if states[-1] else before)
        check_engine(engine, left, expected)
        engine.add(entries([Paper("next", ["novo"])]))
        expected["next"] = Paper("next", ["novo"])
        check_engine(engine, left, expected)
        commits.swap(left)
        check_engine(engine, left, commits.AFTER)
        assert [path.name for path in left.glob("gen-*")] == [engine.generation], "nothing is left behind"
        engine.close()
    assert states == sorted(states), "a later step never leads back"
    assert states.count(False) > 10
    assert states.count(True) >= after_commit


def check_engine(engine: WhooshEngine, root: Path, papers: Mapping[str, Paper]) -> None:
    """Assert that an engine holds and finds exactly these documents."""
    assert engine.held() == {paper.id: Held(paper.revision, paper.reading) for paper in papers.values()}
    for word in ("novo", "staro"):
        results = engine.search(EngineRequest(Term(IndexField.WORD, word), {}, "relevance", 100, 0))
        assert {hit.id for hit in results.hits} == {paper.id for paper in papers.values() if word in paper.words}
    if papers:
        check(root / engine.generation, papers)


def test_one_commit_answers_all_questions_of_a_page(tmp_path: Path) -> None:
    writer, reader = (WhooshEngine(tmp_path / "index") for _ in range(2))
    writer.add(entries([Paper("first", ["novo"])]))
    with one_commit():
        assert set(reader.held()) == {"first"}
        writer.add(entries([Paper("second", ["novo"])]))
        assert set(reader.held()) == {"first"}, "it was looked for newer ones before"
    assert set(reader.held()) == {"first", "second"}
    with one_commit():
        assert set(writer.held()) == {"first", "second"}
        writer.add(entries([Paper("third", ["novo"])]))
    assert set(writer.held()) == {"first", "second", "third"}, "a commit goes on from the newest one"


def test_words_are_counted_anew_after_a_commit(tmp_path: Path) -> None:
    engine, leaf = WhooshEngine(tmp_path / "index"), Term(IndexField.WORD, "novo")
    for number in (1, 2):
        engine.add(entries([Paper(f"paper {number}", ["novo"])]))
        assert [found.documents for found in engine.words(leaf, 10)] == [number]
        assert engine.words(leaf, 10) == engine.words(leaf, 10)


def test_a_second_writer_is_refused(index: Path) -> None:
    with writing(index), pytest.raises(ArchiveBusy, match="Wait"):
        commit(index, entries([Paper("b", ["b"])]), (), lambda: State(index))
    commit(index, entries([Paper("b", ["b"])]), (), lambda: State(index))
    check(index, {"b": Paper("b", ["b"])})


def some(worker: int) -> dict[str, Paper]:
    return {f"{worker}-{number}": Paper(f"{worker}-{number}", ["reč", str(worker)]) for number in range(5)}


def build(path: Path, worker: int) -> list[ArraySegment]:
    return build_segments(path, entries(some(worker).values()), first_serial=1000 * worker)


def build_and_die(path: Path, worker: int) -> None:
    build(path, worker)
    os._exit(1)


def test_segments_of_workers_become_one_commit(index: Path) -> None:
    commit(index, entries([Paper("first", ["reč"])]), (), lambda: State(index))
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool, writing(index) as changes:
        for segments in pool.map(build, [index, index], [1, 2]):
            for segment in segments:
                changes.take(segment)
        assert len(State(index).places) == 2, "nothing is seen before it is published"
        changes.publish()
    check(index, {"first": Paper("first", ["reč"]), **some(1), **some(2)})


def test_a_dead_worker_leaves_nothing(index: Path) -> None:
    files = sorted(path.name for path in index.iterdir())
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        future = pool.submit(build_and_die, index, 1)
        with pytest.raises(BrokenProcessPool), writing(index):
            future.result()
    check(index, {})
    assert sorted({*files, "MAIN_WRITELOCK"}) == sorted(path.name for path in index.iterdir())


def test_a_worker_refuses_what_a_commit_refuses(index: Path) -> None:
    twice = entries([Paper("a", ["a"]), Paper("a", ["a"])])
    with pytest.raises(ValueError, match="twice"):
        build_segments(index, twice, first_serial=1)
