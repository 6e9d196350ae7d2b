"""Make the pictures of the README: ``python docs/screenshots.py URL`` on a running archive of the specimens."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).parent / "images"
QUESTION = {"q": "kamere becej"}
PAGE = {"q": "камера кладово", "kind": "contract"}
NOTHING = {"q": "dronovi", "municipality": "Kladovo"}
CLAUSE = {"q": "podizvođača saglasnosti", "unit": "clauses", "municipality": "Bečej"}


def main(address: str) -> None:
    """Write ``images/front.png``, ``search.png``, ``page.png`` of a page that a search leads to, ``certificate.png``
    and ``citation.png``."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.goto(f"{address}/findings")  # The front page shows what was counted.
        page.goto(f"{address}/")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=IMAGES / "front.png")
        page.goto(f"{address}/?{urlencode(QUESTION)}")
        page.screenshot(path=IMAGES / "search.png")
        page.goto(f"{address}/?{urlencode(PAGE)}")
        page.locator("main a[href*='/pages/']").first.click()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=IMAGES / "page.png")
        page.goto(f"{address}/certificate?{urlencode(NOTHING)}")
        page.screenshot(path=IMAGES / "certificate.png")
        page.goto(f"{address}/?{urlencode(CLAUSE)}")
        page.locator("main .hits h3 a").first.click()
        page.get_by_role("link", name="Cite this clause").click()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=IMAGES / "citation.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
