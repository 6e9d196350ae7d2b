"""What stands around every page: rooms, tools, doubts, and the light that the reader chose."""

from __future__ import annotations

import io
import os
import re
import zipfile
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from archive.archive import Archive
from archive.config import Settings
from archive.facts.review import queue
from tests.conftest import ROOT
from tests.webapp_html import html_of, links
from tests.webapp_samples import NoPicture, Sample
from webapp import create_app, source

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


def test_every_page_leads_to_the_source_of_what_runs(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Section 13 of the licence: who uses a changed version over a network is offered it."""
    assert "/source" in links(html_of(client, "/"))
    answer = client.get("/source")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        assert packed.read("dosije/webapp/source.py") == (ROOT / "webapp" / "source.py").read_bytes()
        names = {*packed.namelist()}
    assert names >= {"dosije/dosije.py", "dosije/LICENSE", "dosije/setup.cfg", "dosije/archive/store/catalog.py"}
    assert not any(name.endswith(".pyc") or "/." in name for name in names)
    monkeypatch.setattr(source, "_sources", None)
    assert client.get("/source").data == answer.data, "it is packed once"


def test_the_source_holds_no_archive_and_takes_files_of_any_age(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody may have put an archive into the folder that is called so."""
    for name in ("webapp/source.py", "webapp/.env", "webapp/__pycache__/source.pyc.140", "archive/mine/settings.toml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (0, 0))
    monkeypatch.setattr(source, "files", lambda package: tmp_path / package)
    with Archive.open(tmp_path / "archive" / "mine") as archive:
        answer = create_app(archive, NoPicture()).test_client().get("/source")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        assert [name for name in packed.namelist() if "metadata" not in name] == ["dosije/webapp/source.py"]


def test_a_host_may_name_where_its_source_is(tmp_path: Path) -> None:
    with Archive.open(tmp_path, Settings({"source_url": "https://code.example/dosije"})) as archive:
        page = html_of(create_app(archive, NoPicture()).test_client(), "/")
    assert "https://code.example/dosije" in links(page)
    assert "/source" not in links(page)


def test_the_way_back_from_a_light_leads_to_no_other_site(client: FlaskClient) -> None:
    assert client.get("/light/dark", query_string={"back": "//elsewhere.example/"}).location == "/"
