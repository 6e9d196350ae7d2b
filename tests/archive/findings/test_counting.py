"""Rows by vendor: whose an amount is, on made-up papers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from archive.findings.files import load
from archive.findings.table import AsOf, Table
from archive.findings.tabulation import table
from archive.findings.units import Counted
from archive.model import Vendor
from archive.procedures.papers import Paper
from tests.archive.findings.test_precedence import priced


def won(by: tuple[str, ...], name: str, *values: str) -> Paper:
    made = priced(name, "contract", "2020-02-01", *values)
    return replace(made, known=replace(made.known, vendors=tuple(Vendor(vendor) for vendor in by)))


def counted(tmp_path: Path, *papers: Paper) -> dict[str, dict[str, int | None]]:
    found: Table = table(load(tmp_path, "vendors"), [Counted("one", "Bečej", None, papers)], AsOf(0, None, None, "g"))
    return {
        "all" if not row.key else row.key[0] or "unknown": {
            column.id: None if cell.number is None else int(cell.number)
            for column, cell in zip(found.columns, row.cells, strict=True)
        }
        for row in (*found.rows, found.total)
    }


def test_each_vendor_has_the_price_of_its_own_lot(tmp_path: Path) -> None:
    rows = counted(tmp_path, won(("Alfa",), "a", "100.00"), won(("Beta",), "b", "200.00"))
    assert {name: row["RSD·without"] for name, row in rows.items()} == {"Alfa": 100, "Beta": 200, "all": 300}
    assert {row["absent"] for row in rows.values()} == {0}


def test_what_vendors_share_is_in_a_row_of_its_own(tmp_path: Path) -> None:
    rows = counted(tmp_path, won(("Alfa",), "a", "100.00"), won(("Alfa", "Beta"), "b", "200.00"))
    assert {name: row["RSD·without"] for name, row in rows.items()} == {"Alfa": 100, "Alfa + Beta": 200, "all": 300}


def test_the_amount_of_a_document_that_names_no_vendor_is_nobodys_among_several(tmp_path: Path) -> None:
    rows = counted(tmp_path, won(("Alfa",), "a", "100.00"), won(("Beta",), "b", "200.00"), won((), "c", "50.00"))
    sums = {"Alfa": 100, "Beta": 200, "unknown": 50, "all": 350}
    assert {name: row["RSD·without"] for name, row in rows.items()} == sums
