"""What a reader who found nothing is offered."""

from __future__ import annotations

import pytest

from archive.search.query_language.parser import parse
from webapp.pages.search import last_resort, relaxations
from webapp.state import SearchState


def offered(state: SearchState) -> dict[str, str]:
    """Label to text of the searches offered."""
    words = parse(state.text, state.exact, state.look_alikes).words
    return {relaxation.label: relaxation.state.text for relaxation in relaxations(state, words)}


def test_exactness_goes_first_and_look_alikes_need_other_forms() -> None:
    exact = SearchState("kamere", exact=True)
    assert list(offered(exact)) == ["with other forms of the words"]
    assert next(iter(offered(SearchState("kamere")))) == "with words that OCR can take for these"
    assert "with words that OCR can take for these" not in offered(SearchState("kamere", look_alikes=True))


def test_each_filter_can_go() -> None:
    state = SearchState("kamere").with_filter("kind", "foi_reply").with_filter("year", "2021")
    assert "without kind FOI reply" in offered(state)
    assert "without year 2021" in offered(state)


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("kamere nadzor", {"without “kamere”": "nadzor", "without “nadzor”": "kamere"}),
        ("kamere -nadzor", {"without leaving out “nadzor”": "kamere"}),
        ("kamere", {}),
        ("„video nadzor“ kamere", {"without “video nadzor”": "kamere", "without “kamere”": "„video nadzor“"}),
        ("kamere OR nadzor", {}),
        ("(kamere nadzor)", {}),
        ("kamerama kamera", {"without “kamerama”": "kamera", "without “kamera”": "kamerama"}),
    ],
)
def test_each_word_can_go_where_no_operator_joins_them(text: str, without: dict[str, str]) -> None:
    assert {label: left for label, left in offered(SearchState(text)).items() if label.startswith("without")} == without


def test_a_phrase_can_fall_apart() -> None:
    assert (
        offered(SearchState("„video nadzor“ kamere"))["with the words of the phrase anywhere"] == "video nadzor kamere"
    )


def test_a_word_can_be_part_of_longer_ones() -> None:
    assert offered(SearchState("kamere pod"))["with “kamere” inside longer words"] == "*kamere* pod"
    assert "with “pod” inside longer words" not in offered(SearchState("kamere pod")), "too short"


@pytest.mark.parametrize(
    ("state", "missing", "label", "text"),
    [
        (SearchState("kamere nadzor").with_filter("year", "2021"), ("nadzor",),
         "without any filter and without “nadzor”", "kamere"),
        (SearchState("kamere xx yy"), ("xx", "yy"), "without “xx” and without “yy”", "kamere"),
        (SearchState("kamere").with_filter("year", "2021").with_filter("kind", "form"), (),
         "without any filter", "kamere"),
        (SearchState("(kamere OR xx) yy").with_filter("year", "2021").with_filter("kind", "form"), ("yy",),
         "without any filter", "(kamere OR xx) yy"),
    ],
)  # fmt: skip
def test_when_no_single_step_helps_all_are_taken(
    state: SearchState, missing: tuple[str, ...], label: str, text: str
) -> None:
    last = last_resort(state, parse(state.text, exact=False).words, missing)
    assert last is not None
    assert (last.label, last.state) == (label, SearchState(text))


@pytest.mark.parametrize(
    ("state", "missing"),
    [
        (SearchState("kamere xx"), ("xx",)),
        (SearchState("kamere").with_filter("year", "2021"), ()),
        (SearchState("xx yy").with_filter("year", "2021"), ("xx", "yy")),
    ],
)
def test_a_single_step_or_nothing_left_is_no_last_resort(state: SearchState, missing: tuple[str, ...]) -> None:
    assert last_resort(state, parse(state.text, exact=False).words, missing) is None


def test_every_offer_begins_at_the_first_page() -> None:
    state = SearchState("kamere nadzor", results_page=3)
    words = parse(state.text, exact=False).words
    assert {relaxation.state.results_page for relaxation in relaxations(state, words)} == {1}
