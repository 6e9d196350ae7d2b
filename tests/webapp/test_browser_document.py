"""A document of 1,000 pages in one scroll, in real Chromium."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pymupdf
import pytest
from playwright.sync_api import Page, Route, expect

from tests.long_document import LONG, long_document
from tests.webapp_samples import box_of, eventually
from tests.webapp_served import served
from tests.webapp_windows import SUMMED_SHIFTS, Windows
from webapp import create_app

Opens = Callable[..., Page]
NEAR = 12
"""Pages that may be in the document at once: those in the window, and a window's height on each side."""


class WhitePages:
    """A renderer that draws small white pages, at once: what is tested is which of them are asked for."""

    def __init__(self) -> None:
        self.drawn: set[int] = set()
        paper = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 60, 85), False)
        paper.clear_with(255)
        self._image: bytes = paper.tobytes("png")

    def render(self, original: Path, media_type: str, page: int, width: int) -> bytes:
        self.drawn.add(page)
        return self._image

    def close(self) -> None:
        """Nothing is open."""


AT_REST = """async (one) => {
  const place = () => { const box = document.querySelector(one).getBoundingClientRect(); return [box.top, box.width]; };
  for (let last = place(), same = 0; same < 10; ) {
    await new Promise(requestAnimationFrame);
    const now = place();
    [last, same] = [now, now[0] === last[0] && now[1] === last[1] ? same + 1 : 0];
  }
  return place();
}"""
"""Where something lies, and how wide it is, when it has lain still for ten frames."""


@pytest.fixture(scope="module")
def renderer() -> WhitePages:
    return WhitePages()


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory, renderer: WhitePages) -> Iterator[str]:
    """The address of a document of 1,000 pages."""
    room, id_ = long_document(tmp_path_factory.mktemp("long"))
    with room.archive, served(create_app(room.archive, renderer)) as address:
        yield f"{address}/documents/{id_}"


@pytest.fixture
def opens(windows: Windows, document: str) -> Iterator[Opens]:
    """Opens the document in a window of its own. Whatever the browser complains about fails the test."""
    address, complaints = document.partition("/documents/")[0], list[str]()
    with ExitStack() as opened:

        def open_(tail: str = "", width: int = 1280, *, script: bool = True) -> Page:
            begins_with = SUMMED_SHIFTS if script else None
            lent = windows.window(address, width, 800, complaints=complaints, begins_with=begins_with,
                                  java_script_enabled=script)  # fmt: skip
            page = opened.enter_context(lent)
            page.goto(document + tail)
            if script:  # What is typed before the script has made one scroll of the pages would be lost.
                expect(page.locator(".scan-page").nth(1)).to_be_attached()
            return page

        yield open_
    assert complaints == []


def sheet(page: Page, number: int) -> str:
    """Where a page of the document is in the window: its upper and lower edge."""
    return f'.scan-page[data-number="{number}"]'


def go_to(page: Page, number: int) -> None:
    page.get_by_label("Go to page").fill(str(number))
    page.keyboard.press("Enter")
    expect(page.locator(f"{sheet(page, number)} .page-image")).to_be_in_viewport()


def test_only_pages_near_the_window_are_there_and_nothing_jumps(opens: Opens, renderer: WhitePages) -> None:
    renderer.drawn.clear()
    page = opens()
    expect(page.locator(sheet(page, 2))).to_have_count(1)
    tall = page.locator(".sheets").evaluate("one => one.offsetHeight")
    assert tall > LONG * 900, "the heights of all pages are known"
    go_to(page, 800)
    expect(page.locator(f"{sheet(page, 800)} [data-boxes]")).to_have_count(1)
    eventually(page, lambda: page.locator(".scan-page").count() <= NEAR)
    expect(page.locator(sheet(page, 1))).to_have_count(0)
    assert page.locator(".sheets").evaluate("one => one.offsetHeight") == tall
    expect(page.get_by_label("Go to page")).to_have_value("800")
    page.wait_for_load_state("networkidle")
    assert renderer.drawn <= {*range(1, NEAR), *range(800 - NEAR, 800 + NEAR)}
    assert page.evaluate("window.shift") < 0.02
    assert box_of(page.locator(".reader-bar"))["height"] <= 48


