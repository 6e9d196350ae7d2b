"""Names with numbers in them are listed as people list them."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from archive.search.facets import list_values
from archive.text.folding import natural_form, natural_key

ORDER = [
    "",
    "1",
    "2",
    "2a",
    "10",
    "11",
    "art_1",
    "art_2",
    "art_2__para_1",
    "art_2__para_10",
    "art_10",
    "lot 9",
    "lot 10",
]


def test_numbers_in_names_count_as_numbers() -> None:
    shuffled = Random(1).sample(ORDER, len(ORDER))
    assert sorted(shuffled, key=natural_key) == ORDER
    assert sorted(["1" * 5000, "2", "10"], key=natural_key) == ["2", "10", "1" * 5000]


def test_the_form_for_engines_is_in_the_same_order() -> None:
    assert sorted(ORDER, key=natural_form) == ORDER


@given(st.integers(0, 10**20), st.integers(0, 10**20))
def test_numbers_are_in_their_own_order(one: int, other: int) -> None:
    assert (natural_key(f"partija {one}") < natural_key(f"partija {other}")) == (one < other)


@given(st.text(), st.text())
def test_no_two_texts_are_the_same(one: str, other: str) -> None:
    assert (natural_key(one) == natural_key(other)) == (one == other)


def test_values_of_a_facet_with_equal_counts_are_in_this_order() -> None:
    listed = list_values("buyer", {"Škola 10": 1, "Škola 2": 1, "Škola 1": 1, "Dom": 2})
    assert [value.value for value in listed] == ["Dom", "Škola 1", "Škola 2", "Škola 10"]
