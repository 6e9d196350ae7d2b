"""Numbers taken apart: what two writings of one have in common, and what tells two numbers apart."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

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
        ("12/2019-У", Number("", ("12",), "u", "2019", ()), "12-u/2019"),
        ("34-3100/2016-II", Number("", ("34", "3100"), "", "2016", ("ii",)), "34-3100/2016"),
        ("IVA-CCTV-02/2023-C1", Number("", ("iva", "cctv", "2"), "", "2023", ("c1",)), "iva-cctv-2/2023"),
        ("4/0 - 01 - 177/2021 - 03", Number("", ("4", "0", "1", "177"), "", "2021", ("3",)), "4-0-1-177/2021"),
        ("363-01/20-01/05", Number("", ("klasa", "363", "1", "1", "5"), "", "2020", ()), "klasa-363-1-1-5/2020"),
        ("1900/49", Number("", ("1900", "49"), "", "", ()), "1900-49"),
    ],
)
def test_a_number_has_office_file_mark_year_and_act(printed: str, number: Number, file: str) -> None:
    assert parse(printed) == number
    assert number.file == file


def test_only_a_number_with_a_class_is_more_than_an_ordinal() -> None:
    assert all(parse(printed).has_class for printed in ("404-18/2020", "д-14/19", "616-25-2338-5-1-1"))
    assert not any(parse(printed).has_class for printed in ("12/2019-У", "2/2020", "01-64", "404-2д"))


@pytest.mark.parametrize(
    ("printed", "others"),
    [
        ("404-18/2020", ["404-18/20", "III-404-18/2020-7", "404 - 18 / 2020", "404-18-2020", "404–18/2020"]),
        ("2/2020", ["02/20", "002/2020", "VIII-2/2020", "2 / 2020", "2/20-У"]),
        ("01-64", ["1-64", "01 - 64"]),
        ("363-01/20-01/05", ["363-01/20-01/5", "363-01/20-01/05"]),
    ],
)
def test_sql_finds_every_writing(printed: str, others: list[str]) -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        for other in others:
            asked = [database.execute("select ? like ?", (other, each)) for each in parse(printed).patterns()]
            assert any(found.fetchone()[0] for found in asked), other


def test_words_are_no_number_and_are_looked_for_nowhere() -> None:
    assert parse("bez broja").patterns() == ()
    assert parse("").patterns() == ()
