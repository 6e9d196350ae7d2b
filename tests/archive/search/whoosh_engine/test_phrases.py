"""Phrases are found by addresses as by plain loops: frequent words, rare ones, any spelling, across pages."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from archive.search.engine import EngineRequest
from archive.search.query import Phrase
from archive.search.whoosh_engine import phrases
from archive.search.whoosh_engine.engine import WhooshEngine
from tests.engine_samples import ask, entry


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    return WhooshEngine(tmp_path)


def matches(engine: WhooshEngine, *words: str) -> dict[str, tuple[tuple[int, int], ...]]:
    found = engine.search(EngineRequest(Phrase(words), {}, "oldest", 100, 0))
    return {hit.id: hit.matches for hit in found.hits}


@pytest.mark.parametrize("seed", range(3))
def test_words_are_found_one_after_another(engine: WhooshEngine, seed: int) -> None:
    """A rare word is looked for place by place among frequent ones, words alike in number are put side by side."""
    chance = random.Random(seed)
    kinds, weights = ["u", "у", "rok", "ugovor", "aneks"], [20, 20, 40, 19, 1]
    texts = {str(number): chance.choices(kinds, weights, k=400) for number in range(6)}
    for batch in ("024", "135"):
        engine.add(entry(id_, " ".join(texts[id_])) for id_ in batch)
    for words in (("u", "rok"), ("rok", "u", "rok"), ("aneks", "u"), ("u", "u", "aneks", "rok"), ("rok",)):
        expected = {id_: _places(words, [word.replace("у", "u") for word in text]) for id_, text in texts.items()}
        assert matches(engine, *words) == {id_: places for id_, places in expected.items() if places}


def _places(words: tuple[str, ...], text: list[str]) -> tuple[tuple[int, int], ...]:
    size = len(words)
    return tuple((at, at + size - 1) for at in range(len(text)) if tuple(text[at : at + size]) == words)


def test_a_phrase_goes_over_pieces_of_a_long_document(engine: WhooshEngine) -> None:
    """Addresses go on from piece to piece, and nothing leads from one document into the next."""
    long = " ".join(["reč"] * 65_535 + ["kraj", "početak", "reč"])
    engine.add([entry("a", "početak"), entry("b", long), entry("c", "početak")])
    assert matches(engine, "kraj", "pocetak") == {"b": ((65_535, 65_536),)}
    assert matches(engine, "pocetak", "pocetak") == {}


def test_a_long_phrase_of_one_word_takes_little_work(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    words = 3 * phrases.MANY_FOUND
    engine.add([entry("a", " ".join(["la"] * words))])
    looked_up: list[int] = []
    stands_at = phrases._Word.stands_at

    def counted(word: phrases._Word, at: phrases.Addresses) -> NDArray[np.bool_]:
        looked_up.append(len(at))
        return stands_at(word, at)

    monkeypatch.setattr(phrases._Word, "stands_at", counted)
    assert len(matches(engine, *["la"] * 3000)["a"]) == words - 2999
    assert sum(looked_up) < 20 * words


def test_words_printed_in_pieces_are_part_of_phrases(engine: WhooshEngine) -> None:
    engine.add([entry("a", "rok ispo-\nruke robe"), entry("b", "rok isporuke robe")])
    assert {hit.id: hit.matches for hit in ask(engine, '"rok isporuke robe"').hits} == {"a": ((0, 3),), "b": ((0, 2),)}
