"""The profile of a municipality: its procedures with what they lack, its requests, and the rows of findings."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from archive.archive import Archive
from archive.config import Settings
from archive.findings.counting import run
from archive.findings.files import readable
from archive.findings.joined import own_columns
from archive.profiles.place import PlaceProfile, place_profile
from archive.store.kept.units import KeptUnits
from tests.finding_samples import Told, add, contract, price, told


def paper(kind: str, day: str, *more: Told, town: str = "Bor") -> list[Told]:
    """The facts of a paper that no procedure needs."""
    return [told("kind", kind), told("municipality", town), told("buyer", f"Opština {town}"), told("date", day), *more]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with Archive.open(tmp_path_factory.mktemp("places") / "home", Settings()) as archive:
        add(archive, "u", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00")))
        notice = told("reference", "404-1/2020", role="procurement")
        add(archive, "p", paper("tender_notice", "2020-01-02", notice))
        asked, file = "2021-03-01", told("reference", "037-5/2021", role="case")
        add(archive, "z", paper("foi_request", asked, file, told("received", "2021-03-02")))
        add(archive, "o", paper("foi_reply", "2021-03-12", file, told("foi_outcome", "granted")))
        add(archive, "ada", contract("Ada", "404-9/2020", "Beta d.o.o.", price("5.00")))
        archive.settle()
        yield archive


def bor(archive: Archive) -> PlaceProfile:
    return place_profile(archive.home, archive.catalog, "Bor")


def test_a_procedure_has_its_papers_and_what_is_missing_in_the_order_of_stages(archive: Archive) -> None:
    (story,) = bor(archive).procedures
    assert [(one.kind, one.paper is not None) for one in story.papers] == [
        ("tender_notice", True),
        ("tender_documents", False),
        ("minutes", False),
        ("award_decision", False),
        ("contract", True),
    ]
    assert (str(story.began), story.year) == ("2020-01-02", 2020)


def test_a_request_has_its_days_and_its_outcome_with_the_facts_that_say_so(archive: Archive) -> None:
    (request,) = bor(archive).requests
    assert (str(request.days), request.is_sent) == ("10", False)
    assert (request.time, request.outcome) == ("in_time", "granted")
    assert [proof.fact.field for proof in request.proofs if proof.fact] == ["received", "date"]


def test_what_was_looked_at_is_not_read_again(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    procedures = bor(archive).procedures
    shown = procedures[-5:]
    monkeypatch.setattr(KeptUnits, "units_at", None)
    assert list(procedures) == list(shown) == [procedures[0]]
    with pytest.raises(IndexError):
        procedures[1]


def test_rows_are_those_of_the_whole_findings(archive: Archive) -> None:
    shown = bor(archive)
    compared = 0
    for definition in readable(archive.home)[0]:
        if definition.group != ("municipality",) or definition.name not in shown.tables:
            continue
        whole = run(definition, archive.catalog, archive.search, archive.engine)
        own, row = shown.tables[definition.name], whole.row(("Bor",))
        assert row is not None
        for column in own_columns(own):
            place = whole.place_of(column.id)
            assert place is not None
            cell = own.total.cells[own.columns.index(column)]
            assert (cell.number, cell.proofs) == (row.cells[place].number, row.cells[place].proofs)
            compared += 1
    assert compared > 5


def test_a_place_without_papers_is_empty(archive: Archive) -> None:
    assert place_profile(archive.home, archive.catalog, "Ub").papers == 0
