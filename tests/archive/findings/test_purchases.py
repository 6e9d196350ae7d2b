"""Purchases and municipalities: which papers tell of one, and which kind of paper wins."""

from __future__ import annotations

from pathlib import Path

from archive.findings.definition import CountedUnit
from archive.findings.files import load
from archive.findings.table import AsOf, Table
from archive.findings.tabulation import table
from archive.findings.units import units_of
from archive.model import Fact
from archive.procedures.papers import Paper
from tests.paper_samples import fact, paper

NOW = AsOf(1, None, None, "gen-1")


def cameras(name: str, count: str, **details: str) -> Fact:
    return fact(name, "quantity", count, what="cameras", **details)


def reply(name: str, count: str, date: str, town: str, **details: str) -> Paper:
    return paper(
        name,
        "foi_reply",
        None,
        date,
        buyer=f"Opština {town}",
        municipality=town,
        more=(cameras(name, count, **details),),
    )


CONTRACT = paper("contract", "contract", "404-1/2020", "2020-03-01", more=(cameras("contract", "24"),))


def counted(tmp_path: Path, name: str, *papers: Paper) -> Table:
    definition = load(tmp_path, name)
    return table(definition, units_of(papers, {}, definition.counts), NOW)


def numbers(found: Table) -> dict[str | None, dict[str, int]]:
    ids = [column.id for column in found.columns]
    return {
        row.key[0]: {id_: int(cell.number) for id_, cell in zip(ids, row.cells, strict=True) if cell.number}
        for row in found.rows
    }


def test_a_contract_wins_over_a_reply_and_the_newest_reply_over_older_ones(tmp_path: Path) -> None:
    found = numbers(
        counted(
            tmp_path,
            "quantities",
            CONTRACT,
            reply("of the same town", "28", "2022-03-01", "Bečej"),
            reply("first", "40", "2021-03-01", "Ada"),
            reply("second", "42", "2022-03-01", "Ada"),
        )
    )
    assert found == {
        "Ada": {"units": 1, "documents": 2, "cameras": 42, "cameras·replies": 42},
        "Bečej": {"units": 1, "documents": 1, "cameras": 24, "cameras·contracts": 24},
    }


def test_a_reply_is_asked_where_no_contract_names_a_quantity(tmp_path: Path) -> None:
    """School meals are no cameras; but once a contract names some, it is asked and no reply."""
    meals = paper("meals", "contract", "404-7/2021", "2021-03-01")
    told = reply("told", "28", "2022-03-01", "Bečej")
    assert numbers(counted(tmp_path, "quantities", meals, told))["Bečej"] == {
        "units": 2, "documents": 2, "cameras": 28, "cameras·replies": 28, "absent": 1,
    }  # fmt: skip
    assert numbers(counted(tmp_path, "quantities", CONTRACT, meals, told))["Bečej"]["cameras"] == 24


def test_minutes_tell_of_a_purchase_only_where_they_tell_of_an_award(tmp_path: Path) -> None:
    opening = paper("opening", "minutes", "404-2/2020", "2020-02-01", more=(cameras("opening", "12"),))
    award = (cameras("session", "6"), fact("session", "award", "Alfa, 100 RSD", vendor="Alfa"))
    session = paper("session", "minutes", "404-3/2020", "2020-02-01", more=award)
    assert numbers(counted(tmp_path, "quantities", opening, session))["Bečej"]["cameras"] == 6


def test_what_is_asked_or_denied_is_no_number(tmp_path: Path) -> None:
    found = numbers(
        counted(
            tmp_path,
            "quantities",
            reply("asked", "42", "2022-03-01", "Ada", state="asked"),
            reply("denied", "42", "2022-03-01", "Bor", state="denied"),
        )
    )
    assert {town: row.get("cameras") for town, row in found.items()} == {"Ada": None, "Bor": None}


def test_a_capability_counts_once_a_town_and_state_also_where_it_was_read_before_states_were(tmp_path: Path) -> None:
    def watched(name: str, kind: str, **details: str) -> Paper:
        told = fact(name, "watch", "face recognition", group="capability", **details)
        return paper(name, kind, None, "2022-03-01", more=(told,))

    found = numbers(
        counted(
            tmp_path,
            "capabilities",
            watched("one", "contract"),
            watched("two", "foi_reply"),
            watched("three", "report", negated="yes"),
            watched("four", "foi_request", state="asked"),
        )
    )
    assert found["Bečej"] == {
        "units": 1,
        "documents": 4,
        "face recognition·": 1,
        "face recognition··contracts": 1,
        "face recognition··replies": 1,
        "face recognition·denied": 1,
        "face recognition·denied·others": 1,
        "face recognition·asked": 1,
        "face recognition·asked·requests": 1,
    }


def test_papers_without_a_municipality_are_together_by_their_buyer() -> None:
    papers = [
        paper("a", "report", buyer="Dom zdravlja", municipality=None),
        paper("b", "report", buyer="Dom zdravlja", municipality=None),
        paper("c", "report", buyer=None, municipality=None),
    ]
    assert sorted(len(unit.papers) for unit in units_of(papers, {}, CountedUnit.MUNICIPALITIES)) == [1, 2]
