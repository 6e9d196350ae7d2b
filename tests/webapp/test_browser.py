"""The reading room in real Chromium, served by waitress, with script switched off.

Whatever the browser complains about (a missing file, a refused style) fails the test; see ``open_page``.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.webapp_accessibility import CONTRASTS
from tests.webapp_samples import OpenPage, Sample, box_of

PATHS = {
    "home": "/",
    "results": "/?q=cameras&year=2021&kind=contract",
    "nothing": "/?q=cameras&year=2022",
    "narrowed": "/?q=cameras+OR+%D0%BA%D0%B0%D0%BC%D0%B5%D1%80%D0%B5&not_kind=unknown&amount_max=9000000",
    "facet": "/facets/year?q=cameras&year=2021&not_year=2022",
    "document": "/documents/{id}?q=cameras",
    "page": "/documents/{id}/pages/2?q=cameras&match=2",
    "large page": "/documents/{id}/pages/2?q=cameras&size=large",
    "huge page": "/documents/{id}/pages/1?q=cameras&find=town&found=1&size=huge&turn=270",
    "doubtful page": "/documents/{scan}/pages/1?q=camera&match=1",
    "flowing page": "/documents/{reply}/pages/1?q=kamere&match=1",
}

SMALL_TARGETS = """() => [...document.querySelectorAll(
    'button, .button, input:not([type=checkbox]), summary, .check, .choices .other, .chips a, .sorts a, .pagination a')]
  .filter(e => e.checkVisibility() && e.type !== 'hidden')
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([e, box]) => box.width < 24 || box.height < 24)
  .map(([e, box]) => `${e.outerHTML.slice(0, 80)} ${box.width}x${box.height}`)"""
"""Controls smaller than 24 by 24 CSS pixels (WCAG 2.2, 2.5.8). A checkbox is as large as its label."""


def path_of(name: str, sample: Sample) -> str:
    return PATHS[name].format(id=sample.contract, reply=sample.reply, scan=sample.scan)


def evaluate(page: Page, script: str) -> Any:
    return page.evaluate(script)


def test_from_a_question_to_the_word_on_the_page(open_page: OpenPage, sample: Sample) -> None:
    """The main path: ask, narrow, open the page, step through the matches, see the document, go back."""
    page = open_page("/")
    # A search box that offers names while somebody types is a combobox to assistive technology.
    page.get_by_role("combobox").fill("cameras")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("#count")).to_contain_text("2 documents")
    page.get_by_role("checkbox", name=re.compile("^2021")).check()
    page.get_by_role("checkbox", name=re.compile("^Contract")).check()
    page.get_by_role("button", name="Apply filters").click()
    expect(page).to_have_url(re.compile(r"\?q=cameras&.*year=2021&kind=contract"))
    expect(page.locator("#count")).to_contain_text("1 document")
    page.get_by_role("link", name="p. 1").click()
    page.get_by_role("link", name="Match →").click()
    page.get_by_role("link", name="Match →").click()
    expect(page).to_have_url(re.compile("/pages/2.*match=2#match-2$"))
    expect(page.get_by_role("status")).to_contain_text("Match 2 of 4")
    page.get_by_role("link", name="Contract, Brezovac, 2021").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Contract, Brezovac, 2021")
    page.get_by_role("link", name="← Results").click()
    expect(page.get_by_role("checkbox", name=re.compile("^2021"))).to_be_checked()
    page.get_by_role("link", name="Remove filter Year").click()
    expect(page).to_have_url(re.compile(r"\?q=cameras&kind=contract$"))
    expect(page.get_by_role("checkbox", name=re.compile("^Contract"))).to_be_checked()


def test_the_mark_lies_on_the_word_in_the_image(open_page: OpenPage, sample: Sample) -> None:
    """Under the rectangle there is ink, and the rectangle is where the catalog says that the word is."""
    page = open_page(path_of("page", sample), script=True)
    words = sample.archive.catalog.readings.words(sample.contract, 2)
    box = words.box(words.texts.index("camera"))
    assert box is not None
    drawn = box_of(page.locator("svg#page-image"))
    mark = box_of(page.locator("#match-3"))
    assert mark["x"] - drawn["x"] == pytest.approx(box.x0 * drawn["width"], abs=3)
    assert mark["y"] - drawn["y"] == pytest.approx(box.y0 * drawn["height"], abs=3)
    assert mark["width"] == pytest.approx((box.x1 - box.x0) * drawn["width"], abs=6)
    darkest = """async ([x0, y0, x1, y1]) => {
      const image = new Image();
      image.src = document.querySelector('svg image').getAttribute('href');
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext('2d');
      pen.drawImage(image, 0, 0);
      const [w, h] = [image.width, image.height];
      return Math.min(...pen.getImageData(x0 * w, y0 * h, (x1 - x0) * w, (y1 - y0) * h).data);
    }"""
    assert page.evaluate(darkest, [box.x0, box.y0, box.x1, box.y1]) < 64


def test_a_match_is_scrolled_to(open_page: OpenPage, sample: Sample) -> None:
    page = open_page(f"/documents/{sample.contract}/pages/2?q=cameras&match=4&size=large#match-4", width=800)
    expect(page.locator("#match-4")).to_be_in_viewport()


def test_the_text_of_the_page_can_be_selected(open_page: OpenPage, sample: Sample) -> None:
    page = open_page(path_of("page", sample), script=True)
    page.locator("article.text").select_text()
    assert "Article 5. Cameras\nEach camera of brand <b>ZorKam</b>" in evaluate(page, "getSelection().toString()")


def test_how_pages_were_read_fits_a_phone(open_page: OpenPage, sample: Sample) -> None:
    page = open_page(f"/documents/{sample.contract}", width=390, script=True)
    page.locator("#panel-button").click()
    page.locator(".of-pages > summary").click()
    page.get_by_text("How each page was read", exact=True).click()
    expect(page.get_by_role("link", name="3", exact=True)).to_be_visible()
    assert evaluate(page, "document.documentElement.scrollWidth") <= 390
    assert evaluate(
        page, "document.querySelector('.scroll').scrollWidth <= document.querySelector('.scroll').clientWidth"
    )
    assert evaluate(page, CONTRASTS) == []


@pytest.mark.parametrize("name", PATHS)
def test_a_page_fits_stands_out_and_has_its_parts(open_page: OpenPage, sample: Sample, name: str) -> None:
    page = open_page(path_of(name, sample), script=True)
    has_landmarks_labels_and_one_heading(page)
    for light in ("light", "dark"):
        page.emulate_media(color_scheme=light)
        assert evaluate(page, CONTRASTS) == [], light
    needs_no_scrolling_sideways_and_is_not_too_small(page)


def needs_no_scrolling_sideways_and_is_not_too_small(page: Page) -> None:
    """Reflow at 320 CSS pixels (WCAG 2.2, 1.4.10), and at a phone's and a laptop's width."""
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert evaluate(page, "document.documentElement.scrollWidth") <= width
        assert evaluate(page, SMALL_TARGETS) == [], width


def has_landmarks_labels_and_one_heading(page: Page) -> None:
    for role in ("banner", "main", "search"):
        expect(page.get_by_role(role)).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert evaluate(page, "[...document.querySelectorAll('input:not([type=hidden])')].every(e => e.labels.length)")
    ids = evaluate(page, "[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    # Of what is served: scripts of ours may set sizes.
    inline = "querySelectorAll('script:not([src]), [style]').length"
    parsed = f"new DOMParser().parseFromString(html, 'text/html').{inline}"
    assert evaluate(page, f"fetch(location).then((it) => it.text()).then((html) => {parsed})") == 0


def test_the_keyboard_reaches_the_content_first(open_page: OpenPage) -> None:
    page = open_page("/", script=True)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_filters_fold_on_a_phone_and_stand_open_on_a_laptop(open_page: OpenPage) -> None:
    phone = open_page("/", width=390)
    expect(phone.get_by_role("button", name="Apply filters")).not_to_be_visible()
    phone.get_by_text("Filters", exact=True).click()
    expect(phone.get_by_role("button", name="Apply filters")).to_be_visible()
    expect(open_page("/").get_by_role("button", name="Apply filters")).to_be_visible()


def test_paper_shows_results_and_no_controls(open_page: OpenPage) -> None:
    page = open_page("/?q=cameras&year=2021")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Search for cameras")).to_be_in_viewport()
    expect(page.get_by_label("Active filters")).to_contain_text("Year 2021")
    expect(page.locator("mark").first).to_be_visible()
    for control in ("button", "combobox", "checkbox", "navigation"):
        expect(page.get_by_role(control)).to_have_count(0)
    for name in ("Exact words only", "Clear all", "Record of this search"):
        expect(page.get_by_role("link", name=name)).to_have_count(0)


def test_an_original_is_downloaded_and_not_shown(open_page: OpenPage, sample: Sample) -> None:
    page = open_page(f"/documents/{sample.reply}")
    with page.expect_download() as download:
        page.locator("#more > summary").click()
        page.get_by_role("link", name="Download the original").click()
    assert download.value.suggested_filename == "odgovor _o_kamerama_.txt"
