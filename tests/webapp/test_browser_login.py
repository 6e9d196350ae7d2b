"""Coming in with a real browser and without script: the form, the cookie, the way on and out; and what axe says."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from archive.access.records import Role
from archive.accounts import Accounts
from archive.archive import Archive
from archive.config import Settings
from tests.access_samples import GOOD, QUICK
from tests.webapp_accessibility import check
from tests.webapp_samples import Filler, NoPicture
from webapp import create_app
from webapp.server import make_server


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where a room answers in which everybody must log in."""
    with Archive.open(tmp_path / "home", Settings({"login": "always"})) as archive:
        with archive.writing():
            Filler(archive, tmp_path).text("pismo.txt", ["Pismo o kamerama"], "sr-Latn")
            archive.indexing.index_due()
        accounts = Accounts(archive.catalog, hashes=QUICK)
        accounts.add("Ana", Role.ADMIN, GOOD, "test")
        accounts.add("Ivo", Role.READER, None, "test")
        archive.catalog.collections.share("main", is_private=True, members=["Ivo"], by="test")
        app = create_app(archive, NoPicture())
        app.config["PASSWORD_HASHES"] = QUICK
        server = make_server(app, "127.0.0.1", 0, 4)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.effective_port}"
        server.trigger.pull_trigger(server.close)
        thread.join(timeout=10)


def test_a_reader_comes_in_goes_on_and_leaves(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/vendors?q=kamera")
    assert urlsplit(page.url).path == "/login"
    check(page)
    page.fill("#name", "Ana")
    page.fill("#password", "a wrong password")
    page.click("button.main")
    assert "wrong" in page.inner_text("[role=alert]")
    check(page)
    page.fill("#password", GOOD)
    page.click("button.main")
    assert page.url == f"{address}/vendors?q=kamera"
    (cookie,) = (one for one in context.cookies() if one["name"] == "session")
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    for path in ("/", "/account", "/users", "/users/collections"):
        page.goto(address + path)
        check(page)
    page.goto(f"{address}/account")
    page.fill("#label", "skripta")
    page.click("section[aria-labelledby=tokens] button.main")
    assert page.inner_text("[role=status] code").startswith("dosije_")
    check(page)
    page.click("form.account button")
    assert urlsplit(page.url).path == "/login"
    page.goto(f"{address}/")
    assert urlsplit(page.url).path == "/login"
    context.close()


@pytest.mark.parametrize("tag", ["sr-Latn", "sr-Cyrl"])
def test_the_pages_fit_in_serbian(browser: Browser, address: str, tag: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale=tag)
    page = context.new_page()
    page.goto(f"{address}/login")
    assert page.locator("html").get_attribute("lang") == tag
    check(page)
    page.fill("#name", "Ana")
    page.fill("#password", GOOD)
    page.click("button.main")
    for path in ("/", "/account", "/users", "/users/collections"):
        page.goto(address + path)
        check(page)
    context.close()
