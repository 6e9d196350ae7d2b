"""The last word is completed from what the archive holds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.search.completion import CompletionKind, complete
from archive.search.indexing import Indexer
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.store.catalog import Catalog

AddDocument = Callable[..., str]


@pytest.fixture
def filled(indexing: Indexer, engine: WhooshEngine, add_document: AddDocument) -> WhooshEngine:
    add_document("nadzorne kamere", vendor="Nadzor Plus", municipality="Bečej")
    add_document("nadzor i nadzorne kamere „nadzor(„plan”", vendor="„Alfa” Nadir")
    add_document("кућа", language="sr-Cyrl")
    indexing.index_due()
    return engine


Completed = Callable[..., list[tuple[str, int]]]


@pytest.fixture
def texts(catalog: Catalog, filled: WhooshEngine) -> Completed:
    def completed(typed: str, limit: int = 10) -> list[tuple[str, int]]:
        return [(one.query, one.documents) for one in complete(catalog, filled, typed, limit)]

    return completed


def test_words_come_by_frequency_after_names(texts: Completed) -> None:
    assert texts("nadz") == [('vendor:"Nadzor Plus"', 1), ("nadzorne", 2), ("nadzor", 1)]


def test_only_the_last_word_is_completed(texts: Completed) -> None:
    assert texts("kamere -nadzorn") == [("kamere -nadzorne", 2)]
    for quote in '"„':
        assert texts(f"{quote}video nadzorn") == [(f"{quote}video nadzorne", 2)], "no name inside a phrase"
    assert texts("kamere  nadzorn") == [("kamere  nadzorne", 2)]
    assert texts("kamere ") == []


def test_names_are_found_by_any_of_their_words_and_asked_for_in_their_field(
    texts: Completed, catalog: Catalog, filled: WhooshEngine
) -> None:
    assert texts("nadir") == [('vendor:"Alfa Nadir"', 1)]
    assert texts("kamere Бе") == [('kamere municipality:"Bečej"', 1)]
    assert complete(catalog, filled, "bec", 5)[0].kind is CompletionKind.MUNICIPALITY


@pytest.mark.parametrize(("typed", "completed"), [("ku", "kuca"), ("КУ", "КУЋА"), ("Ку", "Кућа"), ("kuć", "kuća")])
def test_a_word_is_completed_in_the_way_it_is_typed(texts: Completed, typed: str, completed: str) -> None:
    assert texts(typed) == [(completed, 1)]


@pytest.mark.parametrize("typed", ["", " ", "n", "*", "n*", "?", '"'])
def test_less_than_two_letters_complete_nothing(texts: Completed, typed: str) -> None:
    assert texts(typed) == []


def test_the_limit_is_kept_and_leaves_room_for_words(texts: Completed) -> None:
    assert texts("nad", 2) == [('vendor:"Alfa Nadir"', 1), ("nadzorne", 2)]


def test_an_empty_archive_completes_nothing(catalog: Catalog, engine: WhooshEngine) -> None:
    assert complete(catalog, engine, "nadzor", 5) == ()
