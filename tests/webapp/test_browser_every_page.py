"""Every page, in Chromium and in three languages: nothing that axe-core finds wrong, nothing cut off or too small.

Targets depend on the font: axe-core is asked in the machine's, and in one of the tests' own, the flattest.

axe-core checks WCAG 2.2 A and AA and its own best practices, but for contrast: that takes it as long as all else, and
a script of ours looks at it in light and dark.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page

from archive.archive import Archive
from archive.facts.values import Municipalities
from indexer.gazetteer import municipalities
from tests.conftest import PATIENCE_MS
from tests.drawn_once import DrawnOnce
from tests.flat_font import show_in_flat_font
from tests.webapp_accessibility import CONTRASTS, OVERFLOW, RULES
from tests.webapp_every_page import NO_PAGES, PAGES, Filled, fill_every_page
from tests.webapp_served import served
from webapp import create_app
from webapp.languages.negotiation import LANGUAGES

TARGETS = {
    "runOnly": {"type": "rule", "values": ["target-size"]},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
STRUCTURE = {**RULES, "rules": {**RULES["rules"], "color-contrast": {"enabled": False}}}
AS_IT_CAME = f"""() => {{
  const told = [document.documentElement.lang, {OVERFLOW}];
  document.querySelectorAll("[data-stops]").forEach((button) => button.click());
  return told;
}}"""
"""The language of a page and how much is cut off; then it is told not to load itself anew, as axe-core will look at it.

Asked at once: for a locator Playwright puts a script of its own into each page."""
CHECKED = "sr-Latn"
"""The language in which axe-core is asked: the pages of the others have the same parts."""
OTHER_WIDTH = {1280: 320, 320: 1280}
"""A page is looked at as wide as the one before it was at last, and then in the other width."""


@pytest.fixture(scope="module")
def filled(specimen_home: Any, tmp_path_factory: pytest.TempPathFactory) -> Filled:
    return fill_every_page(specimen_home, tmp_path_factory.mktemp("every"))


@pytest.fixture(scope="module")
def room(filled: Filled, drawn_once: DrawnOnce) -> Iterator[Flask]:
    with Archive.open(filled.home, create=False) as archive:
        yield create_app(archive, drawn_once, Municipalities((place.name, place.aliases) for place in municipalities()))


@pytest.fixture(scope="module")
def address(room: Flask) -> Iterator[str]:
    with served(room) as answers_at:
        yield answers_at


@pytest.fixture(scope="module")
def complaints() -> list[str]:
    """What the browser complained about."""
    return []


@pytest.fixture(scope="module")
def pages(browser: Browser, complaints: list[str]) -> Iterator[dict[str, Page]]:
    """A window for each language."""
    opened = {}
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    for tag in LANGUAGES:
        opened[tag] = context.new_page()
        opened[tag].set_extra_http_headers({"Accept-Language": tag})
        if tag == CHECKED:
            opened[tag].add_init_script(Axe().axe_script)
        opened[tag].on("console", lambda message: complaints.append(f"{message.location}: {message.text}"))
    yield opened
    context.close()


def width_of(page: Page) -> int:
    assert page.viewport_size is not None
    return page.viewport_size["width"]


def wrong(page: Page, rules: dict[str, Any]) -> list[str]:
    """What axe-core, which the page has loaded, finds wrong with it as it stands."""
    found = page.evaluate("rules => axe.run(rules).then(found => found.violations)", rules)
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


def test_every_view_is_a_page_here_or_none(room: Flask) -> None:
    views = {
        rule.endpoint
        for rule in room.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.endpoint.startswith(("api.", "iiif.", "ocr_formats."))
    }
    assert views == PAGES.keys() | NO_PAGES.keys()


def test_text_that_is_hard_to_read_is_found(pages: dict[str, Page]) -> None:
    page = pages[CHECKED]
    page.set_content("""
      <body style="background: #fff; color: #000"><p>black</p><p style="color: #999">grey</p>
      <p style="color: rgba(0, 0, 0, .4)">thin</p><div style="opacity: .4"><p>faded</p></div>
      <div style="background: rgba(0, 0, 0, .7)"><p>dark</p><p style="color: #fff">white</p></div></body>""")
    assert [told.partition(" ")[2] for told in page.evaluate(CONTRASTS)] == ["grey", "thin", "faded", "dark"]


def check_as_it_stands(page: Page, path: str) -> None:
    """Check what depends on no language: on a narrow screen and on a wide one, in the dark and in the light."""
    show_in_flat_font(page)
    assert wrong(page, TARGETS) == [], (path, 320)
    page.set_viewport_size({"width": 1280, "height": 900})
    for light in ("dark", "light"):
        page.emulate_media(color_scheme=light)
        assert page.evaluate(CONTRASTS) == [], (path, light)
    assert wrong(page, STRUCTURE) == [], path


@pytest.mark.parametrize("view", [*PAGES, "nowhere"])
def test_a_page_is_accessible_and_fits_in_every_language(
    view: str, filled: Filled, address: str, pages: dict[str, Page], complaints: list[str]
) -> None:
    for path in PAGES.get(view, ("/nothing/here",)):
        for tag, page in pages.items():
            answer = page.goto(address + path.format(**filled.ids))
            assert answer is not None
            assert answer.status == (404 if view == "nowhere" else 200), (path, tag)
            width = width_of(page)
            assert page.evaluate(AS_IT_CAME) == [tag, 0], (path, width)
            page.set_viewport_size({"width": OTHER_WIDTH[width], "height": 900})
            assert page.evaluate(OVERFLOW) == 0, (path, tag, OTHER_WIDTH[width])
            if tag == CHECKED:
                check_as_it_stands(page, path)
    if view == "nowhere":
        complaints.clear()  # Chromium tells of every 404.
    assert complaints == []
