"""Vendors merged, split and set back in the browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from archive.archive import Archive
from archive.config import Settings
from tests.vendor_samples import come_in, naming
from tests.webapp_html import html_of, links, text_of
from tests.webapp_samples import NoPicture
from webapp import create_app

RUMA, CAPITALS, NIS, OTHER = "„Primer” d.o.o. Ruma", "PRIMER DOO", "Primer a.d. Niš <b>&", "Zidar d.o.o. Pirot"
PRIMER = "/vendors/pib-100000001"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "home", Settings()) as opened:
        come_in(
            opened,
            naming(1, RUMA, pib="100000001"),
            naming(2, CAPITALS, pib="100000001"),
            naming(3, NIS),
            naming(4, OTHER),
        )
        yield opened


@pytest.fixture
def client(archive: Archive) -> FlaskClient:
    return create_app(archive, NoPicture()).test_client()


def total(client: FlaskClient, vendor: str) -> int:
    found: int = client.get("/api/v1/search", query_string={"vendor": vendor}).get_json()["total"]
    return found


def test_a_pair_is_merged_from_the_queue_and_set_back(client: FlaskClient, archive: Archive) -> None:
    html = html_of(client, "/vendors/candidates")
    assert "Vendors that may be the same firm: 1 pair" in text_of(html)
    assert "<b>" not in html
    assert "/vendors/candidates" in links(html_of(client, "/vendors"))
    nis = archive.catalog.vendors.find(NIS).id
    sent = {"one": "pib-100000001", "other": nis, "queue": "1", "by": "Ana"}
    answer = client.post("/vendors/merge", data=sent)
    assert answer.status_code == 303
    shown = html_of(client, answer.location)
    assert f"{RUMA} and {NIS} are the same firm" in text_of(shown)
    assert "No vendors look alike." in text_of(shown)
    assert total(client, CAPITALS) == 3, "search counts at once"
    event = str(archive.catalog.vendors.rulings()[-1].event)
    assert f'name="event" value="{event}"' in shown
    assert client.post("/vendors/undo", data={"event": event, "by": "Bora"}).location == "/vendors/candidates"
    assert total(client, CAPITALS) == 2
    assert "1 pair" in text_of(html_of(client, "/vendors/candidates"))


def test_a_pair_is_told_apart_from_the_queue_and_set_back(client: FlaskClient, archive: Archive) -> None:
    assert 'formaction="/vendors/apart"' in html_of(client, "/vendors/candidates")
    sent = {"one": "pib-100000001", "other": archive.catalog.vendors.find(NIS).id, "queue": "1", "by": "Ana"}
    answer = client.post("/vendors/apart", data=sent)
    assert answer.status_code == 303
    shown = html_of(client, answer.location)
    assert f"{RUMA} and {NIS} are different firms" in text_of(shown)
    assert "No vendors look alike." in text_of(shown)
    assert client.get("/api/v1/vendor-candidates").get_json()["total"] == 0
    assert total(client, CAPITALS) == 2
    assert f"{RUMA} and {NIS} are different firms" in text_of(html_of(client, PRIMER)), "the vendor says who did it"
    event = str(archive.catalog.vendors.rulings()[-1].event)
    assert f'name="event" value="{event}"' in shown
    client.post("/vendors/undo", data={"event": event, "by": "Bora"})
    assert "1 pair" in text_of(html_of(client, "/vendors/candidates"))
    assert client.post("/vendors/apart", data={"one": RUMA, "other": CAPITALS, "by": "Ana"}).status_code == 400


def test_a_name_is_split_off_and_the_vendor_says_who_did_it(client: FlaskClient, archive: Archive) -> None:
    assert '<option value="PRIMER DOO" lang="und">PRIMER DOO</option>' in html_of(client, PRIMER)
    answer = client.post(f"{PRIMER}/split", data={"name": CAPITALS, "by": "Ana"})
    assert answer.status_code == 303
    shown = text_of(html_of(client, PRIMER))
    assert f"{RUMA} and {CAPITALS} are different firms" in shown
    assert "Split off" not in shown, "one name is left"
    assert total(client, RUMA) == 1
    event = str(archive.catalog.vendors.rulings()[-1].event)
    undone = client.post("/vendors/undo", data={"event": event, "by": "Ana", "vendor": "pib-100000001"})
    assert undone.location.startswith(PRIMER)
    shown = text_of(html_of(client, PRIMER))
    assert "are different firms (undone)" in shown
    assert "Undo" not in shown
    assert total(client, RUMA) == 2


def test_a_vendor_is_merged_with_one_that_a_person_names(client: FlaskClient) -> None:
    answer = client.post("/vendors/merge", data={"one": "pib-100000001", "other": "zidar doo pirot", "by": "Ana"})
    assert answer.location.startswith(PRIMER)
    assert f"{OTHER} 1 document" in text_of(html_of(client, PRIMER))
    again = client.post("/vendors/merge", data={"one": "pib-100000001", "other": OTHER, "by": "Ana"})
    assert again.status_code == 303, "what is known already is no mistake"


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("/vendors/merge", {"one": "pib-100000001", "other": "nobody", "by": "Ana"}, 404),
        ("/vendors/merge", {"one": "pib-100000001", "other": "", "by": "Ana"}, 404),
        ("/vendors/merge", {"one": RUMA, "other": NIS}, 400),
        (f"{PRIMER}/split", {"name": "Zidar", "by": "Ana"}, 400),
        (f"{PRIMER}/split", {"by": "Ana"}, 400),
        ("/vendors/undo", {"event": "99999", "by": "Ana"}, 400),
        ("/vendors/undo", {"event": "x", "by": "Ana"}, 400),
    ],
)
def test_what_makes_no_sense_changes_nothing(
    client: FlaskClient, archive: Archive, path: str, data: dict[str, str], status: int
) -> None:
    assert client.post(path, data=data).status_code == status
    assert client.post(path, data=data, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert list(archive.catalog.vendors.rulings()) == []
    assert client.get("/vendors/candidates?done=1").status_code == 404
