"""What a script asks for to show a document in one scroll: a bounded part of it each time."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from tests.long_document import LONG, PLACES, long_document
from tests.webapp.test_statements import collected
from tests.webapp_html import html_of, links
from tests.webapp_own_room import OwnRoom
from tests.webapp_samples import Sample

MOST = 60_000
"""Bytes of HTML that a document takes, whatever its length."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OwnRoom, str]]:
    room, document = long_document(tmp_path_factory.mktemp("long"))
    with room.archive:
        yield room, document


@pytest.fixture(scope="module")
def room(made: tuple[OwnRoom, str]) -> OwnRoom:
    return made[0]


@pytest.fixture(scope="module")
def document(made: tuple[OwnRoom, str]) -> str:
    return made[1]


def test_the_outline_tells_sizes_and_where_things_are_marked(room: OwnRoom, document: str) -> None:
    outline = room.app.test_client().get(f"/documents/{document}/scan?q=zvezda&find=drugo").get_json()
    assert outline["pages"] == [[LONG, 595, 842]]
    assert [(number, count) for number, count, *_ in outline["matches"]] == [(number, 1) for number in PLACES]
    assert all(0 < share < 100 for _, _, share in outline["matches"])
    assert [number for number, *_ in outline["found"]] == [2]
    assert [number for number, _ in outline["facts"]] == [1, 500]


def test_a_turned_document_is_told_turned(client: FlaskClient, sample: Sample) -> None:
    outline = client.get(f"/documents/{sample.contract}/scan?turn=90").get_json()
    assert outline["pages"] == [[3, 842, 595]]


def test_pages_come_with_marks_words_and_text(room: OwnRoom, document: str) -> None:
    html = html_of(room.app.test_client(), f"/documents/{document}/scan/pages?first=499&count=3&q=zvezda")
    assert re.findall(r'class="scan-page" data-number="(\d+)"', html) == ["499", "500", "501"]
    assert re.findall(r'id="(match-\d)"', html) == ["match-2"], "numbered through the document"
    assert html.count('class="fact"') == 1
    assert re.search(r'data-of="match-2" data-sentence="\d+-\d+"', html)
    assert html.count("data-boxes=") == html.count("<article") == 3


def test_the_words_that_the_address_names_are_marked_where_they_stand(room: OwnRoom, document: str) -> None:
    first = room.archive.catalog.readings.get(document).pages[499].first_word
    pages = f"/documents/{document}/scan/pages?words={first + 1}-{first + 2}"
    assert 'class="current"' in html_of(room.app.test_client(), f"{pages}&first=498&count=4")
    assert 'class="current"' not in html_of(room.app.test_client(), f"{pages}&first=1&count=4")


@pytest.mark.parametrize(
    ("tail", "status"),
    [("first=1&count=9", 400), ("first=0", 400), ("count=0", 400), ("first=x", 400), (f"first={LONG + 1}", 404)],
)
def test_what_is_too_much_or_not_there_is_refused(room: OwnRoom, document: str, tail: str, status: int) -> None:
    assert room.app.test_client().get(f"/documents/{document}/scan/pages?{tail}").status_code == status


def test_the_last_pages_are_as_many_as_there_are(room: OwnRoom, document: str) -> None:
    html = html_of(room.app.test_client(), f"/documents/{document}/scan/pages?first={LONG}&count=8")
    assert html.count("<section") == 1


def test_a_document_of_flowing_text_has_no_scan(client: FlaskClient, sample: Sample) -> None:
    assert client.get(f"/documents/{sample.reply}/scan/pages").status_code == 404
    assert "data-outline" not in html_of(client, f"/documents/{sample.reply}")


@pytest.mark.parametrize("tail", ["", "?q=zvezda", "/pages/500?q=zvezda&find=drugo", "?clause=31", "?fact=1&first=500"])
def test_html_stays_small_however_long_the_document_is(room: OwnRoom, document: str, tail: str) -> None:
    html = html_of(room.app.test_client(), f"/documents/{document}{tail}")
    assert len(html.encode()) < MOST
    assert len(links(html)) < 300


def test_some_pages_are_read_and_no_others(room: OwnRoom, document: str) -> None:
    client = room.app.test_client()
    for tail in ("scan?q=zvezda", "scan/pages?first=400&count=8&q=zvezda"):
        client.get(f"/documents/{document}/{tail}")
        with collected() as asked:
            client.get(f"/documents/{document}/{tail}")
        told = [one for one in asked if one.startswith("SELECT")]
        assert len(told) <= 8, "\n".join(told)
        assert sum("page_words" in one for one in told) == ("pages" in tail.partition("?")[0])
