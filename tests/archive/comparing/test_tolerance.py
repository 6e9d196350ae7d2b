"""When two printed words are one word printed otherwise. Numbers always count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.comparing.tolerance import Tolerated, are_one, ocr_key, reasons, word_key

SAME = [
    ("казна", "kazna", {Tolerated.SCRIPT}),
    ("КАЗНА", "kazna", {Tolerated.SCRIPT, Tolerated.CASE}),
    ("Љубав", "LJubav", {Tolerated.SCRIPT}),
    ("plaćanje", "placanje", {Tolerated.DIACRITICS}),
    ("Đorđe", "Djordje", {Tolerated.DIACRITICS}),
    ("казнa", "казна", {Tolerated.SCRIPT}),
    ("d.o.o.", "доо", {Tolerated.SCRIPT, Tolerated.PUNCTUATION}),
    ("„Vidozor”", "Vidozor", {Tolerated.PUNCTUATION}),
    ("5.", "5)", {Tolerated.PUNCTUATION}),
    ("404-12/2019", "404/12-2019", {Tolerated.PUNCTUATION}),
    ("1.200.000,00", "1200000", {Tolerated.NUMBER_FORM, Tolerated.PUNCTUATION}),
    ("1,200,000.00", "1.200.000,00", {Tolerated.PUNCTUATION}),
    ("05.03.2021.", "5.3.2021", {Tolerated.NUMBER_FORM, Tolerated.PUNCTUATION}),
]


@pytest.mark.parametrize(("one", "other", "why"), SAME)
def test_one_word_printed_in_two_ways_is_one_and_says_how(one: str, other: str, why: set[Tolerated]) -> None:
    assert word_key(one) == word_key(other) != ""
    assert reasons(one, other) == reasons(other, one) == why
    assert reasons(one, one) == frozenset()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5%", "5‰"),
        ("5%", "5"),
        ("5", "-5"),
        ("−5%", "5%"),
        ("12.5", "125"),
        ("1,5", "15"),
        ("10.000.000,0", "1.000.000,00"),
        ("1.200.000,00", "1.200.000,50"),
        ("05.03.2021", "06.03.2021"),
        ("404-1/2", "404-12"),
        ("100€", "100$"),
        ("rok", "rog"),
        ("platiti", "neplatiti"),
    ],
)
def test_what_says_something_else_is_another_word(one: str, other: str) -> None:
    assert word_key(one) != word_key(other)


def test_mere_punctuation_says_nothing() -> None:
    assert [word_key(word) for word in ("-", "…", "„", "•", "–")] == [""] * 5


@pytest.mark.parametrize(
    ("one", "other"),
    [("modem", "rnodem"), ("Terracottem", "Теггасокет"), ("daljem", "daIjem"), ("cena", "cеna")],
)
def test_letters_of_one_shape_make_look_alikes(one: str, other: str) -> None:
    assert ocr_key(one) == ocr_key(other)


@pytest.mark.parametrize(("one", "other"), [("10", "l0"), ("3", "8"), ("12/2019", "12/2O19"), ("rok", "rod")])
def test_no_digit_is_mistaken_for_anything(one: str, other: str) -> None:
    assert ocr_key(one) != ocr_key(other)


@pytest.mark.parametrize(
    ("some", "others"),
    [
        ("наручи- оца", "naručioca"),
        ("5 %", "5%"),
        ("1.200,00 €", "1.200,00€"),
        ("1 000", "1.000"),
        ("1 200 000", "1200000"),
        ("d. o. o.", "d.o.o."),
    ],
)
def test_a_word_cut_in_pieces_is_one(some: str, others: str) -> None:
    assert are_one(some.split(), others.split())
    assert are_one(others.split(), some.split())


@pytest.mark.parametrize(
    ("some", "others"),
    [("12 5", "125"), ("1 00", "100"), ("12 500", "1 2500"), ("1000 000", "1000000"), ("nar uči", "naručilac")],
)
def test_two_numbers_are_never_taken_for_one(some: str, others: str) -> None:
    assert not are_one(some.split(), others.split())


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_two_amounts_are_one_only_if_they_are_equal(one: int, other: int) -> None:
    grouped = f"{one:,}".replace(",", ".") + ",00"
    assert (word_key(grouped) == word_key(str(other))) == (one == other)
    assert word_key(f"{one:,}.00") == word_key(grouped)
