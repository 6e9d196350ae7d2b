"""The last word is completed from what the archive holds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.search.completion import CompletionKind, complete
from archive.search.indexing import Indexer
from archive.search.whoosh_engine.engine import WhooshEngine

AddDocument = Callable[..., str]


@pytest.fixture
def filled(indexing: Indexer, engine: WhooshEngine, add_document: AddDocument) -> WhooshEngine:
    add_document("nadzorne kamere", vendor="Nadzor Plus", municipality="Bečej")
    add_document("nadzor i nadzorne kamere „nadzor(„plan”", vendor="„Alfa” Nadir")
    add_document("кућа", language="sr-Cyrl")
    indexing.index_due()
    return engine


def texts(engine: WhooshEngine, typed: str, limit: int = 10) -> list[tuple[str, int]]:
    return [(completion.query, completion.documents) for completion in complete(engine, typed, limit)]


def test_words_come_by_frequency_after_names(filled: WhooshEngine) -> None:
    assert texts(filled, "nadz") == [('vendor:"Nadzor Plus"', 1), ("nadzorne", 2), ("nadzor", 1)]


def test_only_the_last_word_is_completed(filled: WhooshEngine) -> None:
    assert texts(filled, "kamere -nadzorn") == [("kamere -nadzorne", 2)]
    for quote in '"„':
        assert texts(filled, f"{quote}video nadzorn") == [(f"{quote}video nadzorne", 2)], "no name inside a phrase"
    assert texts(filled, "kamere  nadzorn") == [("kamere  nadzorne", 2)]
    assert texts(filled, "kamere ") == []


def test_names_are_found_by_any_of_their_words_and_asked_for_in_their_field(filled: WhooshEngine) -> None:
    assert texts(filled, "nadir") == [('vendor:"Alfa Nadir"', 1)]
    assert texts(filled, "kamere Бе") == [('kamere municipality:"Bečej"', 1)]
    assert complete(filled, "bec", 5)[0].kind is CompletionKind.MUNICIPALITY


@pytest.mark.parametrize(("typed", "completed"), [("ku", "kuca"), ("КУ", "КУЋА"), ("Ку", "Кућа"), ("kuć", "kuća")])
def test_a_word_is_completed_in_the_way_it_is_typed(filled: WhooshEngine, typed: str, completed: str) -> None:
    assert texts(filled, typed) == [(completed, 1)]


@pytest.mark.parametrize("typed", ["", " ", "n", "*", "n*", "?", '"'])
def test_less_than_two_letters_complete_nothing(filled: WhooshEngine, typed: str) -> None:
    assert texts(filled, typed) == []


def test_the_limit_is_kept_and_leaves_room_for_words(filled: WhooshEngine) -> None:
    assert texts(filled, "nad", 2) == [('vendor:"Alfa Nadir"', 1), ("nadzorne", 2)]


def test_an_empty_archive_completes_nothing(engine: WhooshEngine) -> None:
    assert complete(engine, "nadzor", 5) == ()
