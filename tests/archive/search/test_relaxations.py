"""What a reader who found nothing is offered."""

from __future__ import annotations

import pytest

from archive.search.query_language.explanation import ENGLISH
from archive.search.query_language.parser import parse
from archive.search.relaxations import last_resort, relaxations
from archive.search.request import MAX_QUERY_LENGTH, SearchRequest


def offered(request: SearchRequest) -> dict[str, str]:
    """Label to text of the searches offered."""
    words = parse(request.text, request.exact, request.look_alikes).words
    return {relaxation.label: relaxation.request.text for relaxation in relaxations(request, words, ENGLISH)}


def test_exactness_goes_first_and_look_alikes_need_other_forms() -> None:
    exact = SearchRequest("kamere", exact=True)
    assert list(offered(exact)) == ["with other forms of the words"]
    assert next(iter(offered(SearchRequest("kamere")))) == "with words that OCR can take for these"
    assert "with words that OCR can take for these" not in offered(SearchRequest("kamere", look_alikes=True))


def test_each_filter_can_go() -> None:
    request = SearchRequest("kamere", {"kind": ("foi_reply",), "year": ("2021",)})
    assert "without kind FOI reply" in offered(request)
    assert "without year 2021" in offered(request)


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
    assert {
        label: left for label, left in offered(SearchRequest(text)).items() if label.startswith("without")
    } == without


def test_a_phrase_can_fall_apart() -> None:
    assert (
        offered(SearchRequest("„video nadzor“ kamere"))["with the words of the phrase anywhere"]
        == "video nadzor kamere"
    )


def test_a_word_can_be_part_of_longer_ones() -> None:
    assert offered(SearchRequest("kamere pod"))["with “kamere” inside longer words"] == "*kamere* pod"
    assert "with “pod” inside longer words" not in offered(SearchRequest("kamere pod")), "too short"


@pytest.mark.parametrize(
    ("asked", "missing", "label", "text"),
    [
        (SearchRequest("kamere nadzor", {"year": ("2021",)}), ("nadzor",),
         "without any filter and without “nadzor”", "kamere"),
        (SearchRequest("kamere xx yy"), ("xx", "yy"), "without “xx” and without “yy”", "kamere"),
        (SearchRequest("kamere", {"year": ("2021",), "kind": ("form",)}), (),
         "without any filter", "kamere"),
        (SearchRequest("(kamere OR xx) yy", {"year": ("2021",), "kind": ("form",)}), ("yy",),
         "without any filter", "(kamere OR xx) yy"),
    ],
)  # fmt: skip
def test_when_no_single_step_helps_all_are_taken(
    asked: SearchRequest, missing: tuple[str, ...], label: str, text: str
) -> None:
    last = last_resort(asked, parse(asked.text, exact=False).words, missing, ENGLISH)
    assert last is not None
    assert (last.label, last.request) == (label, SearchRequest(text))


@pytest.mark.parametrize(
    ("asked", "missing"),
    [
        (SearchRequest("kamere xx"), ("xx",)),
        (SearchRequest("kamere", {"year": ("2021",)}), ()),
        (SearchRequest("xx yy", {"year": ("2021",)}), ("xx", "yy")),
    ],
)
def test_a_single_step_or_nothing_left_is_no_last_resort(asked: SearchRequest, missing: tuple[str, ...]) -> None:
    assert last_resort(asked, parse(asked.text, exact=False).words, missing, ENGLISH) is None


def test_no_offer_is_longer_than_a_query_may_be() -> None:
    words = " ".join(["ugovor"] * ((MAX_QUERY_LENGTH + 1) // 7))
    assert len(words) > MAX_QUERY_LENGTH - 7
    assert all(len(text) <= MAX_QUERY_LENGTH for text in offered(SearchRequest(words)).values())
