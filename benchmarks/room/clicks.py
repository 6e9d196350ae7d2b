"""Count real clicks and keys of typical tasks: from the article's numbers to their evidence, and a lawyer's work."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Locator, Page

from benchmarks.room.main_pages import SIGNED

TO_WORDS = 3
TO_CITATION = 3
TO_STORY = 12
PAPERS = 10
PROFILES = 3
"""Vendors, and municipalities, whose numbers are clicked."""

_NUMBER = "main table a.number[href*='/cell?']"
_PROFILE_NUMBER = "main a.number"
_NO_PROFILES = ("/vendors/candidates",)
_WORDS = "main a[href*='words=']"
_SHOWN = "#words, mark, svg .current"


@dataclass
class Hand:
    """The clicks and key presses on a page; ``count`` is their number."""

    page: Page
    count: int = 0

    def click(self, target: Locator) -> None:
        """Click, and wait for the next page to load."""
        self.count += 1
        target.first.click()
        self.page.wait_for_load_state("load")

    def press(self, keys: str) -> None:
        """Press a key or a key combination."""
        self.count += 1
        self.page.keyboard.press(keys)


@dataclass
class NumbersToWords:
    """Counts of numbers by the clicks from the list of findings or profiles to their evidence.

    ``wordless`` are the URLs of pages without evidence.
    """

    clicks: Counter[int] = field(default_factory=Counter)
    wordless: list[str] = field(default_factory=list)


def numbers_to_words(browser: Browser, address: str, each: int) -> NumbersToWords:
    """Click ``each`` numbers, spread evenly over the table, of each finding, from the list of findings."""
    told = NumbersToWords()
    with browser.new_context(viewport={"width": 1280, "height": 900}, locale="en") as context:
        page = context.new_page()
        page.goto(f"{address}/findings")
        for finding in _findings(page):
            for at in _chosen(page, address + finding, _NUMBER, each):
                page.goto(f"{address}/findings")
                hand = Hand(page)
                hand.click(page.locator(f"main h3 a[href='{finding}']"))
                _to_words(hand, _numbers(page, _NUMBER).nth(at), told, address)
    return told


def profiles_to_words(browser: Browser, address: str, each: int) -> NumbersToWords:
    """Click numbers of a few profiles, from the list of vendors or of municipalities."""
    told = NumbersToWords()
    with browser.new_context(viewport={"width": 1280, "height": 900}, locale="en") as context:
        page = context.new_page()
        for listed in ("/vendors", "/places"):
            page.goto(address + listed)
            found = [link.get_attribute("href") or "" for link in page.locator(f"main a[href^='{listed}/']").all()]
            profiles = dict.fromkeys(
                path for path in found if re.fullmatch(r"/\w+/[^/?#]+", path) and path not in _NO_PROFILES
            )
            for profile in list(profiles)[:PROFILES]:
                for at in _chosen(page, address + profile, _PROFILE_NUMBER, each):
                    page.goto(address + listed)
                    hand = Hand(page)
                    hand.click(page.locator(f"main a[href='{profile}']"))
                    _to_words(hand, _numbers(page, _PROFILE_NUMBER).nth(at), told, address)
    return told


def _to_words(hand: Hand, number: Locator, told: NumbersToWords, address: str) -> None:
    """Click a number, and its first evidence."""
    page = hand.page
    hand.click(number)
    words = page.locator(_WORDS).locator("visible=true")
    if not words.count():
        told.wordless.append(page.url.removeprefix(address))
        return
    hand.click(words)
    page.locator(_SHOWN).first.wait_for(state="attached", timeout=20_000)
    told.clicks[hand.count] += 1


def _findings(page: Page) -> list[str]:
    found = [link.get_attribute("href") or "" for link in page.locator("main h3 a[href^='/findings/']").all()]
    return list(dict.fromkeys(href for href in found if re.fullmatch(r"/findings/[a-z-]+", href)))


def _numbers(page: Page, which: str) -> Locator:
    """Return the visible numbers that are not 0."""
    return page.locator(which).filter(has_not_text=re.compile(r"^\s*0\s*$")).locator("visible=true")


def _chosen(page: Page, path: str, which: str, each: int) -> Iterator[int]:
    page.goto(path)
    count = _numbers(page, which).count()
    yield from sorted({at * count // each for at in range(each)}) if count else ()


def clause_to_citation(browser: Browser, address: str, clause: str) -> int:
    """Copy the citation of a clause and paste it as rich text; return the number of clicks and keys.

    :raises AssertionError: the pasted text lacks the quotation or its link.
    """
    with browser.new_context(locale="en", permissions=["clipboard-read", "clipboard-write"]) as context:
        page = context.new_page()
        page.goto(address + clause)
        hand = Hand(page)
        hand.click(page.get_by_role("link", name="Cite this clause"))
        hand.click(page.locator("button[data-rich]"))
        page.get_by_text("Copied", exact=True).first.wait_for()
        hand.page = _letter(page)
        hand.press("Control+V")
        pasted = hand.page.locator("[contenteditable]").inner_html()
        assert "<blockquote" in pasted, pasted[:200]
        assert "href=" in pasted, pasted[:200]
        return hand.count


def _letter(page: Page) -> Page:
    """Open an empty editable page in another window."""
    letter = page.context.new_page()
    letter.goto(f"{page.url.split('/cite/')[0]}/healthz")  # a page of the same site may read the clipboard
    letter.evaluate("document.body.innerHTML = '<div contenteditable></div>'")
    letter.locator("[contenteditable]").focus()
    return letter


def papers_into_story(browser: Browser, address: str, query: str) -> int:
    """Add ten results to an existing story; return the number of key presses.

    :raises AssertionError: the story does not have ten more items.
    """
    with browser.new_context(viewport={"width": 1280, "height": 900}, locale="en") as context:
        page = context.new_page()
        page.goto(f"{address}/stories")
        page.locator("input[name=title]").first.fill("SPECIMEN")
        if page.locator("input[name=by]").count():
            page.locator("input[name=by]").first.fill(SIGNED)
        page.locator("main form button").first.click()
        page.goto(f"{address}/?q={query}")
        hand = Hand(page)
        for _ in range(PAPERS):
            hand.press("x")
        hand.press("a")
        page.locator("#story-told").wait_for()
        told = page.locator("#story .quiet").inner_text()
        assert told.strip() == str(PAPERS), told
        return hand.count


def lawyers_day(browser: Browser, address: str, words: str) -> list[tuple[str, int]]:
    """Return the steps of a lawyer's work with a clause, each with its clicks and keys.

    They are: find it, compare it with one of another contract, and copy both as citations.
    """
    with browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="en", permissions=["clipboard-read", "clipboard-write"]
    ) as context:
        page = context.new_page()
        page.goto(f"{address}/?unit=clauses&kind=contract")
        steps = []
        hand = Hand(page)
        page.locator("main #q, #q").first.fill(words)
        hand.press("Enter")
        page.locator(".hit h3 a[href*='/clauses/']").first.wait_for()
        hand.click(page.locator(".hit h3 a[href*='/clauses/']"))
        steps.append(("words typed, to the clause that has them", hand.count))
        hand = Hand(page)
        hand.click(page.get_by_role("link", name="Compare", exact=True))
        hand.click(page.locator("a[href*='/compare?'][href*='b=']"))
        page.locator(".sheet.beside").wait_for()
        steps.append(("clause, to one of another contract beside it", hand.count))
        page.goto(f"{address}/desk")
        hand = Hand(page)
        for at in range(2):
            hand.click(page.locator(".clause-desk input.choose").nth(at))
        hand.click(page.get_by_role("button", name="Cite", exact=True))
        hand.click(page.locator("button[data-rich]"))
        page.get_by_text("Copied", exact=True).first.wait_for()
        steps.append(("two clauses of the desk, to both citations copied", hand.count))
        return steps
