"""What a vendor won and lost, alone and with others, and what of it is unknown: on made papers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.config import Settings
from archive.findings.joined import amounts, money_columns
from archive.profiles.vendor import BidCount, BidResult, Rival, VendorProfile, vendor_profile
from tests.finding_samples import Told, add, contract, price, told

ALFA, BETA, GAMA = "Alfa d.o.o.", "Beta d.o.o.", "Gama d.o.o."


def minutes(town: str, number: str, bids: str, *bidders: str) -> list[Told]:
    """The facts of minutes of the opening of bids."""
    body = [told("kind", "minutes"), told("municipality", town), told("buyer", f"Opština {town}")]
    body += [told("reference", number, role="procurement"), told("date", "2020-01-10"), told("bids", bids)]
    return [*body, *(told("bidder", name) for name in bidders)]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with Archive.open(tmp_path_factory.mktemp("vendors") / "home", Settings()) as archive:
        # Alfa alone in Bor; against Beta in Ada, where it wins; against Beta and Gama in Ub, where Beta wins.
        add(archive, "bor-z", minutes("Bor", "404-1/2020", "1", ALFA))
        add(archive, "bor-u", contract("Bor", "404-1/2020", ALFA, price("100.00")))
        add(archive, "ada-z", minutes("Ada", "404-2/2020", "2", ALFA, BETA))
        add(archive, "ada-u", contract("Ada", "404-2/2020", ALFA, price("50.00"), day="2021-02-03"))
        add(archive, "ub-z", minutes("Ub", "404-3/2020", "3", ALFA, BETA, GAMA))
        add(archive, "ub-u", contract("Ub", "404-3/2020", BETA, price("70.00")))
        # Nobody knows who won in Niš; of Ruma's contract no paper says how many bids there were.
        add(archive, "nis-z", minutes("Niš", "404-4/2020", "2", ALFA, GAMA))
        add(archive, "ruma-u", contract("Ruma", "404-5/2020", ALFA, price("7.00", currency="EUR")))
        # Alfa and Gama are given Apatin's contract together.
        shared = contract("Apatin", "404-6/2020", ALFA, told("vendor", GAMA), price("900.00"))
        add(archive, "apatin-u", shared)
        archive.settle()
        yield archive


def profile(archive: Archive, name: str, vat: str = "") -> VendorProfile:
    return vendor_profile(archive.home, archive.catalog, archive.catalog.vendors.find(name), vat)


def rivals(shown: VendorProfile) -> dict[str, tuple[int, int, int, int]]:
    """Met, won against, lost to, both won, by the name of the rival."""

    def numbers(one: Rival) -> tuple[int, int, int, int]:
        return one.met, one.won_against, one.lost_to, one.both

    return {one.firm.name: numbers(one) for one in shown.rivals}


def test_each_procedure_is_won_or_lost_or_nobody_knows(archive: Archive) -> None:
    alfa = profile(archive, ALFA)
    assert [alfa.count(result) for result in BidResult] == [4, 1, 1]
    assert {one.unit.municipality: str(one.result) for one in alfa.stories} == {
        "Bor": "won", "Ada": "won", "Ruma": "won", "Apatin": "won", "Ub": "lost", "Niš": "unknown",
    }  # fmt: skip
    assert [alfa.bids(count) for count in BidCount] == [1, 1, 2]
    assert alfa.towns == {"Bor": 1, "Ada": 1, "Ruma": 1, "Apatin": 1}
    assert alfa.years == {2020: 3, 2021: 1}, "the year of the contract, not that of the minutes"


def test_who_met_whom_and_who_won(archive: Archive) -> None:
    assert rivals(profile(archive, ALFA)) == {BETA: (2, 1, 1, 0), GAMA: (3, 0, 0, 1)}
    assert rivals(profile(archive, BETA)) == {ALFA: (2, 1, 1, 0), GAMA: (1, 1, 0, 0)}
    between = profile(archive, ALFA).between
    assert {(one.name, other.name): count for (one, other), count in between.items()} == {(BETA, GAMA): 1}


def test_what_is_shared_is_no_sum_of_its_own(archive: Archive) -> None:
    alfa = profile(archive, ALFA)
    assert alfa.money is not None
    sums = {
        row.key[0]: [(one.currency, str(one.cell.number)) for column in money_columns(alfa.money)
                     for one in amounts(alfa.money, row, column)]
        for row in alfa.rows
    }  # fmt: skip
    assert sums == {ALFA: [("RSD", "150.00"), ("EUR", "7.00")], f"{ALFA} + {GAMA}": [("RSD", "900.00")]}
    assert alfa.own_row is not None
    assert alfa.own_row.key == (ALFA,)


def test_every_story_names_the_facts_that_tell_it(archive: Archive) -> None:
    for story in profile(archive, ALFA).stories:
        fields = {proof.fact.field for proof in story.proofs if proof.fact}
        wanted = {BidResult.WON: "vendor", BidResult.LOST: "vendor", BidResult.UNKNOWN: "bidder"}
        assert wanted[story.result] in fields
        assert ("bids" in fields) == (story.bids is not BidCount.UNKNOWN)


def test_a_merged_vendor_has_the_procedures_of_both_and_is_no_rival_of_itself(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "home", Settings()) as archive:
        add(archive, "z", minutes("Bor", "404-1/2020", "2", "Alfa d.o.o. Bor", "Alfa Elektro d.o.o. Bor"))
        add(archive, "u", contract("Bor", "404-1/2020", "Alfa d.o.o. Bor", price("100.00")))
        archive.settle()
        assert [one.met for one in profile(archive, "Alfa Elektro d.o.o. Bor").rivals] == [1]
        archive.catalog.vendors.merge("Alfa d.o.o. Bor", "Alfa Elektro d.o.o. Bor", "Ana")
        archive.settle()
        merged = profile(archive, "Alfa Elektro d.o.o. Bor")
        assert not merged.rivals
        assert merged.count(BidResult.WON) == 1


def test_papers_that_a_reader_may_not_see_tell_nothing(archive: Archive) -> None:
    hidden = archive.catalog.hiding(frozenset({"main"}))
    assert not hidden.vendors.named_in([one.unit.papers[0].id for one in profile(archive, ALFA).stories])
    shown = vendor_profile(archive.home, hidden, archive.catalog.vendors.find(ALFA))
    assert not shown.stories
