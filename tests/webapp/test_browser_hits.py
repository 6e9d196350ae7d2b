"""The preview beside the results, choosing in a row and all of a search, each action on chosen ones, and the brush."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from archive.store.stories.story import StoryReader
from tests.webapp_own_room import OwnRoom, own_room
from tests.webapp_samples import OpenPage, Sample, box_of
from tests.webapp_served import served
from tests.webapp_windows import SUMMED_SHIFTS, Windows

PAPERS = 24


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnRoom]:
    """Two dozen letters of six years."""
    room = own_room(tmp_path_factory.mktemp("hits"))
    with room.archive.writing():
        for at in range(PAPERS):
            year = str(2015 + at % 6)
            lines = [f"Kamera broj {at} na trgu {year}", *["i tako dalje"] * 300, f"kamera {at} na kraju"]
            room.filler.text(f"pismo {at:02}.txt", lines, "sr-Latn", facts={"year": (year, 5, 5)})
        room.archive.indexing.index_due()
    yield room
    room.archive.close()


@pytest.fixture(scope="module")
def room_address(room: OwnRoom) -> Iterator[str]:
    client = room.app.test_client()
    client.post("/stories", data={"title": "Kamere", "by": "Ana"})
    with served(room.app) as answers_at:
        yield answers_at


@pytest.fixture
def page(windows: Windows, room_address: str, room: OwnRoom) -> Iterator[Page]:
    """The results of a search for cameras, in the window of somebody who works on a story."""
    (story,) = room.archive.catalog.stories.all(StoryReader("Ana", sees_all=True))
    complaints: list[str] = []
    with windows.window(room_address, height=800, complaints=complaints, locale="en") as opened:
        opened.context.add_cookies(
            [{"name": name, "value": it, "url": room_address} for name, it in (("story", story.id), ("by", "Ana"))]
        )
        opened.goto(f"{room_address}/?q=kamera&sort=title")
        yield opened
    assert complaints == []


def choose(page: Page, count: int) -> None:
    for _ in range(count):
        page.keyboard.press("x")


def expect_chosen(page: Page, count: int) -> None:
    expect(page.locator("input.choose:checked")).to_have_count(count)


def test_the_preview_follows_keys_and_pointer_and_stands_at_the_match(page: Page) -> None:
    title = page.locator("#preview h2")
    expect(title).to_have_text("pismo 00")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(title).to_have_text("pismo 01")
    expect(page.locator("#preview .current")).to_be_in_viewport()
    page.get_by_role("link", name="Next match").click()
    expect(page.locator("#preview .current")).to_have_text("kamera")
    expect(page.locator("#preview .current")).to_be_in_viewport()
    expect(page.get_by_text("Match 2 of 2")).to_be_visible()
    page.keyboard.press("k")
    expect(title).to_have_text("pismo 00")
    page.locator(".hit").nth(2).locator(".tells").hover()
    expect(title).to_have_text("pismo 02")
    page.keyboard.press("o")
    expect(page).to_have_url(re.compile("/documents/"))


def test_the_preview_marks_the_image_of_a_page(open_page: OpenPage, sample: Sample) -> None:
    page = open_page("/?q=ZorKam", script=True)
    image = page.locator("#preview image")
    expect(image).to_have_attribute("href", re.compile(f"{sample.contract}/pages/2/image"))
    expect(page.locator("#preview rect.current")).to_be_in_viewport()


def test_without_script_or_room_there_is_no_preview(open_page: OpenPage) -> None:
    asked: list[str] = []
    narrow = open_page("/?q=cameras", width=390, script=True)
    narrow.on("request", lambda request: asked.append(request.url))
    narrow.keyboard.press("j")
    expect(narrow.locator(".hit.current")).to_have_count(1)
    expect(narrow.locator("#preview")).to_be_hidden()
    assert not any("/preview" in url for url in asked)
    plain = open_page("/?q=cameras")
    expect(plain.locator("#preview")).to_be_hidden()
    expect(plain.locator(".leaf img").first).to_be_visible()


def test_nothing_jumps_while_pictures_and_preview_come(windows: Windows, room_address: str) -> None:
    with windows.window(room_address, height=800, begins_with=SUMMED_SHIFTS) as page:
        page.goto(f"{room_address}/?q=kamera")
        expect(page.locator("#preview h2")).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.shift") < 0.02


def test_ten_papers_are_put_into_a_story_by_eleven_keys_beside_the_preview(page: Page) -> None:
    keys = [*"x" * 10, "a"]
    assert len(keys) <= 12
    for key in keys:
        page.keyboard.press(key)
    expect(page.locator("#story-told")).to_have_text("Added to Kamere: 10 items.")
    expect_chosen(page, 0)


def test_a_row_is_chosen_by_shift_and_all_by_one_box(page: Page) -> None:
    boxes = page.locator("input.choose")
    boxes.nth(1).click()
    boxes.nth(6).click(modifiers=["Shift"])
    expect(page.get_by_text("6 chosen")).to_be_visible()
    boxes.nth(3).click()
    boxes.nth(5).click(modifiers=["Shift"])
    expect_chosen(page, 3)
    page.get_by_role("button", name="Clear selection").click()
    expect_chosen(page, 0)
    page.locator(".hit h3 a").first.focus()
    for key in ("x", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    expect(page.get_by_text("4 chosen")).to_be_visible()
    page.get_by_role("checkbox", name=f"All: {PAPERS} documents").check()
    expect_chosen(page, boxes.count())
    page.get_by_role("button", name="Cite").click()
    expect(page.get_by_role("heading", name=f"{PAPERS} citations")).to_be_visible()


def test_what_is_chosen_stays_chosen_on_other_pages_of_results(page: Page) -> None:
    choose(page, 2)
    page.get_by_role("link", name="2", exact=True).click()
    expect(page.get_by_text("2 chosen, of them on other pages: 2")).to_be_visible()
    choose(page, 1)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export as CSV").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1 + 3


def test_chosen_ones_are_cited_and_copied_as_rich_text(page: Page) -> None:
    choose(page, 2)
    page.get_by_role("button", name="Cite").click()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy all").click()
    expect(page.get_by_text("Copied", exact=True)).to_be_visible()
    rich = page.evaluate(
        "navigator.clipboard.read().then((items) => items[0].getType('text/html')).then((blob) => blob.text())"
    )
    assert len(re.findall(r'<a href="[^"]+/cite/', rich)) == 2


@pytest.mark.parametrize(
    ("button", "count", "leads_to"),
    [("Compare two", 2, r"/beside/"), ("Packet", 3, r"/packets/new$"), ("Correct", 3, r"/chosen/correct$")],
)
def test_each_action_leads_to_its_page(page: Page, button: str, count: int, leads_to: str) -> None:
    choose(page, count)
    page.get_by_role("button", name=button).click()
    expect(page).to_have_url(re.compile(leads_to))
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_only_two_can_be_compared(page: Page) -> None:
    choose(page, 3)
    expect(page.get_by_role("button", name="Compare two")).to_be_disabled()


def test_a_stretch_of_years_is_brushed_and_one_year_is_clicked(page: Page) -> None:
    bars = page.locator(".years svg a .reach")
    places = [box_of(bars.nth(at)) for at in (1, 3)]
    (first, last) = [(place["x"] + place["width"] / 2, place["y"] + 20) for place in places]
    page.mouse.move(*first)
    page.mouse.down()
    page.mouse.move(*last, steps=5)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"\?q=kamera&year=2016-2018&sort=title$"))
    expect(page.locator("#count")).to_contain_text("12 documents")
    expect(page.get_by_role("link", name="Remove filter Year 2016–2018")).to_be_visible()
    page.get_by_role("link", name="2019: 4 documents").first.click()
    expect(page.locator("#count")).to_contain_text("4 documents")


def test_years_are_typed_without_script(open_page: OpenPage) -> None:
    page = open_page("/?q=2021 OR 2022")
    page.get_by_label("From year").fill("2022")
    page.get_by_role("button", name="Show these years").click()
    expect(page).to_have_url(re.compile(r"year=2022$"))
