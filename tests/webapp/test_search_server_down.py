"""The reading room of an archive whose search server does not answer: what the catalog tells is shown as ever."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy

import pytest
from flask.testing import FlaskClient

from archive.search.engine import EngineRequest, EngineResults, SearchEngine
from archive.search.opensearch_engine.engine import OpenSearchEngine
from archive.search.request import Unit
from archive.search.results import PARTIAL
from archive.search.service import SearchService
from indexer.images.pages import SandboxedRenderer
from tests.webapp_samples import Sample
from webapp import create_app

NOBODY = "http://127.0.0.1:9/archive"
"""The port to which nobody listens (RFC 863)."""


MakeRoom = Callable[[SearchEngine], FlaskClient]


@pytest.fixture
def room(sample: Sample) -> Iterator[MakeRoom]:
    """Gives the reading room of the archive with another engine."""
    renderer = SandboxedRenderer(sample.archive.settings)

    def make(engine: SearchEngine) -> FlaskClient:
        archive = copy(sample.archive)
        archive.engine = archive.clause_engine = engine
        archive.search = SearchService(archive.catalog, engine)
        archive.clause_search = SearchService(archive.catalog, engine, unit=Unit.CLAUSES)
        return create_app(archive, renderer).test_client()

    yield make
    renderer.close()


@pytest.fixture
def client(room: MakeRoom) -> FlaskClient:
    return room(OpenSearchEngine(NOBODY, "documents"))


def test_a_search_says_that_it_cannot_be_made_now(client: FlaskClient) -> None:
    answer = client.get("/?q=camera")
    assert answer.status_code == 503
    assert "The search server at http://127.0.0.1:9 does not answer." in answer.text
    told = client.get("/api/v1/search?q=camera")
    assert told.status_code == 503
    assert told.json is not None
    assert told.json["error"]["remedy"] == "Check that OpenSearch is running; nothing is lost."


def test_it_is_said_in_the_readers_language(client: FlaskClient) -> None:
    answer = client.get("/?q=kamera", headers={"Accept-Language": "sr-Latn"})
    assert "Server pretrage http://127.0.0.1:9 ne odgovara." in answer.text


@pytest.mark.parametrize("path", ["/documents/{id}", "/documents/{id}/pages/2", "/api/v1/documents/{id}"])
def test_documents_are_shown_as_ever(client: FlaskClient, sample: Sample, path: str) -> None:
    answer = client.get(path.format(id=sample.contract))
    assert answer.status_code == 200
    assert "Contract" in answer.text


def test_a_search_of_a_part_of_the_index_says_so(
    room: MakeRoom, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = copy(sample.archive.engine)
    whole = engine.search

    def part(request: EngineRequest) -> EngineResults:
        assert request.may_be_partial
        found = whole(request)
        return EngineResults(found.total, found.hits, found.facets, partial=True)

    monkeypatch.setattr(engine, "search", part)
    client = room(engine)
    assert PARTIAL in client.get("/?q=camera").text
    told = client.get("/api/v1/search?q=camera").json
    assert told is not None
    assert PARTIAL in told["notes"]
