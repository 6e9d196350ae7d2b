"""TextSurroundings as features: the same for both scripts and all standards of the language."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from indexer.facts.scoring.context import BUCKETS, TextSurroundings, mixed, stem

ContextOf = Callable[..., TextSurroundings]


@pytest.mark.parametrize(
    ("one", "other"),
    [("vrijednost", "vrednost"), ("procijenjena", "procenjenoj"), ("ponuđača", "ponuđači"), ("mjesto", "mesto")],
)
def test_standards_and_cases_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("word", "shape"),
    [("2031", "#year"), ("1.200.000,00", "#money"), ("12.04.2031", "#date"), ("404-1/2031", "#ref"), ("12", "#2")],
)
def test_numbers_are_told_by_their_shape(word: str, shape: str) -> None:
    assert stem(word) == shape


def test_both_scripts_have_the_same_features(context_of: ContextOf) -> None:
    latin = context_of("Ukupna vrednost ugovora iznosi 1.200.000,00 dinara bez PDV.")
    cyrillic = context_of("Укупна вредност уговора износи 1.200.000,00 динара без ПДВ.")
    assert set(latin.around(4, 4, 0)) == set(cyrillic.around(4, 4, 0))


def test_other_words_have_other_features(context_of: ContextOf) -> None:
    first = context_of("Ukupna vrednost ugovora iznosi 1.200.000,00 dinara")
    second = context_of("Taksa za zahtev iznosi 1.200.000,00 dinara")
    assert set(first.around(4, 4, 0)) != set(second.around(4, 4, 0))
    assert all(0 <= each < BUCKETS for each in first.around(4, 4, 0))


def test_lines_and_pages_of_words(context_of: ContextOf) -> None:
    context = context_of("Prvi red\ndrugi red", "Treći")
    assert context.line_count == 3
    assert list(context.line_words(context.line(3))) == [2, 3]
    assert [context.page_index(word) for word in range(5)] == [0, 0, 0, 0, 1]


def test_a_template_parts_equal_words() -> None:
    assert len({mixed(template, 12345) for template in range(0, 300, 10)}) > 25
