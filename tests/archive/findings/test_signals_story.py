"""Derived findings on the specimens, against the story that they tell: every number, to the last one."""

from __future__ import annotations

from decimal import Decimal
from statistics import median
from typing import Any

import pytest

from archive.archive import Archive
from archive.findings.counting import run
from archive.findings.files import load
from archive.findings.table import Cell, Table

Truth = dict[str, Any]

METHODS = {"open": "open", "low value": "small_value"}


def counted(archive: Archive, name: str) -> Table:
    return run(load(archive.home, name), archive.catalog, archive.search, archive.engine)


def rows_of(table: Table) -> dict[tuple[str | None, ...], dict[str, Cell]]:
    """The cells of every row by column; those of the total have no key."""
    ids = [column.id for column in table.columns]
    return {row.key: dict(zip(ids, row.cells, strict=True)) for row in (*table.rows, table.total)}


def numbers(table: Table) -> dict[tuple[str | None, ...], dict[str, Any]]:
    return {key: {id_: cell.number for id_, cell in row.items()} for key, row in rows_of(table).items()}


def fields_of(cell: Cell) -> set[str]:
    return {proof.fact.field for proof in cell.proofs if proof.fact}


def test_methods(story: Archive, truth: Truth) -> None:
    found = numbers(counted(story, "procedure-methods"))
    for town in {one["municipality"] for one in truth["story"]["procedures"]}:
        true = [METHODS[one["method"]] for one in truth["story"]["procedures"] if one["municipality"] == town]
        for method in METHODS.values():
            assert found[(town,)][method] == true.count(method), (town, method)
        assert found[(town,)]["absent"] == found[(town,)]["unclear"] == 0


@pytest.mark.parametrize(
    ("label", "least", "most"), [("Under 15 days", 0, 14), ("15 to 29 days", 15, 29), ("30 days or more", 30, 999)]
)
def test_days_from_call_to_deadline(story: Archive, truth: Truth, label: str, least: int, most: int) -> None:
    rows = rows_of(counted(story, "days-to-deadline"))
    true = [(one["municipality"], one["days_to_deadline"]) for one in truth["story"]["procedures"]]
    for town in {town for town, _ in true}:
        assert rows[(town,)][label].number == sum(least <= days <= most for place, days in true if place == town), town
    assert rows[()]["absent"].number == rows[()]["unclear"].number == 0
    assert rows[()][label].documents <= 3 * rows[()][label].units


def test_the_day_of_a_call_that_the_archive_lacks_is_told_by_a_later_paper(story: Archive) -> None:
    cell = rows_of(counted(story, "days-to-deadline"))[("Ivanjica",)]["30 days or more"]
    assert {"called", "closed", "date", "deadline"} <= fields_of(cell)


def test_a_period_is_measured_by_the_law_that_held(story: Archive) -> None:
    """Eight days are enough for a small value; the specimens after June 2020 fall under a law with several periods."""
    found = numbers(counted(story, "short-periods"))
    assert (found[("Kladovo",)]["met"], found[("Bečej",)]["met"]) == (1, 1)
    assert (found[()]["met"], found[()]["unknown"], "below" in found[()]) == (4, 4, False)


def test_the_annex_raises_the_price_and_its_second_scan_does_not_raise_it_again(story: Archive, truth: Truth) -> None:
    raised = {one["municipality"]: one for one in truth["story"]["procedures"] if "raised_by_percent" in one}
    found = numbers(counted(story, "annexes"))
    percents = rows_of(counted(story, "annex-percent"))
    assert [key[0] for key in found if key] == sorted(raised)
    for key in (key for key in found if key):
        true = raised[key[0]]
        for vat, suffix in (("without", "without_vat"), ("with", "with_vat")):
            before, after = true[f"first_{suffix}"], true[suffix]
            assert found[key][f"before·RSD·{vat}"] == before
            assert found[key][f"after·RSD·{vat}"] == after
            assert found[key][f"added·RSD·{vat}"] == after - before
        percent = percents[key[0],]["RSD·median"]
        assert percent.number == true["raised_by_percent"]
        assert len({proof.document for proof in percent.proofs}) == 2


