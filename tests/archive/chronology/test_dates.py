"""Dates and terms in running text, as papers of ours and of others print them."""

from __future__ import annotations

import pytest

from archive.chronology.dates import Precision, mentions

DAYS = [
    ("dana 5. marta 2021. godine potpisan", "2021-03-05", "5. marta 2021. godine"),
    ("Датум: 05.03.2021. године", "2021-03-05", "05.03.2021. године"),
    ("од 5. 3. 2021. године", "2021-03-05", "5. 3. 2021. године"),
    ("објављено 5.марта 2021.", "2021-03-05", "5.марта 2021."),
    ("5/3/2021", "2021-03-05", "5/3/2021"),
    ("11/20/2018", "2018-11-20", "11/20/2018"),
    ("zaključen 2021-03-05 u Uzicu", "2021-03-05", "2021-03-05"),
    ("made the 5th day of March, 2021", "2021-03-05", "5th day of March, 2021"),
    ("Dated March 5, 2021", "2021-03-05", "March 5, 2021"),
    ("30. studenoga 2020.", "2020-11-30", "30. studenoga 2020."),
    ("у марту 2021. године", "2021-03", "марту 2021. године"),
    ("February 2021", "2021-02", "February 2021"),
    ("tokom 2021. godine", "2021", "2021. godine"),
    ("in 2021 the parties", "2021", "in 2021"),
]


@pytest.mark.parametrize(("text", "value", "said"), DAYS)
def test_a_date_is_read_as_far_as_it_is_said(text: str, value: str, said: str) -> None:
    words = text.split()
    (found,) = mentions(words)
    assert (found.value, " ".join(words[found.first : found.last + 1])) == (value, said)
    assert found.precision == {10: Precision.DAY, 7: Precision.MONTH, 4: Precision.YEAR}[len(value)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("plaća se u roku od 30 dana od dana prijema računa.", "u roku od 30 dana od dana prijema računa."),
        ("u roku od osam radnih dana od potpisivanja", "u roku od osam radnih dana od potpisivanja"),
        ("stupa na snagu osmog dana od dana objavljivanja.", "osmog dana od dana objavljivanja."),
        ("Рок је рок од 3 (три) месеца.", "рок од 3 (три) месеца."),
        ("shall pay within thirty days of receipt", "within thirty days of receipt"),
    ],
)
def test_a_term_is_said_in_its_words_and_no_day_is_made_up(text: str, said: str) -> None:
    words = text.split()
    (found,) = mentions(words)
    assert (found.value, found.precision) == (None, Precision.RELATIVE)
    assert " ".join(words[found.first : found.last + 1]) == said


@pytest.mark.parametrize(
    "text",
    [
        "„Službeni glasnik RS”, br. 124/2012, 14/2015 i 68/2015",
        "školske 2019/2020. godine",
        "broj 404-18/2020-3",
        "31.02.2021. godine",
        "račun 160-2021-05",
        "Član 5.",
        "vrednost 12.03.2021.000 dinara",
        "30 dana",
        "u iznosu od 2021 dinar",
        "zaključen dana ______2021. godine",
        "dana __________ 2021. god.",
    ],
)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert list(mentions(text.split())) == []


def test_dates_stand_in_their_order_and_none_is_read_twice() -> None:
    words = ["od", "1.", "januara", "2020.", "do", "31.12.2020.", "godine", "i", "u", "2021.", "godini"]
    assert [found.value for found in mentions(words)] == ["2020-01-01", "2020-12-31", "2021"]