def test_pages_scroll_into_each_other_and_the_address_follows(opens: Opens) -> None:
    page = opens("/pages/400?q=cameras")
    expect(page.locator(sheet(page, 400))).to_be_in_viewport()
    page.mouse.move(400, 500)
    page.mouse.wheel(0, 2600)
    expect(page).to_have_url(re.compile(r"/pages/402\?q=cameras$"))
    expect(page.locator("#heading")).to_have_text("Page 402 of 1,000")
    expect(page.locator("article.text")).to_contain_text("SPECIMEN page 402")
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"/pages/403\?q=cameras$"))
    expect(page.locator(".panel input[name=page]").first).to_have_value("403")


def test_matches_are_walked_through_over_all_pages(opens: Opens) -> None:
    page = opens("?q=zvezda")
    for key, number, at in (("n", 3, 1), ("n", 500, 2), ("n", 998, 3), ("n", 998, 3), ("p", 500, 2)):
        page.keyboard.press(key)
        expect(page).to_have_url(re.compile(rf"/pages/{number}\?q=zvezda&match={at}#match-{at}$"))
        current = page.locator("rect.current")
        expect(current).to_have_count(1)
        expect(current).to_be_in_viewport()
        expect(page.locator(".steps")).to_contain_text(f"{at} / 3")
    page.locator("#cite").click()
    expect(page.locator("main")).to_contain_text("Here stands zvezda for all to see.")
    page.go_back()
    expect(page.locator("rect.current")).to_be_in_viewport()
    still = opens(page.url[page.url.index("/pages") :], script=False)
    expect(still.locator("rect.current")).to_be_in_viewport()


def find(page: Page, words: str) -> None:
    page.keyboard.press("f")
    page.get_by_label("Find in this document").fill(words)
    page.keyboard.press("Enter")


def test_finding_leaves_the_page_the_size_and_the_panel_as_they_are(opens: Opens) -> None:
    page = opens("/pages/2?q=drugo")
    page.evaluate("window.stays = true")
    page.get_by_role("link", name="Notes").click()
    page.keyboard.press("+")
    width = page.locator(sheet(page, 2)).evaluate("one => one.offsetWidth")
    find(page, "zvezda")
    expect(page).to_have_url(re.compile(r"/pages/3\?q=drugo&find=zvezda&size=large&found=1#found-1$"))
    current = page.locator("rect.found.current")
    expect(current).to_be_in_viewport()
    expect(page.locator(".find .steps")).to_contain_text("1 / 3")
    expect(page.locator(".minimap path.found")).to_have_attribute("d", re.compile(r"^(M0 \d+h10){3}$"))
    assert page.locator(sheet(page, 3)).evaluate("one => one.offsetWidth") == width
    expect(page.locator(".tabs [aria-current]")).to_have_text("Notes")
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile("/pages/500.*found=2#found-2$"))
    expect(current).to_be_in_viewport()
    find(page, "drugo")
    expect(page).to_have_url(re.compile("/pages/2.*find=drugo&size=large&found=1#found-1$"))
    expect(page.locator(".find .steps")).to_contain_text("1 / 1")
    find(page, "nowhere")
    expect(page.locator(".find [role=status]")).to_contain_text("Not found")
    expect(page.locator("rect.found")).to_have_count(0)
    expect(page.get_by_label("Find in this document")).to_be_focused()
    page.get_by_role("link", name="Stop searching").click()
    expect(page.locator(".find .steps")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("find="))
    expect(page.locator(".minimap path.found")).to_have_attribute("d", "")
    expect(page.get_by_label("Find in this document")).to_be_focused()
    page.locator("#heading").click()
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile("/pages/2.*match=1#match-1$"))
    assert page.evaluate("window.stays")


def test_what_was_found_before_does_not_come_back_late(opens: Opens) -> None:
    page = opens("/pages/2")
    held: list[Route] = []
    outline = re.compile(r"/scan\?.*find=zvezda")
    page.route(outline, lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    find(page, "zvezda")
    expect(page.locator(".find .steps")).to_contain_text("1 / 3")
    find(page, "nowhere")
    expect(page.locator(".find [role=status]")).to_contain_text("Not found")
    (late,) = held
    with page.expect_response(outline):
        late.continue_()
    expect(page.locator("rect.found")).to_have_count(0)
    expect(page.locator(".minimap path.found")).to_have_attribute("d", "")
    expect(page).to_have_url(re.compile("/pages/2"))


def test_words_that_are_no_query_are_refused_as_without_script(opens: Opens) -> None:
    page = opens("/pages/2")
    find(page, '"zvezda')
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator("body")).to_contain_text("zvezda")


