"""The view of a page in real Chromium: choosing words on the image, and the keys."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.webapp_samples import OpenPage, Sample, box_of


def word(page: Page, index: int) -> Locator:
    """The box that the script lays over a word of the page."""
    return page.locator("#page-image .word").nth(index)


def middle(page: Page, index: int) -> tuple[float, float]:
    expect(word(page, index)).to_be_visible()  # A script lays the boxes over the page.
    box = box_of(word(page, index))
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_words_are_chosen_by_dragging_and_cited(open_page: OpenPage, sample: Sample) -> None:
    page = open_page(f"/documents/{sample.contract}/pages/1", script=True)
    bar = page.get_by_role("region", name="Words chosen on the image")
    expect(bar).to_be_hidden()
    page.mouse.move(*middle(page, 13))
    page.mouse.down()
    page.mouse.move(*middle(page, 11), steps=8)
    page.mouse.up()
    expect(bar.get_by_role("status")).to_have_text("3 words chosen")
    expect(page.locator(".word.chosen")).to_have_count(3)
    bar.get_by_role("link", name="Cite").click()
    expect(page).to_have_url(re.compile(r"/cite/[0-9a-f]{64}/1/11-13\?quote="))
    expect(page.locator("main")).to_contain_text("supplier Providni Sistemi")


def test_words_are_chosen_by_clicking_the_first_and_the_last(open_page: OpenPage, sample: Sample) -> None:
    page = open_page(f"/documents/{sample.contract}/pages/2?turn=90", script=True)
    status = page.get_by_role("region", name="Words chosen on the image").get_by_role("status")
    word(page, 0).click()
    expect(status).to_have_text("1 word chosen")
    word(page, 2).click()
    expect(status).to_have_text("3 words chosen")
    word(page, 1).click()
    expect(status).to_have_text("1 word chosen")
    page.keyboard.press("Escape")
    expect(page.locator("#selection")).to_be_hidden()
    word(page, 0).click()
    word(page, 4).click(modifiers=["Shift"])
    expect(status).to_have_text("5 words chosen")
    page.get_by_role("link", name="Get a link").click()
    first = sample.archive.catalog.readings.get(sample.contract).pages[1].first_word
    expect(page).to_have_url(re.compile(rf"words={first}-{first + 4}&turn=90#words$"))
    expect(page.locator("mark.current")).to_contain_text("Article 5. Cameras")


def test_a_note_is_written_on_chosen_words(open_page: OpenPage, sample: Sample) -> None:
    page = open_page(f"/documents/{sample.contract}/pages/1", script=True)
    word(page, 2).click()
    page.get_by_role("button", name="Add a note").click()
    expect(page.get_by_role("textbox", name="The note", exact=True)).to_be_focused()
    expect(page.locator("input[name=words]")).to_have_value("2-2")
    expect(page.locator("#noted-words")).to_be_disabled()


def test_words_selected_in_the_text_go_into_the_form_that_cites_them(open_page: OpenPage, sample: Sample) -> None:
    page = open_page(f"/documents/{sample.contract}/pages/2?q=cameras", script=True)
    page.locator("article.text p").first.select_text()
    quote = page.get_by_label("Words of this page to cite")
    expect(quote).to_have_value(re.compile(r"^Article 5\. Cameras"))
    page.get_by_role("button", name="Cite", exact=True).click()
    expect(page).to_have_url(re.compile("/cite/"))


def test_without_script_nothing_is_offered_that_needs_it(open_page: OpenPage, sample: Sample) -> None:
    page = open_page(f"/documents/{sample.contract}/pages/1")
    expect(page.locator(".word")).to_have_count(0)
    for control in ("#selection", "#keys-button", "#select-hint", "#keys"):
        expect(page.locator(control)).to_be_hidden()
    page.get_by_label("Words of this page to cite").fill("eleven cameras")
    page.get_by_role("button", name="Cite", exact=True).click()
    expect(page).to_have_url(re.compile("/cite/"))


def test_finding_in_the_document_without_script(open_page: OpenPage, sample: Sample) -> None:
    page = open_page(f"/documents/{sample.contract}?q=zorkam")
    page.get_by_label("Find in this document").fill("cameras")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Found →").click()
    expect(page).to_have_url(re.compile(r"/pages/2\?q=zorkam&find=cameras&found=2#found-2$"))
    expect(page.locator("#found-2")).to_be_in_viewport()
    page.get_by_role("link", name="Larger").click()
    page.locator("#more summary").click()
    page.get_by_role("link", name="Turn to the right").click()
    expect(page).to_have_url(re.compile("size=large&turn=90&find=cameras"))
    page.get_by_role("link", name="Stop searching").click()
    expect(page).to_have_url(re.compile(r"\?q=zorkam&size=large&turn=90$"))


def test_keys_step_through_matches_and_pages(open_page: OpenPage, sample: Sample) -> None:
    page = open_page(f"/documents/{sample.contract}/pages/1?q=cameras&match=1", script=True)
    for key, lands in (
        ("n", "2.*match=2#"),
        ("p", "1.*match=1#"),
        ("ArrowRight", r"2\?q=cameras$"),
        ("+", "size=large"),
    ):
        page.keyboard.press(key)
        expect(page).to_have_url(re.compile(f"/pages/.*{lands}"))
        page.wait_for_load_state()
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("n?/")
    expect(page.locator("#q")).to_have_value("n?/")
    expect(page.locator("dialog")).to_be_hidden()


def test_keys_are_explained_and_can_be_switched_off_for_good(open_page: OpenPage, sample: Sample) -> None:
    address = f"/documents/{sample.contract}/pages/1?q=cameras"
    page = open_page(address, script=True)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Keys are on").uncheck()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    page.reload()
    for key in ("ArrowRight", "n", "?"):
        page.keyboard.press(key)
    expect(dialog).to_be_hidden()
    expect(page).to_have_url(re.compile(re.escape(address) + "$"))
    page.locator("#more summary").click()
    page.get_by_role("button", name="Keys").click()
    dialog.get_by_label("Keys are on").check()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("/pages/2"))


def test_a_key_right_after_the_dialog_of_keys_is_not_lost(open_page: OpenPage, sample: Sample) -> None:
    """The button that opened it is out of sight by then: the switch keeps the focus until the next frame."""
    page = open_page(f"/documents/{sample.contract}/pages/1", script=True)
    page.locator("#more summary").click()
    page.get_by_role("button", name="Keys").click()
    page.locator("#keys-switch").focus()
    in_one_frame = """() => {
        document.querySelectorAll(".menu[open]").forEach((menu) => { menu.open = false; });
        document.getElementById("keys").close();
        const focused = document.activeElement;
        focused.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
        return focused.id;
    }"""
    assert page.evaluate(in_one_frame) == "keys-switch"
    expect(page).to_have_url(re.compile("/pages/2"))


def test_paper_shows_the_page_and_no_controls(open_page: OpenPage, sample: Sample) -> None:
    page = open_page(f"/documents/{sample.contract}/pages/1?q=cameras&size=huge", script=True)
    page.emulate_media(media="print")
    expect(page.locator(".page-image")).to_be_visible()
    expect(page.get_by_text(f"Contract, Brezovac, 2021, SHA-256 {sample.contract}")).to_be_in_viewport()
    for control in ("button", "navigation", "textbox", "dialog"):
        expect(page.get_by_role(control)).to_have_count(0)
    image, sheet = box_of(page.locator(".page-image")), box_of(page.locator("main"))
    assert image["width"] <= sheet["width"]


def test_a_long_strip_of_pages_scrolls_within_itself(open_page: OpenPage, sample: Sample) -> None:
    page = open_page(f"/documents/{sample.contract}/pages/1", 360)
    many = (
        "strip => { for (let n = 0; n < 4; n++) strip.append(...[...strip.children].map(one => one.cloneNode(true))) }"
    )
    page.locator(".strip ol").evaluate(many)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
