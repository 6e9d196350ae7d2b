"""The editor's and the operator's path in real Chromium, without script and with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from archive.archive import Archive
from archive.facts.values import Municipalities
from archive.model import Fact, Span
from archive.model.queue import JobState
from indexer.queue import JobWorker
from tests.drawn_once import DrawnOnce
from tests.webapp_samples import CONTRACT, Filler, OpenPage, box_of, eventually
from tests.webapp_served import served
from webapp import create_app

PLACES = Municipalities([("Bečej", ["Бечеј"]), ("Brezovac", [])])


@pytest.fixture
def address(archive: Archive, drawn_once: DrawnOnce) -> Iterator[str]:
    """Where the reading room over the archive answers."""
    with served(create_app(archive, drawn_once, PLACES)) as answers_at:
        yield answers_at


def doubtful_contracts(archive: Archive, folder: Path) -> None:
    """Two contracts of a municipality of which the rule was not sure."""
    with archive.writing():
        filler = Filler(archive, folder)
        for number in (1, 2):
            lines = [[*CONTRACT[0], f"Number {number}"], *CONTRACT[1:]]
            id_ = filler.pdf(f"contract {number}.pdf", lines, "en")
            place = Fact("municipality", "Brezovac", Span(id_, 1, 6, 6), "municipality.test", 0.5)
            archive.catalog.facts.replace_extracted(id_, 1, [place])
        archive.indexing.index_due()


def test_an_editor_reviews_corrects_and_sees_the_count_change(
    archive: Archive, tmp_path: Path, open_page: OpenPage, address: str
) -> None:
    doubtful_contracts(archive, tmp_path)
    page = open_page("/?q=cameras")
    expect(page.locator(".filters")).to_contain_text("Brezovac")
    page.locator("#tools > summary").click()
    page.get_by_role("link", name=re.compile("^Review")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Review: 2 doubts")
    image = page.locator("svg image")
    assert box_of(image), "the words are shown on the page"
    page.get_by_label("The right value").fill("Бечеј")
    page.get_by_label("Your name").fill("Ana")
    page.get_by_role("button", name="Save this value").click()
    expect(page.get_by_role("status")).to_contain_text("Brezovac → Bečej (Ana)")
    expect(page.get_by_role("heading", level=1)).to_have_text("Review: 1 doubt")
    page.get_by_role("button", name="Brezovac is right").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Review: 0 doubts")
    page.goto(f"{address}/?q=cameras&municipality=Bečej")
    expect(page.locator(".results")).to_contain_text("1 document")
    page.go_back()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Review: 1 doubt")


def test_an_editor_decides_many_by_keys_alone(archive: Archive, tmp_path: Path, open_page: OpenPage) -> None:
    doubtful_contracts(archive, tmp_path)
    page = open_page("/review", script=True)
    page.keyboard.press("e")
    expect(page.get_by_label("The right value")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    expect(page.get_by_text("Number 2 of 2")).to_be_visible()
    page.get_by_role("link", name="Many at once").click()
    rows = page.locator("li.doubt")
    expect(rows).to_have_count(2)
    for cut in page.locator(".cutting img").all():
        expect(cut).to_have_js_property("complete", True)
        assert cut.evaluate("image => image.naturalWidth") > 300, "the words are shown"
    page.get_by_label("Your name").fill("Ana")
    page.keyboard.press("Tab")
    expect(rows.first.get_by_role("checkbox")).to_be_focused()
    for key in ("j", "e"):
        page.keyboard.press(key)
    page.keyboard.insert_text("Бечеј")
    page.keyboard.press("Escape")
    for key in ("k", "Space", "y"):
        page.keyboard.press(key)
    expect(page.get_by_role("status").first).to_contain_text("Ana")
    expect(page.get_by_role("heading", level=1)).to_have_text("Review: 0 doubts")
    page.keyboard.press("u")
    expect(rows).to_have_count(2)
    page.keyboard.press("n")
    expect(rows).to_have_count(1)
    page.keyboard.press("a")
    expect(page.locator("[data-count]")).to_have_text("chosen: 1")


@pytest.mark.parametrize(("script", "count"), [(False, 4), (True, 20)], ids=["without script", "with script"])
def test_an_operator_uploads_files_and_tries_the_broken_one_again(
    archive: Archive, tmp_path: Path, open_page: OpenPage, address: str, script: bool, count: int
) -> None:
    files = [tmp_path / f"pismo {number}.txt" for number in range(1, count)] + [tmp_path / "slomljen.pdf"]
    for number, file in enumerate(files, start=1):
        file.write_text(f"Pismo broj {number} o kamerama", encoding="utf-8")
    files[-1].write_bytes(b"%PDF-1.4 x")
    with closing(JobWorker(archive.home)):
        page = open_page("/add", script=script)
        page.get_by_label("Choose files or drop them here").set_input_files(files)
        page.get_by_label("Collection").fill("Bečej 2026")
        page.get_by_label("Your name").fill("Ana")
        page.get_by_role("button", name="Add them").click()
        ended = f"ended, {count} of {count} files done"
        see(page, ended, archive, script)
        expect(page.locator("section", has_text="Failed")).to_contain_text("slomljen.pdf cannot be opened as a PDF")
        with page.expect_navigation():
            page.get_by_role("button", name="Try 1 file again").click()
        see(page, ended, archive, script)
        page.get_by_role("link", name="pismo 3.txt").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("pismo 3")
        page.goto(f"{address}/collections")
        page.get_by_role("link", name="Bečej 2026").click()
        expect(page.locator(".results")).to_contain_text(f"{count - 1} documents")


def see(page: Page, ended: str, archive: Archive, script: bool) -> None:
    """Wait until the page says so: by itself with a script, else when a reader looks again."""

    def is_done() -> bool:
        return [job.state for job in archive.catalog.jobs.newest(1)] == [JobState.DONE]

    if not script:
        eventually(page, is_done)
        page.reload()
    expect(page.get_by_text(ended)).to_be_visible()


def test_a_reader_goes_on_where_they_were_and_clears_it(
    archive: Archive, tmp_path: Path, open_page: OpenPage, address: str
) -> None:
    doubtful_contracts(archive, tmp_path)
    id_ = next(iter(archive.catalog.documents.newest_first())).id
    page = open_page("/?q=cameras", script=True)
    page.goto(f"{address}/documents/{id_}/pages/2")
    page.goto(address)
    last = page.locator("[data-last]")
    expect(last).to_contain_text("cameras")
    expect(last.get_by_role("link").first).to_have_attribute("href", re.compile(f"/documents/{id_}"))
    page.goto(f"{address}/vendors")
    expect(page.locator("#last-searches option")).to_have_attribute("value", "cameras")
    page.goto(address)
    last.get_by_role("button", name="Clear").click()
    expect(last).to_be_hidden()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(last).to_be_hidden()
