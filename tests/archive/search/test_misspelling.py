"""Likely slips cost less than unlikely ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from archive.search.did_you_mean import edit_cost, implausibility

WORDS = st.text("abcdeijlmnrtz10", max_size=9)


@pytest.mark.parametrize(
    ("typed", "likely", "unlikely"),
    [
        ("kamrea", "kamera", "komora"),  # letters swapped
        ("kamrra", "kamera", "kamura"),  # the key beside
        ("kammera", "kamera", "kalmera"),  # a letter doubled
        ("karnera", "kamera", "kaznera"),  # OCR: rn for m
        ("0dluka", "odluka", "adluka"),  # OCR: 0 for o
        ("devojka", "djevojka", "kdevojka"),  # the other pronunciation
        ("zelena", "zelene", "zelenk"),  # vowels for vowels
    ],
)
def test_a_likely_slip_costs_less(typed: str, likely: str, unlikely: str) -> None:
    assert edit_cost(typed, likely) < edit_cost(typed, unlikely)


def test_of_equal_slips_the_frequent_word_is_likelier() -> None:
    assert implausibility("kamra", "kamera", 900) < implausibility("kamra", "kamara", 2)
    assert implausibility("kamra", "kamera", 0) == implausibility("kamra", "kamera", 1)


@given(WORDS, WORDS)
def test_it_is_a_distance_in_which_nothing_costs_more_than_an_edit(one: str, other: str) -> None:
    cost = edit_cost(one, other)
    assert (cost == 0) == (one == other)
    assert cost == pytest.approx(edit_cost(other, one))
    assert cost <= OSA.distance(one, other) + 1e-9
