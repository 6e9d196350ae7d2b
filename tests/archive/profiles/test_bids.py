"""Bids that are brought up to date by what changed are those that are read of all procedures, whatever changes."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.config import Settings
from archive.errors import ArchiveBusy, DosijeError
from archive.findings.kept import as_of
from archive.model.decisions import DecisionAction
from archive.profiles.bids import BiddingFirm, bids_now, keep_counts
from archive.profiles.vendor import vendor_profile
from archive.store.catalog import Catalog
from tests.finding_samples import Told, add, contract, decide, price, rules_again, told
from tests.postgres_samples import empty_catalog, own_address

NAMES = (
    "Alfa d.o.o.", "Alfa d.o.o. Bor", "Alfa Elektro d.o.o. Bor", "Beta d.o.o.", "BETA DOO", "Gama a.d. Niš",
    "Gama a.d.",
)  # fmt: skip
"""Some are one firm, or are not, as soon as others are named or somebody says so."""


def made_facts(chance: random.Random) -> list[Told]:
    """The facts of a paper of one of a few procedures."""
    town, number = chance.choice(("Ada", "Bor")), f"404-{chance.randint(1, 3)}/2020"
    if chance.random() < 0.4:
        facts = contract(town, number, chance.choice(NAMES), price("100.00"), day=f"20{chance.randint(20, 23)}-02-03")
        return facts + [told("vendor", chance.choice(NAMES))] * chance.randint(0, 1)
    facts = [told("kind", "minutes"), told("municipality", town), told("buyer", f"Opština {town}")]
    facts += [told("reference", number, role="procurement"), told("date", "2020-01-10")]
    facts += [told("bids", str(chance.randint(1, 3)))] if chance.random() < 0.7 else []
    numbers = {"mb": chance.choice(("20012345", "20098765"))} if chance.random() < 0.3 else {}
    return facts + [told("bidder", name, **numbers) for name in chance.sample(NAMES, chance.randint(0, 3))]


def change(archive: Archive, chance: random.Random, ids: list[str]) -> None:
    """Change something that tells of bids, or of which firm a name is."""
    what, vendors = chance.randint(0, 5), archive.catalog.vendors
    if what == 0:
        ids.append(add(archive, f"d{len(ids)}", made_facts(chance), "", chance.choice(("main", "secret"))))
    elif what == 1:
        rules_again(archive, chance.choice(ids), made_facts(chance))
    elif what == 2:
        decide(archive, chance.choice(ids), DecisionAction.CORRECT, told("bidder", chance.choice(NAMES)), by="Ana")
    elif what == 3:
        one, other = chance.sample(NAMES, 2)
        vendors.merge(one, other, "Ana")
    elif what == 4:
        name = chance.choice(NAMES)
        vendors.split(name, name, "Ana")
    else:
        vendors.undo(chance.choice([one.event for one in vendors.rulings()] or [0]), "Ana")


def told_of_all(archive: Archive, catalog: Catalog) -> list[object]:
    """What the profile of each vendor says."""
    found: list[object] = []
    for vendor in catalog.vendors.all():
        one = vendor_profile(archive.home, catalog, vendor)
        money = [(row.key, [(cell.number, cell.units) for cell in row.cells]) for row in one.rows]
        stories = one.stories(one.procedures())
        of_stories = [(each.unit.id, each.result, each.rivals, each.winners, each.year) for each in stories]
        found.append((vendor.id, one.outcomes, one.rivals, one.between, money, of_stories))
    return found


def is_same(archive: Archive, catalog: Catalog) -> None:
    """What is kept tells the same as what is read of all procedures."""
    archive.catalog.vendors.identify()
    kept = told_of_all(archive, catalog)
    folder, catalog.folder = catalog.folder, None
    as_of._KEPT.pop(catalog, None)
    try:
        assert kept == told_of_all(archive, catalog)
    finally:
        catalog.folder = folder
        as_of._KEPT.pop(catalog, None)


def change_and_compare(home: Path, settings: Settings, seed: int) -> None:
    chance, ids = random.Random(seed), list[str]()
    with Archive.open(home, settings) as archive:
        for _ in range(12):
            ids.append(add(archive, f"d{len(ids)}", made_facts(chance)))
        seen = archive.catalog, archive.catalog.hiding(frozenset({"secret"}))
        for number in range(12):
            for _ in range(chance.randint(1, 2)):
                with suppress(DosijeError):
                    change(archive, chance, ids)
            is_same(archive, seen[number % 2])


@pytest.mark.parametrize("seed", range(4))
def test_whatever_changes_bids_are_those_of_all_procedures(tmp_path: Path, seed: int) -> None:
    change_and_compare(tmp_path / "home", Settings(), seed)


def test_it_is_so_on_postgresql(tmp_path: Path) -> None:
    empty_catalog(tmp_path).close()
    change_and_compare(tmp_path / "home", Settings({"catalog_url": own_address()}), 5)


def test_a_firm_that_there_is_no_longer_makes_bids_be_read_again(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "home", Settings()) as archive:
        add(archive, "u", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00")))
        archive.settle()
        assert keep_counts(archive.home, archive.catalog)
        bids = bids_now(archive.home, archive.catalog, "")
        with pytest.raises(ArchiveBusy):
            # As a program of before leaves it, which says nothing of firms that are called otherwise.
            bids.firms([BiddingFirm("gone", "").key])
        assert bids.lines.count_due()
        assert keep_counts(archive.home, archive.catalog)
        assert not bids_now(archive.home, archive.catalog, "").lines.count_due()
