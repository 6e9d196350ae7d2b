"""What somebody wrote in a form is there again where it could not be sent, in real Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from archive.access.records import Role
from archive.accounts import Accounts
from archive.archive import Archive
from archive.config import Settings
from tests.access_samples import GOOD, QUICK
from tests.webapp_samples import Filler, NoPicture
from tests.webapp_served import served
from tests.webapp_windows import Windows
from webapp import create_app


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where the page of a document answers, in a room in which everybody must log in."""
    with Archive.open(tmp_path / "home", Settings({"login": "always"})) as archive:
        with archive.writing():
            id_ = Filler(archive, tmp_path).text("pismo.txt", ["Pismo o kamerama"], "sr-Latn")
            archive.indexing.index_due()
        for name in ("Ana", "Ivo"):
            Accounts(archive.catalog, hashes=QUICK).add(name, Role.EDITOR, GOOD, "test")
        app = create_app(archive, NoPicture())
        app.config["PASSWORD_HASHES"] = QUICK
        with served(app) as answers_at:
            yield f"{answers_at}/documents/{id_}/pages/1"


def log_in(page: Page, name: str, password: str = GOOD) -> None:
    page.fill("#name", name)
    page.fill("#password", password)
    page.click("button.main")


def write(page: Page, quote: str, note: str, *, after_session: bool = False) -> None:
    """Write a note, and send it, perhaps when the session is over."""
    page.click(".tabs [data-opens=notes]")
    page.get_by_text("Write a note on this page").click()
    page.fill("#noted-words", quote)
    page.fill("#note", note)
    if after_session:
        page.context.clear_cookies(name="session")
    page.get_by_role("button", name="Save the note").click()


def test_a_session_that_ends_takes_no_note_with_it_and_shows_it_to_nobody_else(windows: Windows, address: str) -> None:
    with windows.window(address) as page:
        for name, has_note in (("Ana", True), ("Ivo", False)):
            page.goto(address)
            log_in(page, "Ana")
            write(page, "kamerama", "Proveri\nbroj", after_session=True)
            expect(page.get_by_text("Your session is over")).to_be_visible()
            log_in(page, name, "a wrong password")
            expect(page.get_by_role("alert")).to_be_visible()
            log_in(page, name)
            expect(page).to_have_url(address)
            expect(page.locator("#note")).to_have_value("Proveri\nbroj" if has_note else "")
            if has_note:
                expect(page.get_by_text("What you wrote is here again")).to_be_visible()
                page.get_by_role("button", name="Save the note").click()
                expect(page).to_have_url(re.compile("/annotations/"))
                page.goto(address)
                expect(page.locator("#note")).to_have_value("", timeout=2_000)
            page.click("#looks summary")
            page.click("form.account button")


def test_what_one_wrote_is_not_signed_by_who_logged_in_in_another_tab(windows: Windows, address: str) -> None:
    with windows.window(address) as page:
        page.goto(address)
        log_in(page, "Ana")
        page.wait_for_url(address)
        other = page.context.new_page()
        other.goto(address)
        other.click("#looks summary")
        other.click("form.account button")
        log_in(other, "Ivo")
        other.goto(address)
        write(page, "kamerama", "Proveri broj")
        expect(page.get_by_role("alert")).to_contain_text("Somebody else has logged in")
        expect(page.locator("#note")).to_have_value("Proveri broj")
        page.locator(".crumbs a").first.focus()
        page.keyboard.press("a")
        expect(page.locator("main > .unsent")).to_be_in_viewport()
        other.click("#looks summary")
        other.click("form.account button")
        log_in(other, "Ana")
        other.goto(address)
        page.get_by_role("button", name="Save the note").click()
        expect(page).to_have_url(re.compile("/annotations/"))
        expect(page.get_by_text("Ana", exact=True).first).to_be_attached()
        other.close()


def test_what_was_refused_is_there_to_be_mended(windows: Windows, address: str) -> None:
    with windows.window(address) as page:
        page.goto(address)
        log_in(page, "Ana")
        write(page, "nigde", "Beleška")
        expect(page.locator(".failure h1")).to_be_visible()
        page.get_by_role("link", name="Back to where you were").click()
        expect(page.locator("#note")).to_have_value("Beleška")
        page.fill("#noted-words", "kamerama")
        page.get_by_role("button", name="Save the note").click()
        expect(page.locator(".note-text").first).to_have_text("Beleška")
        assert page.evaluate("sessionStorage.getItem('dosije-unsent')") is None


def test_a_search_in_place_leads_to_the_form_to_log_in_and_on(windows: Windows, address: str) -> None:
    room = address.partition("/documents")[0]
    with windows.window(address) as page:
        page.goto(f"{room}/?q=pismo")
        log_in(page, "Ana")
        page.wait_for_load_state("networkidle")
        page.context.clear_cookies(name="session")
        page.fill("#q", "kamerama")
        page.press("#q", "Enter")
        expect(page).to_have_url(re.compile("/login"))
        log_in(page, "Ana")
        expect(page).to_have_url(re.compile("q=kamerama"))
        expect(page.locator(".hit")).to_have_count(1)
