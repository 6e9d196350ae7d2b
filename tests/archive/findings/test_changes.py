"""Two runs of a finding beside each other: what changed, and why."""

from __future__ import annotations

import pytest

from archive.archive import Archive
from archive.findings.changes import (
    NO_REASON,
    ChangedCell,
    ChangeKind,
    TableComparison,
    compare,
    compare_runs,
    comparison_lines,
    comparison_record,
)
from archive.findings.files import load
from archive.model.decisions import DecisionAction
from tests.finding_samples import add, contract, decide, price, read_again, rules_again, told

SAME = " ".join(f"reč{at}" for at in range(60))
OTHER = " ".join(f"druga{at}" for at in range(60))
BOR = contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00"))


@pytest.fixture
def bor(archive: Archive) -> str:
    return add(archive, "bor", BOR, SAME)


def changed(archive: Archive, first: int, name: str = "spending") -> TableComparison:
    archive.settle()
    parts = (archive.catalog, archive.search, archive.engine)
    return compare_runs(load(archive.home, name), *parts, archive.catalog.events.newest(), first)


def cells(comparison: TableComparison, *key: str) -> dict[str, ChangedCell]:
    return {cell.column: cell for cell in comparison.cells if cell.key == key}


def told_of(cell: ChangedCell) -> list[tuple[ChangeKind, str | None]]:
    return [(reason.what, reason.by) for reason in cell.reasons]


def amounts(cell: ChangedCell) -> tuple[str | None, str | None]:
    was, now = ((one and one.number) for one in (cell.before, cell.after))
    return (None if was is None else str(was)), (None if now is None else str(now))


def test_a_document_that_came_in_is_the_reason(archive: Archive, bor: str) -> None:
    then = archive.catalog.events.newest()
    ada = add(archive, "ada", contract("Ada", "404-2/2020", "Beta d.o.o.", price("200.00")))
    comparison = changed(archive, then)
    (of_ada, total) = (cells(comparison, *key)["RSD·without"] for key in (("Ada", "2020"), ()))
    assert amounts(of_ada) == (None, "200.00")
    assert amounts(total) == ("100.00", "300.00")
    assert of_ada.documents == total.documents == (ada,)
    assert told_of(total) == [(ChangeKind.ADDED, None)]
    assert not cells(comparison, "Bor", "2020")


def test_who_corrected_what_is_told(archive: Archive, bor: str) -> None:
    then = archive.catalog.events.newest()
    decide(archive, bor, DecisionAction.CORRECT, told("title", "Ugovor"))
    decide(archive, bor, DecisionAction.CORRECT, price("150.00"))
    comparison = changed(archive, then)
    cell = cells(comparison, "Bor", "2020")["RSD·without"]
    assert amounts(cell) == ("100.00", "150.00")
    ((_, by),) = told_of(cell)
    assert by == "Ana"
    assert "amount 100.00 → 150.00" in str(cell.reasons[0])
    archive.catalog.decisions.undo(bor, None, "Bojan")
    (last,) = cells(changed(archive, comparison.after.as_of.event), "Bor", "2020")["RSD·without"].reasons
    assert (last.what, last.by, last.after) == (ChangeKind.UNDONE, "Bojan", ("100.00",))


def test_a_new_reading_and_new_rules_are_told_apart(archive: Archive, bor: str) -> None:
    first = archive.catalog.events.newest()
    rules_again(archive, bor, contract("Bor", "404-1/2020", "Alfa d.o.o.", price("110.00")))
    second = archive.catalog.events.newest()
    assert told_of(cells(changed(archive, first))["RSD·without"]) == [(ChangeKind.RULES_AGAIN, None)]
    read_again(archive, bor, 2, contract("Bor", "404-1/2020", "Alfa d.o.o.", price("120.00")), OTHER)
    cell = cells(changed(archive, second))["RSD·without"]
    assert (amounts(cell), told_of(cell)) == (("110.00", "120.00"), [(ChangeKind.READ_AGAIN, None)])


def test_vendors_that_were_merged_are_the_reason_in_rows_by_vendor(archive: Archive, bor: str) -> None:
    add(archive, "ada", contract("Ada", "404-2/2020", "Beta d.o.o.", price("200.00")))
    archive.settle()
    then = archive.catalog.events.newest()
    archive.catalog.vendors.separate("Alfa d.o.o.", "Beta d.o.o.", "Iva")
    archive.catalog.vendors.merge("Alfa d.o.o.", "Beta d.o.o.", "Ana")
    comparison = changed(archive, then, "vendors")
    assert {told_of(cell)[0] for cell in comparison.cells} == {(ChangeKind.VENDORS, "Ana")}
    assert not cells(comparison)
    assert not changed(archive, then, "spending").cells


def test_the_same_number_of_other_facts_is_a_change(archive: Archive, bor: str) -> None:
    then = archive.catalog.events.newest()
    decide(archive, bor, DecisionAction.CORRECT, told("municipality", "Ada"))
    add(archive, "ada", BOR)
    comparison = changed(archive, then)
    assert amounts(cells(comparison, "Bor", "2020")["units"]) == ("1", "1")
    assert cells(comparison, "Bor", "2020")["units"].reasons


def test_a_change_without_a_reason_says_so(archive: Archive, bor: str) -> None:
    then = archive.catalog.events.newest()
    decide(archive, bor, DecisionAction.CORRECT, price("150.00"))
    known = changed(archive, then)
    comparison = compare(known.before, known.after, [])
    assert [cell.reasons for cell in comparison.cells] == [()] * len(known.cells)
    assert f"    {NO_REASON}" in list(comparison_lines(comparison, archive.catalog))


def test_what_changes_no_number_is_no_change(archive: Archive, bor: str) -> None:
    then = archive.catalog.events.newest()
    add(archive, "bor-scan-2", BOR, SAME)
    decide(archive, bor, DecisionAction.CORRECT, told("title", "Ugovor"))
    comparison = changed(archive, then)
    assert not comparison.cells
    assert "Nothing changed." in list(comparison_lines(comparison, archive.catalog))


def test_it_is_told_in_lines_and_for_programs(archive: Archive, bor: str) -> None:
    then = archive.catalog.events.newest()
    decide(archive, bor, DecisionAction.CORRECT, price("150.00"))
    comparison = changed(archive, then)
    lines = list(comparison_lines(comparison, archive.catalog))
    assert any(line.startswith("Bor / 2020: RSD without VAT 100 → 150") for line in lines)
    assert any("bor.pdf: decided by Ana: amount 100.00 → 150.00 (event 3, " in line for line in lines)
    assert NO_REASON not in " ".join(lines)
    record = comparison_record(comparison, archive.catalog)
    (cell,) = [one for one in record["cells"] if one["key"] == {"municipality": "Bor", "year": "2020"}]
    assert (cell["before"], cell["after"]) == (100, 150)
    assert cell["documents"] == [{"id": bor, "filename": "bor.pdf"}]
    assert cell["reasons"][0]["by"] == "Ana"
    assert (record["before"]["event"], record["after"]["event"]) == (2, 3)
