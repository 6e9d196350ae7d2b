"""Stories in a browser: ten papers chosen and added by eleven keys, and an item dragged to another place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.made_once import copied
from tests.webapp_own_room import own_room
from tests.webapp_samples import box_of
from tests.webapp_served import served
from tests.webapp_windows import Windows


def _fill(folder: Path) -> str:
    """An archive with twelve letters and a story of Ana's; gives its id."""
    room = own_room(folder)
    with room.archive:
        with room.archive.writing():
            for number in range(12):
                room.filler.text(f"pismo {number}.txt", [f"Kamera broj {number} na trgu."], "sr-Latn")
            room.archive.indexing.index_due()
        client = room.app.test_client()
        client.post("/stories", data={"title": "Kamere", "by": "Ana"})
        story = client.get_cookie("story")
    assert story is not None
    return story.value


@pytest.fixture
def page(windows: Windows, tmp_path: Path) -> Iterator[Page]:
    """The results of a search for twelve letters, in the window of somebody who works on a story."""
    cookies = {"story": copied(tmp_path, _fill), "by": "Ana"}
    room = own_room(tmp_path)
    with room.archive, served(room.app) as address, windows.window(address, locale="en") as opened:
        opened.context.add_cookies([{"name": name, "value": it, "url": address} for name, it in cookies.items()])
        opened.goto(f"{address}/?q=kamera")
        yield opened


def follow(page: Page, selector: str) -> None:
    """Click on what leads to a page, and wait for it with its scripts: until then, keys and buttons do what they do
    without."""
    with page.expect_navigation():
        page.click(selector)


def test_what_is_written_stays_where_there_is_no_network(page: Page) -> None:
    follow(page, "#story")
    page.fill("#new-text", "Moje reči")
    page.context.set_offline(True)
    page.click("#write button.main")
    expect(page.locator("#story-told")).to_have_text(re.compile("^There is no network"), use_inner_text=True)
    expect(page.locator("#new-text")).to_have_value("Moje reči")
    page.context.set_offline(False)
    page.click("#write button.main")
    page.wait_for_selector(".item .own")
    expect(page.locator(".item .own").first).to_have_text("Moje reči", use_inner_text=True)


def test_a_computer_without_a_network_reaches_the_room_that_runs_on_it(page: Page) -> None:
    follow(page, "#story")
    page.evaluate("Object.defineProperty(navigator, 'onLine', {get: () => false})")
    page.fill("#new-text", "U vozu")
    page.click("#write button.main")
    page.wait_for_selector(".item .own")
    expect(page.locator(".item .own").first).to_have_text("U vozu", use_inner_text=True)


def test_ten_papers_are_put_into_a_story_by_eleven_keys_and_dragged(page: Page) -> None:
    titles = page.locator(".hit h3").all_inner_texts()
    for _ in range(10):
        page.keyboard.press("x")
    expect(page.locator("#chosen button:not([name])").first).to_have_text("Add 10 to story", use_inner_text=True)
    page.keyboard.press("a")
    expect(page.locator("#story-told")).to_have_text("Added to Kamere: 10 items.", use_inner_text=True)
    expect(page.locator("#story .quiet").first).to_have_text("10", use_inner_text=True)
    expect(page.locator("input.choose:checked")).to_have_count(0)
    follow(page, "#story")
    shown = page.locator(".item a").all_inner_texts()
    assert shown == titles[:10]
    boxes = [box_of(page.locator(f".item:nth-child({at})")) for at in (3, 1)]
    (from_x, from_y), (to_x, to_y) = [(box["x"] + 4, box["y"] + 4) for box in boxes]
    page.mouse.move(from_x, from_y)
    page.mouse.down()
    page.mouse.move(to_x, to_y + 10, steps=5)
    page.mouse.move(to_x, to_y, steps=3)
    with page.expect_navigation():
        page.mouse.up()
    moved = [shown[2], shown[0], shown[1], *shown[3:]]
    expect(page.locator(".item a")).to_have_text(moved, use_inner_text=True)
    page.reload()
    expect(page.locator(".item a")).to_have_text(moved, use_inner_text=True)


def test_one_key_adds_what_a_link_leads_to_wherever_it_is_shown(page: Page) -> None:
    def told(count: str) -> None:
        page.wait_for_selector(f"#story .quiet:text-is('{count}')")

    # The result that has the focus, without its box.
    page.locator(".hit h3 a").first.focus()
    page.keyboard.press("a")
    told("1")
    # What the pointer is on; and in a field, a letter is a letter.
    page.evaluate("document.activeElement.blur()")
    page.hover(".hit:nth-child(2) h3 a")
    page.keyboard.press("a")
    told("2")
    page.fill("#q", "")
    page.press("#q", "a")
    expect(page.locator("#q")).to_have_value("a")
    page.mouse.move(0, 0)
    address = page.locator(".hit h3 a").first.get_attribute("href")
    page.goto(page.url.partition("/?")[0] + str(address))
    # The page itself, where no link has the focus.
    page.keyboard.press("a")
    told("3")
    follow(page, "#story")
    expect(page.locator(".document-item")).to_have_count(3)


def test_own_words_are_changed_in_place_and_items_moved_by_keys(page: Page) -> None:
    page.locator(".hit h3 a").first.focus()
    page.keyboard.press("a")
    page.wait_for_selector("#story-told:not(:empty)")
    follow(page, "#story")
    page.fill("#new-text", "Uvod")
    follow(page, "button[value=text]")
    own = page.locator(".text-item summary")
    own.click()
    page.keyboard.type(" i kraj")
    page.keyboard.press("Escape")
    expect(own).to_have_text("Uvod", use_inner_text=True)
    own.click()
    page.keyboard.type(" i kraj")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.locator(".text-item summary")).to_have_text("Uvod i kraj", use_inner_text=True)
    page.locator(".text-item").focus()
    with page.expect_navigation():
        page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".item").first).to_have_class("item text-item")
    expect(page.locator(".text-item").first).to_be_focused()
    page.hover(".document-item")
    with page.expect_navigation():
        page.click(".text-item button[title='Write below this']", force=True)
    # What is typed next is text, and no key of the room.
    expect(page.locator("#new-text")).to_be_focused()
    page.keyboard.type("Ko kupuje")
    follow(page, "#write button[value=heading]")
    assert page.locator(".item").evaluate_all("all => all.map(one => one.className)") == [
        "item text-item", "item heading-item", "item document-item",
    ]  # fmt: skip


def test_whoever_takes_an_item_out_goes_on_beside_it(page: Page) -> None:
    follow(page, "#story")
    for text in ("Prvi", "Drugi", "Treći"):
        page.fill("#new-text", text)
        follow(page, "button[value=text]")
    for left, focused in (("Drugi", "Prvi"), ("Prvi", "Treći")):
        page.locator(".text-item", has_text=left).locator("button[value=out]").focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.locator(".text-item", has_text=focused)).to_be_focused()
    page.locator(".text-item button[value=out]").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".text-item")).to_have_count(0)


def test_what_somebody_wrote_is_on_paper_without_its_buttons(page: Page) -> None:
    follow(page, "#story")
    page.fill("#new-text", "Moje reči")
    follow(page, "#write button.main")
    page.emulate_media(media="print")
    for is_open in (False, True):
        page.evaluate("open => document.querySelector('.in-place').open = open", is_open)
        expect(page.locator(".in-place .own")).to_be_visible()
        for pressed in page.locator("main :is(button, textarea, .grip)").all():
            expect(pressed).to_be_hidden()
