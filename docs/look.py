"""Take a picture of every page in every language: ``python -m docs.look HOME FOLDER``.

HOME is an archive of the specimens; a copy of it is served, with something to see on each page. Pictures are for
looking at and are not kept: ``FOLDER/LANGUAGE/VIEW-N.png``, as wide as a laptop, with ``--phone`` as wide as a phone,
with ``--print`` as sheets of paper (``VIEW-N-SHEET.png``), with ``--dark`` in dark colours.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
from pathlib import Path

import pymupdf
from playwright.sync_api import Page, sync_playwright

from archive.archive import Archive
from archive.facts.values import Municipalities
from indexer.gazetteer import municipalities
from indexer.images.pages import SandboxedRenderer
from tests.webapp_every_page import PAGES, fill_every_page
from webapp import create_app
from webapp.languages.negotiation import LANGUAGES
from webapp.server import make_server

_PATIENCE = 120_000
"""Milliseconds that a page may take on a machine with other work."""


def main() -> None:
    """Serve the copy, and look."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--phone", action="store_true")
    parser.add_argument("--print", action="store_true", dest="on_paper")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--languages", nargs="*", default=list(LANGUAGES))
    parser.add_argument("--views", nargs="*", default=list(PAGES))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        filled = fill_every_page(options.home, Path(folder))
        with Archive.open(filled.home) as archive:
            renderer = SandboxedRenderer(archive.settings, archive.cache)
            app = create_app(
                archive, renderer, Municipalities((place.name, place.aliases) for place in municipalities())
            )
            server = make_server(app, "127.0.0.1", 0, 4)
            thread = threading.Thread(target=server.run, daemon=True)
            thread.start()
            look(f"http://127.0.0.1:{server.effective_port}", filled.ids, options)
            server.trigger.pull_trigger(server.close)
            thread.join()
            renderer.close()


def look(address: str, ids: dict[str, str], options: argparse.Namespace) -> None:
    """Take the pictures."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for tag in options.languages:
            size = {"width": 390 if options.phone else 1280, "height": 900}
            page = browser.new_page(
                viewport=size,  # type: ignore[arg-type]
                locale=tag,
                color_scheme="dark" if options.dark else "light",
            )
            page.set_default_timeout(_PATIENCE)
            (options.folder / tag).mkdir(parents=True, exist_ok=True)
            for view in options.views:
                for number, path in enumerate(PAGES[view], 1):
                    page.goto(address + path.format(**ids))
                    page.evaluate("document.querySelectorAll('img').forEach(image => image.loading = 'eager')")
                    page.wait_for_load_state("networkidle")
                    _take(page, options.folder / tag / f"{view}-{number}.png", options.on_paper)
        browser.close()


def _take(page: Page, picture: Path, on_paper: bool) -> None:
    """One picture of a page, or one of each sheet that it is printed on."""
    if not on_paper:
        page.screenshot(path=picture, full_page=True)
        return
    with pymupdf.open(stream=page.pdf(format="A4", print_background=True), filetype="pdf") as sheets:
        for number, sheet in enumerate(sheets, 1):
            sheet.get_pixmap(dpi=80).save(picture.with_stem(f"{picture.stem}-{number}"))


if __name__ == "__main__":
    main()
