"""What other processes, kills and damage may do to an index, with real processes and real files."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from archive.errors import ArchiveBusy, IndexDamaged
from archive.search.engine import EngineRequest, IndexEntry
from archive.search.query import Query
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.search.whoosh_engine.layout import SEGMENT_LIMITS
from archive.text.vocabulary import IndexField, Term
from tests.engine_samples import entry
from tests.waiting import PATIENCE
from tests.warm_processes import WarmScript

MERGE_FACTOR = SEGMENT_LIMITS.merge_factor

ROOT = Path(__file__).parents[4]
WORD = Term(IndexField.FORM, "rec")
REVISIONS = 30
"""How far readers follow: far enough for merges and three swaps."""


def entries(numbers: range, revision: int = 1) -> Iterator[IndexEntry]:
    for number in numbers:
        yield entry(f"d{number}", f"rec broj{number % 50} revizija{revision}", revision, year=str(revision))


def total(engine: WhooshEngine, query: Query | None = WORD) -> int:
    return engine.search(EngineRequest(query, {}, "relevance", 1, 0)).total


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[WhooshEngine]:
    opened = WhooshEngine(tmp_path)
    yield opened
    opened.close()


def start(code: str, root: Path) -> WarmScript:
    """Run code in a process of its own, with this module's names and an engine on ``root``."""
    preamble = (
        "import runpy, sys\n"
        "from pathlib import Path\n"
        "globals().update(runpy.run_path(sys.argv[1]))\n"
        "engine = WhooshEngine(Path(sys.argv[2]))\n"
    )
    return WarmScript(preamble + code, __file__, root)


def test_commits_of_another_process_are_seen_at_the_next_search(engine: WhooshEngine, tmp_path: Path) -> None:
    engine.add(entries(range(3)))
    assert total(engine) == 3
    with start("engine.add(entries(range(3, 5)))\n", tmp_path) as other:
        other.communicate(timeout=PATIENCE)
    assert other.returncode == 0
    assert total(engine) == 5


def read_on(engine: WhooshEngine) -> None:
    """Ask until the newest of many answers is ``REVISIONS`` further than the first, and assert that each is a committed
    state: 20 documents, all of one revision."""
    answers, first, newest = 0, 0, 0
    while answers < 20 or newest < first + REVISIONS:
        results = engine.search(EngineRequest(WORD, {}, "relevance", 20, 0))
        (year,) = results.facets["year"]
        revision = int(year)
        assert revision >= newest, "no answer is older than one before it"
        first, newest = first or revision, revision
        assert results.total == results.facets["year"][year] == len({hit.id for hit in results.hits}) == 20
        for hit in results.hits:
            assert hit.matches == ((0, 0),)
            assert list(hit.text.words(1)) == ["rec", f"broj{hit.id[1:]}", f"revizija{revision}"]
        held = {known.revision for known in engine.held().values()}
        assert len(held) == 1
        assert held >= {revision} or min(held) > revision
        assert engine.matches(Term(IndexField.FORM, "broj7"), "d7", 1) == ((1, 1),)
        answers += 1


def read_on_in_threads(root: Path) -> None:
    """Ask in threads that share an engine."""
    engine = WhooshEngine(root)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(read_on, [engine] * 3))
    engine.close()


def test_threads_of_other_processes_keep_answering_during_commits_merges_and_swaps(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    revision = 2020
    engine.add(entries(range(20), revision))
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        readers = [pool.submit(read_on_in_threads, tmp_path) for _ in range(2)]
        while not all(reader.done() for reader in readers):
            revision += 1
            if revision % 8:
                engine.add(entries(range(20), revision))
            else:
                rebuild = engine.rebuild()
                rebuild.add(entries(range(20), revision))
                rebuild.publish({f"d{number}": revision for number in range(20)})
        for reader in readers:
            reader.result()
    engine.close()


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.1])
def test_a_kill_during_a_commit_leaves_the_old_state_or_the_new(
    engine: WhooshEngine, tmp_path: Path, delay: float
) -> None:
    """The delays are spread over the length of the commit, so kills fall on different parts of it."""
    engine.add(entries(range(1000)))
    with start(
        "batch = list(entries(range(1000), 2))\nprint('go', flush=True)\nengine.add(batch)\n", tmp_path
    ) as writer:
        assert writer.stdout.readline() == "go\n"
        time.sleep(delay)
        writer.send_signal(signal.SIGKILL)
        writer.wait(timeout=PATIENCE)
    held = {id_: known.revision for id_, known in engine.held().items()}
    assert set(held) == {f"d{number}" for number in range(1000)}
    assert set(held.values()) in ({1}, {2})
    assert total(engine) == 1000
    engine.add(entries(range(1000, 1010), 3))
    assert total(engine) == 1010
    assert total(engine, Term(IndexField.FORM, "revizija3")) == 10
    assert len(list(tmp_path.rglob("*.columns"))) == 2, "what the killed commit left behind is swept up"


