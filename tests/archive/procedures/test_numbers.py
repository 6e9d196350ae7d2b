"""Numbers taken apart: what two writings of one have in common, and what tells two numbers apart."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.procedures.numbers import Number, key, parse


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("404-18/2020", "404 - 18 / 20"),
        ("12/2019-У", "12/2019-U"),
        ("д-14/19", "D-14/2019"),
        ("02/20", "2/2020"),
        ("1.2.3/19", "1.2.3./2019"),
        ("III-404-18/2020-7", "III–404–18/2020–7"),
        ("404-18-2020", "404-18/2020"),
    ],
)
def test_writings_of_one_number_have_one_key(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("404-18/2020", "404-18/2021"),
        ("12/2019-У", "12/2019-Д"),
        ("III-404-18/2020-7", "II-404-18/2020-7"),
        ("404-18/2020-6", "404-18/2020-7"),
        ("1-23/2020", "12-3/2020"),
        ("616-25-2338-5-1-1", "616-25-2338-5-2-1"),
    ],
)
def test_other_numbers_have_other_keys(one: str, other: str) -> None:
    assert key(one) != key(other)


@pytest.mark.parametrize(
    ("printed", "number", "file"),
    [
        ("III-404-18/2020-7", Number("iii", ("404", "18"), "", "2020", ("7",)), "404-18/2020"),
        ("404-1-110/15-6", Number("", ("404", "1", "110"), "", "2015", ("6",)), "404-1-110/2015"),
        ("III/01-404-16/2023-10", Number("iii-1", ("404", "16"), "", "2023", ("10",)), "404-16/2023"),
        ("I/02 404-5/2020", Number("i-2", ("404", "5"), "", "2020", ()), "404-5/2020"),
        ("02-404-51-9/24", Number("2", ("404", "51"), "", "2024", ("9",)), "404-51/2024"),
        ("08-404-1-14/2023-17", Number("8", ("404", "1", "14"), "", "2023", ("17",)), "404-1-14/2023"),
        ("08-404-5/2023", Number("8", ("404", "5"), "", "2023", ()), "404-5/2023"),
        ("01-404/2022", Number("", ("1", "404"), "", "2022", ()), "1-404/2022"),
        ("07-404-21/25-5", Number("7", ("404", "21"), "", "2025", ("5",)), "404-21/2025"),
        ("12/2019-У", Number("", ("12",), "u", "2019", ()), "12-u/2019"),
        ("34-3100/2016-II", Number("", ("34", "3100"), "", "2016", ("ii",)), "34-3100/2016"),
        ("IVA-CCTV-02/2023-C1", Number("", ("iva", "cctv", "2"), "", "2023", ("c1",)), "iva-cctv-2/2023"),
        ("4/0 - 01 - 177/2021 - 03", Number("", ("4", "0", "1", "177"), "", "2021", ("3",)), "4-0-1-177/2021"),
        ("06-404/25-0112/12", Number("6", ("404", "25-112"), "", "2025", ("12",)), "404/25-112"),
        ("07-332/23-118/11", Number("7", ("332", "23-118"), "", "2023", ("11",)), "332/23-118"),
        ("06-404/25-112", Number("6", ("404", "25-112"), "", "2025", ()), "404/25-112"),
        ("01-354/19-3", Number("", ("1", "354"), "", "2019", ("3",)), "1-354/2019"),
        ("363-01/20-01/05", Number("", ("klasa", "363", "1", "1", "5"), "", "2020", ()), "klasa-363-1-1-5/2020"),
        ("1900/49", Number("", ("1900", "49"), "", "", ()), "1900-49"),
    ],
)
def test_a_number_has_office_file_mark_year_and_act(printed: str, number: Number, file: str) -> None:
    assert parse(printed) == number
    assert number.file == file


def test_an_act_may_be_printed_before_the_year() -> None:
    assert parse("VIII-404-27-11/2024-04").files == parse("404-27/2024-04").files == ("404-27/2024",)
    assert parse("404-1-62/2023-04").files == ("404-1-62/2023", "404-1/2023")
    assert parse("404-1-62/2023-04").as_act == Number("", ("404", "1"), "", "2023", ("62", "4"))
    others = ("404-27/2024-04", "404-27-11/2024", "031-2-11/2024", "404-2-11", "404-a-1/24")
    assert not any(parse(printed).as_act for printed in others)


def test_only_a_number_with_a_class_is_more_than_an_ordinal() -> None:
    assert all(parse(printed).has_class for printed in ("404-18/2020", "д-14/19", "616-25-2338-5-1-1"))
    assert not any(parse(printed).has_class for printed in ("12/2019-У", "2/2020", "01-64", "404-2д"))


@pytest.mark.parametrize(
    ("printed", "others"),
    [
        ("404-18/2020", ["404-18/20", "III-404-18/2020-7", "404 - 18 / 2020", "404-18-2020", "404–18/2020"]),
        ("2/2020", ["02/20", "0002/2020", "VIII-2/2020", "VIII 2/2020", "2 / 2020", "2/20"]),
        ("2/2020-У", ["2/20-U", "02 / 2020 - у"]),
        ("01-64", ["1-64", "01 - 64"]),
        ("363-01/20-01/05", ["363-01/20-01/5", "363-01/20-01/05", "klasa 363-1-1-5/2020"]),
        ("klasa 12/2020", ["KLASA: 12/20"]),
        ("JNMVD12/2019", ["JNMVD12/2019", "jnmvd12-2019"]),
        ("FS50379341", ["FS50379341"]),
    ],
)
def test_sql_finds_every_writing(printed: str, others: list[str]) -> None:
    for other in others:
        assert parse(other).file == parse(printed).file
        (pattern,) = parse(printed).patterns()
        assert is_like(other, pattern), other


def is_like(text: str, pattern: str) -> bool:
    with closing(sqlite3.connect(":memory:")) as database:
        return bool(database.execute("select ? like ?", (text, pattern)).fetchone()[0])


PIECES = st.sampled_from(
    ["404", "18", "02", "0012", "363-01/20-01/5", "06-404/20-18/7", "1900", "JN", "u", "У", "III", "klasa", "a7"]
)


@given(
    *2 * [st.lists(st.tuples(PIECES, st.sampled_from(["-", "/", " ", ".", "", " / "])), max_size=4)],
    st.sampled_from(["/2020", "/20", "-2020", " / 20-7", "/2020-У", ""]),
    st.sampled_from(["/2020", "/20", "-2020", " / 20-7", "/2020-У", ""]),
)
def test_what_has_one_file_is_found_by_the_pattern_of_each(
    one: list[tuple[str, str]], other: list[tuple[str, str]], of_one: str, of_other: str
) -> None:
    here, there = ("".join("".join(piece) for piece in pieces) for pieces in (one, other))
    numbers = parse(here + of_one), parse(there + of_other), parse(here + of_other)
    for printed, number in zip((here + of_one, there + of_other, here + of_other), numbers, strict=True):
        assert bool(number.patterns()) == number.has_figures
        for like in numbers:
            if {*like.files} & {*number.files} and like.has_figures:
                assert any(is_like(printed, pattern) for pattern in like.patterns()), (printed, like)


def test_words_are_no_number_and_are_looked_for_nowhere() -> None:
    assert not parse("bez broja").patterns()
    assert not parse("").patterns()
