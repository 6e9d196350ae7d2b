"""Findings on the specimens, against the table that their newsroom must arrive at: every number, to the last one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive.archive import Archive
from archive.config import Settings
from archive.facts.evidence import EvidenceReader
from archive.findings.counting import run
from archive.findings.files import definitions, load
from archive.findings.table import Table, TableRow

Truth = dict[str, Any]


@pytest.fixture(scope="module")
def archive(specimen_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """A copy of the specimens' archive, to be read."""
    home = tmp_path_factory.mktemp("findings") / "home"
    shutil.copytree(specimen_home, home)
    with Archive.open(home, Settings()) as opened:
        yield opened


def counted(archive: Archive, name: str, **changes: Any) -> Table:
    return run(replace(load(archive.home, name), **changes), archive.catalog, archive.search, archive.engine)


def numbers(table: Table, row: TableRow) -> dict[str, int | None]:
    """The numbers of a row by column id."""
    return {
        column.id: None if cell.number is None else int(cell.number)
        for column, cell in zip(table.columns, row.cells, strict=True)
    }


def by_key(table: Table) -> dict[str, dict[str, int | None]]:
    return {" ".join(value or "?" for value in row.key): numbers(table, row) for row in table.rows}


def money(true: dict[str, int]) -> dict[str, int | None]:
    return {
        "RSD·without": true.get("RSD_without_vat"),
        "RSD·with": true.get("RSD_with_vat"),
        "EUR·without": true.get("EUR_without_vat"),
    }


def test_spending_is_that_of_the_story(archive: Archive, truth: Truth) -> None:
    table, true = counted(archive, "spending"), truth["story"]["totals"]
    total = numbers(table, table.total)
    assert total["units"] == true["all"]["contracts"]
    assert {key: total[key] for key in money({})} == money(true["all"])
    rows = by_key(table)
    contracts = [one for one in truth["story"]["procedures"] if one["outcome"] in ("contract", "award")]
    assert len(rows) == len(contracts)
    for one in contracts:
        row = rows[f"{one['municipality']} {one['reference'][-4:] if one['reference'][-1].isdigit() else 2019}"]
        prefix = one["currency"]
        assert row[f"{prefix}·without"] == one["without_vat"], one["id"]
        assert row.get(f"{prefix}·with") == one.get("with_vat"), one["id"]
        assert (row["absent"], row["unclear"]) == (0, 0)


def test_vendors_are_those_that_won_and_what_they_won_together_is_a_row_of_its_own(
    archive: Archive, truth: Truth
) -> None:
    rows = by_key(table := counted(archive, "vendors"))
    won: dict[frozenset[str], list[dict[str, int]]] = {}
    for one in truth["story"]["procedures"]:
        for part in one.get("lots", [one]) if one["outcome"] in ("contract", "award") else []:
            vendors = frozenset(name.split(" ")[0] for name in part["vendors"])
            sums = {f"{one['currency']}·{vat}": part.get(f"{vat}_vat", 0) for vat in ("with", "without")}
            won.setdefault(vendors, []).append(sums)
    assert len(rows) == len(won)
    for vendors, parts in won.items():
        together = len(vendors) - 1
        ((_, row),) = [
            item for item in rows.items() if all(n in item[0] for n in vendors) and item[0].count(" + ") == together
        ]
        assert row["units"] == len(parts), vendors
        for key in money({}):
            assert (row[key] or 0) == sum(part.get(key, 0) for part in parts), (vendors, key)
    assert numbers(table, table.total)["RSD·without"] == truth["story"]["totals"]["all"]["RSD_without_vat"]


def test_bids_are_counted_by_procedure(archive: Archive, truth: Truth) -> None:
    rows = by_key(table := counted(archive, "competition"))
    bids = {one["id"]: (one["municipality"], one["bids"]) for one in truth["story"]["procedures"]}
    for town in {town for town, _ in bids.values()}:
        of_town = [number for place, number in bids.values() if place == town]
        assert rows[town]["One bid"] == of_town.count(1)
        assert rows[town]["Several bids"] == sum(number > 1 for number in of_town)
        assert rows[town]["absent"] == 0
    assert numbers(table, table.total)["One bid"] == len(truth["story"]["totals"]["single_bid"])


