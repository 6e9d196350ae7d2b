"""Copying a citation in real Chromium, with and without script."""

from __future__ import annotations

from playwright.sync_api import expect

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
