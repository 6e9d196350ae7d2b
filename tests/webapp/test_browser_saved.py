"""List search and saved searches in real Chromium, without script, served by waitress."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import PATIENCE_MS
from tests.webapp_own_room import OwnRoom
from tests.webapp_served import served

LIST = 'kamera\n\nkamera\n"nema ovoga\n—\nput*'


@pytest.fixture
def room(room: OwnRoom) -> OwnRoom:
    room.come_in("staro.txt", "Stara kamera na trgu.")
    return room


@pytest.fixture
def address(room: OwnRoom) -> Iterator[str]:
    """Where a server of this test's own answers: what is saved must not be seen by other tests."""
    with served(room.app) as answers_at:
        yield answers_at


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A window that reads what this test's server says."""
    context = browser.new_context(base_url=address, java_script_enabled=False)
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def test_from_a_search_to_its_news(room: OwnRoom, page: Page) -> None:
    """The main path: search, save, a document comes in, read it, mark it as read, remove the search."""
    page.goto("/?q=kamera")
    page.get_by_text("Save this search").click()
    page.get_by_label("Name").fill("Kamere")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kamere")
    room.come_in("novo.txt", "Grad je kupio nove kamere.")
    page.locator("#tools > summary").click()
    page.get_by_role("link", name="Saved searches", exact=True).click()
    expect(page.get_by_text("1 unread")).to_be_visible()
    page.get_by_role("link", name="Kamere", exact=True).click()
    expect(page.locator("mark")).to_have_text("kamere.")
    page.get_by_role("link", name="p. 1").click()
    expect(page).to_have_url(re.compile(r"/pages/1\?q=kamera$"))
    page.go_back()
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_role("button", name="Mark all as read")).to_have_count(0)
    page.get_by_text("Remove this search").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("No search is saved")).to_be_visible()


def test_a_list_is_searched_and_had_as_a_file(page: Page, tmp_path: Path) -> None:
    page.goto("/lists")
    page.get_by_label("Searches").fill(LIST)
    page.get_by_role("button", name="Search for each line").click()
    expect(page.get_by_role("row")).to_have_count(5)
    expect(page.get_by_role("row").nth(1)).to_contain_text("1 document")
    expect(page.get_by_text("Every line was searched.")).to_be_visible()
    for button, name in (("As CSV", "list.csv"), ("As Excel file", "list.xlsx")):
        with page.expect_download() as download:
            page.get_by_role("button", name=button).click()
        assert download.value.suggested_filename == name
    (tmp_path / "firme.tsv").write_text("Ime\tBroj\nkamera\t1\n", encoding="utf-8")
    page.get_by_label("Or a file").set_input_files(tmp_path / "firme.tsv")
    page.get_by_label("Column of a table").fill("Ime")
    page.get_by_role("button", name="Search for each line").click()
    expect(page.get_by_role("row")).to_have_count(2)