def test_the_price_of_a_camera(story: Archive, truth: Truth) -> None:
    found = numbers(counted(story, "price-of-a-camera"))
    bought = [one for one in truth["story"]["procedures"] if one["cameras"]]
    each = {one["id"]: (Decimal(one["without_vat"]) / one["cameras"]).quantize(Decimal("0.01")) for one in bought}
    assert found[("Kladovo",)]["cameras·RSD·without·median"] == each["kladovo-2019"] == 415000
    assert found[("Bečej",)]["cameras·RSD·without·median"] == each["becej-2020"]
    assert found[("Ivanjica",)]["cameras·RSD·without·median"] == each["ivanjica-2021"]
    assert found[("Ivanjica",)]["cameras·EUR·without·median"] == each["ivanjica-2023"]
    (told,) = [one for one in truth["story"]["told"] if "value" in one]
    of_reply = (Decimal(told["value"]) / told["cameras"]).quantize(Decimal("0.01"))
    assert found[(told["municipality"],)]["cameras·EUR·unknown·median"] == of_reply
    dinars = sorted(each[one["id"]] for one in bought if one["currency"] == "RSD")
    total = [found[()][f"cameras·RSD·without·{which}"] for which in ("lowest", "median", "highest")]
    assert total == [dinars[0], round(median(dinars), 2), dinars[-1]]


def test_requests_are_in_time_or_late_or_met_with_silence(story: Archive, truth: Truth) -> None:
    times, days = numbers(counted(story, "foi-in-time")), numbers(counted(story, "foi-days"))
    for one in truth["story"]["foi"]:
        town = (one["municipality"],)
        took = one.get("days")
        expected = "silent" if took is None else "in_time" if took <= 15 else "late"
        assert times[town][expected] == times[town]["units"] == 1
        assert days[town]["receipt·median"] == took
        assert days[town]["absent"] == (took is None)


def test_no_estimate_is_just_under_a_limit_and_one_is_further_under(story: Archive) -> None:
    """4,200,000 is 16 percent under the limit of 5,000,000; the story's dinars above it are over all limits."""
    found = numbers(counted(story, "just-under-limits"))
    assert not any(id_.startswith("yes") for id_ in found[()])
    assert found[("Kladovo",)]["no·small value, 5,000,000"] == 1
    assert (found[()]["over·"], found[()]["absent"], found[()]["unclear"]) == (5, 2, 0)


def test_signals_in_the_prices_of_bids(story: Archive) -> None:
    """In Ivanjica the lowest bid of 2021 lost; in 2023 the lowest won, and the only rival was turned down."""
    rows = rows_of(table := counted(story, "prices-of-bids"))
    found = numbers(table)
    lowest, alone = (rows[("Ivanjica",)][id_] for id_ in ("lowest_lost·yes", "others_rejected·yes"))
    assert lowest.number == alone.number == 1
    assert {proof.unit for proof in lowest.proofs} == {"opstina-ivanjica-404-27-2021"}
    assert {proof.fact.value for proof in lowest.proofs if proof.fact} == {"7890000.00", "8120500.00"}
    assert {proof.unit for proof in alone.proofs} == {"municipality-of-ivanjica-iva-cctv-2-2023"}
    assert found[("Bečej",)]["lowest_lost·no"] == 1
    assert found[("Kanjiža",)]["lowest_lost·no"] == 1
    total = found[()]
    assert [total[f"lowest_lost·{is_so}"] for is_so in ("yes", "no")] == [1, 3]
    assert [total[f"others_rejected·{is_so}"] for is_so in ("yes", "no")] == [1, 2]
    assert (total["same_price·no"], total["lowest_rejected·no"]) == (4, 3)
    assert "same_price·yes" not in total
    assert total["absent"] == 4


def test_the_agreement_with_the_police_is_found_and_no_request_that_asks_for_it(story: Archive, truth: Truth) -> None:
    rows = rows_of(counted(story, "cooperation"))
    true = truth["story"]["cooperation"]
    assert set(rows) == {*((one["municipality"],) for one in true), ()}
    found = {story.catalog.documents.find(proof.document).filename for proof in rows[()]["units"].proofs}
    assert found == {one["document"] for one in true}


def test_contracts_that_share_no_template_are_on_none(story: Archive) -> None:
    assert numbers(counted(story, "odd-clauses"))[()] == {
        "units": 8,
        "No odd clause": 0,
        "1 to 3 odd clauses": 0,
        "Over 3 odd clauses": 0,
        "absent": 8,
        "unclear": 0,
    }
