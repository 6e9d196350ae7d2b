"""What lacks some of the words follows what has them all, and is in no count of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.search.did_you_mean import Suggestion
from archive.search.engine import WordCount
from archive.search.help import search_help
from archive.search.indexing import Indexer
from archive.search.lists import ListLine, ListOptions, search_list
from archive.search.query import Fuzzy, Leaf
from archive.search.query_language.parser import parse
from archive.search.request import SearchRequest, Unit
from archive.search.results import SearchResults
from archive.search.saved_searches import AlertRunner
from archive.search.service import SearchService
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.store.catalog import Catalog

AddDocument = Callable[..., str]
FILLER = " ".join(["rec"] * 40)


def lacking(results: SearchResults) -> list[tuple[str, tuple[str, ...]]]:
    """The documents that lack words, by id, each with those."""
    return [(hit.id, hit.lacking) for hit in results.partly]


def test_what_lacks_words_follows_and_is_counted_apart(
    add_document: AddDocument, indexing: Indexer, service: SearchService
) -> None:
    both = add_document("kamere i policija", kind="contract")
    one = add_document("samo kamera", kind="minutes")
    add_document("ni jedno")
    indexing.index_due()
    results = service.search(SearchRequest("kamera, policije"), filled_up=True)
    assert ([hit.id for hit in results.hits], results.total) == ([both], 1)
    assert (lacking(results), results.total_partly) == ([(one, ("policije",))], 1)
    assert results.partly[0].pages[0].snippet.text == "samo kamera"
    assert {value.value: value.count for value in results.facets["kind"]} == {"contract": 1}


def test_it_is_looked_for_only_where_somebody_wants_it(
    add_document: AddDocument, indexing: Indexer, service: SearchService
) -> None:
    add_document("samo kamera")
    indexing.index_due()
    results = service.search(SearchRequest("kamera policije"))
    assert (results.total, results.partly, results.total_partly) == (0, (), None)


def test_the_more_of_the_rarer_words_the_nearer_the_better(
    add_document: AddDocument, indexing: Indexer, service: SearchService
) -> None:
    for number in range(6):
        add_document(f"ugovor {number} {FILLER}")
    rare = add_document(f"teracotem {FILLER} a {FILLER}")
    apart = add_document(f"teracotem {FILLER} ugovor {FILLER}")
    beside = add_document(f"teracotem ugovor {FILLER} {FILLER}")
    indexing.index_due()
    results = service.search(SearchRequest("teracotem ugovor nigdenema"), filled_up=True)
    assert [hit.id for hit in results.partly[:3]] == [beside, apart, rare]
    assert results.total_partly == 9
    assert results.partly[2].lacking == ("ugovor", "nigdenema")


def test_paging_goes_on_from_all_words_to_some_and_shows_each_document_once(
    add_document: AddDocument, indexing: Indexer, service: SearchService
) -> None:
    exact = {add_document(f"kamera {number} policija") for number in range(3)}
    some = {add_document(f"kamera {number}") for number in range(5)}
    indexing.index_due()
    at_once = service.search(SearchRequest("kamera policija", limit=10), filled_up=True)
    listed: list[str] = []
    counts = []
    for offset in range(0, 8, 2):
        part = service.search(SearchRequest("kamera policija", limit=2, offset=offset), filled_up=True)
        listed += [hit.id for hit in (*part.hits, *part.partly)]
        counts.append((part.total, part.total_partly))
    assert listed == [hit.id for hit in (*at_once.hits, *at_once.partly)]
    assert (set(listed[:3]), set(listed[3:])) == (exact, some)
    assert counts == [(3, None), (3, 5), (3, 5), (3, 5)]


def test_where_the_exact_ones_end_with_the_page_the_others_are_counted(
    add_document: AddDocument, indexing: Indexer, service: SearchService
) -> None:
    add_document("kamera policija")
    add_document("kamera")
    indexing.index_due()
    results = service.search(SearchRequest("kamera policija", limit=1), filled_up=True)
    assert (len(results.hits), results.partly, results.total_partly) == (1, (), 1)


def test_fields_filters_and_exclusions_stay_required(
    add_document: AddDocument, indexing: Indexer, service: SearchService
) -> None:
    kept = add_document("kamera 1.500,00", year="2019")
    add_document("kamera 1.500,00", year="2020")
    add_document("kamera vojska 1.500,00", year="2019")
    add_document("kamera 99,00", year="2019")
    indexing.index_due()
    filters = {"amount_min": ("1000",), "year": ("2019",)}
    results = service.search(SearchRequest("kamera policija -vojska", filters), filled_up=True)
    assert (results.total, lacking(results)) == (0, [(kept, ("policija",))])
    in_text = service.search(SearchRequest("kamera policija -vojska year:2019 amount:>=1000"), filled_up=True)
    assert lacking(in_text) == [(kept, ("policija",))]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('kamera "video nadzor"', ('"video nadzor"',)),
        ("kamera (dronovi OR policija)", ("(dronovi OR policija)",)),
        ("kamera AND video NEAR/3 dronovi", ("video NEAR/3 dronovi",)),
        ("kamera dron* kamera", ("dron*",)),
    ],
)
def test_a_part_that_is_lacking_is_named_as_typed(
    text: str, words: tuple[str, ...], add_document: AddDocument, indexing: Indexer, service: SearchService
) -> None:
    id_ = add_document("kamera za video")
    indexing.index_due()
    assert lacking(service.search(SearchRequest(text), filled_up=True)) == [(id_, words)]


@pytest.mark.parametrize("text", ["kamera", '"video nadzor"', "kamera OR video", "year:2019 kamera", "-kamera", ""])
def test_of_a_single_part_nothing_can_be_lacking(
    text: str, add_document: AddDocument, indexing: Indexer, service: SearchService
) -> None:
    add_document("video za nadzor")
    indexing.index_due()
    results = service.search(SearchRequest(text), filled_up=True)
    assert (results.partly, results.total_partly) == ((), 0)


def test_a_clause_may_lack_words_too(
    add_document: AddDocument, indexing: Indexer, catalog: Catalog, clause_engine: WhooshEngine
) -> None:
    clauses = SearchService(catalog, clause_engine, unit=Unit.CLAUSES)
    indexing.index_due()
    results = clauses.search(SearchRequest("kamera policija", unit=Unit.CLAUSES), filled_up=True)
    assert (results.total, results.total_partly) == (0, 0)


def test_alerts_exports_and_counts_know_all_words_only(
    add_document: AddDocument, indexing: Indexer, service: SearchService, catalog: Catalog, engine: WhooshEngine
) -> None:
    indexing.index_due()
    alerts = AlertRunner(catalog, service)
    saved = alerts.save(engine.generation, "both", SearchRequest("kamera policija"))
    both = add_document("kamera policija")
    add_document("kamera")
    indexing.index_due()
    alerts.check_due(engine.generation)
    assert [alert.description.id for alert in alerts.found(saved)] == [both]
    (piece,) = service.all_results(SearchRequest("kamera policija"))
    assert ([hit.id for hit in piece.hits], piece.partly) == ([both], ())


def test_where_a_word_stands_nowhere_what_was_likely_meant_fills_up(
    add_document: AddDocument, indexing: Indexer, service: SearchService
) -> None:
    meant = add_document("potpisao Алимпић, direktor")
    add_document("direktor škole")
    indexing.index_due()
    results = service.search(SearchRequest("Алимипћ direktor"), filled_up=True)
    assert (results.total, results.total_partly, results.is_likely) == (0, 2, True)
    assert lacking(results)[0] == (meant, ("Алимипћ",))
    assert "“Алимипћ” is in no document; below is what has “Алимпић”." in results.notes
    assert service.total_partly(SearchRequest("Алимипћ direktor"), results) == 2
    # Of what was typed, not of what was meant.
    assert service.nearly(SearchRequest("Алимипћ direktor"), results).some == 2


def test_a_misspelt_word_is_compared_with_the_index_once(
    add_document: AddDocument,
    indexing: Indexer,
    service: SearchService,
    engine: WhooshEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add_document("potpisao Алимпић, direktor")
    indexing.index_due()
    words = engine.words
    compared: list[Leaf] = []

    def counted(leaf: Leaf, limit: int) -> tuple[WordCount, ...]:
        compared.append(leaf)
        return words(leaf, limit)

    monkeypatch.setattr(engine, "words", counted)
    request = SearchRequest("Алимипћ direktor")
    results = service.search(request, filled_up=True)
    help_ = search_help(service, engine, request, results)
    assert help_.suggestion == Suggestion("Алимпић direktor", 1)
    assert len([leaf for leaf in compared if isinstance(leaf, Fuzzy)]) == 1


def test_a_misspelt_word_alone_finds_what_was_meant_below(
    add_document: AddDocument, indexing: Indexer, service: SearchService
) -> None:
    id_ = add_document("firma Tehnomanija isporučuje")
    indexing.index_due()
    results = service.search(SearchRequest("Tehnomanja"), filled_up=True)
    assert lacking(results) == [(id_, ("Tehnomanja",))]
    exact = service.search(SearchRequest("Tehnomanja", exact=True), filled_up=True)
    assert (exact.partly, exact.total_partly, exact.notes) == ((), 0, ())


def test_a_line_of_a_list_says_how_many_lack_words(
    add_document: AddDocument, indexing: Indexer, service: SearchService
) -> None:
    id_ = add_document("kamera")
    indexing.index_due()
    (line,) = search_list(service, [ListLine(1, "kamera policija")], ListOptions())
    assert (line.documents, line.hits, line.total_partly) == (0, (), 1)
    assert [(hit.id, hit.lacking) for hit in line.partly] == [(id_, ("policija",))]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("koliko kamera ima Bečej", "kamera Bečej"),
        ("Ko je dobio posao u Čačku?", "dobio posao Čačku"),
        ("колико камера има Бечеј", "камера Бечеј"),
        ("who won the tender in Bečej?", "won tender Bečej"),
        ("KOLIKO KAMERA IMA BEČEJ", "KAMERA BEČEJ"),
        ("kamere (u Bečeju) na trgu", "kamere Bečeju trgu"),
        ("koliko kamera (i gde) ima Bečej?", "kamera Bečej"),
    ],
)
def test_a_question_is_asked_by_its_words(question: str, asked: str) -> None:
    understood = parse(question, exact=False)
    assert understood.query == parse(asked, exact=False).query
    assert any("need not have" in note for note in understood.notes)


@pytest.mark.parametrize(
    "text", ["koliko", "da li", '"koliko" kamera', "u OR kamera", "lot A", "year:2019 u", "kamera -u", "sto kamera"]
)
def test_a_function_word_is_a_word_where_it_was_meant(text: str) -> None:
    assert not any("need not have" in note for note in parse(text, exact=False).notes)


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ("kamere (Bečej trg)", ["kamere", "Bečej", "trg"]),
        ("((kamere) Bečej) trg", ["kamere", "Bečej", "trg"]),
        ("kamere AND (Bečej trg)", ["kamere", "Bečej", "trg"]),
        ("(kamere NEAR/5 trg) Bečej", ["kamere NEAR/5 trg", "Bečej"]),
        ("kamere (Bečej OR trg)", ["kamere", "(Bečej OR trg)"]),
        ("kamere NOT (Bečej trg)", ["kamere", "NOT (Bečej trg)"]),
        ("kamere NEAR/5 (Bečej trg)", ["kamere NEAR/5 (Bečej trg)"]),
        ("(kamere trg) NEAR/5 Bečej", ["(kamere trg) NEAR/5 Bečej"]),
        ("title:(kamere trg) Bečej", ["title:(kamere trg)", "Bečej"]),
    ],
)
def test_parentheses_that_group_nothing_are_punctuation(query: str, parts: list[str]) -> None:
    assert [factor.text for factor in parse(query, exact=False).factors] == parts


def test_an_exact_search_asks_for_every_word() -> None:
    assert len(parse("kamere u Bečeju", exact=True).factors) == 3
