"""Derived findings follow what a person corrects, and say whose word a number stands on."""

from __future__ import annotations

from pathlib import Path

from archive.archive import Archive
from archive.config import Settings
from archive.findings.files import load
from archive.findings.table import Cell, Table
from archive.model.decisions import DecisionAction
from tests.finding_samples import add, counted, decide, told

FILE = told("reference", "404-1/2019", role="procurement")
TOWN = (told("municipality", "Bor"), told("buyer", "Opština Bor"))


def cell(table: Table, column: str) -> Cell | None:
    place = table.place_of(column)
    return None if place is None else table.total.cells[place]


def test_a_corrected_deadline_changes_the_days_and_its_number_is_marked(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "home", Settings()) as archive:
        call = [told("date", "2019-03-01"), told("deadline", "2019-03-31"), told("procedure_type", "open")]
        notice = add(archive, "notice", [told("kind", "tender_notice"), FILE, *TOWN, *call])
        archive.settle()
        definition = load(archive.home, "short-periods")
        before = counted(archive, definition)
        met = cell(before, "met")
        assert met is not None
        assert met.number == 1
        assert met.persons == 0
        decide(archive, notice, DecisionAction.CORRECT, told("deadline", "2019-03-11"))
        after = counted(archive, definition)
        below = cell(after, "below")
        assert cell(after, "met") is None
        assert below is not None
        assert below.number == below.persons == 1
        again = cell(counted(archive, definition, before.as_of.event), "met")
        assert again is not None
        assert again.number == 1


def test_an_answer_is_awaited_until_the_newest_event(tmp_path: Path) -> None:
    """Events are of today, and the request is of 2022: its time has passed."""
    with Archive.open(tmp_path / "home", Settings()) as archive:
        add(archive, "request", [told("kind", "foi_request"), *TOWN, told("date", "2022-03-01")])
        archive.settle()
        waiting = cell(counted(archive, load(archive.home, "foi-in-time")), "no_answer")
        assert waiting is not None
        assert waiting.number == 1
