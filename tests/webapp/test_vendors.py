"""The pages of vendors, their JSON, and the links that lead there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from archive.archive import Archive
from archive.config import Settings
from archive.vendors.entities import Entity
from archive.vendors.identity import Mention
from tests.vendor_samples import come_in, naming
from tests.webapp_html import html_of, links, text_of
from tests.webapp_samples import NoPicture
from webapp import create_app
from webapp.pages.vendors import documents_text

RUMA, CAPITALS, NIS = "„Primer” d.o.o. Ruma", "PRIMER DOO", "Primer a.d. Niš <b>&"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "home", Settings()) as opened:
        come_in(
            opened,
            naming(1, RUMA, pib="100000001"),
            naming(2, CAPITALS, bidders=(CAPITALS,), pib="100000001", mb="1", check_failed="mb"),
            naming(3, RUMA),
            naming(4, NIS),
        )
        yield opened


@pytest.fixture
def client(archive: Archive) -> FlaskClient:
    return create_app(archive, NoPicture()).test_client()


def test_the_list_has_every_vendor_with_its_numbers_and_names(client: FlaskClient) -> None:
    html = html_of(client, "/vendors")
    shown = text_of(html)
    assert "2 vendors" in shown
    assert "vendor in 3 documents, bidder in 1 PIB 100000001 MB 1 (check digit wrong)" in shown
    assert f"Also printed: {CAPITALS}" in shown
    assert "<b>" not in html
    assert "/vendors/pib-100000001" in links(html)
    assert "1 vendor " in text_of(html_of(client, "/vendors?q=niš"))
    assert "No vendor has that" in text_of(html_of(client, "/vendors?q=zzz"))


@pytest.mark.parametrize(
    ("won", "bid", "told"),
    [
        (2, 0, "vendor in 2 documents"),
        (0, 1, "bidder in 1 document"),
        (1, 1, "vendor in 1 document, bidder in 1"),
    ],
)
def test_what_a_vendor_is_nowhere_is_not_said(won: int, bid: int, told: str) -> None:
    count = max(won, bid)
    mentions = tuple(Mention(f"{at:064x}", RUMA, won=at < won, bid=at < bid) for at in range(count))
    assert documents_text(Entity("ruma", RUMA, (RUMA,), mentions)) == told


def test_a_vendor_shows_its_documents_with_their_evidence(client: FlaskClient) -> None:
    html = html_of(client, "/vendors/pib-100000001")
    shown = text_of(html)
    assert f"{RUMA} 2 documents" in shown
    assert f"{CAPITALS} 1 document" in shown
    assert f"Bidder: {CAPITALS} p. 1 o" in shown
    (searched,) = (link for link in links(html) if link.startswith("/?vendor="))
    assert "3 documents" in text_of(html_of(client, searched))


@pytest.mark.parametrize("name", ["100000001", "Primer DOO", "ПРИМЕР Д.О.О. РУМА"])
def test_any_name_or_number_leads_to_the_vendor(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/vendors/{name}")
    assert (answer.status_code, answer.location) == (302, "/vendors/pib-100000001")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/vendors/nobody", 404),
        ("/vendors?first=3", 404),
        ("/vendors?first=x", 400),
        ("/vendors/primer-2?first=9", 404),
    ],
)
def test_what_is_not_there_is_said(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


def test_a_document_links_the_vendors_that_it_names(client: FlaskClient, archive: Archive) -> None:
    (id_,) = (mention.document for mention in archive.catalog.vendors.find(NIS).mentions)
    html = html_of(client, f"/documents/{id_}")
    assert f"/vendors/{archive.catalog.vendors.find(NIS).id}" in links(html)


def test_what_a_person_said_stands_on_the_page(client: FlaskClient, archive: Archive) -> None:
    archive.catalog.vendors.merge(RUMA, NIS, "Ana")
    archive.settle()
    shown = text_of(html_of(client, "/vendors/pib-100000001"))
    assert "Decisions by people Ana, " in shown
    assert f"{RUMA} and {NIS} are the same firm" in shown
    assert "4 documents" in text_of(html_of(client, f"/?vendor={CAPITALS}"))


def test_a_filter_by_a_printed_name_checks_the_vendor(client: FlaskClient) -> None:
    html = html_of(client, f"/?vendor={CAPITALS}")
    assert f'value="{RUMA}" checked' in html
    assert f"Vendor {RUMA} ×" in text_of(html)


def test_programs_get_the_same_as_json(client: FlaskClient) -> None:
    answer = client.get("/api/v1/vendors?q=primer&limit=1").get_json()
    first = answer["vendors"][0]
    assert (answer["total"], len(answer["vendors"])) == (2, 1)
    assert (first["id"], first["names"], first["won"], first["bid"]) == ("pib-100000001", [RUMA, CAPITALS], 3, 1)
    assert {"register": "mb", "number": "1", "valid": False} in first["numbers"]
    one = client.get("/api/v1/vendors/100000001").get_json()
    assert sorted(document["name"] for document in one["documents"]) == [CAPITALS, RUMA, RUMA]
    assert client.get("/api/v1/vendors/nobody").status_code == 404
    assert client.get("/api/v1/vendors?x=1").status_code == 400
    assert client.get(f"/api/v1/search?vendor={CAPITALS}").get_json()["total"] == 3
