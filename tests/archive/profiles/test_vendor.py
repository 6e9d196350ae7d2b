"""What a vendor won and lost, alone and with others, and what of it is unknown: on made papers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.config import Settings
from archive.findings.joined import amounts, money_columns
from archive.profiles.bids import BidCount, bids_now
from archive.profiles.vendor import BidResult, BidStory, Rival, VendorProfile, vendor_profile
from archive.store.catalog import Catalog
from archive.store.kept.bids import BidLines, CountOfProcedures
from archive.store.kept.units import KeptUnits
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


def stories(shown: VendorProfile) -> list[BidStory]:
    """Every procedure of a vendor, in the order of time."""
    return shown.stories(shown.procedures())


def rivals(shown: VendorProfile) -> dict[str, tuple[int, int, int, int]]:
    """Met, won against, lost to, both won, by the name of the rival."""

    def numbers(one: Rival) -> tuple[int, int, int, int]:
        return one.met, one.won_against, one.lost_to, one.both

    return {one.firm.name: numbers(one) for one in shown.rivals}


def test_each_procedure_is_won_or_lost_or_nobody_knows(archive: Archive) -> None:
    alfa = profile(archive, ALFA)
    assert [alfa.count(result) for result in BidResult] == [4, 1, 1]
    assert {one.unit.municipality: str(one.result) for one in stories(alfa)} == {
        "Bor": "won", "Ada": "won", "Ruma": "won", "Apatin": "won", "Ub": "lost", "Niš": "unknown",
    }  # fmt: skip
    assert [alfa.bids(count) for count in BidCount] == [1, 1, 2]
    assert alfa.towns == {"Bor": 1, "Ada": 1, "Ruma": 1, "Apatin": 1}
    assert alfa.years == {2020: 3, 2021: 1}, "the year of the contract, not that of the minutes"


def test_the_sums_of_its_rows_are_those_of_the_procedures_that_it_won(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rows(name: str) -> list[tuple[object, ...]]:
        shown = profile(archive, name)
        assert shown.money is not None
        ids = [column.id for column in shown.money.columns]
        numbers = [{id_: cell for id_, cell in zip(ids, row.cells, strict=True) if cell.number} for row in shown.rows]
        told = [
            {id_: (one.number, one.units, sorted(one.proofs, key=repr)) for id_, one in of_row.items()}
            for of_row in numbers
        ]
        return [(row.key, row.is_joint, cells) for row, cells in zip(shown.rows, told, strict=True)]

    kept = {name: rows(name) for name in (ALFA, BETA, GAMA)}
    monkeypatch.setattr("archive.profiles.vendor.run_over_lines", lambda *_: None)
    assert kept == {name: rows(name) for name in kept}
    assert [(key, is_joint) for key, is_joint, _ in kept[GAMA]] == [((f"{ALFA} + {GAMA}",), True)]


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
    for story in stories(profile(archive, ALFA)):
        fields = {proof.fact.field for proof in story.proofs if proof.fact}
        wanted = {BidResult.WON: "vendor", BidResult.LOST: "vendor", BidResult.UNKNOWN: "bidder"}
        assert wanted[story.result] in fields
        assert ("bids" in fields) == (story.bids is not BidCount.UNKNOWN)


def towns(alfa: VendorProfile, name: str, has_won: bool | None = None) -> list[str | None]:
    """Where a vendor met another one, in the order of time."""
    met = alfa.procedures(alfa_id(alfa, name), has_won)
    assert [one.municipality for one in met] == [one.unit.municipality for one in alfa.stories(met)]
    return [one.municipality for one in met]


def alfa_id(alfa: VendorProfile, name: str) -> str:
    """The id of a rival."""
    return next(one.firm.id for one in alfa.rivals if one.firm.name == name)


def test_the_procedures_with_a_rival_are_listed_by_how_they_ended_for_it(archive: Archive) -> None:
    alfa = profile(archive, ALFA)
    assert towns(alfa, BETA) == ["Ub", "Ada"], "the year of Ada's contract is a later one"
    assert (towns(alfa, BETA, True), towns(alfa, BETA, False)) == (["Ub"], ["Ada"])
    assert towns(alfa, GAMA) == ["Apatin", "Niš", "Ub"]
    assert alfa.procedures("nobody") == []


def test_a_profile_reads_no_paper_of_procedures_once_their_bids_are_kept(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = profile(archive, ALFA)
    with monkeypatch.context() as patch:
        patch.setattr(KeptUnits, "facts_of", None)
        again = profile(archive, ALFA)
        assert (again.outcomes, again.rivals, again.between) == (before.outcomes, before.rivals, before.between)
        assert again.money is not None
        assert [[cell.number for cell in row.cells] for row in again.rows] == [
            [cell.number for cell in row.cells] for row in before.rows
        ]


def test_a_profile_is_counted_again_where_papers_come_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts, to_come = BidLines.counts, ["404-2/2020"]
    archive = Archive.open(tmp_path / "home", Settings())

    def counting(lines: BidLines, firm: str) -> list[CountOfProcedures]:
        if to_come:
            add(archive, "later", contract("Ada", to_come.pop(), ALFA, price("10.00")))
            archive.settle()
            bids_now(archive.home, archive.catalog, "")
        return counts(lines, firm)

    with archive:
        add(archive, "first", contract("Bor", "404-1/2020", ALFA, price("100.00")))
        archive.settle()
        monkeypatch.setattr(BidLines, "counts", counting)
        assert profile(archive, ALFA).won == 2


def test_where_nothing_can_be_kept_a_profile_is_the_same(archive: Archive) -> None:
    kept = profile(archive, ALFA)
    with closing(Catalog.open(archive.home / "catalog.sqlite")) as bare:
        made = vendor_profile(archive.home, bare, archive.catalog.vendors.find(ALFA))
        assert (made.outcomes, made.rivals, made.between) == (kept.outcomes, kept.rivals, kept.between)
        assert [row.key for row in made.rows] == [row.key for row in kept.rows]
        assert [one.proofs for one in stories(made)] == [one.proofs for one in stories(kept)]


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
    assert not hidden.vendors.named_in([one.unit.papers[0].id for one in stories(profile(archive, ALFA))])
    shown = vendor_profile(archive.home, hidden, archive.catalog.vendors.find(ALFA))
    assert not shown.count()
    assert not shown.procedures()
