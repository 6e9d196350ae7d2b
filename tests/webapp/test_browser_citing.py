"""Citing in real Chromium: by the keyboard alone, copied with script, read without."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.webapp_samples import OpenPage, Sample


def test_a_button_copies_a_form_of_the_citation(open_page: OpenPage, sample: Sample) -> None:
    page = open_page(f"/cite/{sample.contract}/1/0-2", script=True)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    block = page.locator("pre.copy").first
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == block.text_content()


def test_without_script_there_is_no_button_and_the_text_is_there(open_page: OpenPage, sample: Sample) -> None:
    page = open_page(f"/cite/{sample.contract}/1/0-2")
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    expect(page.locator("pre.copy").first).to_contain_text("SHA-256")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control with that name has the focus, which must then be seen."""
    for _ in range(150):
        page.keyboard.press("Tab")
        focused = page.locator("*:focus")
        if focused.count() and name in (focused.get_attribute("id"), (focused.inner_text() or "").strip()):
            outline = focused.evaluate("e => getComputedStyle(e).outlineStyle")
            assert outline != "none", f"nothing shows that {name} has the focus"
            return
    raise AssertionError(f"Tab never leads to {name}")


def test_search_open_and_cite_by_the_keyboard_alone(open_page: OpenPage, sample: Sample) -> None:
    page = open_page("/", script=True)
    tab_to(page, "q")
    page.keyboard.type("supplier")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("1 document")
    tab_to(page, "p. 1")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/pages/1\?q=supplier"))
    tab_to(page, "Cite this sentence")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/cite/{sample.contract}/1/"))
    expect(page.locator("pre.copy").first).to_contain_text("SHA-256")
