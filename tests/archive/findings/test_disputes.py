"""Which facts are disputed, and how many of a number's facts a person gave, confirmed or doubts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from archive.archive import Archive
from archive.findings.files import load
from archive.findings.table import Cell
from archive.findings.units import disputed
from archive.model import Fact, FactStatus, Span
from archive.model.decisions import Decision, DecisionAction, Recorded
from tests.finding_samples import add, contract, counted, decide, price

ID = "a" * 64
READ = Fact("amount", "100.00", Span(ID, 1, 0, 0), "amount.rule", 0.9, details={"currency": "RSD"})


def given(value: str) -> Fact:
    return Fact("amount", value, None, "person", 1.0, FactStatus.CORRECTED)


def said(event: int, by: str, value: str, undone_by: int | None = None) -> Recorded:
    decision = Decision(ID, "amount", DecisionAction.CORRECT, by, (given(value),))
    return Recorded(event, datetime.now(UTC), decision, undone_by)


@pytest.mark.parametrize("flag", ["words_differ", "sum_differs", "check_failed"])
def test_a_failed_check_is_a_dispute_until_a_person_settles_it(flag: str) -> None:
    flagged = replace(READ, details={flag: "yes"})
    assert disputed([flagged], []) == {("amount", "100.00")}
    assert not disputed([replace(flagged, status=FactStatus.CONFIRMED)], [])
    assert not disputed([READ], [])


def test_a_correction_that_was_taken_back_leaves_a_dispute() -> None:
    assert disputed([READ], [said(5, "Ana", "150.00", undone_by=6)]) == {("amount", "100.00")}
    assert not disputed([READ], [said(5, "Ana", "100.00", undone_by=6)])
    assert not disputed([given("150.00")], [said(5, "Ana", "150.00")])


def test_two_persons_who_say_otherwise_dispute_and_one_who_thinks_again_does_not() -> None:
    assert disputed([given("160.00")], [said(5, "Ana", "150.00"), said(6, "Bojan", "160.00")])
    assert not disputed([given("160.00")], [said(5, "Ana", "150.00"), said(6, "Ana", "160.00")])
    assert not disputed([given("150.00")], [said(5, "Ana", "150.00"), said(6, "Bojan", "150.00")])


def test_a_number_knows_whose_word_its_facts_are(archive: Archive) -> None:
    one = add(archive, "one", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00")))
    two = add(archive, "two", contract("Bor", "404-2/2020", "Alfa d.o.o.", price("200.00")))
    add(archive, "three", contract("Bor", "404-3/2020", "Alfa d.o.o.", price("300.00", words_differ="yes")))

    def cell() -> Cell:
        table = counted(archive, load(archive.home, "spending"))
        place = table.place_of("RSD·without")
        assert place is not None
        return table.total.cells[place]

    assert (cell().corrected, cell().confirmed, cell().disputed) == (0, 0, 1)
    before = archive.catalog.events.newest()
    decide(archive, one, DecisionAction.CORRECT, price("150.00"))
    decide(archive, two, DecisionAction.CONFIRM, price("200.00"))
    assert (cell().corrected, cell().confirmed, cell().disputed, cell().persons) == (1, 1, 1, 2)
    archive.catalog.decisions.undo(one, None, "Ana")
    assert (cell().corrected, cell().confirmed, cell().disputed) == (0, 1, 2)
    table = counted(archive, load(archive.home, "spending"), before)
    assert sum(proof.is_disputed for one in table.total.cells for proof in one.proofs) == 1
