"""Facts on the page of a document and in the API, with what persons said of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from archive.archive import Archive
from archive.config import Settings
from archive.facts.evidence import fact_records
from archive.model import Fact, FactStatus, Span
from archive.model.decisions import METHOD, Decision, DecisionAction
from tests.webapp_html import html_of, links, text_of
from tests.webapp_samples import Filler, NoPicture, read_again
from webapp import create_app


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "home", Settings()) as archive:
        yield archive


@pytest.fixture
def document(archive: Archive, tmp_path: Path) -> str:
    facts = {"title": ("Camera plan", 0, 1), "kind": ("contract", 0, 0), "vendor": ("Nobody", 1, 1)}
    with archive.writing():
        added = Filler(archive, tmp_path).pdf("plan.pdf", [["Camera plan"], ["for Brezovac"]], "en", facts=facts)
        archive.indexing.index_due()
    return added


@pytest.fixture
def client(archive: Archive) -> FlaskClient:
    return create_app(archive, NoPicture()).test_client()


@pytest.fixture
def decided(archive: Archive, document: str) -> str:
    """The document, with a value corrected, one confirmed, and a field emptied."""
    place = Fact("municipality", "Brezovac", Span(document, 1, 3, 3), METHOD, 1.0, FactStatus.CORRECTED)
    archive.catalog.decisions.record(
        [
            Decision(document, "municipality", DecisionAction.CORRECT, "Ana", (place,)),
            Decision(document, "kind", DecisionAction.CONFIRM, "Bora"),
            Decision(document, "vendor", DecisionAction.CORRECT, "Ana"),
        ]
    )
    archive.settle()
    return document


def test_a_value_says_whose_word_it_is(client: FlaskClient, decided: str) -> None:
    html = html_of(client, f"/documents/{decided}")
    shown = text_of(html)
    assert "Municipality Brezovac corrected by Ana, " in shown
    assert "p. 2 Brezovac" in shown
    assert "Kind Contract confirmed by Bora, " in shown
    assert "90% sure" in shown
    assert "Vendor None corrected by Ana, " in shown
    assert "Nobody" not in shown
    assert f"/documents/{decided}/pages/2?reading=1&words=3-3#words" in links(html)


def test_what_is_decided_narrows_searches(client: FlaskClient, decided: str) -> None:
    found = client.get("/api/v1/search?municipality=Brezovac&vendor=unknown").get_json()
    assert [hit["id"] for hit in found["hits"]] == [decided]


def test_words_found_again_lead_to_the_new_reading(archive: Archive, client: FlaskClient, decided: str) -> None:
    read_again(archive, decided, ["Plan of cameras"], ["in Brezovac town"])
    archive.settle()
    html = html_of(client, f"/documents/{decided}")
    assert "decided in reading 1, words found again" in text_of(html)
    assert f"/documents/{decided}/pages/2?reading=2&words=4-4#words" in links(html)
    assert "p. 1 of reading 1" in text_of(html), "the confirmed kind's word is not in the new reading"


def test_the_api_gives_what_the_command_prints(archive: Archive, client: FlaskClient, decided: str) -> None:
    told = client.get(f"/api/v1/documents/{decided[:9]}/facts").get_json()
    assert told == fact_records(archive.catalog, decided)
    assert [(fact["field"], fact["status"]) for fact in told] == [
        ("title", "extracted"),
        ("kind", "confirmed"),
        ("municipality", "corrected"),
    ]
    assert all(len(fact["boxes"]) == 1 for fact in told)
    assert client.get("/api/v1/documents/00000000/facts").status_code == 404
    refused = client.get(f"/api/v1/documents/{decided}/facts?x=1")
    assert (refused.status_code, "no parameter 'x'" in refused.get_json()["error"]["message"]) == (400, True)


def test_a_person_s_name_is_text_and_no_markup(archive: Archive, client: FlaskClient, document: str) -> None:
    archive.catalog.decisions.record([Decision(document, "kind", DecisionAction.CONFIRM, "<b>Ana</b>")])
    assert "&lt;b&gt;Ana&lt;/b&gt;" in html_of(client, f"/documents/{document}")


def test_a_value_that_stands_in_many_places_is_one_row_with_all_of_them(archive: Archive, tmp_path: Path) -> None:
    facts = {"title": ("Camera plan", 0, 1), "kind": ("contract", 0, 0)}
    with archive.writing():
        id_ = Filler(archive, tmp_path).pdf("plan.pdf", [["Camera plan with a camera and a camera"]], "en", facts=facts)
        reading = archive.catalog.readings.get(id_)
        found = [
            Fact("watch", "camera", Span(id_, 1, word, word), "watch.term", 0.9)
            for word in range(reading.word_count)
            if archive.catalog.readings.words(id_, 1).texts[word].lower() == "camera"
        ]
        archive.catalog.facts.replace_extracted(id_, 1, [*archive.catalog.facts.extracted(id_), *found])
    html = html_of(create_app(archive, NoPicture()).test_client(), f"/documents/{id_}")
    assert len(found) == 3
    assert html.count("<dt>On the watchlist</dt>") == 1
    assert {link.partition("#")[0][-3:] for link in links(html) if "words=" in link} >= {"0-0", "4-4", "7-7"}
