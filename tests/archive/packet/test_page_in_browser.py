"""The page of a packet as Chromium shows it from a folder, without a network."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def page(browser: Browser, made: Path) -> Iterator[Page]:
    """The page, open. Whatever the browser complains about or asks another place for fails the test."""
    complaints: list[str] = []
    page = browser.new_page(viewport={"width": 320, "height": 800})
    page.on("console", lambda message: complaints.append(message.text))
    page.on("request", lambda request: None if request.url.startswith("file:") else complaints.append(request.url))
    page.goto((made / "data/index.html").as_uri())
    yield page
    page.close()
    assert complaints == []


def test_all_images_are_shown(page: Page) -> None:
    widths = page.eval_on_selector_all("img", "images => images.map(image => image.naturalWidth)")
    assert len(widths) == 4
    assert all(width > 1000 for width in widths)


def test_nothing_needs_scrolling_sideways_on_a_phone(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_it_has_landmarks_one_heading_and_names(page: Page) -> None:
    assert page.get_by_role("heading", level=1).all_inner_texts() == ["Nadzor: <kamere> & ugovori"]
    for landmark in ("banner", "main", "navigation"):
        assert page.get_by_role(landmark).count() == 1
    assert page.get_by_role("article").count() == 6
    levels = page.eval_on_selector_all("h1, h2, h3", "all => all.map(one => Number(one.tagName[1]))")
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_quotations_are_in_the_language_of_their_document(page: Page) -> None:
    languages = page.eval_on_selector_all("blockquote", "all => all.map(one => one.lang)")
    assert languages[:4] == ["sr-Latn", "sr-Latn", "sr-Cyrl", "sr-Cyrl"]


def test_the_marked_words_stand_out(page: Page) -> None:
    mark = page.locator("mark").first
    assert mark.evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(255, 236, 120)"
    assert "захтевам" in mark.inner_text()