def test_on_a_phone_the_bar_cuts_no_field(opens: Opens) -> None:
    for width in (390, 320):
        page = opens("/pages/2?q=zvezda", width)
        tools = box_of(page.locator(".bar-tools"))
        glass = box_of(page.get_by_label("Find in this document"))
        assert glass["x"] + glass["width"] <= tools["x"] + tools["width"] + 1, "all of it is there"
        page.get_by_label("Find in this document").focus()
        field = box_of(page.get_by_label("Find in this document"))
        assert field["width"] > tools["width"] * 0.8, "while somebody writes, it has the room of all tools"
        assert box_of(page.locator(".reader-bar"))["height"] <= 48
        page.get_by_label("Find in this document").fill("drugo")
        page.keyboard.press("Enter")
        expect(page.locator(".find .steps")).to_contain_text("1 / 1")
        expect(page.locator(".find .steps")).to_be_in_viewport(ratio=1)
        expect(page.get_by_role("link", name="Stop searching")).to_be_in_viewport(ratio=1)
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_permalink_to_words_opens_at_the_words(opens: Opens) -> None:
    page = opens("?q=zvezda")
    page.keyboard.press("n")
    expect(page.locator("rect.current")).to_be_in_viewport()
    box = box_of(page.locator("rect.current"))
    page.mouse.click(box["x"] + 5, box["y"] + 5)
    page.get_by_role("link", name="Get a link").click()
    expect(page).to_have_url(re.compile(r"/pages/3\?q=zvezda&reading=1&words=\d+-\d+#words$"))
    expect(page.locator("rect.current")).to_be_in_viewport()
    expect(page.locator(sheet(page, 2))).to_have_count(1)


def test_facts_light_their_words_and_words_their_facts(opens: Opens) -> None:
    page = opens()
    box = page.locator(f"{sheet(page, 1)} rect.fact")
    row = page.locator(".facts > div", has_text="Reference")
    title = page.locator(".facts > div", has_text="Title")
    title.hover()
    expect(box).to_have_class(re.compile("lit"))
    row.hover()
    expect(box).not_to_have_class(re.compile("lit"))
    row.get_by_role("link", name="p. 500").click()
    expect(page.locator(".lit-words")).to_be_in_viewport()
    expect(page).to_have_url(re.compile(r"/pages/500\?reading=1&words=\d+-\d+#words$"))
    expect(page.locator(".tabs [aria-current]")).to_have_text("Facts")
    lit = box_of(page.locator(".lit-words"))
    page.mouse.move(lit["x"] + lit["width"] / 2, lit["y"] + lit["height"] / 2)
    expect(row).to_have_class(re.compile("lit"))
    expect(title).not_to_have_class(re.compile("lit"))


def test_place_size_and_panel_are_kept_over_a_reload(opens: Opens) -> None:
    page = opens("/pages/1")
    page.get_by_role("link", name="Notes").click()
    go_to(page, 300)
    page.keyboard.press("+")
    page.mouse.move(400, 500)
    page.mouse.wheel(0, 333)
    expect(page).to_have_url(re.compile(r"/pages/300\?size=large$"))
    before = page.evaluate(AT_REST, sheet(page, 300))
    page.reload()
    expect(page.locator(".tabs [aria-current]")).to_have_text("Notes")
    there = "([one, top, width]) => { const it = document.querySelector(one)?.getBoundingClientRect();"
    there += " return it && Math.abs(it.top - top) <= 2 && Math.abs(it.width - width) <= 2; }"
    page.wait_for_function(there, arg=[sheet(page, 300), *before])
    assert page.evaluate(AT_REST, sheet(page, 300)) == pytest.approx(before, abs=2)
    page.get_by_role("button", name="Facts, text and notes").click()
    page.reload()
    expect(page.locator("#panel")).to_be_hidden()


def test_sizes_fit_the_width_and_the_page(opens: Opens) -> None:
    page = opens("/pages/7")
    first = page.locator(sheet(page, 7))

    def measured() -> tuple[float, float]:
        box = box_of(first)
        return box["width"], box["height"]

    page.get_by_role("button", name="Whole page").click()
    eventually(page, lambda: measured()[1] <= 800 - 48)
    page.get_by_role("button", name="100%").click()
    eventually(page, lambda: measured()[0] == pytest.approx(595 * 96 / 72, abs=1))
    page.keyboard.press("0")
    column = box_of(page.locator("#scan"))
    eventually(page, lambda: measured()[0] == pytest.approx(column["width"], abs=1))


