"""The search page refreshed in place, in real Chromium with script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.webapp_samples import LETTERS, OpenPage

DOCUMENTS = LETTERS + 3


def stay(page: Page) -> None:
    """Mark the window, so that a page loaded anew can be told from one that was refreshed in place."""
    page.evaluate("window.stayed = true")


def stayed(page: Page) -> bool:
    return bool(page.evaluate("window.stayed === true"))


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    page = open_page("/?q=cameras", script=True)
    stay(page)
    return page


def test_a_filter_refreshes_the_results_and_the_address(page: Page) -> None:
    page.get_by_role("checkbox", name=re.compile("^2021")).check()
    expect(page.locator("#count")).to_contain_text("1 document")
    expect(page).to_have_url(re.compile(r"/\?q=cameras&year=2021$"))
    expect(page.get_by_role("checkbox", name=re.compile("^2021"))).to_be_focused()
    expect(page.locator("#told")).to_contain_text("1 document")
    page.get_by_role("checkbox", name=re.compile("^2021")).uncheck()
    expect(page.locator("#count")).to_contain_text("2 documents")
    expect(page).to_have_url(re.compile(r"/\?q=cameras$"))
    assert stayed(page)


def test_the_way_back_leads_through_the_same_results(page: Page) -> None:
    page.get_by_role("checkbox", name=re.compile("^2021")).check()
    expect(page.locator("#count")).to_contain_text("1 document")
    page.go_back()
    expect(page).to_have_url(re.compile(r"/\?q=cameras$"))
    expect(page.locator("#count")).to_contain_text("2 documents")
    expect(page.get_by_role("checkbox", name=re.compile("^2021"))).not_to_be_checked()


def test_another_question_is_answered_in_place(page: Page) -> None:
    page.get_by_role("combobox").fill("camera")
    page.get_by_role("combobox").press("Enter")
    expect(page.locator("#count")).to_contain_text("2 documents")
    expect(page).to_have_title(re.compile("camera "))
    page.get_by_role("link", name="Exact words only").click()
    expect(page).to_have_url(re.compile(r"/\?q=camera&exact=1$"))
    assert stayed(page)


def test_a_question_on_the_front_page_leads_to_its_results(open_page: OpenPage) -> None:
    """They are not put below the map, where nobody would see them."""
    page = open_page("/", script=True)
    page.get_by_role("combobox").fill("roads")
    page.get_by_role("combobox").press("Enter")
    expect(page.locator("#count")).to_contain_text(f"{LETTERS} documents")
    expect(page.locator("#count")).to_be_in_viewport()


def test_links_of_the_search_page_are_answered_in_place(page: Page) -> None:
    page.get_by_role("link", name="Newest").click()
    expect(page).to_have_url(re.compile(r"sort=newest"))
    page.get_by_role("checkbox", name=re.compile("^2021")).check()
    expect(page).to_have_url(re.compile(r"\?q=cameras&year=2021&sort=newest$"))
    page.get_by_role("link", name="Remove filter Year 2021").click()
    expect(page.locator("#count")).to_contain_text("2 documents")
    expect(page.locator("#results")).to_be_focused()
    page.get_by_role("link", name="Clauses", exact=True).click()
    expect(page.locator("#count")).to_contain_text("clause")
    page.get_by_role("link", name="Documents", exact=True).click()
    expect(page.locator("#count")).to_contain_text("2 documents")
    assert stayed(page)
    page.locator(".hits a").first.click()
    expect(page).to_have_url(re.compile("/documents/"))
    assert not stayed(page), "a result is another page"


def test_an_amount_is_a_filter_that_is_applied_once_typed(page: Page) -> None:
    page.get_by_label("At least").fill("5.000")
    page.get_by_label("At least").press("Tab")
    expect(page).to_have_url(re.compile(r"/\?q=cameras&amount_min=5000$"))
    expect(page.locator("#count")).to_contain_text("0 documents")
    assert stayed(page)


def test_folds_that_were_opened_stay_open(open_page: OpenPage) -> None:
    page = open_page("/", width=390, script=True)
    page.get_by_text("Filters", exact=True).click()
    page.get_by_role("checkbox", name=re.compile("^2021")).check()
    expect(page.locator("#count")).to_contain_text("1 document")
    expect(page.get_by_role("button", name="Apply filters")).to_be_visible()


def test_values_are_left_out_and_taken_back_without_script(open_page: OpenPage) -> None:
    page = open_page("/?q=cameras")
    page.get_by_role("link", name="Leave out 2021", exact=True).click()
    expect(page.locator("#count")).to_contain_text("1 document")
    page.get_by_role("link", name="Remove filter Year not 2021").click()
    expect(page.locator("#count")).to_contain_text("2 documents")


def test_a_bar_chooses_its_year_and_the_page_of_a_facet_several(open_page: OpenPage) -> None:
    page = open_page("/")
    page.get_by_role("link", name="2022: 1 document").first.click()
    expect(page.locator("#count")).to_contain_text("1 document")
    page.goto(page.url.replace("/?", "/facets/year?"))
    page.get_by_role("checkbox", name=re.compile("^2021")).check()
    page.get_by_role("button", name="Show results").click()
    expect(page.locator("#count")).to_contain_text("2 documents")


def test_all_results_are_downloaded(open_page: OpenPage) -> None:
    page = open_page("/?q=cameras")
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").click()
    assert download.value.suggested_filename == "search.xlsx"


def test_keys_go_from_result_to_result_and_open_one(page: Page) -> None:
    titles = page.locator(".hits h3 a")
    page.keyboard.press("j")
    expect(titles.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(titles.nth(1)).to_be_focused()
    page.keyboard.press("j")
    expect(titles.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(titles.nth(0)).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("jo")
    expect(page.get_by_role("combobox")).to_have_value("jo")
    page.locator("main").focus()
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page).to_have_url(re.compile("/documents/"))


def test_a_drawer_of_the_header_closes_by_escape_and_by_a_click_beside_it(page: Page) -> None:
    tools = page.get_by_role("navigation", name="Tools")
    page.locator("#tools > summary").click()
    expect(tools.get_by_role("link", name="Verify a quotation")).to_be_visible()
    page.keyboard.press("Escape")
    expect(tools).to_be_hidden()
    page.locator("#tools > summary").click()
    page.locator("#looks > summary").click()
    expect(tools).to_be_hidden()
    expect(page.get_by_role("navigation", name="Light")).to_be_visible()
    page.locator("#count").click()
    expect(page.get_by_role("navigation", name="Light")).to_be_hidden()
    assert stayed(page)
