"""Snippets: short, telling, and marked exactly."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archive.search.snippets import SNIPPET_WORDS, make_snippet

PAGE = [f"w{number}" for number in range(200)]


def marked(texts: list[str], matches: list[tuple[int, int]]) -> list[str]:
    snippet = make_snippet(texts, matches)
    return [snippet.text[start:end] for start, end in snippet.marks]


def test_a_short_page_is_shown_whole() -> None:
    snippet = make_snippet(["Javna", "nabavka", "kamera"], [(1, 1)])
    assert snippet.text == "Javna nabavka kamera"
    assert snippet.marks == ((6, 13),)


def test_a_cut_page_says_that_it_goes_on() -> None:
    snippet = make_snippet(PAGE, [(100, 101)])
    assert snippet.text.startswith("… w94 ")
    assert snippet.text.endswith(" …")
    assert marked(PAGE, [(100, 101)]) == ["w100 w101"]


def test_the_stretch_with_most_different_words_wins() -> None:
    page = [*PAGE]
    page[10] = page[12] = page[14] = "kamera"
    page[150], page[155] = "kamera", "nadzor"
    assert marked(page, [(10, 10), (12, 12), (14, 14), (150, 150), (155, 155)]) == ["kamera", "nadzor"]


def test_words_that_stand_far_apart_are_shown_in_two_stretches() -> None:
    page = [*PAGE]
    page[10], page[12], page[14], page[150] = "Bečej", "Bečeju", "www.becej.example", "kamere"
    snippet = make_snippet(page, [(10, 10), (12, 12), (14, 14), (150, 150)])
    assert snippet.text.startswith("… w7 w8 w9 Bečej w11 Bečeju w13 www.becej.example w15 ")
    assert " w21 … w147 w148 w149 kamere w151 " in snippet.text
    assert snippet.text.endswith(" w161 …")
    assert [snippet.text[start:end] for start, end in snippet.marks] == [page[10], page[12], page[14], page[150]]


def test_stretches_that_meet_are_one() -> None:
    page = [*PAGE]
    page[175], page[199] = "kamere", "nadzor"
    snippet = make_snippet(page, [(175, 175), (199, 199)])
    assert snippet.text.startswith("… w170 ")
    assert snippet.text.endswith(" w198 nadzor")
    assert [snippet.text[start:end] for start, end in snippet.marks] == ["kamere", "nadzor"]


def test_a_match_longer_than_a_snippet_is_not_cut() -> None:
    assert marked(PAGE, [(20, 90)]) == [" ".join(PAGE[20:91])]


def test_a_page_without_matches_shows_its_beginning() -> None:
    assert make_snippet(PAGE, []).text == " ".join(PAGE[:SNIPPET_WORDS]) + " …"
    assert make_snippet([], []).text == ""


@given(st.integers(1, 120), st.sets(st.integers(0, 119), min_size=1, max_size=30))
def test_marks_are_whole_words_in_order_and_never_overlap(length: int, numbers: set[int]) -> None:
    texts = PAGE[:length]
    matches = [(number, number) for number in sorted(numbers) if number < length]
    snippet = make_snippet(texts, matches)
    assert len([word for word in snippet.text.split() if word != "…"]) == min(length, SNIPPET_WORDS)
    assert all(snippet.text[start:end] in texts for start, end in snippet.marks)
    assert bool(snippet.marks) == bool(matches)
    assert list(snippet.marks) == sorted(snippet.marks)


@given(st.sets(st.integers(0, 119), min_size=1, max_size=40))
def test_forms_of_one_word_need_not_be_looked_at(numbers: set[int]) -> None:
    texts = [("kamera", "kamere")[at % 2] if at in numbers else word for at, word in enumerate(PAGE[:120])]
    matches = [(at, at) for at in sorted(numbers)]
    assert make_snippet(texts, matches, alike=True) == make_snippet(texts, matches)
