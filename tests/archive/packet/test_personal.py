"""Personal numbers are found however they are printed, and nothing else is hidden."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.packet.personal import MASK, count_masked, is_personal_number, masked, masked_words

JMBG = "0101990710008"
HIDDEN = MASK * 13

days = st.dates(date(1900, 1, 1), date(2026, 1, 1))


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """A JMBG whose check digit is computed as the law words it: from the digits of both halves added up."""
    day, rest = draw(days), draw(st.integers(0, 99_999))
    digits = f"{day:%d%m}{day.year % 1000:03}{rest:05}"
    a, b, c, d, e, f, g, h, i, j, k, l = map(int, digits)  # noqa: E741 - the letters of the law's formula
    check = 11 - (7 * (a + g) + 6 * (b + h) + 5 * (c + i) + 4 * (d + j) + 3 * (e + k) + 2 * (f + l)) % 11
    digit = 0 if check > 9 else check
    return "" if check == 10 else f"{digits}{digit}"


@given(numbers(), st.integers(0, 12))
def test_every_valid_number_is_hidden_whole_or_in_two_words(number: str, at: int) -> None:
    if not number:
        return
    assert is_personal_number(number)
    assert masked(f"broj {number}, iz Uba") == f"broj {HIDDEN}, iz Uba"
    if at:
        parted = [number[:at], number[at:]]
        assert masked_words(parted) == (MASK * at, MASK * (13 - at))


@given(numbers(), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_seen(number: str, at: int, more: int) -> None:
    if number:
        wrong = number[:at] + str((int(number[at]) + more) % 10) + number[at + 1 :]
        assert not is_personal_number(wrong)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"JMBG {JMBG},", f"JMBG {HIDDEN},"),
        (f"ЈМБГ:{JMBG}", f"ЈМБГ:{HIDDEN}"),
        ("JMBG zastupnika: 0101990710001", f"JMBG zastupnika: {HIDDEN}"),  # Misread, so its check digit fails.
        ("јмбг 010199O7l0008 из Уба", f"јмбг {HIDDEN} из Уба"),
        ("sa JMBG-om 0101990-710001", f"sa JMBG-om {MASK * 7}-{MASK * 6}"),
        ("JMBG 101990710001 2. Pera", f"JMBG {MASK * 12} 2. Pera"),  # Without its first zero.
        ("JMBG 0 1 0 1 9 9 0 7 1 0 0 0 1", "JMBG " + " ".join(MASK * 13)),
        (f"u redu 7 {JMBG} 12", f"u redu 7 {HIDDEN} 12"),
    ],
)
def test_numbers_are_hidden_as_they_are_printed(text: str, shown: str) -> None:
    assert masked(text) == shown
    assert len(masked(text)) == len(text)
    assert count_masked(masked(text)) == 1


def test_a_list_after_the_word_is_hidden_whole() -> None:
    assert masked("JMBG: 0101990710001, 0202990710001 i 0303990710001.") == f"JMBG: {HIDDEN}, {HIDDEN} i {HIDDEN}."


@pytest.mark.parametrize(
    "text",
    [
        "0101990710001",  # No check digit, and nothing says that it is one.
        f"9{JMBG}",
        f"{JMBG}9",
        f"160-{JMBG}-12",  # A group of an account number.
        "JIB 4400123456789",
        "PIB 100000001, matični broj 12345678",
        "JMBG: ____________ tel. 011/123-45-67, dana 12. 3. 2021. u 10,00 časova",
        "13.500.000,00 dinara",
        "JMBG se ne navodi. Odluka broj 404-18/2020 od 3. 2. 2020.",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert masked(text) == text
