"""The certificate of a search: on a page, as JSON, and on the command line, all saying the same."""

from __future__ import annotations

import base64
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from archive.search.certificate import digest
from tests.webapp_html import html_of, links, scripts, text_of
from tests.webapp_samples import LETTERS, OpenPage, Sample
from webapp.commands.certificate import certificate_command

DOCUMENTS = LETTERS + 3
PAGES = DOCUMENTS + 2


def saved_json(html: str) -> dict[str, Any]:
    """The JSON that the page offers to save."""
    (data,) = re.findall(r'href="data:application/json;base64,([^"]*)"', html)
    record: dict[str, Any] = json.loads(base64.b64decode(unescape(data)))
    return record


def test_finding_nothing_is_certified(client: FlaskClient) -> None:
    shown = text_of(html_of(client, "/certificate?q=dronovi"))
    assert "Certificate of a search that found nothing" in shown
    assert f"Of the {DOCUMENTS} documents with {PAGES} pages that were searched, none matches" in shown
    assert "1 page that could not be read" in shown
    assert "1 page read with many wrong words" in shown
    assert "Query as typed dronovi" in shown
    assert "Documents found 0" in shown


def test_finding_something_is_recorded(client: FlaskClient, sample: Sample) -> None:
    shown = text_of(html_of(client, "/certificate?q=cameras&year=2021"))
    assert "Record of a search" in shown
    assert f"Documents found 1 It is: Contract on video surveillance ({sample.contract[:12]}), p. 1, 2" in shown
    assert "Year 2021" in shown
    assert "because the year is unknown" in shown


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("letters", "7 The first 5 of them are:"),
        ("letters&page=2", "7 Numbers 6 to 7 of them are:"),
        ("letters -6&page=2", "6 Number 6 of them is:"),
        ("cameras", "2 They are:"),
    ],
)
def test_it_says_which_of_the_documents_are_listed(client: FlaskClient, asked: str, said: str) -> None:
    assert f"Documents found {said}" in text_of(html_of(client, f"/certificate?q={asked}"))


def test_the_page_holds_its_own_json(client: FlaskClient) -> None:
    html = html_of(client, "/certificate?q=cameras")
    record = saved_json(html)
    assert digest(record) == record["sha256"]
    assert f"SHA-256 {record['sha256']}" in text_of(html)
    assert record["statement"] in text_of(html)
    assert f'download="search-{record["sha256"][:12]}.json"' in html


def test_programs_get_the_same_as_json(client: FlaskClient) -> None:
    record = client.get("/certificate.json?q=cameras&year=2021").get_json()
    shown = saved_json(html_of(client, "/certificate?q=cameras&year=2021"))
    for name in set(record) - {"made_at", "sha256"}:
        assert record[name] == shown[name]
    assert client.get("/certificate.json?q=x&sort=random").get_json()["error"]["status"] == 400


def test_the_search_page_leads_to_it_and_it_leads_back(client: FlaskClient) -> None:
    assert "/certificate?q=dronovi&year=2021" in links(html_of(client, "/?q=dronovi&year=2021"))
    assert "/?q=dronovi&year=2021" in links(html_of(client, "/certificate?q=dronovi&year=2021"))


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_a_query_is_text_and_never_markup(client: FlaskClient, text: str) -> None:
    html = client.get("/certificate", query_string={"q": text}).text
    assert scripts(html) == ["keys.js", "last.js", "story.js", "unsent.js", "offline.js"]
    assert "<img" not in html


def test_the_command_line_prints_it(sample: Sample) -> None:
    run = CliRunner().invoke(certificate_command, ["dronovi", "--year", "2021"], obj=home_of(sample))
    assert run.exit_code == 0, run.output
    assert "found nothing" in run.output
    assert "Of the 1 document with 3 pages that were searched" in " ".join(run.output.split())
    assert re.search(r"^SHA-256 [0-9a-f]{64}$", run.output, re.MULTILINE)


def test_the_command_line_prints_json(sample: Sample) -> None:
    run = CliRunner().invoke(certificate_command, ["cameras", "--limit", "1", "--exact", "--json"], obj=home_of(sample))
    record = json.loads(run.output)
    assert record["query"]["exact"] is True
    assert len(record["found"]["listed"]) == 1
    assert digest(record) == record["sha256"]


def home_of(sample: Sample) -> Path:
    return sample.archive.home


def test_it_can_be_saved_and_printed_without_script(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("/certificate?q=dronovi")
    with page.expect_download() as download:
        page.get_by_role("link", name="Save as JSON").click()
    path = tmp_path / "saved.json"
    download.value.save_as(path)
    record = json.loads(path.read_text(encoding="utf-8"))
    assert digest(record) == record["sha256"]
    assert record["sha256"][:12] in download.value.suggested_filename
    page.emulate_media(media="print")
    assert not page.get_by_role("searchbox").is_visible()
    assert not page.get_by_role("link", name="Save as JSON").is_visible()
    assert page.get_by_text(record["sha256"]).is_visible()


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_nothing_sticks_out(open_page: OpenPage, width: int) -> None:
    page = open_page("/certificate?q=cameras", width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
