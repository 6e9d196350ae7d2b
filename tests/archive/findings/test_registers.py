"""What a register of contracts lists is counted row by row, and never with the contracts themselves."""

from __future__ import annotations

from archive.archive import Archive
from archive.findings.derived import fields_of
from archive.findings.files import load
from archive.model.decisions import DecisionAction
from tests.finding_samples import Told, add, contract, counted, decide, numbers, price, told


def row(vendor: str, amount: str) -> Told:
    return told("award", f"{vendor}, {amount} RSD", vendor=vendor, amount=amount, currency="RSD", vat="without")


def register(*rows: Told) -> list[Told]:
    return [told("kind", "report"), told("municipality", "Ada"), *rows]


def sums(archive: Archive, name: str) -> dict[str, str]:
    """The sum without VAT of each row."""
    found = numbers(counted(archive, load(archive.home, name)))
    return {key: cells["RSD·without"] for key, cells in found.items() if cells.get("RSD·without")}


def test_rows_of_a_register_are_summed_by_vendor_and_never_with_contracts(archive: Archive) -> None:
    add(archive, "register", register(row("Alfa", "100.00"), row("Beta", "50.00"), row("Alfa", "7.00")))
    add(archive, "contract", contract("Ada", "404-1/2020", "Alfa", price("100.00")))
    assert sums(archive, "registers") == {"Ada Alfa": "107.00", "Ada Beta": "50.00", "all": "157.00"}
    assert sums(archive, "vendors") == {"Alfa": "100.00", "all": "100.00"}


def test_a_report_without_rows_has_a_value_that_is_unknown(archive: Archive) -> None:
    add(archive, "report", register(told("vendor", "Alfa")))
    (found,) = (
        cells for key, cells in numbers(counted(archive, load(archive.home, "registers"))).items() if key == "all"
    )
    assert (found["absent"], found.get("RSD·without")) == ("1", None)


def test_a_row_that_somebody_corrected_counts_as_corrected(archive: Archive) -> None:
    """What a finding is made of is brought up to date by the fields that it names."""
    id_ = add(archive, "register", register(row("Alfa", "100.00")))
    assert sums(archive, "registers")["all"] == "100.00"
    decide(archive, id_, DecisionAction.CORRECT, row("Alfa", "90.00"))
    assert sums(archive, "registers")["all"] == "90.00"
    assert "award" in fields_of("registered")
