"""Clauses are found by themselves, at their own words, and their index keeps in step with the catalog."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.errors import UsageError
from archive.model import Clause, ClauseLevel, Document, Fact, Page, Reading, Span, TextSource
from archive.model.words import Word, Words
from archive.search.entries import ClauseEntries, entry_id
from archive.search.indexing import Indexer, UnitIndex
from archive.search.request import SearchRequest, Unit
from archive.search.results import ClauseResultsAnswer, SearchResults
from archive.search.service import SearchService
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.search.whoosh_engine.schema import OLDER_VERSIONS
from archive.serialization import serialize
from archive.store.catalog import Catalog

PAGES = (
    "UGOVOR o nabavci kamera Član 1. Predmet ugovora je nabavka kamera",
    "na raskrsnicama. Član 2. Cena iznosi 500.000,00 dinara. Član 3. Kazna za docnju",
)
# (eid, heading, topic, first word, last word)
ARTICLES = (
    ("art_1", "Predmet", "subject", 4, 12),
    ("art_2", None, "price", 13, 18),
    ("art_3", None, "penalty", 19, 23),
)
Ask = Callable[..., SearchResults]


@pytest.fixture
def contract(catalog: Catalog) -> str:
    return add_contract(catalog, 1, ARTICLES)


@pytest.fixture
def ask(catalog: Catalog, indexing: Indexer, clause_engine: WhooshEngine) -> Ask:
    def asked(text: str = "", **more: object) -> SearchResults:
        indexing.index_due()
        request = SearchRequest(text, unit=Unit.CLAUSES, **more)  # type: ignore[arg-type]  # fields named by the tests
        return SearchService(catalog, clause_engine, unit=Unit.CLAUSES).search(request)

    return asked


def add_contract(catalog: Catalog, number: int, articles: tuple[tuple[str, str | None, str, int, int], ...]) -> str:
    id_ = hashlib.sha256(str(number).encode()).hexdigest()
    now = datetime.now(UTC)
    words = [Words.of(Word(text) for text in page.split()) for page in PAGES]
    starts = (0, len(words[0]))
    pages = tuple(
        Page(at, start, len(page), 595, 842, TextSource.TEXT, language="sr-Latn")
        for at, (start, page) in enumerate(zip(starts, words, strict=True), start=1)
    )
    reading = Reading(id_, 1, now, {}, "sr-Latn", pages)
    document = Document(id_, "u.pdf", "application/pdf", 1, "main", now, 1, 1, 2, reading.word_count)
    facts = [Fact("municipality", "Bečej", Span(id_, 1, 0, 0), "test", 1.0)]
    catalog.documents.add(document, reading, words, facts, f"/in/{number}.pdf", clauses=clauses_of(id_, articles))
    return id_


def clauses_of(id_: str, articles: tuple[tuple[str, str | None, str, int, int], ...]) -> list[Clause]:
    return [
        Clause(eid, eid, heading, topic, None, Span(id_, 1, first, last), ClauseLevel.ARTICLE, 0.9)
        for eid, heading, topic, first, last in articles
    ]


def found(results: SearchResults) -> list[tuple[str, str]]:
    return [(hit.id, hit.clause.eid) for hit in results.hits if hit.clause]


def test_a_clause_is_found_at_its_words_on_its_pages(ask: Ask, contract: str) -> None:
    results = ask("raskrsnica")
    assert found(results) == [(contract, "art_1")]
    (page,) = results.hits[0].pages
    assert (page.number, page.words) == (2, ((12, 12),))
    assert "raskrsnicama" in page.snippet.text


def test_all_words_of_a_query_have_to_stand_in_one_clause(ask: Ask, contract: str) -> None:
    assert found(ask("kamera cena")) == []
    assert found(ask("cena dinara")) == [(contract, "art_2")]
    assert found(ask('"iznosi 500.000,00"')) == [(contract, "art_2")]


def test_text_outside_of_clauses_is_not_found(ask: Ask, contract: str) -> None:
    assert ask("UGOVOR -predmet").total == 0
    assert ask("").total == len(ARTICLES)


def test_facets_count_clauses_by_topic_and_by_what_their_document_is(ask: Ask, contract: str) -> None:
    facets = ask("").facets
    assert {value.value: value.count for value in facets["topic"]} == {"subject": 1, "price": 1, "penalty": 1}
    assert {value.value: value.count for value in facets["municipality"]} == {"Bečej": 3}
    assert found(ask("", filters={"topic": ("price",)})) == [(contract, "art_2")]


def test_a_heading_is_asked_for_as_a_title(ask: Ask, contract: str) -> None:
    assert found(ask("title:predmet")) == [(contract, "art_1")]


def test_a_search_for_documents_knows_no_topic() -> None:
    with pytest.raises(UsageError, match="no filter 'topic' in a search for documents"):
        SearchRequest("kamera", {"topic": ("price",)})


def test_json_names_document_clause_and_words(ask: Ask, contract: str) -> None:
    answer = serialize(ClauseResultsAnswer, ask("raskrsnica"))
    (hit,) = answer["hits"]
    assert answer["unit"] == "clauses"
    assert {name: hit[name] for name in ("id", "eid", "label", "heading", "topic", "words", "municipality")} == {
        "id": contract,
        "eid": "art_1",
        "label": "art_1",
        "heading": "Predmet",
        "topic": "subject",
        "words": [4, 12],
        "municipality": "Bečej",
    }


def test_clauses_of_a_new_reading_take_the_place_of_the_old(
    ask: Ask, indexing: Indexer, catalog: Catalog, contract: str
) -> None:
    assert ask("").total == 3
    reading = replace(catalog.readings.get(contract), number=2)
    moved = [replace(clause, span=replace(clause.span, reading=2)) for clause in clauses_of(contract, ARTICLES[:1])]
    catalog.readings.add(reading, list(catalog.readings.all_words(contract)), (), moved)
    assert found(ask("")) == [(contract, "art_1")]
    assert ask("").hits[0].reading == 2


def test_losing_the_index_of_clauses_loses_nothing(ask: Ask, indexing: Indexer, contract: str, tmp_path: Path) -> None:
    ask("")
    shutil.rmtree(tmp_path / "index" / "clauses")
    indexing.reconcile()
    assert ask("").total == 3


def test_a_rebuild_holds_the_same(ask: Ask, indexing: Indexer, catalog: Catalog, contract: str) -> None:
    other = add_contract(catalog, 2, ARTICLES)
    before = found(ask(""))
    indexing.rebuild(jobs=2)
    assert sorted(found(ask(""))) == sorted(before)
    assert {document for document, _ in before} == {contract, other}
    assert indexing.is_complete()


def test_an_index_that_fell_behind_is_mended(
    ask: Ask, indexing: Indexer, catalog: Catalog, clause_engine: WhooshEngine, contract: str
) -> None:
    ask("")
    clause_engine.remove([entry_id(contract, 13, "art_2")])
    assert ask("").total == 2
    indexing.reconcile()
    assert ask("").total == 3


def test_clauses_are_listed_in_the_order_in_which_they_stand(ask: Ask, catalog: Catalog) -> None:
    """Article 2 before article 10, whether nothing is asked for or all are as relevant."""
    articles = tuple((f"art_{number}", None, "price", number, number) for number in range(1, 13))
    contract = add_contract(catalog, 2, articles)
    assert found(ask("")) == [(contract, eid) for eid, *_ in articles]
    assert found(ask("", sort="title", limit=3)) == [(contract, eid) for eid in ("art_1", "art_2", "art_3")]


def test_an_index_with_other_names_of_clauses_is_brought_up_to_date(
    ask: Ask, catalog: Catalog, clause_engine: WhooshEngine, contract: str
) -> None:
    entries = ClauseEntries(catalog).of([entry_id(*unit) for unit in catalog.clauses.unit_revisions()], _Revisions())
    clause_engine.add(replace(entry, id=entry.id.replace(entry.id.split("/")[1] + "/", "")) for entry in entries)
    catalog.indexing.mark(f"clauses/{clause_engine.generation}", catalog.indexing.revisions())
    assert f"{contract}/art_1" in clause_engine.held()
    assert [eid for _, eid in found(ask(""))] == ["art_1", "art_2", "art_3"]
    assert set(clause_engine.held()) == {entry_id(*unit) for unit in catalog.clauses.unit_revisions()}


class _Revisions(dict[str, int]):
    """Every entry at its first revision."""

    def __missing__(self, key: str) -> int:
        return 1


def test_what_had_no_clauses_before_the_first_that_had_is_done(catalog: Catalog, clause_engine: WhooshEngine) -> None:
    ids = sorted(hashlib.sha256(str(number).encode()).hexdigest() for number in range(4))
    for number in range(4):
        is_last = hashlib.sha256(str(number).encode()).hexdigest() == ids[-1]
        add_contract(catalog, number, ARTICLES if is_last else ())
    clauses = UnitIndex(catalog, clause_engine, Unit.CLAUSES, commit_documents=1)
    clauses.index(clauses.due())
    assert clauses.is_complete()


def test_an_index_of_before_is_built_anew_also_where_that_of_documents_was(
    catalog: Catalog, clause_engine: WhooshEngine, contract: str, ask: Ask
) -> None:
    """A process may end between the two."""
    assert ask().total == len(ARTICLES)
    of_before = clause_engine.generation
    (Path(clause_engine.where) / of_before / "version").write_text(OLDER_VERSIONS[-1], encoding="ascii")
    assert clause_engine.is_of_before()
    add_contract(catalog, 2, ARTICLES)
    assert ask().total == 2 * len(ARTICLES)
    assert (clause_engine.generation != of_before, clause_engine.is_of_before()) == (True, False)
