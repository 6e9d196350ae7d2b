"""Coming in with a real browser and without script: the form, the cookie, the way on and out; and what axe says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from archive.access.records import Role
from archive.accounts import Accounts
from archive.archive import Archive
from archive.config import Settings
from tests.access_samples import GOOD, QUICK
from tests.webapp_accessibility import check, check_fit
from tests.webapp_samples import Filler, NoPicture
from tests.webapp_served import served
from tests.webapp_windows import Windows
from webapp import create_app

LONG = "Urednica Aleksandra Stojanović-Đorđević"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where a room answers in which everybody must log in."""
    with Archive.open(tmp_path / "home", Settings({"login": "always"})) as archive:
        with archive.writing():
            Filler(archive, tmp_path).text("pismo.txt", ["Pismo o kamerama"], "sr-Latn")
            archive.indexing.index_due()
        accounts = Accounts(archive.catalog, hashes=QUICK)
        accounts.add("Ana", Role.ADMIN, GOOD, "test")
        accounts.add(LONG, Role.READER, GOOD, "test")
        accounts.add("Ivo", Role.READER, None, "test")
        archive.catalog.collections.share("main", is_private=True, members=["Ivo"], by="test")
        app = create_app(archive, NoPicture())
        app.config["PASSWORD_HASHES"] = QUICK
        with served(app) as answers_at:
            yield answers_at


def test_a_reader_comes_in_goes_on_and_leaves(windows: Windows, address: str) -> None:
    with windows.window(address) as page:
        page.goto(f"{address}/vendors?q=kamera")
        expect(page).to_have_url(re.compile(r"/login(\?|$)"))
        check(page)
        page.fill("#name", "Ana")
        page.fill("#password", "a wrong password")
        page.click("button.main")
        expect(page.locator("[role=alert]").first).to_contain_text("wrong")
        check(page)
        page.fill("#password", GOOD)
        page.click("button.main")
        expect(page).to_have_url(f"{address}/vendors?q=kamera")
        (cookie,) = (one for one in page.context.cookies() if one["name"] == "session")
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
        for path in ("/", "/account", "/users", "/users/collections"):
            page.goto(address + path)
            check(page)
        page.goto(f"{address}/account")
        page.fill("#label", "skripta")
        page.click("section[aria-labelledby=tokens] button.main")
        expect(page.locator("[role=status] code").first).to_have_text(re.compile("^dosije_"))
        check(page)
        page.click("#looks summary")
        page.click("form.account button")
        expect(page).to_have_url(re.compile(r"/login(\?|$)"))
        page.goto(f"{address}/")
        expect(page).to_have_url(re.compile(r"/login(\?|$)"))


@pytest.mark.parametrize("tag", ["sr-Latn", "sr-Cyrl"])
def test_the_pages_fit_in_serbian(windows: Windows, address: str, tag: str) -> None:
    with windows.window(address, locale=tag) as page:
        page.goto(f"{address}/login")
        assert page.locator("html").get_attribute("lang") == tag
        check_fit(page)
        page.fill("#name", "Ana")
        page.fill("#password", GOOD)
        page.click("button.main")
        expect(page).not_to_have_url(re.compile("/login"))
        for path in ("/", "/account", "/users", "/users/collections"):
            page.goto(address + path)
            check_fit(page)


def test_on_a_phone_the_head_has_three_rows_however_long_the_name(windows: Windows, address: str) -> None:
    with windows.window(address, width=390, locale="sr-Cyrl") as page:
        page.goto(f"{address}/login")
        page.fill("#name", LONG)
        page.fill("#password", GOOD)
        page.click("button.main")
        page.goto(f"{address}/vendors")
        assert page.locator("header.site").evaluate("head => head.offsetHeight") < 140
        page.click("#looks summary")
        expect(page.get_by_role("button", name="Одјава")).to_be_in_viewport(ratio=1)
        check_fit(page)
