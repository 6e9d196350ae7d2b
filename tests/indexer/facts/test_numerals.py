"""Numbers in every form that documents print them in, and none where it could be two."""

from __future__ import annotations

from decimal import Decimal

import pytest

from archive.text.folding import fold
from indexer.facts.numerals import Separators, number_after, number_before, number_in_words, printed, read_number

SERBIAN, ENGLISH, UNKNOWN = Separators.SERBIAN, Separators.ENGLISH, Separators.UNKNOWN


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("3,300,000.00", "3300000"),
        ("50,342.90", "50342.90"),
        ("422,90", "422.90"),
        ("6,000,00", "6000.00"),
        ("147.432", "147432"),
        ("721 952 119", "721952119"),
        ("153. 846,15", "153846.15"),
        ("15.750.600;00", "15750600.00"),
        ("4.980.000.00", "4980000.00"),
        ("30", "30"),
    ],
)
def test_forms_of_a_number(written: str, number: str) -> None:
    """Separators of both traditions, and the slips of writers and of OCR."""
    assert read_number(written, UNKNOWN) == Decimal(number)


@pytest.mark.parametrize("written", ["12.03.2021", "404-18/2020", "1.2.3", "0,00", "000", "12345678901234", "x", ""])
def test_what_is_no_number(written: str) -> None:
    """Dates, references, nothing at all and absurd rows of digits."""
    assert read_number(written, UNKNOWN) is None


def test_one_group_is_read_as_the_document_reads() -> None:
    """ "4,939" is thousands in an English document, decimals in a price a piece, nobody's guess in a Serbian one."""
    assert read_number("4,939", ENGLISH) == 4939
    assert read_number("4,939", SERBIAN, is_unit_price=True) == Decimal("4.939")
    assert read_number("4,939", SERBIAN) is None
    assert read_number("4.939", ENGLISH) is None
    assert read_number("4.939", SERBIAN) == 4939


@pytest.mark.parametrize(
    ("text", "separators"),
    [("1.000,00 i 2.500.000,00", SERBIAN), ("1,000.00", ENGLISH), ("1,000.00 i 1.000,00", UNKNOWN), ("1000", UNKNOWN)],
)
def test_the_tradition_of_a_document(text: str, separators: Separators) -> None:
    """Numbers with both separators show it, if they agree."""
    assert Separators.of(text) is separators


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("iznos od 153. 846,15", "153. 846,15"),
        ("partija 7. 831.250,00", "831.250,00"),
        ("\n7. 831.250,00", "831.250,00"),
        ("od 721 952 119", "721 952 119"),
        ("u 2020 500.000,00", "500.000,00"),
        ("iznosi 1.000,-", "1.000"),
    ],
)
def test_figures_before_a_currency(text: str, written: str) -> None:
    """Groups parted by a space are joined, the number of a list item is not."""
    found = number_before(text, len(text))
    assert found is not None
    assert found[1].strip(",") == written


def test_figures_of_a_reference_are_no_amount() -> None:
    """The end of "404-18/2020" is not a number of its own, nor is the beginning of "12/2019"."""
    assert number_before("br. 404-18/2020", 15) is None
    assert number_after("12/2019", 0) is None
    assert number_after("48,500.00 excl", 0) == (9, "48,500.00")


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("dvanaest miliona četiri stotine osamdeset hiljada", 12_480_000),
        ("stotinutridesethiljada", 130_000),
        ("dvestasedam hiljada", 207_000),
        ("tri hiljade tri stotine", 3_300),
        ("sedam miliona devedeset devet hiljada devet stotina četrdeset četiri", 7_099_944),
        ("forty-eight thousand five hundred", 48_500),
        ("једну", 1),
        ("dinara", None),
        ("i", None),
        ("", None),
        ("pet " * 100, None),
    ],
)
def test_numbers_in_words(words: str, number: int | None) -> None:
    """Joined or apart, in both scripts, in Serbian and English; None where a word is not a number."""
    assert number_in_words(fold(words)) == number


def test_printed_with_two_decimals() -> None:
    """A fact's value has a point and two digits; a third one is kept."""
    assert [printed(Decimal(each)) for each in ("13500000", "66.5", "4.939")] == ["13500000.00", "66.50", "4.939"]
