"""Skeletons: one for words that OCR takes for each other, different ones for different numbers."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.text.folding import fold
from archive.text.forms import look_alike_key


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("Terracottem", "Теггасокет"),
        ("расхода", "pacxoдa"),
        ("rápida", "гар!да"),
        ("A1", "Al"),
        ("B0SCH", "BOSCH"),
        ("ilustracija", "1lustracija"),
        ("moderna", "modema"),
        ("clan", "dan"),
        ("електричне", "слектричне"),
        ("За", "3а"),
        ("„Terracottem“,", "TERRACOTTEM"),
    ],
)
def test_a_misread_word_keeps_its_skeleton(printed: str, read: str) -> None:
    assert look_alike_key(printed) == look_alike_key(read)


@pytest.mark.parametrize(
    ("one", "other"), [("rad", "pad"), ("kamera", "nabavka"), ("kuća", "kupa"), ("mesto", "testo"), ("1312", "1812")]
)
def test_short_and_different_words_keep_their_own(one: str, other: str) -> None:
    assert look_alike_key(one) != look_alike_key(other)


@given(st.from_regex("[0-9]{1,9}", fullmatch=True), st.from_regex("[0-9]{1,9}", fullmatch=True))
def test_different_numbers_never_look_alike(one: str, other: str) -> None:
    assert (look_alike_key(one) == look_alike_key(other)) is (one == other)


@example("¸")
@given(st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=9))
def test_a_skeleton_is_that_of_the_folded_word(word: str) -> None:
    """So that a query typed in any script and case asks for the same."""
    assert look_alike_key(fold(word) or word) == look_alike_key(word)
