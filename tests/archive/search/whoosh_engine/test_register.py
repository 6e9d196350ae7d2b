"""What a commit knows of an index is what a search sees in it, whatever was deleted and whichever version wrote it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from archive.errors import IndexDamaged
from archive.search.engine import Held
from archive.search.whoosh_engine import schema
from archive.search.whoosh_engine.codec import ArraySegment, SegmentTotals, read_contents
from archive.search.whoosh_engine.counting import counted
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.search.whoosh_engine.layout import FILES, SEGMENT_LIMITS
from archive.search.whoosh_engine.register import Register
from archive.search.whoosh_engine.schema import IdColumn
from archive.search.whoosh_engine.storage import MappedStorage
from tests.engine_samples import entry

IDS = ["a", "a/1", "a/2", "a-b", "aa", "b", "b/1", *(f"{number:064x}" for number in range(30))]


def write_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write segments without an order of ids, without prints and without sums, and count none."""
    monkeypatch.setattr(schema._IdWriter, "_add_more", lambda _: None)
    monkeypatch.setattr(ArraySegment, "__getstate__", lambda segment: vars(segment) | {"totals": None})
    for name in ("serial", "revision"):
        monkeypatch.setattr(schema.COLUMNS[name], "_is_summed", False)


@pytest.mark.parametrize("is_older", [False, True], ids=["now", "before"])
def test_a_register_agrees_with_what_a_search_sees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_older: bool
) -> None:
    engine, chance = WhooshEngine(tmp_path), Random(7)
    expected: dict[str, Held] = {}
    for turn in range(1, 30):
        with monkeypatch.context() as patched:
            if is_older and turn % 3:
                write_as_before(patched)
            some = [entry(id_, "kamera", turn) for id_ in chance.sample(IDS, 8)]
            engine.add(replace(one, text=None) if one.id in expected and turn % 2 else one for one in some)
            expected |= {one.id: Held(turn, 1) for one in some}
            gone = chance.sample(sorted(expected), 2)
            engine.remove([*gone, "unknown"])
            expected = {id_: of_it for id_, of_it in expected.items() if id_ not in gone}
        assert engine.held() == expected
        for count in (0, 1, 5, 20):
            asked = [*chance.sample(IDS, count), "unknown"]
            wanted = {id_ for id_ in expected if id_ in asked or id_.partition("/")[0] in asked}
            assert engine.held(asked) == {id_: expected[id_] for id_ in wanted}
        assert engine.count() == len(expected)
        assert engine.fingerprint() == f"{len(expected)}/{sum(of_it.revision for of_it in expected.values())}"
        if not (is_older and turn % 3):
            assert told(tmp_path / engine.generation) == anew(tmp_path / engine.generation)
    engine.close()


def told(path: Path) -> list[SegmentTotals | None]:
    """What the table of contents says of each segment."""
    return [segment.totals for segment in read_contents(MappedStorage(path)).segments]


def anew(path: Path) -> list[SegmentTotals]:
    """The same, counted now."""
    storage = MappedStorage(path)
    return [counted(storage, segment) for segment in read_contents(storage).segments]


def test_what_could_not_be_read_is_not_taken_for_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the next commit would add what is there a second time."""
    engine = WhooshEngine(tmp_path)
    engine.add([entry("a", "kamera")])
    register = Register.open(tmp_path / engine.generation, Register())

    def damaged(*_: object) -> None:
        raise IndexDamaged("A block is not as it was written.")

    with monkeypatch.context() as patched:
        patched.setattr(IdColumn.Reader, "between_each", damaged)
        for _ in range(2):
            with pytest.raises(IndexDamaged):
                register.held(["a"])
    assert register.held(["a"]) == {"a": Held(1, 1)}
    engine.close()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The endings of the files that were mapped since this was cleared."""
    names: list[str] = []
    map_file = MappedStorage.open_file

    def watched(storage: MappedStorage, name: str, *arguments: Any, **options: Any) -> Any:
        names.append(Path(name).suffix)
        return map_file(storage, name, *arguments, **options)

    monkeypatch.setattr(MappedStorage, "open_file", watched)
    return names


def test_nothing_is_opened_to_begin_to_write_and_little_to_commit(tmp_path: Path, opened: list[str]) -> None:
    engine = WhooshEngine(tmp_path)
    for number in range(SEGMENT_LIMITS.merge_factor - 2):
        engine.add([entry(f"{number:064x}", "kamera")])
    engine.close()
    opened.clear()
    assert (engine.count(), engine.fingerprint()) == (8, "8/8")
    assert opened == [".toc"]
    costs = []
    for number in (100, 101, 102):
        opened.clear()
        engine.add([entry(f"{number:064x}", "kamera")])
        costs.append({suffix: opened.count(suffix) for suffix in FILES})
    of_new = dict.fromkeys(FILES, 1) | {".columns": 2, ".terms": 2}
    assert costs[0] == of_new | {".columns": 8 + 2}, "each is asked for the document"
    assert costs[1][".positions"] == 10 + 2, "ten are merged into one"
    assert costs[2] == of_new | {".columns": 1 + 2}, "what was asked before is open"
    engine.close()


def test_an_index_that_changes_is_asked_again(tmp_path: Path) -> None:
    """A commit of another process may remove files that this one has not opened yet."""
    reader, writer = WhooshEngine(tmp_path, pause=0.0), WhooshEngine(tmp_path)
    writer.add([entry("a", "kamera")])
    asked: list[Register] = []

    def question(register: Register) -> object:
        asked.append(register)
        for number in range(SEGMENT_LIMITS.merge_factor if len(asked) == 1 else 0):
            writer.add([entry(f"b{number}", "kamera")])
        return register.held(["a"])

    assert reader._register.asked(question) == {"a": Held(1, 1)}
    assert len(asked) == 2
    for engine in (reader, writer):
        engine.close()


def inspect(engine: WhooshEngine, times: int) -> None:
    for _ in range(times):
        engine.inspect()


def cut_off(file: Path) -> None:
    with file.open("rb+") as opened:
        opened.truncate(file.stat().st_size - 1)


def lose_directory(file: Path) -> None:
    file.write_bytes(bytes(file.stat().st_size))


@pytest.mark.parametrize("suffix", FILES)
@pytest.mark.parametrize(("damage", "inspections"), [(Path.unlink, 1), (cut_off, 1), (lose_directory, 3)])
def test_who_looks_after_an_index_notices_damage(
    tmp_path: Path, suffix: str, damage: Callable[[Path], None], inspections: int
) -> None:
    """At once by the sizes of files; by what is in them as soon as it is the turn of their segment."""
    engine = WhooshEngine(tmp_path, pause=0.0)
    for number in range(3):
        engine.add([entry(f"a{number}", "kamera")])
        engine.inspect()
    damage(sorted(tmp_path.rglob(f"*{suffix}"))[1])
    with pytest.raises(IndexDamaged):
        inspect(engine, inspections)
    engine.close()
