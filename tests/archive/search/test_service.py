"""From a request to a page of results, on a real catalog and a real index."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from archive.model.words import Word, Words
from archive.search.indexing import Indexer
from archive.search.request import SNIPPET_PAGES, UNKNOWN, SearchRequest, excluding
from archive.search.results import SearchResults
from archive.search.service import SearchService
from archive.store.catalog import Catalog

AddDocument = Callable[..., str]
FILLER = " ".join(["rec"] * 40)


def shown(results: SearchResults) -> list[tuple[int, str, tuple[tuple[int, int], ...]]]:
    """Number, marked text and words of each page of the only hit."""
    (hit,) = results.hits
    return [
        (page.number, "|".join(page.snippet.text[a:b] for a, b in page.snippet.marks), page.words) for page in hit.pages
    ]


def test_a_hit_names_its_pages_with_snippets(
    add_document: AddDocument, indexing: Indexer, service: SearchService
) -> None:
    add_document("Tenderska dokumentacija", f"{FILLER} Kamere, za (nadzor) {FILLER}", "", "video nadzor")
    indexing.index_due()
    results = service.search(SearchRequest("nadzora"))
    assert shown(results) == [(2, "(nadzor)", ((44, 44),)), (4, "nadzor", ((86, 86),))]
    assert results.hits[0].pages[0].snippet.text.startswith("… ")
    assert results.hits[0].pages[1].snippet.text == "video nadzor"


def test_a_phrase_over_a_page_break_is_shown_on_both_pages(
    add_document: AddDocument, indexing: Indexer, service: SearchService
) -> None:
    id_ = add_document("ovo je javna", "", "nabavka kamera")
    indexing.index_due()
    results = service.search(SearchRequest('"javna nabavka kamera"'))
    assert shown(results) == [(1, "javna", ((2, 2),)), (3, "nabavka kamera", ((3, 4),))]
    assert service.matches(id_, '"javna nabavka kamera"') == ((2, 4),)


def test_words_anywhere_in_the_document_count_together(
    add_document: AddDocument, indexing: Indexer, service: SearchService
) -> None:
    add_document("kamere", "policija")
    indexing.index_due()
    assert [page[0] for page in shown(service.search(SearchRequest("kamera policije")))] == [1, 2]
    assert service.search(SearchRequest("kamera -policije")).total == 0


def test_an_empty_query_lists_all_documents_newest_first(
    add_document: AddDocument, indexing: Indexer, service: SearchService
) -> None:
    older = add_document("prvi", date="2019-01-01", year="2019")
    newer = add_document("drugi", date="2022-01-01", year="2022")
    indexing.index_due()
    results = service.search(SearchRequest())
    assert [(hit.id, hit.pages) for hit in results.hits] == [(newer, ()), (older, ())]


def test_facets_come_with_labels(add_document: AddDocument, indexing: Indexer, service: SearchService) -> None:
    add_document("kamere", kind="tender_notice", municipality="Niš")
    add_document("kamere za školu")
    indexing.index_due()
    facets = service.search(SearchRequest("kamere", filters={"kind": ("contract",)})).facets
    assert [(value.value, value.label, value.count) for value in facets["kind"]] == [
        ("tender_notice", "Tender notice", 1),
        (UNKNOWN, "Unknown", 1),
        ("contract", "Contract", 0),
    ]
    assert facets["municipality"] == ()


def test_every_matching_page_is_listed_and_missing_snippets_are_said(
    add_document: AddDocument, indexing: Indexer, service: SearchService
) -> None:
    add_document(*["kamera"] * (SNIPPET_PAGES + 3))
    indexing.index_due()
    results = service.search(SearchRequest("kamera"))
    pages = results.hits[0].pages
    assert [page.number for page in pages] == list(range(1, SNIPPET_PAGES + 4))
    assert [bool(page.snippet.text) for page in pages] == [True] * SNIPPET_PAGES + [False] * 3
    assert any(str(SNIPPET_PAGES) in note for note in results.notes)
    fewer = service.search(SearchRequest("kamera", excerpts=2))
    assert [bool(page.snippet.text) for page in fewer.hits[0].pages] == [True] * 2 + [False] * (SNIPPET_PAGES + 1)
    assert fewer.notes == ()


def test_notes_of_the_parser_reach_the_reader(service: SearchService) -> None:
    assert service.search(SearchRequest("(kamere")).notes == (
        "A parenthesis was not closed; it was closed at the end.",
    )


def test_matches_of_one_document(add_document: AddDocument, indexing: Indexer, service: SearchService) -> None:
    id_ = add_document("kamera kamere kamerama")
    indexing.index_due()
    assert service.matches(id_, "kamera") == ((0, 0), (1, 1), (2, 2))
    assert service.matches(id_, "kamera", exact=True) == ((0, 0),)
    assert service.matches(id_, "") == ()
    assert service.matches("0" * 64, "kamera") == ()


def test_until_a_new_reading_is_indexed_hits_are_of_the_old_one_and_say_so(
    add_document: AddDocument, catalog: Catalog, indexing: Indexer, service: SearchService
) -> None:
    """The index knows where the words stood in reading 1; in reading 2, those numbers mean other words."""
    id_ = add_document("ugovor kamera")
    indexing.index_due()
    words = [Words.of(Word(text) for text in ["naslov", "ugovor", "za", "kameru"])]
    first = catalog.readings.get(id_)
    catalog.readings.add(replace(first, number=2, pages=(replace(first.pages[0], word_count=4),)), words, [])
    results = service.search(SearchRequest("kamera"))
    assert [hit.reading for hit in results.hits] == [1]
    assert shown(results) == [(1, "kamera", ((1, 1),))]
    assert service.matches(id_, "kamera") == ()
    assert service.matches(id_, "kamera", reading=1) == ((1, 1),)
    indexing.index_due()
    assert shown(service.search(SearchRequest("kamera"))) == [(1, "kameru", ((3, 3),))]
    assert service.matches(id_, "kamera") == ((3, 3),)


def test_a_word_printed_in_pieces_is_marked_whole(
    add_document: AddDocument, indexing: Indexer, service: SearchService
) -> None:
    add_document("prva strana", "ovo je O D L U K A!")
    indexing.index_due()
    (hit,) = service.search(SearchRequest("odluke")).hits
    assert [(page.number, page.words) for page in hit.pages] == [(2, ((4, 9),))]
    assert hit.pages[0].snippet.text == "ovo je O D L U K A!"
    assert hit.pages[0].snippet.marks == ((7, 19),)


def test_reading_quality_is_a_facet(add_document: AddDocument, indexing: Indexer, service: SearchService) -> None:
    id_ = add_document("kamere")
    indexing.index_due()
    results = service.search(SearchRequest("kamere", filters={"quality": ("good", "unreliable")}))
    assert [hit.id for hit in results.hits] == [id_]
    assert [(value.value, value.label, value.count) for value in results.facets["quality"]] == [
        ("good", "Good", 1),
        ("unreliable", "Unreliable", 0),
    ]


@pytest.mark.parametrize(
    ("facet", "text"),
    [
        ("municipality", "becej"),
        ("municipality", "БЕЧЕЈ"),
        ("watch", "Prepoznavanje Lica"),
        ("kind", "ugovor"),
        ("language", "srpski"),
        ("language", "sr-Latn"),
    ],
)
def test_a_filter_takes_a_value_in_any_spelling(
    add_document: AddDocument, indexing: Indexer, service: SearchService, facet: str, text: str
) -> None:
    known = {"municipality": "Bečej", "watch": "prepoznavanje lica", "kind": "contract"}
    id_ = add_document("kamera", **known)
    other = add_document("kamera i nadzor", language="en", municipality="Bač", kind="minutes")
    indexing.index_due()
    assert [hit.id for hit in service.search(SearchRequest("kamera", filters={facet: (text,)})).hits] == [id_]
    without = SearchRequest("kamera", filters={excluding(facet): (text,)})
    assert [hit.id for hit in service.search(without).hits] == [other]
    assert service.search(SearchRequest("kamera", filters={facet: ("nema",)})).total == 0


def test_a_query_takes_a_municipality_in_any_spelling(
    add_document: AddDocument, indexing: Indexer, service: SearchService, catalog: Catalog
) -> None:
    id_ = add_document("kamera", municipality="Bečej")
    other = add_document("kamera i nadzor", municipality="Bač")
    indexing.index_due()
    for query in (
        "opština:becej kamera",
        "opština:БЕЧЕЈ kamera",
        "kamera -municipality:bac",
        "kamera opština:(becej OR nema)",
    ):
        assert [hit.id for hit in service.search(SearchRequest(query)).hits] == [id_]
        assert service.matches(id_, query) == ((0, 0),)
        assert service.matches(other, query) == ()


def test_a_value_that_is_written_exactly_so_is_meant_alone(catalog: Catalog, add_document: AddDocument) -> None:
    add_document("prvi", municipality="Bar")
    add_document("drugi", municipality="Bár")
    assert catalog.facts.values_like("municipality", "Bar") == ["Bar"]
    assert catalog.facts.values_like("municipality", "BAR") == ["Bar", "Bár"]
    assert catalog.facts.values_like("municipality", "Baraba") == []