def test_words_are_chosen_on_a_page_that_came_by_scrolling(opens: Opens) -> None:
    page = opens()
    go_to(page, 600)
    words = page.locator(f"{sheet(page, 600)} .word")
    words.nth(0).click()
    words.nth(2).click()
    bar = page.get_by_role("region", name="Words chosen on the image")
    expect(bar.get_by_role("status")).to_have_text("3 words chosen")
    bar.get_by_role("button", name="Add a note").click()
    expect(page.get_by_role("textbox", name="The note", exact=True)).to_be_focused()
    expect(page.locator("form:has(#noted-words) input[name=page]")).to_have_value("600")
    bar.get_by_role("link", name="Cite").click()
    expect(page.locator("main")).to_contain_text("SPECIMEN page 600")


def test_the_map_shows_where_matches_are_and_leads_there(opens: Opens) -> None:
    page = opens("?q=zvezda")
    marks = page.locator(".minimap path.mark")
    expect(marks).to_have_attribute("d", re.compile(r"^(M0 \d+h10){3}$"))
    box = box_of(page.locator(".minimap"))
    page.mouse.click(box["x"] + 3, box["y"] + box["height"] / 2)
    expect(page).to_have_url(re.compile("/pages/(499|500|501|502)"))


def test_tabs_of_a_page_have_what_is_known_of_the_document(opens: Opens) -> None:
    page = opens("/pages/500")
    page.get_by_role("link", name="Clauses", exact=True).click()
    expect(page.locator("section[data-tab=clauses] .outline li")).to_have_count(30)
    page.get_by_role("link", name="31–60").click()
    expect(page.locator("section[data-tab=clauses]")).to_contain_text("Article 31.")
    expect(page).to_have_url(re.compile("/pages/500$"))


def test_on_a_phone_the_page_comes_first_and_the_panel_is_a_drawer(opens: Opens) -> None:
    page = opens("", 390)
    top = box_of(page.locator(sheet(page, 1)))
    assert top["y"] < 70, "below the bar, with nothing between"
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    panel = page.locator("#panel")
    expect(panel).to_be_hidden()
    page.get_by_role("button", name="Facts, text and notes").click()
    expect(panel).to_be_in_viewport()
    page.get_by_role("link", name="p. 500").click()
    expect(panel).to_be_hidden()
    expect(page.locator(".lit-words")).to_be_in_viewport()


def test_a_fact_leads_to_its_words_before_the_pages_have_come(opens: Opens) -> None:
    page = opens()
    held, released = list[Route](), list[Route]()
    page.route(re.compile("/scan/pages"), lambda route: held.append(route) if not released else route.continue_())
    page.reload()
    expect(page.locator(".scan-page").nth(1)).to_be_attached()
    page.evaluate("window.stays = true")
    page.get_by_role("link", name="p. 500").click()
    expect(page).to_have_url(re.compile("/pages/500.*words="))
    released = list(held)
    for late in released:
        late.continue_()
    expect(page.locator(".lit-words")).to_be_in_viewport()
    assert page.evaluate("window.stays")


def test_without_script_there_is_one_page_at_a_time(opens: Opens) -> None:
    page = opens(script=False)
    expect(page.locator(".scan-page")).to_have_count(1)
    expect(page.get_by_role("heading", name="Clauses")).to_be_visible()
    expect(page.get_by_role("heading", name="Procedure")).to_be_visible()
    page.get_by_role("link", name="Page →", exact=True).first.click()
    expect(page).to_have_url(re.compile("/pages/2$"))
    expect(page.locator("article.text")).to_contain_text("SPECIMEN page 2")
    page.get_by_label("Go to page").fill("777")
    page.get_by_role("button", name="Go").click()
    expect(page.locator("article.text")).to_contain_text("SPECIMEN page 777")
    for control in ("#minimap", "#panel-button", "#full", "[data-zoom]"):
        expect(page.locator(control).first).to_be_hidden()
    page.get_by_role("link", name="Facts", exact=True).click()
    expect(page).to_have_url(re.compile("#facts$"))
