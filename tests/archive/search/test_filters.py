"""Filters: values chosen, values left out, and bounds of amounts, on a real catalog and a real index."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.errors import UsageError
from archive.search.certificate import certify
from archive.search.indexing import Indexer
from archive.search.request import SearchRequest
from archive.search.saved_searches import AlertRunner, request_of
from archive.search.service import SearchService
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.store.catalog import Catalog

AddDocument = Callable[..., str]
Find = Callable[..., set[str]]


@pytest.fixture
def towns(add_document: AddDocument, indexing: Indexer) -> dict[str, str]:
    """Documents by their towns: one of each, and one of no town that is known."""
    ids = {
        "Bečej": add_document("kamere po 1.000.000,00 dinara", municipality="Bečej", year="2020"),
        "Niš": add_document("kamere po 250.000 dinara i 7.500.000 dinara", municipality="Niš", year="2020"),
        "": add_document("kamere bez cene", year="2021"),
    }
    indexing.index_due()
    return ids


@pytest.fixture
def find(service: SearchService) -> Find:
    def find_(text: str = "kamere", **filters: tuple[str, ...]) -> set[str]:
        return {hit.id for hit in service.search(SearchRequest(text, filters)).hits}

    return find_


def test_a_value_left_out_takes_its_documents_away_and_keeps_the_unknown(towns: dict[str, str], find: Find) -> None:
    assert find(not_municipality=("Bečej",)) == {towns["Niš"], towns[""]}
    assert find("", not_municipality=("Bečej", "Niš")) == {towns[""]}
    assert find(not_municipality=("unknown",)) == {towns["Bečej"], towns["Niš"]}
    assert find(not_municipality=("nobody",)) == set(towns.values())


def test_chosen_and_left_out_narrow_each_other(towns: dict[str, str], find: Find) -> None:
    assert find(year=("2020",), not_municipality=("Niš",)) == {towns["Bečej"]}
    assert find(municipality=("Niš", "Bečej"), not_municipality=("Niš",)) == {towns["Bečej"]}


def test_counts_leave_the_own_exclusion_out_and_heed_that_of_others(
    towns: dict[str, str], service: SearchService
) -> None:
    facets = service.search(SearchRequest("kamere", {"not_municipality": ("Niš",)})).facets
    assert {value.value: value.count for value in facets["municipality"]} == {"Bečej": 1, "Niš": 1, "unknown": 1}
    assert {value.value: value.count for value in facets["year"]} == {"2020": 1, "2021": 1}


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"amount_min": ("1000000",)}, {"Bečej", "Niš"}),
        ({"amount_min": ("1000001",)}, {"Niš"}),
        ({"amount_max": ("999999",)}, {"Niš"}),
        ({"amount_min": ("300000",), "amount_max": ("7000000",)}, {"Bečej"}),
        ({"amount_min": ("8000000",)}, set()),
    ],
)
@pytest.mark.parametrize("text", ["kamere", ""])
def test_amounts_bound_what_is_found(
    towns: dict[str, str], find: Find, text: str, filters: dict[str, tuple[str, ...]], found: set[str]
) -> None:
    assert find(text, **filters) == {towns[town] for town in found}


@pytest.mark.parametrize(
    "filters",
    [
        {"not_colour": ("red",)}, {"not_topic": ("price",)}, {"amount_min": ("1,5",)}, {"amount_min": ("1", "2")},
        {"amount_max": ("",)}, {"amount_min": ("2",), "amount_max": ("1",)}, {"not_not_year": ("2020",)},
    ],
)  # fmt: skip
def test_filters_that_make_no_sense_are_refused(filters: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(UsageError):
        SearchRequest("kamere", filters)


def test_a_certificate_searched_only_what_the_filters_left(
    towns: dict[str, str], catalog: Catalog, engine: WhooshEngine, service: SearchService
) -> None:
    asked = {"not_municipality": ("Bečej",), "amount_min": ("1",)}
    certificate = certify(catalog, engine, service, SearchRequest("dronovi", asked))
    assert certificate.searched.documents == 1
    assert certificate.as_json()["filters"] == {"not_municipality": ["Bečej"], "amount_min": ["1"]}


def test_a_saved_search_keeps_its_filters(
    towns: dict[str, str], catalog: Catalog, engine: WhooshEngine, service: SearchService
) -> None:
    asked = SearchRequest("kamere", {"not_municipality": ("Bečej",), "amount_max": ("5",)})
    saved = AlertRunner(catalog, service).save(engine.generation, "kamere", asked)
    assert request_of(catalog.searches.get(saved.id)) == asked