def test_cameras_of_all_kinds_of_papers_count_once(archive: Archive, truth: Truth) -> None:
    """What a contract says of a town wins over its replies and agreements; the columns by kind add up to the number."""
    table, story = counted(archive, "quantities"), truth["story"]
    rows = by_key(table)
    of_town: dict[str, list[dict[str, Any]]] = {}
    for one in (*story["procedures"], *story["told"]):
        if one["cameras"]:
            of_town.setdefault(one["municipality"], []).append(one)
    assert set(rows) == set(of_town)
    for town, told in of_town.items():
        for what in ("cameras", "places"):
            assert rows[town][what] == sum(one[what] for one in told), town
            parts = [number for id_, number in rows[town].items() if id_.startswith(f"{what}·")]
            assert sum(number or 0 for number in parts) == rows[town][what], town
    assert rows["Kosjerić"]["cameras·replies"] == 42
    assert rows["Ražanj"]["cameras·awards"] == 6
    assert rows["Ada"]["cameras·awards"] == 14


def test_cameras_follow_the_annex_and_a_cancelled_procedure_has_none(archive: Archive, truth: Truth) -> None:
    table, true = counted(archive, "quantities"), truth["story"]["totals"]
    rows = by_key(table)
    contracted = {one["municipality"]: one for one in truth["story"]["procedures"] if one["outcome"] == "contract"}
    for town in contracted:
        expected = true["by_municipality"][town]
        assert (rows[town]["cameras"], rows[town]["places"]) == (expected["cameras"], expected["places"]), town
    row, place = table.row(["Kladovo"]), table.place_of("cameras")
    assert row is not None
    assert place is not None
    cell = row.cells[place]
    assert cell.per is not None
    assert round(float(cell.per), 4) == round(10 * 100 / 18002, 4)


def test_a_capability_that_is_denied_stands_apart(archive: Archive, truth: Truth) -> None:
    rows = by_key(counted(archive, "capabilities"))
    having = [town for town, row in rows.items() if row["face recognition·"]]
    assert having == truth["story"]["totals"]["face_recognition"]
    assert [town for town, row in rows.items() if row["face recognition·denied"]] == [
        "Ivanjica",
        "Kladovo",
        "Kosjerić",
        "Topola",
    ]
    asked = [town for town, row in rows.items() if row["face recognition·asked"]]
    assert asked == ["Bečej", "Ivanjica", "Kladovo", "Kosjerić", "Sokobanja", "Topola"]
    assert rows["Bečej"]["face recognition··replies"] == rows["Bečej"]["face recognition··contracts"] == 1


def test_outcomes_of_requests(archive: Archive, truth: Truth) -> None:
    rows = by_key(counted(archive, "foi-outcomes"))
    for town, outcome in truth["story"]["totals"]["foi_outcomes"].items():
        assert rows[town]["silent" if outcome == "no_reply" else outcome] == rows[town]["units"] == 1


def test_missing_documents(archive: Archive, truth: Truth) -> None:
    rows = by_key(counted(archive, "missing-documents"))
    for town, row in rows.items():
        of_town = [one["missing"] for one in truth["story"]["procedures"] if one["municipality"] == town]
        for kind in ("tender_notice", "tender_documents", "minutes", "award_decision"):
            assert row[kind] == sum(kind in missing for missing in of_town), (town, kind)


def test_every_fact_behind_a_number_stands_on_its_page_and_no_copy_is_counted(archive: Archive) -> None:
    checked = 0
    for name in definitions(archive.home):
        table = counted(archive, name)
        for row in (*table.rows, table.total):
            for cell in row.cells:
                for proof in cell.proofs:
                    assert "drugi-sken" not in archive.catalog.documents.find(proof.document).filename
                    if proof.fact and proof.fact.span:
                        quote = EvidenceReader(archive.catalog).of(proof.fact.span).quote
                        digits = "".join(filter(str.isdecimal, quote))
                        assert proof.fact.field != "amount" or proof.fact.value.partition(".")[0] in digits
                        checked += bool(quote)
    assert checked > 50
