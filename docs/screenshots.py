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
CLAUSE = {"q": "ugovorna kazna", "unit": "clauses", "municipality": "Bečej"}
CONTRACT = "643b1bc1e0829d0730a7bf3b100a8b4300e502782e16fa79c00ca1022a71e61f"
FORGED = f"""„Ukupan iznos ugovorne kazne ne može biti veći od 15% ugovorene cene.”
http://127.0.0.1:8000/cite/{CONTRACT}/1/660-671?quote=055067b85f7357164e9d4d6085e0c94d"""
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
    def open_(page: Page, address: str) -> None:
        page.goto(address + path)

    return open_


def _first(path: str, link: str) -> Callable[[Page, str], None]:
    """The page that the first such link of another one leads to."""

    def open_(page: Page, address: str) -> None:
        page.goto(address + path)
        page.goto(address + (page.locator(link).first.get_attribute("href") or ""))

    return open_


def _citation(page: Page, address: str) -> None:
    _first(f"/?{urlencode(CLAUSE)}", "main .hits h3 a")(page, address)
    page.get_by_role("link", name="Cite this clause").click()


def _forged(page: Page, address: str) -> None:
    """What verifying says of a quotation with another figure than the contract's."""
    page.goto(f"{address}/verify")
    page.locator("#text").fill(FORGED)
    page.get_by_role("button", name="Verify").click()


def _masks(page: Page, address: str) -> None:
    """The lower half of the page with the signatures, where names are masked."""
    page.goto(f"{address}/masks?{urlencode({'document': CONTRACT[:12], 'mask': 'person', 'page': 4})}")
    page.evaluate("window.scrollTo(0, 640)")


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
    "verify": _forged,
    "masks": _masks,
}


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), *map(Path, sys.argv[2:3]))
