"""The words that differ between two pages."""

from __future__ import annotations

from tests.webapp_samples import flowing
from webapp.pages.near_duplicates import MOST_COMPARED, differences


def marked(here: str, there: str) -> tuple[list[str], list[str]]:
    """The marked words of both."""
    pages = flowing([here]), flowing([there])
    found = differences(*pages)
    assert found is not None
    ours, theirs = (
        [" ".join(page.texts[mark.first : mark.last + 1]) for mark in marks]
        for page, marks in zip(pages, found, strict=True)
    )
    return ours, theirs


def test_words_that_stand_on_one_page_only_are_marked_in_runs() -> None:
    assert marked("cena je 100 dinara, bez PDV", "cena je 200 evra bez PDV i popusta") == (
        ["100 dinara,"], ["200 evra", "i popusta"],
    )  # fmt: skip
    assert marked("ugovor od marta", "ugovor o radu od marta") == ([], ["o radu"])


def test_script_case_diacritics_and_punctuation_are_no_difference() -> None:
    assert marked("Општина Бечеј: „уговор“ —", "OPSTINA BEČEJ, (ugovor)") == ([], [])


def test_an_empty_page_has_nothing_to_mark() -> None:
    assert marked("", "") == ([], [])
    assert marked("", "dve reči") == ([], ["dve reči"])


def test_a_page_that_is_too_long_is_not_compared() -> None:
    longest, longer = flowing(["a " * MOST_COMPARED]), flowing(["a " * (MOST_COMPARED + 1)])
    assert differences(longest, longest) == ([], [])
    assert differences(longest, longer) is None
