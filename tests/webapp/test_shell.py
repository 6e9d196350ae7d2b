"""What stands around every page: rooms, tools, doubts, and the light that the reader chose."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from archive.facts.review import queue
from tests.webapp_samples import Sample

ROOM = re.compile(r'<a href="([^"]+)" aria-current="true">(\w+)')


def header(client: FlaskClient, path: str) -> str:
    return client.get(path).text.partition('<header class="site">')[2].partition("</header>")[0]


@pytest.mark.parametrize(
    ("path", "room"),
    [
        ("/?q=x", "Search"),
        ("/documents/{id}", "Search"),
        ("/documents/{id}/pages/1", "Search"),
        ("/findings", "Findings"),
        ("/findings/report", "Findings"),
        ("/vendors/candidates", "Vendors"),
        ("/review", None),
        ("/nothing", None),
    ],
)
def test_the_header_says_in_which_room_a_page_is(
    client: FlaskClient, sample: Sample, path: str, room: str | None
) -> None:
    rooms = header(client, path.format(id=sample.contract)).partition('aria-label="Site"')[2].partition("</nav>")[0]
    assert [name for _, name in ROOM.findall(rooms)] == ([room] if room else [])


def test_the_drawer_says_how_many_doubts_wait_once_they_were_counted(client: FlaskClient, sample: Sample) -> None:
    waiting = queue(sample.archive.catalog).count()
    assert waiting > 0
    assert re.findall(r'class="badge">([0-9,]+)', header(client, "/collections")) == [f"{waiting:,}"] * 2


def test_the_light_is_the_device_s_until_one_is_chosen(client: FlaskClient) -> None:
    assert '<html lang="en">' in client.get("/collections").text
    answer = client.get("/light/dark?back=/?q=kamera%26exact=1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/?q=kamera&exact=1")
    dark = client.get("/collections").text
    assert '<html lang="en" class="dark">' in dark
    assert '<meta name="color-scheme" content="dark">' in dark
    client.get("/light/auto")
    assert '<html lang="en">' in client.get("/collections").text


@pytest.mark.parametrize("path", ["/light/none", "/light/dark/", "/light/"])
def test_a_light_that_is_none(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.get_cookie("light") is None


def test_the_way_back_from_a_light_leads_to_no_other_site(client: FlaskClient) -> None:
    assert client.get("/light/dark", query_string={"back": "//elsewhere.example/"}).location == "/"
