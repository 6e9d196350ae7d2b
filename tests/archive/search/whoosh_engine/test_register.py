"""What a commit knows of an index is what a search sees in it, whatever was deleted and whichever version wrote it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from archive.errors import IndexDamaged
from archive.search.engine import Held
from archive.search.whoosh_engine import schema
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.search.whoosh_engine.register import Register
from archive.search.whoosh_engine.schema import IdColumn
from tests.engine_samples import entry

IDS = ["a", "a/1", "a/2", "a-b", "aa", "b", "b/1", *(f"{number:064x}" for number in range(30))]


def write_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write segments without an order of ids and without sums."""
    monkeypatch.setattr(schema._IdWriter, "_add_more", lambda _: None)
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
    engine.close()


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
