"""Numbers and dates as a reader sees them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.command_line.options import counted
from archive.model import Fact, Span, Vendor
from archive.model.description import Description
from indexer.formats import FORMATS
from webapp.pages.wording import (
    MEDIA_TYPES,
    about,
    detail,
    details_of,
    fact_value,
    field_label,
    moment,
    script_name,
    size,
    vendor_names,
)


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1 kB"), (666_625, "667 kB"), (999_400, "999 kB"),
     (999_600, "1 MB"), (1_510_000, "1.51 MB"), (2_340_000_000, "2.3 GB"), (5_000_000_000_000, "5,000.0 GB")],
)  # fmt: skip
def test_sizes(number: int, shown: str) -> None:
    assert size(number) == shown


def test_counts_agree_with_their_noun() -> None:
    assert counted(1, "match", "matches") == "1 match"
    assert counted(1200, "match", "matches") == "1,200 matches"


def test_details_of_an_award_leave_out_what_its_value_says_and_the_numbers_of_words() -> None:
    told = {"vendor": "A", "amount": "1.00", "currency": "RSD", "vat": "without", "amount_words": "3-4", "bids": "2"}
    fact = Fact("award", "A, 1.00 RSD", Span("a" * 64, 1, 0, 4), "award.given", 0.9, details=told)
    assert details_of(fact) == ("without VAT", "bids received: 2")
    assert details_of(fact, but=("bids",)) == ("without VAT",)


def test_values_are_words_and_odd_dates_stay_as_they_are() -> None:
    assert fact_value("date", "2021-03-09") == "9 March 2021"
    assert fact_value("date", "2021-03") == "2021-03"
    assert fact_value("date", "2021-02-30") == "2021-02-30"
    assert fact_value("kind", "foi_reply") == "FOI reply"
    assert fact_value("procedure_type", "small_value") == "Small value"
    assert field_label("number_of_bids") == "Number of bids"
    assert moment(datetime(2026, 3, 9, 4, 5, tzinfo=UTC)) == "9 March 2026, 04:05 UTC"


def test_scripts_have_names_and_strange_ones_keep_their_code() -> None:
    assert script_name("Cyrl") == "Cyrillic"
    assert script_name("Arab") == "Arab"
    assert script_name(None) is None


def test_every_format_that_is_read_has_a_name() -> None:
    assert set(FORMATS) == set(MEDIA_TYPES)


def test_amounts_keep_every_digit_and_details_are_words() -> None:
    assert fact_value("amount", "13500000.00") == "13,500,000.00"
    assert fact_value("amount", "4.939") == "4.939"
    assert detail("check_failed", "pib mb") == "check digit wrong: PIB, MB"
    assert detail("role", "consortium_member") == "consortium member"
    assert detail("lot", "3") == "lot 3"


@pytest.mark.parametrize(
    ("reference", "date", "year", "shown"),
    [
        ("404-2/2021", "2021-03-09", 2021, ("no. 404-2/2021", "9 March 2021", "2 pages")),
        ("Rev. 477/2005", "2021-03", 2021, ("Rev. 477/2005", "2021-03", "2 pages")),
        (None, "2021-03-09", 2020, ("2020", "2 pages")),
        (None, None, 2020, ("2020", "2 pages")),
        (None, "2021-03-09", None, ("9 March 2021", "2 pages")),
    ],
)
def test_a_document_in_a_few_words(
    reference: str | None, date: str | None, year: int | None, shown: tuple[str]
) -> None:
    unknown = Description("0" * 64, "a.pdf", "main", "A", None, None, None, None, (), year, date, reference, None, 2)
    assert about(unknown) == shown


@pytest.mark.parametrize(
    ("count", "shown"), [(3, "A, B, C"), (4, "A, B, C, D"), (5, "A, B, C, 2 more firms"), (9, "A, B, C, 6 more firms")]
)
def test_of_many_vendors_the_first_are_named(count: int, shown: str) -> None:
    vendors = tuple(map(Vendor, "ABCDEFGHI"[:count]))
    told = Description("0" * 64, "a.pdf", "main", "A", None, None, None, None, vendors, None, None, None, None, 2)
    assert ", ".join(vendor_names(told)) == shown


def test_what_an_annex_changes_is_told_in_words() -> None:
    assert [detail("added", value) for value in ("more", "less")] == [
        "added to the contract",
        "taken from the contract",
    ]
