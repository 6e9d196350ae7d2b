"""Personal numbers are found however they are printed, and nothing else is hidden."""

from __future__ import annotations

import re
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.personal_numbers import MASK, is_personal_number, masked, masked_words

JMBG = "0101990710008"
HIDDEN = MASK * 13


def count_masked(text: str) -> int:
    """How many masked numbers are in a text."""
    return len(re.findall(f"{MASK}(?:[ \n./-]{{0,3}}{MASK}){{11,12}}", text))


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


WRONG = "0101990710001"
"""The same number with a misread check digit."""


LABELS = (
    "JMBG:", "J.M.B.G.", "ЈМБГ", "ЈМВГ:", "JMBG/PIB:", "JMB:",
    "Jedinstveni matični broj građana", "jedinstvenog matičnog broja", "Јединствени матични број грађана:",
    "matični broj građanina:", "matični broj", "Matični broj:", "MATIČNI BROJ", "maticni broj:", "sa matičnim brojem",
    "Матични број:", "МАТИЧНИ БРОЈ", "матичног броја", "mat. br.", "mat. broj:", "матични бр.", "matičn1 br0j:",
    "lični broj", "Лични број:", "личног броја",
)  # fmt: skip


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        (WRONG, HIDDEN),
        ("O1O199O7l0001", HIDDEN),
        ("ОlО19907100ОІ", HIDDEN),  # Cyrillic O, small L and Cyrillic I.
        ("010I9907I00O1", HIDDEN),
        ("0101990710S0B", HIDDEN),
        ("0101990710З0б", HIDDEN),
        ("0101990 710001", f"{MASK * 7} {MASK * 6}"),
        ("0101990-710001", f"{MASK * 7}-{MASK * 6}"),
        ("0101990/710001", f"{MASK * 7}/{MASK * 6}"),
        ("01 01 990 71 000 1", " ".join(MASK * count for count in (2, 2, 3, 2, 3, 1))),
        ("0 1 0 1 9 9 0 7 1 0 0 0 1", " ".join(MASK * 13)),
        ("4101990710001", HIDDEN),  # One digit of the birthday is misread.
        ("0161990710001", HIDDEN),
        ("101990710001", MASK * 12),  # Without its first zero.
    ],
)  # fmt: skip
def test_a_label_tells_a_misread_number(printed: str, shown: str) -> None:
    texts = ("Petar Perić, {} {}, iz Uba", "Petar Perić, {}\n{}\niz Uba", "{} {}")
    for text, label in product(texts, LABELS):
        assert masked(text.format(label, printed)) == text.format(label, shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"br. 12/{JMBG}", f"br. 12/{HIDDEN}"),
        (f"{JMBG}/2020", f"{HIDDEN}/2020"),
        (f"123-{JMBG}/7", f"123-{HIDDEN}/7"),
        ("12/0101990 710008", f"12/{MASK * 7} {MASK * 6}"),
        (f"160-{JMBG}-12", f"160-{HIDDEN}-12"),
        (f"račun 160{JMBG}12", f"račun 160{HIDDEN}12"),
        (f"RS35160{JMBG}12", f"RS35160{HIDDEN}12"),
        ("RS35 1600 1019 9071 0008 12", f"RS35 160{MASK} {MASK * 4} {MASK * 4} {MASK * 4} 12"),
    ],
)  # fmt: skip
def test_a_right_number_is_hidden_inside_a_longer_one(text: str, shown: str) -> None:
    assert masked(text) == shown
    assert count_masked(masked(text)) == 1


@pytest.mark.parametrize("label", ["JMBG", "ЈМБГ", "Matični broj", "Лични број"])
def test_a_table_under_a_label_is_hidden(label: str) -> None:
    """Cells between the head and a number hold figures of their own."""
    rows = "1. Ana Anić {} Ub, Prvomajska 12, 14210 2. Iva Ivić {} Lajkovac 14224, 3. Eva Ević {}"
    text = f"R. br. Ime {label} Adresa " + rows.format(WRONG, "02O2990715001", "0303990 710001")
    hidden = rows.format(HIDDEN, HIDDEN, f"{MASK * 7} {MASK * 6}")
    assert masked(text) == f"R. br. Ime {label} Adresa " + hidden


def test_a_list_after_the_word_is_hidden_whole() -> None:
    assert masked("JMBG: 0101990710001, 0202990710001 i 0303990710001.") == f"JMBG: {HIDDEN}, {HIDDEN} i {HIDDEN}."


def test_a_number_after_a_certain_one_is_hidden_by_its_birthday() -> None:
    text = "Бројеви ({}, {}, 1312990710001, 3213990710001)"
    assert masked(text.format(JMBG, WRONG)) == text.format(HIDDEN, HIDDEN).replace("1312990710001", HIDDEN)


@pytest.mark.parametrize(
    "text",
    [
        "0101990710001",  # No check digit, and nothing says that it is one.
        f"9{JMBG}",
        f"{JMBG}9",
        "JIB 4400123456789",
        "matični broj 12345678, JIB 4400123456789",
        "Matični broj 17654321 11000 Beograd",  # A firm, and its post code.
        "Матични број: 07654321 ПИБ: 100000001 Тел: 011 123 45 67",
        "matični broj 01019907 10001",
        "MB 08123456, tekući račun 160-0000000123456-12, tel. +381 11 123 45 67",
        "matični broj 08123456 račun 160000000012345612 RS35 1600 0000 0012 3456 12",
        "lični broj 123456789",  # Of an identity card.
        "matični brojevi ponuđača, CPV 79990000-0, 1.013.500.000,00 dinara bez PDV",
        "matični broj 12345678, broj 404-02-1/2020-01 od 01.01.2020. godine u 10.00",
        "JMBG upisati u obrazac broj 404020120200101, kom. 1000000000000",
        "lični brojevi računa 205-9001000123456-78",
        "PIB 100000001, matični broj 12345678",
        "JMBG: ____________ tel. 011/123-45-67, dana 12. 3. 2021. u 10,00 časova",
        "13.500.000,00 dinara",
        "JMBG se ne navodi. Odluka broj 404-18/2020 od 3. 2. 2020.",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert masked(text) == text
