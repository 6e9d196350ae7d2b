"""Citing in real Chromium: by the keyboard alone, copied with script, read without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.webapp_samples import OpenPage, Sample


def test_a_button_copies_a_form_of_the_citation(open_page: OpenPage, sample: Sample) -> None:
    page = open_page(f"/cite/{sample.contract}/1/0-2", script=True)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    block = page.locator("pre.copy").first
    page.get_by_role("button", name="Copy Text").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == block.text_content()


READ_CLIPBOARD = """async () => {
  const [item] = await navigator.clipboard.read();
  const kinds = item.types.map(async (kind) => [kind, await (await item.getType(kind)).text()]);
  return Object.fromEntries(await Promise.all(kinds));
}"""


def test_a_copy_for_a_letter_is_rich_and_plain_text(open_page: OpenPage, sample: Sample) -> None:
    page = open_page(f"/cite/{sample.contract}/1/0-2", script=True)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy For a letter").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    copied = page.evaluate(READ_CLIPBOARD)
    assert copied["text/plain"] == page.locator("#letter-text").text_content()
    assert re.search(r"/c/[0-9A-Z]{6}", copied["text/plain"])
    rich = re.sub(r"<!--.*?-->", "", copied["text/html"])
    assert f"/cite/{sample.contract}/1/0-2?quote=" in rich
    answer = page.evaluate(
        "async (text) => (await fetch('/api/v1/verify?text=' + encodeURIComponent(text))).json()", rich
    )
    assert answer["verdict"] == "verified"


def test_a_copy_is_rich_where_the_browser_lends_no_clipboard(open_page: OpenPage, sample: Sample) -> None:
    """As over plain HTTP on another machine: by an event, as word processors know it."""
    page = open_page(f"/cite/{sample.contract}/1/0-2", script=True)
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.evaluate("""() => document.addEventListener("copy", (event) => {
      const put = event.clipboardData.setData.bind(event.clipboardData);
      window.copied = {};
      event.clipboardData.setData = (kind, told) => { window.copied[kind] = told; put(kind, told); };
    })""")
    page.get_by_role("button", name="Copy For a letter").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    copied = page.evaluate("window.copied")
    assert copied["text/plain"] == page.locator("#letter-text").text_content()
    assert "<blockquote" in copied["text/html"]


def test_without_script_the_copy_is_there_to_select(open_page: OpenPage, sample: Sample) -> None:
    page = open_page(f"/cite/{sample.contract}/1/0-2")
    expect(page.locator("#letter-html blockquote")).to_be_visible()
    page.get_by_text("Without formatting").click()
    expect(page.locator("#letter-text")).to_contain_text("/c/")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_of_a_citation_fits_its_window(open_page: OpenPage, sample: Sample, width: int) -> None:
    page = open_page(f"/cite/{sample.contract}/1/0-2", width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


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
