"""Profiles and findings in a browser: pictures as PNG, copied pictures and sentences, no names on names."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from archive.archive import Archive
from tests.conftest import PATIENCE_MS
from tests.webapp_samples import NoPicture
from tests.webapp_served import served
from webapp import create_app

PROFILES = ("/places/Kladovo", f"/places/{quote('Bečej')}")

OVERLAPS = """() => [...document.querySelectorAll(".picture svg")].flatMap((picture) => {
  const texts = [...picture.querySelectorAll("text")].map((text) => [text.textContent, text.getBoundingClientRect()]);
  const frame = picture.getBoundingClientRect();
  const beside = (a, b) => a.right <= b.left + 1 || b.right <= a.left + 1;
  const apart = (a, b) => beside(a, b) || a.bottom <= b.top + 4 || b.bottom <= a.top + 4;
  const on = texts.flatMap(([told, box], at) =>
    texts.slice(at + 1).filter(([, other]) => !apart(box, other)).map(([other]) => `${told} / ${other}`));
  const out = texts.filter(([, box]) => box.left < frame.left - 2 || box.right > frame.right + 2).map(([told]) => told);
  return [...on, ...out];
})"""


@pytest.fixture(scope="module")
def room(specimen_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a room with the specimens, and the page of the vendor of most documents."""
    home = tmp_path_factory.mktemp("profiles") / "home"
    shutil.copytree(specimen_home, home)
    with Archive.open(home) as archive:
        archive.settle()
        (vendor,) = archive.catalog.vendors.search("", 1)[1]
        with served(create_app(archive, NoPicture())) as address:
            yield address, f"/vendors/{vendor.id}"


@pytest.fixture(scope="module")
def context(browser: Browser, room: tuple[str, str]) -> Iterator[BrowserContext]:
    made = browser.new_context(locale="en", accept_downloads=True)
    made.set_default_timeout(PATIENCE_MS)
    made.grant_permissions(["clipboard-read", "clipboard-write"], origin=room[0])
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    opened = context.new_page()
    yield opened
    opened.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_no_name_of_a_picture_lies_on_another_or_beyond_its_edge(page: Page, room: tuple[str, str], width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for path in (*PROFILES, room[1]):
        page.goto(room[0] + path)
        page.evaluate("document.fonts.ready")
        assert page.locator(".picture svg text").count() > 2
        assert page.evaluate(OVERLAPS) == [], path


def test_a_picture_is_kept_as_png_and_copied(page: Page, room: tuple[str, str]) -> None:
    page.goto(room[0] + room[1])
    with page.expect_download() as kept:
        page.click("#picture-network [data-png]")
    assert kept.value.suggested_filename.endswith("-network.png")
    with Image.open(kept.value.path()) as picture:
        assert picture.format == "PNG"
        assert picture.width > 1000
        assert len(picture.convert("RGB").getcolors(1_000_000) or ()) > 10, "it is not empty"
    page.click("#picture-network [data-copies-picture]")
    expect(page.locator("#picture-network [role=status]").first).to_have_text("Copied")
    copied = page.evaluate(
        """async () => {
          const [item] = await navigator.clipboard.read();
          return [...new Uint8Array(await (await item.getType("image/png")).arrayBuffer())];
        }"""
    )
    with Image.open(BytesIO(bytes(copied))) as picture:
        assert picture.width > 1000


def test_a_sentence_is_copied_as_rich_text_with_its_source(page: Page, room: tuple[str, str]) -> None:
    page.goto(f"{room[0]}/findings/competition")
    page.click("[data-copies=sentence-text]")
    page.wait_for_selector(".finding-head [role=status]:not(:empty)")
    plain, rich = page.evaluate(
        """async () => {
          const [item] = await navigator.clipboard.read();
          return Promise.all(["text/plain", "text/html"].map(async (kind) => (await item.getType(kind)).text()));
        }"""
    )
    assert plain.startswith("Only one bid came in ")
    assert f"{room[0]}/findings/competition?as_of=" in plain
    assert f'href="{room[0]}/findings/competition/cell?' in rich.replace("&amp;", "&")


def test_a_number_of_the_profile_is_two_clicks_from_its_words(page: Page, room: tuple[str, str]) -> None:
    page.goto(room[0] + room[1])
    page.click(".says .number >> nth=0")
    page.click(".bid .rows li a >> nth=1")
    expect(page).to_have_url(re.compile("/pages/.*words="))


def test_without_script_the_picture_is_a_file_and_the_sentence_is_there(
    browser: Browser, room: tuple[str, str]
) -> None:
    context = browser.new_context(locale="en", java_script_enabled=False)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(f"{room[0]}/findings/competition")
    assert page.locator("button[data-copies]").is_hidden()
    assert page.locator("[data-png]").is_hidden()
    assert page.locator("a.take").first.is_visible()
    page.click("text=The sentence with its source")
    assert page.locator("#sentence-text").is_visible()
    context.close()
