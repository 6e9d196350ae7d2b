"""Quotations are found however they are written, and only as whole words."""

from __future__ import annotations

import pytest

from archive.text.alignment import places_of

TEXT = "Уговор закључује „Околина Оптик” д.о.о. Крагујевац , банана — Ана и Ана- Марија"
WORDS = TEXT.split()


@pytest.mark.parametrize(
    ("quote", "places"),
    [
        ("Околина Оптик", [(2, 3)]),
        ("okolina OPTIK d. o. o.", [(2, 4)]),
        ("okolinaoptik", [(2, 3)]),
        ("Kragujevac, banana", [(5, 7)]),
        ("Ana", [(9, 9), (11, 11)]),
        ("Ana-Marija", [(11, 12)]),
        ("ana i ana marija", [(9, 12)]),
        ("Opti", []),
        ("kolina Optik", []),
        ("— ,", []),
        ("", []),
    ],
)
def test_a_quotation_is_found_as_whole_words(quote: str, places: list[tuple[int, int]]) -> None:
    assert list(places_of(quote, WORDS)) == places


def test_places_do_not_overlap() -> None:
    assert list(places_of("a a", ["a", "a", "a", "a"])) == [(0, 1), (2, 3)]
    assert list(places_of("a", [])) == []


def test_long_pages_of_one_letter_end_soon() -> None:
    assert len(list(places_of("aaaa b", ["a"] * 20_000))) == 0
