"""The pictures of the documentation can be taken anew: what each shows is still there, on the specimens."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from archive.archive import Archive
from docs.screenshots import PICTURES
from tests.conftest import PATIENCE_MS
from tests.drawn_once import DrawnOnce
from tests.webapp_samples import eventually
from tests.webapp_served import served
from webapp import create_app

SHOWS = {
    "front": "34 documents, 12 municipalities",
    "search": "kamere becej",
    "document": "УГОВОР",
    "page": "камера",
    "finding": "Only one bid came in 3 of 8 procedures",
    "vendor": "Vidozor",
    "place": "Bečej",
    "desk": "Ugovorna kazna",
    "review": "Review",
    "story": "Kamere u Bečeju",
    "certificate": "none matches the query",
    "citation": "Ukupan iznos ugovorne kazne ne može biti veći od 5% ugovorene cene.",
    "verify": "Changed. There are other words at this address.",
    "masks": "Vidoje Tušimski",
}
"""Words that each picture is taken for."""


@pytest.fixture(scope="module")
def address(specimen_home: Path, tmp_path_factory: pytest.TempPathFactory, drawn_once: DrawnOnce) -> Iterator[str]:
    home = tmp_path_factory.mktemp("pictures") / "home"
    shutil.copytree(specimen_home, home)
    with Archive.open(home) as archive:
        archive.settle()
        with served(create_app(archive, drawn_once)) as answers_at:
            yield answers_at


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="en")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(f"{address}/findings")
    yield page
    context.close()


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_shows_what_it_is_taken_for(page: Page, address: str, name: str) -> None:
    PICTURES[name](page, address)
    page.wait_for_load_state("networkidle")

    def is_shown() -> bool:
        shown = " ".join(page.locator("body").inner_text().split())
        values = " ".join(page.locator("input[type=search]").evaluate_all("boxes => boxes.map(box => box.value)"))
        return SHOWS[name] in f"{shown} {values}"

    eventually(page, is_shown)
