"""What a person may write, and how it is kept."""

from __future__ import annotations

import pytest

from archive.errors import UsageError
from archive.facts.values import LONGEST_VALUE, UNLISTED, Municipalities, checked
from archive.model.fields import FIELDS

PLACES = Municipalities([("Bečej", ["Óbecse"]), ("Novi Sad", [])])


@pytest.mark.parametrize(
    ("field", "text", "kept", "told"),
    [
        ("title", "  Уговор   о набавци ", "Уговор о набавци", {}),
        ("kind", "Award decision", "award_decision", {}),
        ("language", "sr-Cyrl", "sr-Cyrl", {}),
        ("municipality", "бечеј", "Bečej", {}),
        ("municipality", "obecse", "Bečej", {}),
        ("municipality", "Непознато", "Nepoznato", {UNLISTED: "yes"}),
        ("buyer", "Општина Бечеј", "Opština Bečej", {}),
        ("vendor", "Љубав д.о.о.", "Ljubav d.o.o.", {}),
        ("year", "2021", "2021", {}),
        ("date", "2021-03-09", "2021-03-09", {}),
        ("date", "9.3.2021.", "2021-03-09", {}),
        ("deadline", "29. 2. 2024", "2024-02-29", {}),
        ("reference", "404-12/2021-У", "404-12/2021-У", {}),
        ("amount", "13.500.000,00", "13500000.00", {}),
        ("amount", "13,500,000.5", "13500000.50", {}),
        ("amount", "1200", "1200.00", {}),
        ("amount", "1.200,75 EUR", "1200.75", {"currency": "EUR"}),
        ("bids", "06", "6", {}),
        ("bids", "0", "0", {}),
        ("cpv", "32323500-8", "32323500", {"check": "8"}),
        ("foi_outcome", "refused", "refused", {}),
        ("quantity", "024", "24", {}),
    ],
)
def test_a_value_is_kept_in_one_form(field: str, text: str, kept: str, told: dict[str, str]) -> None:
    assert checked(field, text, {}, PLACES) == (kept, told)


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("kind", "novel", "not a valid kind of document"),
        ("language", "Serbian", "not a language"),
        ("year", "21", "not a year"),
        ("year", "२०२१", "not a year"),
        ("date", "13.17.2020", "not a date"),
        ("date", "2020-17-13", "not a day of the calendar"),
        ("date", "2021-02-30", "not a day of the calendar"),
        ("date", "0001-01-01", "not a year"),
        ("amount", "-5", "not an amount"),
        ("amount", "0,00", "nobody pays|anybody pays"),
        ("amount", "1.2.3", "not an amount"),
        ("amount", "9" * 16, "not an amount"),
        ("cpv", "3232350", "not a CPV code"),
        ("bids", "six", "not a number of bids"),
        ("bids", "1000", "not a number of bids"),
        ("foi_outcome", "maybe", "not a valid outcome"),
        ("quantity", "1.5", "not a quantity"),
        ("vendor", " ", "1 to 500 characters"),
        ("vendor", "x" * (LONGEST_VALUE + 1), "1 to 500 characters"),
        ("vendor", "a\u202eb", "1 to 500 characters"),
        ("vendr", "x", "Did you mean vendor"),
    ],
)
def test_what_cannot_be_a_value_is_refused(field: str, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        checked(field, text, {}, PLACES)


@pytest.mark.parametrize(
    ("field", "details", "said"),
    [
        ("vendor", {"pib": "12"}, "'12' is not a valid pib. It has to be 9 digits"),
        ("vendor", {"role": "award"}, "not a role of a vendor"),
        ("vendor", {"lot": "1"}, "A vendor has no detail 'lot'"),
        ("title", {"pib": "1"}, "Its details are: nothing"),
        ("amount", {"currency": "din"}, "ISO 4217"),
        ("amount", {"vat": "some"}, "with, without or unknown"),
        ("bids", {"lot": ""}, "lot has 1 to"),
    ],
)
def test_what_cannot_be_told_of_a_value_is_refused(field: str, details: dict[str, str], said: str) -> None:
    value = {"amount": "1", "bids": "1"}.get(field, "X")
    with pytest.raises(UsageError, match=said):
        checked(field, value, details, PLACES)


def test_what_is_told_beside_a_value_is_kept() -> None:
    details = {"currency": "RSD", "vat": "without", "role": "award", "lot": " 2 "}
    assert checked("amount", "5 EUR", details, PLACES) == ("5.00", details | {"lot": "2"})
    assert checked("vendor", "A", {"pib": "100000001", "role": "supplier"}, PLACES)[1]["pib"] == "100000001"


def test_every_field_is_known() -> None:
    assert all(set(field.kept) <= set(field.details) for field in FIELDS.values())
