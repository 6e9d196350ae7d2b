"""Did you mean: corrections come from the words of the index, and only such as find something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.search.did_you_mean import FEW, MOST_CORRECTED, Suggestion, corrections, did_you_mean, missing_words
from archive.search.engine import WordCount
from archive.search.index_state import Building
from archive.search.indexing import Indexer
from archive.search.query import Leaf
from archive.search.query_language.parser import parse
from archive.search.request import SearchRequest
from archive.search.service import SearchService
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.store.catalog import Catalog
from tests.archive.search.conftest import Shelf, added, shelf

AddDocument = Callable[..., str]
Ask = Callable[..., Suggestion | None]


@pytest.fixture
def indexing(catalog: Catalog, engine: WhooshEngine, clause_engine: WhooshEngine, tmp_path: Path) -> Indexer:
    """Return the indexer of both indexes; all that is due is one commit."""
    return Indexer(catalog, engine, clause_engine, commit_documents=100, building=Building(tmp_path / "indexing.lock"))


@pytest.fixture(scope="module")
def cameras(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """Documents about cameras."""
    with shelf(tmp_path_factory.mktemp("cameras")) as made:
        for number in range(3):
            added(made.catalog, f"nadzorne kamere {number}")
        added(made.catalog, "Кућа у Ђурђеву", language="sr-Cyrl")
        added(made.catalog, "kuća i fabrika", municipality="Bečej")
        added(made.catalog, "kamare stoje ovde")
        made.indexing.index_due()
        yield made


@pytest.fixture
def ask(cameras: Shelf) -> Ask:
    """Ask for a correction among documents about cameras."""
    search, engine = cameras.search, cameras.engine

    def ask_(text: str, **filters: str) -> Suggestion | None:
        request = SearchRequest(text, {name: (value,) for name, value in filters.items()})
        total = search.search(request).total
        words = parse(text, exact=False).words
        return did_you_mean(request, words, total, engine, lambda other: search.search(other).total)

    return ask_


@pytest.mark.parametrize(
    ("typed", "meant", "total"),
    [
        ("nazdorne", "nadzorne", 3),
        ("fabirka", "fabrika", 1),
        ("Fabirka", "Fabrika", 1),
        ("FABIRKA", "FABRIKA", 1),
        ("фабирка", "фабрика", 1),
        ("nadzorne kanere", "nadzorne kamere", 3),
        ("nazdorne kanere", "nadzorne kamere", 3),
        ('"nadzorne kanere"', '"nadzorne kamere"', 3),
        ("fabirka -kamere", "fabrika -kamere", 1),
        ("Djurdjevv", "Djurdjevu", 1),
        ("Ђурђевв", "Ђурђеву", 1),
        ("kućća fabrika", "kuća fabrika", 1),
    ],
)
def test_a_slip_is_corrected_in_the_way_it_was_typed(ask: Ask, typed: str, meant: str, total: int) -> None:
    assert ask(typed) == Suggestion(meant, total)


@pytest.mark.parametrize(
    "typed",
    [
        "kamere",  # it is there
        "kamare",  # it is rare, but nothing is much more frequent
        "zzzzzzz",  # nothing is near
        "ku",  # too short
        "12345",  # numbers have no spelling
        "kam*zz",  # a wildcard means what it says
        "nadzorne -fabirka",  # what is left out is not missed
        "fabrika nazdorne",  # the corrected query finds nothing
        "",
    ],
)
def test_nothing_is_suggested_without_need_or_use(ask: Ask, typed: str) -> None:
    assert ask(typed) is None


@pytest.mark.parametrize(
    ("typed", "printed"),
    [("kamere", "namere"), ("ćutanja", "pitanja"), ("Hikvision", "division"), ("Terazije", "terapije")],
)
def test_a_word_of_the_language_and_a_name_are_left_alone(
    typed: str, printed: str, catalog: Catalog, engine: WhooshEngine, indexing: Indexer, add_document: AddDocument
) -> None:
    for number in range(30):
        add_document(f"{printed} {number}")
    add_document("i jedna od kamere i ćutanja")
    indexing.index_due()
    search = SearchService(catalog, engine)
    request = SearchRequest(typed)
    words = parse(typed, exact=False).words
    count = search.search(request).total
    assert did_you_mean(request, words, count, engine, lambda other: search.search(other).total) is None


def test_a_word_that_the_archive_has_in_another_form_is_its_own(
    catalog: Catalog, engine: WhooshEngine, indexing: Indexer, add_document: AddDocument
) -> None:
    for number in range(30):
        add_document(f"krzmama {number}")
    add_document("sa krzmanom")
    indexing.index_due()
    search = SearchService(catalog, engine)
    words = parse("krzmana", exact=False).words
    assert did_you_mean(SearchRequest("krzmana"), words, 1, engine, lambda other: search.search(other).total) is None


def test_the_first_letter_is_wrong_only_where_fingers_or_eyes_slip(
    engine: WhooshEngine, indexing: Indexer, add_document: AddDocument
) -> None:
    add_document("narudzbenica 5 narucilac")
    indexing.index_due()
    assert [found.meant for found in corrections("marudzbenica", engine, marked=False)] == ["narudzbenica"]
    assert [found.meant for found in corrections("anrucilac", engine, marked=False)] == ["narucilac"]
    assert list(corrections("carucilac", engine, marked=False)) == []


def test_filters_stay_in_force(ask: Ask) -> None:
    assert ask("fabirka", municipality="Bečej") == Suggestion("fabrika", 1)
    assert ask("nazdorne", municipality="Bečej") is None


def test_a_rare_word_gives_way_only_to_a_much_more_frequent_one(
    catalog: Catalog, engine: WhooshEngine, indexing: Indexer, add_document: AddDocument
) -> None:
    for number in range(25):
        add_document(f"kamera broj {number}")
    add_document("kamrea")
    indexing.index_due()
    assert [correction.meant for correction in corrections("kamrea", engine, marked=False)] == ["kamera"]
    assert list(corrections("kamera", engine, marked=False)) == []


def test_a_search_that_found_enough_is_left_alone(engine: WhooshEngine) -> None:
    request = SearchRequest("kamrea")

    def refuse(_: SearchRequest) -> int:
        raise AssertionError("no other search is tried")

    assert did_you_mean(request, parse("kamrea", exact=False).words, FEW + 1, engine, refuse) is None


def test_many_misspelt_words_are_looked_up_once_each_and_not_corrected(
    ask: Ask, cameras: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pasted paragraph in another language costs a look at each of its words, and no search for words like them."""
    asked: list[Leaf] = []
    engine, words = cameras.engine, cameras.engine.words

    def counted(leaf: Leaf, limit: int) -> tuple[WordCount, ...]:
        asked.append(leaf)
        return words(leaf, limit)

    monkeypatch.setattr(engine, "words", counted)
    typed = [f"nazdorne{letter}" for letter in "abcdefghijklmn"]
    assert len(typed) > MOST_CORRECTED
    phrase = f'"{" ".join(typed * 5)}"'
    assert ask(phrase) is None
    assert len(asked) == len(typed)
    assert missing_words(parse(phrase, exact=False).words, engine) == tuple(typed)
    assert ask("nazdorne kanere") is not None
