"""Matches over folded text carry the word numbers of the document."""

from __future__ import annotations

import re
from collections.abc import Callable

from hypothesis import example, given
from hypothesis import strategies as st

from indexer.facts.text import DocumentText, any_of, phrase

TextOf = Callable[..., DocumentText]


def test_word_numbers_run_through_the_pages(text_of: TextOf) -> None:
    """A match on the second page has numbers that count the first page's words."""
    text = text_of("један два", "ТРИ\nчетири")
    found = list(text.find(re.compile(r"tri\ncetiri")))
    assert [(match.first, match.last) for match in found] == [(2, 3)]
    assert text.quote(2, 3) == "ТРИ четири"
    assert [text.page_of(word) for word in range(4)] == [1, 1, 2, 2]


def test_find_keeps_to_its_range(text_of: TextOf) -> None:
    """Nothing outside the words asked for is found."""
    assert [match.first for match in text_of("a b a b a").find(re.compile("a"), 1, 4)] == [2]


def test_pages_without_words_are_no_error(text_of: TextOf) -> None:
    """A document no page of which could be read has no matches, and an empty page shifts no number."""
    assert list(text_of("").find(re.compile("a"))) == []
    assert [match.first for match in text_of("a", "", "b").find(re.compile("b"))] == [1]


LETTERS = "abcdefghijklm"
PHRASES = st.lists(st.text(f"{LETTERS}*- ", max_size=6).filter(str.strip), max_size=14)
"""Few phrases of few letters, of which many begin alike, and some with more first letters than are looked for first."""


@example(["ab c", "a b*", "ab*"], "ab c a b abc")
@example([*LETTERS, "a*"], " ".join(LETTERS))
@given(PHRASES, st.text(f"{LETTERS}- .\n", max_size=60))
def test_any_of_several_phrases_is_the_first_in_order_that_is_there(phrases: list[str], text: str) -> None:
    """How they are grouped, and what is looked at first, changes no match."""
    plain = rf"(?<!\w)(?:{'|'.join(map(phrase, phrases))})(?!\w)"
    expected = [match.span() for match in re.finditer(plain, text)]
    assert [match.span() for match in re.finditer(any_of(phrases), text)] == expected
