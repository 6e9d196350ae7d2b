"""Saved searches in the reading room: saving, what they found, the feed, and who may change anything."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from archive.archive import Archive
from tests.webapp_html import html_of, links, text_of
from tests.webapp_own_room import OwnRoom, filled_room
from webapp.views.saved import MEDIA_TYPE

ATOM = "{http://www.w3.org/2005/Atom}"


def add_old(room: OwnRoom) -> None:
    room.come_in("staro.txt", "Stara kamera na trgu.")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[OwnRoom]:
    with filled_room(tmp_path, add_old) as room:
        yield room


@pytest.fixture
def reader(room: OwnRoom) -> FlaskClient:
    return room.app.test_client()


def save(reader: FlaskClient, name: str = "Kamere", **parameters: Any) -> str:
    """Save a search as the form does; returns the path of its page."""
    response = reader.post("/saved", data={"name": name, "q": "kamera", **parameters})
    assert response.status_code == 303, response.text
    return urlsplit(response.location).path


def feed_of(reader: FlaskClient, path: str) -> ET.Element:
    response = reader.get(f"{path}/feed.atom")
    assert (response.status_code, response.mimetype) == (200, MEDIA_TYPE)
    return ET.fromstring(response.data)


def text(element: ET.Element, name: str) -> str:
    """The text of the one child of this name."""
    (child,) = element.findall(ATOM + name)
    return child.text or ""


def test_a_search_is_saved_with_its_filters_and_found_again(reader: FlaskClient) -> None:
    path = save(reader, "Kamere u ugovorima", kind=["contract", "report"], exact="1", sort="newest")
    html = html_of(reader, path)
    assert "kamera Kind: Contract, Report exact words only" in text_of(html)
    assert "/?q=kamera&kind=contract&kind=report&sort=newest&exact=1" in links(html)
    assert "No new documents match yet" in html, "what was there before is no news"
    listed = html_of(reader, "/saved")
    assert path in links(listed)
    assert "Kamere u ugovorima" in listed


def test_a_search_for_clauses_is_not_saved(room: OwnRoom, reader: FlaskClient) -> None:
    """It could not be run on what comes in, and nothing would come in any more."""
    sent = {"name": "Rokovi", "q": "rok", "unit": "clauses", "topic": "payment"}
    answer = reader.post("/saved", data=sent)
    assert (answer.status_code, "reports documents" in answer.text) == (400, True)
    assert room.archive.catalog.searches.all() == ()
    assert room.come_in("novo.txt", "Rok je 30 dana.")


def test_what_comes_in_is_shown_with_its_pages_until_it_is_read(room: OwnRoom, reader: FlaskClient) -> None:
    path = save(reader)
    id_ = room.come_in("novo.txt", "Grad kupuje <b>kamere</b> & stubove.")
    html = html_of(reader, path)
    assert f"/documents/{id_}/pages/1?q=kamera" in links(html)
    assert "<b>" not in html
    assert "1 unread" in text_of(html_of(reader, "/saved"))
    until = re.search(r'name="until" value="([^"]+)"', html)
    assert until is not None
    later = room.come_in("kasnije.txt", "Kasnija kamera.")
    assert reader.post(f"{path}/read", data={"until": until[1]}).status_code == 303
    shown = html_of(reader, path)
    assert shown.count('<strong class="new">') == 1, "what came after the page was made is still news"
    assert later in shown


def test_a_removed_search_takes_its_feed_with_it(reader: FlaskClient) -> None:
    path = save(reader)
    assert reader.post(f"{path}/remove").status_code == 303
    assert reader.get(path).status_code == reader.get(f"{path}/feed.atom").status_code == 404
    assert "No search is saved" in html_of(reader, "/saved")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"name": " "}, "needs a name"),
        ({"name": "Kamere"}, "already a saved search"),
        ({"name": "x", "sort": "y"}, "Orders"),
    ],
)
def test_what_cannot_be_saved_is_named(reader: FlaskClient, data: dict[str, str], says: str) -> None:
    save(reader)
    response = reader.post("/saved", data=data)
    assert response.status_code == 400
    assert says in response.text


@pytest.mark.parametrize("until", ["", "yesterday", "2026-01-01T00:00:00"])
def test_a_moment_that_is_none_is_refused(reader: FlaskClient, until: str) -> None:
    assert reader.post(f"{save(reader)}/read", data={"until": until}).status_code == 400


def test_a_search_can_be_saved_while_documents_are_added(room: OwnRoom, reader: FlaskClient) -> None:
    """An import holds the archive's lock for hours; another process's import, too."""
    with Archive.open(room.archive.home) as importing, importing.writing():
        assert html_of(reader, save(reader))


def test_the_feed_holds_what_atom_asks_for(room: OwnRoom, reader: FlaskClient) -> None:
    """RFC 4287, sections 4.1.1 and 4.1.2."""
    path = save(reader)
    empty = feed_of(reader, path)
    ids = [room.come_in(f"{number}.txt", f"Nova kamera broj {number}.") for number in range(2)]
    feed = feed_of(reader, path)
    assert feed.tag == f"{ATOM}feed"
    assert text(feed, "id") == text(empty, "id") == uuid.UUID(path.rpartition("/")[2]).urn
    assert text(feed, "title") == "Kamere – Dosije"
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Dosije"
    relations = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert relations == {"self": f"http://localhost{path}/feed.atom", "alternate": f"http://localhost{path}"}
    entries = feed.findall(f"{ATOM}entry")
    for entry, id_ in zip(entries, reversed(ids), strict=True):
        (link,) = entry.findall(f"{ATOM}link")
        assert link.get("href") == f"http://localhost/documents/{id_}/pages/1?q=kamera"
        assert reader.get(str(link.get("href"))).status_code == 200
        assert text(entry, "summary").startswith("p. 1: Nova kamera")
        assert datetime.fromisoformat(text(entry, "updated")).tzinfo is not None
    assert len({text(entry, "id") for entry in entries}) == 2
    assert text(feed, "updated") == text(entries[0], "updated") > text(empty, "updated")
    again = feed_of(reader, path)
    assert ET.tostring(again) == ET.tostring(feed), "a reader must know its entries again"


def test_the_feed_is_text_whatever_stands_in_a_document(room: OwnRoom, reader: FlaskClient) -> None:
    path = save(reader, "<b>&\"'")
    room.come_in("čudno <&>.txt", "kamera <script>alert(1)</script> \x01\x0c\ufffe kraj")
    (entry,) = feed_of(reader, path).findall(f"{ATOM}entry")
    assert text(entry, "title") == "čudno <&>"
    assert "<script>alert(1)</script> � � kraj" in text(entry, "summary").replace("��", "� �")
    assert text(feed_of(reader, path), "title") == "<b>&\"' – Dosije"


def test_a_feed_that_has_not_changed_is_not_sent_again(room: OwnRoom, reader: FlaskClient) -> None:
    path = save(reader)
    first = reader.get(f"{path}/feed.atom")
    for header, known in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
        response = reader.get(f"{path}/feed.atom", headers={header: first.headers[known]})
        assert (response.status_code, response.data) == (304, b"")
    room.come_in("novo.txt", "Nova kamera.")
    assert reader.get(f"{path}/feed.atom", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://elsewhere.example"},
    {"Origin": "http://localhost:8000"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
]
OURS = [
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://localhost"},
    {"Origin": "https://localhost"},
    {},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_form_on_another_site_changes_nothing(room: OwnRoom, reader: FlaskClient, headers: dict[str, str]) -> None:
    path = save(reader)
    for target in ("/saved", f"{path}/read", f"{path}/remove", "/lists"):
        response = reader.post(target, data={"name": "y", "until": "2030-01-01T00:00Z", "lines": "x"}, headers=headers)
        assert response.status_code == 403
        assert "another site" in response.text
    assert [saved.name for saved in room.archive.catalog.searches.all()] == ["Kamere"]


@pytest.mark.parametrize("headers", OURS, ids=str)
def test_our_own_forms_and_programs_are_served(reader: FlaskClient, headers: dict[str, str]) -> None:
    assert reader.post("/saved", data={"name": "Kamere"}, headers=headers).status_code == 303


def test_reading_is_open_to_links_from_anywhere(reader: FlaskClient) -> None:
    assert reader.get("/saved", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_the_feed_is_in_the_script_of_its_reader_and_what_was_typed_and_quoted_is_not(
    room: OwnRoom, reader: FlaskClient
) -> None:
    path = save(reader, "Kamere na trgu", exact="1")
    room.come_in("novo.txt", "Nova kamera na trgu.")
    reader.get(path)
    told = reader.get(f"{path}/feed.atom", headers={"Accept-Language": "sr-Cyrl"}).text
    assert "<title>Kamere na trgu – Dosije</title>" in told
    assert "<subtitle>kamera · само овај облик речи</subtitle>" in told
    assert "стр. 1: Nova kamera na trgu." in told
    latin = reader.get(f"{path}/feed.atom", headers={"Accept-Language": "sr-Latn"}).text
    assert "str. 1: Nova kamera na trgu." in latin
