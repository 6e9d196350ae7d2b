"""Earlier readings can be seen, and reading again disturbs nobody who is looking."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from archive.archive import Archive
from tests.webapp_html import html_of, links, text_of
from tests.webapp_own_room import OwnRoom, filled_room
from tests.webapp_samples import read_again


def add_scan(room: OwnRoom) -> None:
    """Add a scan of two pages, read once."""
    facts = {"title": ("Camera plan", 0, 1)}
    with room.archive.writing():
        room.filler.pdf("plan.pdf", [["Camera plan"], ["Second sheet"]], "en", confidence=55.0, facts=facts)
        room.archive.indexing.index_due()


def add_read_twice(room: OwnRoom) -> None:
    add_scan(room)
    with room.archive.writing():
        read_again(room.archive, room.only, ["Cameras planned", "for Brezovac"])
        room.archive.indexing.index_due()


@pytest.fixture
def room(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[OwnRoom]:
    with filled_room(tmp_path, add_read_twice if "reread" in request.fixturenames else add_scan) as room:
        yield room


@pytest.fixture
def archive(room: OwnRoom) -> Archive:
    return room.archive


@pytest.fixture
def client(room: OwnRoom) -> FlaskClient:
    return room.app.test_client()


@pytest.fixture
def document(room: OwnRoom) -> str:
    """The scan, read once."""
    return room.only


@pytest.fixture
def reread(room: OwnRoom) -> str:
    """The scan, read twice."""
    return room.only


def test_a_document_read_once_lists_no_readings(client: FlaskClient, document: str) -> None:
    assert 'id="readings"' not in html_of(client, f"/documents/{document}")


def test_readings_are_listed_the_newest_first(client: FlaskClient, reread: str) -> None:
    html = html_of(client, f"/documents/{reread}?q=plan")
    newest, older = (
        "Reading 2 1 April 2026, 08:00 UTC, the newest: 4 words",
        "Reading 1 9 March 2026, 14:05 UTC: 4 words",
    )
    shown = text_of(html)
    assert 0 < shown.index(newest) < shown.index(older)
    assert f"/documents/{reread}?q=plan&reading=1" in links(html)
    assert f'<a href="/documents/{reread}?q=plan" aria-current="true">Reading 2</a>' in html


def test_an_older_reading_says_so_and_leads_to_the_newest(client: FlaskClient, reread: str) -> None:
    for path in (f"/documents/{reread}", f"/documents/{reread}/pages/1"):
        html = html_of(client, f"{path}?q=camera&reading=1")
        assert "This is reading 1 of 2, made on 9 March 2026, 14:05 UTC" in text_of(html)
        assert f"{path}?q=camera" in links(html)
        assert "does not match" not in html, "nobody looked"
        assert "This is reading" not in html_of(client, f"{path}?reading=2")


def test_pages_of_an_older_reading_lead_to_each_other(client: FlaskClient, reread: str) -> None:
    pages = f"/documents/{reread}/pages"
    html = html_of(client, f"{pages}/1?reading=1")
    assert "Camera plan" in text_of(html)
    assert f"{pages}/2?reading=1" in links(html)
    assert f'<image href="{pages}/1/image?width=1200&amp;reading=1"' in html
    assert '<input type="hidden" name="reading" value="1">' in html
    assert "Second sheet" in text_of(html_of(client, f"{pages}/2?reading=1"))
    assert client.get(f"{pages}/2").status_code == 404, "the newest has one page"
    assert client.get(f"{pages}?number=2&reading=1").location == f"{pages}/2?reading=1"
    assert client.get(f"{pages}/2/image?reading=1").status_code == 200


def test_the_newest_reading_is_what_is_shown(client: FlaskClient, reread: str) -> None:
    assert "Cameras planned" in text_of(html_of(client, f"/documents/{reread}/pages/1"))
    assert "matches 1 time on 1 page" in html_of(client, f"/documents/{reread}?q=camera")


def test_how_each_page_was_read_is_told(client: FlaskClient, reread: str) -> None:
    shown = text_of(html_of(client, f"/documents/{reread}"))
    assert "1 page reading quality: fair" in shown
    assert "1 OCR, 84% sure Fair Latin" in shown


def test_evidence_stays_in_its_own_reading(client: FlaskClient, reread: str, archive: Archive) -> None:
    """Word numbers of one reading would mark other words in the next."""
    evidence = f"/documents/{reread}/pages/1?reading=2&words=0-0#words"
    assert evidence in links(html_of(client, f"/documents/{reread}"))
    older = html_of(client, f"/documents/{reread}?reading=1")
    assert evidence in links(older)
    assert "p. 1 of reading 2" in text_of(older)
    with archive.writing():
        read_again(archive, reread, ["Something else"])
    html = html_of(client, f"/documents/{reread}/pages/1?reading=2&words=0-0")
    assert '<mark id="words" class="current">Cameras</mark>' in html


@pytest.mark.parametrize("tail", ["", "/pages/1", "/pages/1/image"])
def test_a_reading_that_is_not_there_is_refused(client: FlaskClient, reread: str, tail: str) -> None:
    for number in ("3", "0", "x", "-1", "9" * 30):
        assert client.get(f"/documents/{reread}{tail}?reading={number}").status_code == 400, number


def test_programs_can_ask_for_a_reading(client: FlaskClient, reread: str) -> None:
    record = client.get(f"/api/v1/documents/{reread}?reading=1&page=2").get_json()
    assert (record["reading"], record["newest_reading"]) == (1, 2)
    assert record["pages"][0]["text"] == "Second sheet"
    assert client.get(f"/api/v1/documents/{reread}?reading=3").status_code == 400


STEPS = (
    "documents.find",
    "readings.get",
    "documents.descriptions",
    "facts.of",
    "readings.words",
    "members.of",
    "documents.sources",
)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("path", ["/documents/{}", "/documents/{}/pages/1", "/documents/{}/pages/1/image",
                                  "/api/v1/documents/{}"])  # fmt: skip
def test_reading_again_in_the_middle_of_an_answer_is_no_error(
    archive: Archive, document: str, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, step: str, path: str
) -> None:
    """Right after each step of an answer, the document gets a reading of other pages, which have no image."""
    name, method = step.split(".")
    repository = getattr(archive.catalog, name)
    honest = getattr(repository, method)

    def interrupted(*arguments: Any, **named: Any) -> Any:
        answer = honest(*arguments, **named)
        monkeypatch.undo()
        read_again(archive, document, ["One", "Two"], ["Three"], ["Four"])
        return answer

    monkeypatch.setattr(repository, method, interrupted)
    query = "" if path.startswith("/api") else "?q=camera"
    image = path.endswith("image")
    assert client.get(path.format(document) + query).status_code in ((200, 404) if image else (200,))
