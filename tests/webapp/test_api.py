"""The API gives what the command line prints."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from archive.records import document_record
from archive.search.request import FACETS, SearchRequest
from archive.search.results import ResultsAnswer
from archive.serialization import serialize
from tests.webapp_samples import RESULTS_PER_PAGE, Sample


def test_a_search_is_the_json_of_the_contract(client: FlaskClient, sample: Sample) -> None:
    found = client.get("/api/v1/search?q=cameras&year=2021&kind=contract&limit=1").get_json()
    filters = {"year": ("2021",), "kind": ("contract",)}
    request = SearchRequest("cameras", filters, limit=1)
    expected = serialize(ResultsAnswer, sample.archive.search.search(request, filled_up=True))
    forms = {"typed": "cameras", "forms": ["camera", "cameras"], "more": 0, "look_alikes": []}
    expected |= {
        "found_as": [forms],
        "missing": [],
        "did_you_mean": None,
        "also": [],
        "wider": [],
        "close_in_meaning": None,
    }
    assert {**found, "took_ms": 0} == {**expected, "took_ms": 0}
    assert list(found) == [
        "query",
        "total",
        "took_ms",
        "notes",
        "not_searched",
        "hits",
        "total_partly",
        "partly",
        "facets",
        "found_as",
        "missing",
        "did_you_mean",
        "wider",
        "also",
        "close_in_meaning",
    ]
    assert set(found["facets"]) == set(FACETS)


def test_a_search_that_found_nothing_names_wider_ones(client: FlaskClient) -> None:
    found = client.get("/api/v1/search?q=cameras&year=1999").get_json()
    assert found["total"] == 0
    without = next(one for one in found["wider"] if one["label"] == "without year 1999")
    assert (without["query"], without["filters"]) == ("cameras", {})
    assert without["total"] > 0
    assert client.get("/api/v1/search?q=cameras").get_json()["wider"] == []


def test_limit_and_offset_cut_the_results(client: FlaskClient) -> None:
    assert len(client.get("/api/v1/search").get_json()["hits"]) == RESULTS_PER_PAGE
    ids = [hit["id"] for hit in client.get("/api/v1/search?sort=title&limit=4").get_json()["hits"]]
    later = [hit["id"] for hit in client.get("/api/v1/search?sort=title&limit=2&offset=2").get_json()["hits"]]
    assert ids[2:] == later


def test_a_document_is_the_record_that_show_prints(client: FlaskClient, sample: Sample) -> None:
    catalog = sample.archive.catalog
    whole = client.get(f"/api/v1/documents/{sample.contract[:10]}").get_json()
    assert whole == document_record(catalog, sample.contract)
    page = client.get(f"/api/v1/documents/{sample.contract}?page=2").get_json()
    assert page == document_record(catalog, sample.contract, 2)


def test_letters_are_sent_as_they_are(client: FlaskClient, sample: Sample) -> None:
    assert "Одговор" in client.get(f"/api/v1/documents/{sample.reply}").text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("search?sort=random", 400), ("search?limit=0", 400), ("search?limit=1001", 400), ("search?limit=-1", 400),
        ("search?offset=x", 400), ("search?page=2", 400), ("search?colour=red", 400), ("search?q=" + "x" * 2001, 400),
        ("documents/00000000", 404), ("documents/xyz", 404), ("documents/00000000?page=x", 400), ("nothing", 404),
    ],
)  # fmt: skip
def test_errors_are_json_with_a_message(client: FlaskClient, path: str, status: int) -> None:
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == status
    error = response.get_json()["error"]
    assert error["status"] == status
    assert error["message"]


def test_a_page_the_document_lacks_is_refused(client: FlaskClient, sample: Sample) -> None:
    error = client.get(f"/api/v1/documents/{sample.contract}?page=4").get_json()["error"]
    assert "no page 4" in error["message"]


def test_health_counts_what_the_index_answers_for(client: FlaskClient, sample: Sample) -> None:
    health = client.get("/healthz").get_json()
    assert health["status"] == "ok"
    assert health["documents"] == health["indexed"] == sample.archive.catalog.documents.count()
