"""The front page and the page of places: what they say comes from what was counted, and every link leads on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from archive.archive import Archive
from archive.config import Settings
from archive.findings import kept_sentences
from archive.model.decisions import DecisionAction
from archive.store.stories.story import StoryReader
from indexer.queue import UploadQueue
from tests.finding_samples import Told, add, contract, decide, document_id, price, told
from tests.webapp_html import html_of, links, text_of
from tests.webapp_samples import NoPicture
from webapp import create_app

ONE, SEVERAL = told("bids", "1"), told("bids", "4")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "home", Settings()) as archive:
        add(archive, "bor", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00"), ONE, told("year", "2020")))
        add(archive, "ada", contract("Ada", "404-2/2021", "Beta d.o.o.", price("50.50"), SEVERAL, told("year", "2021")))
        add(archive, "nigde", [told("kind", "contract"), told("subject", "kamere za <b>trg</b>"), told("year", "2021")])
        archive.settle()
        yield archive


@pytest.fixture
def client(archive: Archive) -> FlaskClient:
    return create_app(archive, NoPicture()).test_client()


@pytest.fixture
def counted(client: FlaskClient) -> FlaskClient:
    assert client.get("/findings").status_code == 200
    return client


def front(client: FlaskClient, path: str = "/") -> str:
    """The front page without the list of all documents below it."""
    return html_of(client, path).partition('<main id="main"')[2].partition('class="all-documents"')[0]


def test_the_archive_in_a_sentence_and_every_number_leads_on(counted: FlaskClient) -> None:
    html = front(counted)
    sentence = text_of(html.partition("</h1>")[0])
    assert "3 documents , 2 municipalities , 2020–2021 . Only one bid came in 1 of 2 procedures" in sentence
    addresses = {address for address in links(html) if address.startswith("/") and not address.startswith("/static")}
    assert {"/?sort=newest", "/places", "/facets/year", "/review", "/findings"} <= addresses
    assert {address: counted.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)


def test_the_ranking_says_of_how_many_and_the_map_shows_the_same(counted: FlaskClient) -> None:
    html = front(counted)
    assert "Competition: One bid" in text_of(html)
    assert re.findall(r'data-place="(\w+)"', html) == ["Bor"]
    assert "Bor 1 of 1" in text_of(html)
    assert "None or unknown: Ada" in text_of(html)
    drawn = html.partition('<svg class="map"')[2].partition("</svg>")[0]
    assert '<title>Bor: 1</title><path class="shade-5"' in drawn
    assert '<path class="shade-zero"' in drawn
    assert drawn.count("<title>") == 2, "no town is drawn that has no document"


def test_another_question_can_be_asked_and_one_that_is_none_is_the_first(counted: FlaskClient) -> None:
    asked = front(counted, "/?question=papers")
    assert re.findall(r'data-place="(\w+)"', asked) == ["Ada", "Bor"]
    assert "Questions about places" in asked
    assert "Competition: One bid" in text_of(front(counted, "/?question=nothing"))


def test_nothing_is_counted_for_the_front_page(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_sentences, "run", lambda *_: pytest.fail("a finding was counted"))
    said = text_of(front(client))
    assert re.search(r"Count \d+ findings that were not counted since the last change", said)
    assert "Only one bid" not in said
    assert "Documents One bid" not in said
    places = client.get("/places")
    assert places.status_code == 200
    assert "Questions about places" not in places.text, "one question is no choice"


def test_what_was_counted_before_a_change_is_not_said(counted: FlaskClient, archive: Archive) -> None:
    assert "findings that were not counted" not in text_of(front(counted))
    with archive.writing():
        decide(archive, document_id("bor"), DecisionAction.CORRECT, told("bids", "2"))
        archive.settle()
    assert "Only one bid" not in text_of(front(counted))
    counted.get("/findings")
    assert "Only one bid came in 0 of 2 procedures" in text_of(front(counted))


def test_the_worker_of_the_room_counts_what_a_change_left_once_nothing_changes(
    counted: FlaskClient, archive: Archive
) -> None:
    with Archive.open(archive.home) as of_worker:
        worker = UploadQueue(of_worker)
        for bids in ("2", "1"):
            with archive.writing():
                decide(archive, document_id("bor"), DecisionAction.CORRECT, told("bids", bids))
                archive.settle()
            worker._settles_at = 0
            worker.rest()
            assert "findings that were not counted" in text_of(front(counted)), "somebody decides one after another"
        worker._settles_at = 0
        worker.rest()
    assert "findings that were not counted" not in text_of(front(counted))
    assert "Only one bid came in 1 of 2 procedures" in text_of(front(counted))


def test_what_is_wanting_is_said_with_what_is_new(counted: FlaskClient) -> None:
    said = text_of(front(counted))
    assert "1 document of no known municipality" in said
    assert re.search(r"\d+ doubts? waits? for a decision", said)
    assert "Contract: kamere za <b>trg</b>, 2021" in said
    assert "<b>trg" not in front(counted), "a subject is text"
    assert re.search(r"Contract, Ada, 2021 no\. 404-2/2021 · \d+", said), "papers of one title differ in their numbers"


def test_saved_searches_stand_there_with_their_news(counted: FlaskClient, archive: Archive) -> None:
    archive.catalog.searches.save("Putevi", {"text": "putevi"})
    assert "Putevi" in text_of(front(counted))


def test_the_reader_s_stories_stand_there_the_last_changed_first(counted: FlaskClient, archive: Archive) -> None:
    assert "Stories All" not in text_of(front(counted))
    ana = StoryReader("Ana", sees_all=True)
    for title in ("Kamere", "Putevi"):
        archive.catalog.stories.create(title, ana)
    assert "Stories All Putevi 0 items Kamere 0 items" in text_of(front(counted))


def test_a_search_has_no_front_and_one_form(counted: FlaskClient) -> None:
    for path, there in (("/", True), ("/?q=bor", False), ("/?sort=newest", False)):
        html = html_of(counted, path)
        assert ('class="front-says"' in html) is there
        assert html.count("<search>") == 1
        assert html.count("<h1") == 1


def test_a_hit_has_a_title_that_tells_it_apart_its_printed_one_and_its_amount(counted: FlaskClient) -> None:
    hit = html_of(counted, "/?municipality=Bor").partition('<li class="hit">')[2].partition("</li>")[0]
    assert re.search(r"<h3><a [^>]+>Contract, Bor, 2020</a></h3>", hit)
    assert '<p class="printed" lang="sr-Latn">bor</p>' in hit
    assert "100 RSD without VAT" in text_of(hit)
    assert "50.50 RSD" in text_of(html_of(counted, "/?municipality=Ada"))


def test_a_document_is_called_the_same_wherever_it_is_named(archive: Archive, counted: FlaskClient) -> None:
    """By what it is; the title that it prints, which many papers share, is a fact of it."""
    id_ = document_id("bor")
    page = html_of(counted, f"/documents/{id_}")
    assert re.search(r"<h1>Contract, Bor, 2020</h1>", page)
    assert "Contract, Bor, 2020 no. 404-1/2020 Alfa d.o.o. 3 February 2020" in text_of(page)
    number = "/findings/competition/cell?column=One+bid"
    for path in (f"/documents/{id_}/pages/1", number, "/findings/report", f"/chronology?document={id_}"):
        assert "Contract, Bor, 2020" in text_of(html_of(counted, path)), path


@pytest.mark.parametrize(
    ("prices", "shown"),
    [
        ([price("900.00", role="estimated"), price("100.00")], "100 RSD without VAT 3 February"),
        (
            [price("900.00", role="estimated"), price("1.00", unit_price="likely")],
            "900 RSD without VAT, estimated 3 February",
        ),
        (
            [price("100.00"), price("300.00"), price("120.00", vat="with")],
            "300 RSD without VAT, 1 more amount 3 February",
        ),
        ([price("100.00", role="other")], None),
    ],
)
def test_a_hit_has_the_sum_that_its_document_is_about(
    archive: Archive, counted: FlaskClient, prices: list[Told], shown: str | None
) -> None:
    """What was estimated beside a contract or an award, a price of a piece or of another paper is not that."""
    add(archive, "topola", contract("Topola", "404-9/2020", "Alfa d.o.o.", *prices))
    archive.settle()
    hit = text_of(html_of(counted, "/?municipality=Topola").partition('<li class="hit">')[2].partition("</li>")[0])
    assert (f" {shown} " in hit) if shown else "RSD" not in hit


def test_unknown_stands_last_in_a_filter_with_the_way_to_fill_it_in(counted: FlaskClient) -> None:
    filters = (
        html_of(counted, "/?sort=newest").partition("<legend>Municipality</legend>")[2].partition("</fieldset>")[0]
    )
    assert re.findall(r'name="municipality" value="(\w+)"', filters)[-1] == "unknown"
    assert 'href="/review?field=municipality"' in filters


def test_a_page_in_cyrillic_names_towns_in_cyrillic(counted: FlaskClient) -> None:
    html = counted.get("/?question=papers", headers={"Accept-Language": "sr-Cyrl"}).text
    assert 'data-place="Бор"' in html
    assert 'value="Bor"' in html, "a filter is asked for as before"
    assert "Уговор, Бор, 2020" in html


def test_what_is_pointed_at_in_the_ranking_is_lit_on_the_map(
    archive: Archive, counted: FlaskClient, browser: Browser
) -> None:
    """The script of the page in real Chromium, on the page as it was sent."""
    page = browser.new_page()
    html = re.sub(r'<script src="[^"]*"[^>]*></script>|<link[^>]*>', "", html_of(counted, "/places"))
    page.set_content(html)
    page.add_script_tag(path="webapp/static/places.js")
    page.get_by_role("link", name="Bor", exact=True).focus()
    expect(page.locator(".map a.lit")).to_have_attribute("aria-label", "Bor: 1")
    page.locator(".map a[aria-label='Bor: 1'] path").hover()
    expect(page.locator(".ranked .lit")).to_have_count(1)
    page.close()
