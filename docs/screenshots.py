"""Make the pictures of the main pages: ``python -m docs.screenshots URL [FOLDER]`` on an archive of the specimens.

They are kept in ``images`` with 128 colours, so that they stay small; of specimens alone, never of real papers. A story
is made there for its picture.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from PIL import Image
from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
QUESTION = {"q": "kamere becej"}
PAGE = {"q": "камера кладово", "kind": "contract"}
NOTHING = {"q": "dronovi", "municipality": "Kladovo"}
CLAUSE = {"q": "podizvođača saglasnosti", "unit": "clauses", "municipality": "Bečej"}
DESK = (("topic", "price"), ("topic", "penalty"), ("topic", "payment"))
COLOURS = 128


def main(address: str, folder: Path = IMAGES) -> None:
    """Write a picture of each page of :data:`PICTURES`, and of a story."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 860}, locale="en")
        page.goto(f"{address}/findings")  # The front page shows what was counted; faces are kept from here on.
        page.wait_for_load_state("networkidle")
        for name, open_ in PICTURES.items():
            open_(page, address)
            _take(page, folder / f"{name}.png")
        browser.close()


def _take(page: Page, picture: Path) -> None:
    page.wait_for_load_state("networkidle")
    page.mouse.move(1, 850)
    with Image.open(io.BytesIO(page.screenshot())) as shot:
        shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(picture, optimize=True)


def _at(path: str) -> Callable[[Page, str], None]:
    return lambda page, address: page.goto(address + path) and None


def _first(path: str, link: str) -> Callable[[Page, str], None]:
    """The page that the first such link of another one leads to."""

    def open_(page: Page, address: str) -> None:
        page.goto(address + path)
        page.goto(address + (page.locator(link).first.get_attribute("href") or ""))

    return open_


def _citation(page: Page, address: str) -> None:
    _first(f"/?{urlencode(CLAUSE)}", "main .hits h3 a")(page, address)
    page.get_by_role("link", name="Cite this clause").click()


def _desk(page: Page, address: str) -> None:
    """The desk with the first contract that has a clause on each topic pinned."""
    page.goto(f"{address}/desk?{urlencode(DESK)}")
    page.locator(".clause-desk tbody th a[href*='pinned=']").first.click()


def _story(page: Page, address: str) -> None:
    """A story with a heading and the first results of a search."""
    page.goto(f"{address}/?{urlencode(QUESTION)}")
    items = [box.get_attribute("value") or "" for box in page.locator("input.choose").all()[:4]]
    form = urlencode([("title", "Kamere u Bečeju"), ("by", "Ana"), *(("item", item) for item in items)])
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": address, "Accept": "application/json"}
    told = page.request.post(f"{address}/stories", data=form, headers=headers).json()
    page.goto(address + told["url"])


PICTURES: dict[str, Callable[[Page, str], None]] = {
    "front": _at("/"),
    "search": _at(f"/?{urlencode(QUESTION)}"),
    "document": _first(f"/?{urlencode(PAGE)}", "main .hits h3 a"),
    "page": _first(f"/?{urlencode(PAGE)}", "main .hits a[href*='/pages/']"),
    "finding": _at("/findings/competition"),
    "vendor": _first("/vendors?q=Vidozor", "main a[href^='/vendors/']:not([href*='candidates'])"),
    "place": _at("/places/Be%C4%8Dej"),
    "desk": _desk,
    "review": _at("/review"),
    "story": _story,
    "certificate": _at(f"/certificate?{urlencode(NOTHING)}"),
    "citation": _citation,
}


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), *map(Path, sys.argv[2:3]))