def test_everything_a_commit_published_was_put_on_the_disk_first(
    engine: WhooshEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: set[int] = set()
    published: list[bool] = []
    fsync, rename = os.fsync, os.rename

    def watched_fsync(descriptor: int) -> None:
        fsync(descriptor)
        synced.add(os.fstat(descriptor).st_ino)

    def watched_rename(old: str, new: str) -> None:
        files = [path for path in Path(new).parent.glob("MAIN_*.*") if path.suffix != ".toc"]
        assert len(files) % 5 == 0
        published.append(all(path.stat().st_ino in synced for path in [*files, Path(old)]))
        rename(old, new)

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "rename", watched_rename)
    engine.add(entries(range(3)))
    engine.add(entries(range(3, 6)))
    assert published == [True, True, True]
    assert (tmp_path / engine.generation).stat().st_ino in synced
    assert (tmp_path / "current").stat().st_ino in synced


def test_two_writers_at_once_are_refused(engine: WhooshEngine, tmp_path: Path) -> None:
    engine.add(entries(range(3)))

    def slow() -> Iterator[IndexEntry]:
        with pytest.raises(ArchiveBusy):
            WhooshEngine(tmp_path).add(entries(range(9, 10)))
        yield from entries(range(3, 4))

    engine.add(slow())
    assert total(engine) == 4


def test_small_segments_are_merged_and_nothing_is_lost(engine: WhooshEngine, tmp_path: Path) -> None:
    for number in range(3 * MERGE_FACTOR):
        engine.add(entries(range(number, number + 1)))
        engine.add(entries(range(number // 2, number // 2 + 1), 2))
    assert len(list(tmp_path.rglob("*.columns"))) < 2 * MERGE_FACTOR
    assert total(engine) == 3 * MERGE_FACTOR
    assert total(engine, Term(IndexField.FORM, "revizija2")) == len(
        [known for known in engine.held().values() if known.revision == 2]
    )
    assert engine.matches(Term(IndexField.FORM, "broj7"), "d7", 1) == ((1, 1),)


@pytest.mark.parametrize("pattern", ["current", "*/version", "*/*.toc", "*/*.columns"])
@pytest.mark.parametrize("content", [b"", b"\0\xff" * 40], ids=["emptied", "overwritten"])
def test_damage_is_named_kept_and_cured_by_a_rebuild(tmp_path: Path, pattern: str, content: bytes) -> None:
    engine = WhooshEngine(tmp_path)
    engine.add(entries(range(3)))
    engine.close()
    (victim,) = tmp_path.glob(pattern)
    victim.write_bytes(content)
    files = sorted(tmp_path.rglob("*"))
    with pytest.raises(IndexDamaged, match="dosije reindex"):
        engine.held()
    assert sorted(tmp_path.rglob("*")) == files
    rebuild = engine.rebuild()
    rebuild.add(entries(range(2)))
    rebuild.publish({"d0": 1, "d1": 1})
    assert total(engine) == 2
    engine.close()


def test_a_missing_segment_is_damage_and_not_an_empty_index(engine: WhooshEngine, tmp_path: Path) -> None:
    engine.add(entries(range(3)))
    (segment,) = tmp_path.rglob("*.columns")
    segment.unlink()
    with pytest.raises(IndexDamaged, match="cannot be read"):
        total(engine)
