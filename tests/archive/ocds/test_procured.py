"""The procurements that are released are the chains of all papers, with their copies."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.findings.kept.units import Procedure
from archive.ocds.export import Procured, procured_now
from archive.procedures.chains import chains, in_order
from archive.procedures.lookup import papers_now
from archive.procedures.rulings import rule
from archive.procedures.similarity import MOST_WITH_ONE_KEY
from archive.search.near_duplicates import NearDuplicateLinker
from archive.store.catalog import Catalog, CatalogLimits
from tests.finding_samples import Told, add, contract, price, told

Flat = tuple[str, str | None, str | None, list[tuple[str, str | None]]]

TOWNS = ("Bečej", "Ivanjica", "Sokobanja")


def of_all_at_once(catalog: Catalog) -> list[Flat]:
    """Each procurement with its papers and what they are copies of, made of all papers."""
    ids = [document.id for document in catalog.documents.newest_first()]
    found = chains(list(papers_now(catalog, ids).values()), NearDuplicateLinker(catalog).near_identical(ids))
    procurements = sorted((one for one in found if one.is_procurement), key=lambda one: one.id)
    return [
        (one.id, one.number, one.buyer, [(each.paper.id, each.copy_of) for each in one.members]) for one in procurements
    ]


def released(found: Procured) -> list[Flat]:
    """The same of what is released."""
    return [_flat(one, found) for one in sorted(found.procedures, key=lambda one: one.id)]


def _flat(one: Procedure, found: Procured) -> Flat:
    papers = in_order(found.papers([*one.papers, *one.copies]).values(), one.copies)
    return one.id, one.number, one.buyer, [(paper.id, one.copies.get(paper.id)) for paper in papers]


def test_they_are_those_of_all_papers_of_an_archive(specimen_home: Path) -> None:
    with Archive.open(specimen_home, create=False) as archive:
        assert released(procured_now(archive.catalog)) == of_all_at_once(archive.catalog)


def some_papers(chance: random.Random) -> list[list[Told]]:
    """Papers of three towns: with numbers or without, with sums and codes that few or very many have, and requests."""
    papers = []
    for _ in range(MOST_WITH_ONE_KEY + 40):
        town, number = chance.choice(TOWNS), chance.randrange(30)
        more = [price(str(chance.choice((20_000, 1_000 * number + 7)))), told("cpv", f"3232{number % 4}000")]
        subject = told("subject", f"Nabavka kamera za nadzor trga {number % 5}")
        paper = contract(town, f"404-{number}/2020", "Alfa d.o.o.", *more, subject)
        if chance.random() < 0.4:
            paper = [fact for fact in paper if fact[0] != "reference"]
        if chance.random() < 0.2:
            asking = told("kind", chance.choice(("foi_request", "foi_reply")))
            paper = [asking, *(fact for fact in paper if fact[0] in ("buyer", "reference", "date", "municipality"))]
        if chance.random() < 0.05:
            paper = [fact for fact in paper if fact[0] != "municipality"]
        papers.append(paper)
    return papers


@pytest.mark.parametrize("seed", range(3))
def test_so_are_those_of_made_papers_with_rulings(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with Archive.open(tmp_path / "home") as archive:
        # Some at a time, and then what changes.
        archive.catalog.limits = CatalogLimits(kept_portion=20, units_in_memory=0)
        ids = [add(archive, f"p{at}", paper) for at, paper in enumerate(some_papers(chance))]
        assert released(procured_now(archive.catalog)) == of_all_at_once(archive.catalog)
        text = "isti tekst sa istim brojevima " * 30
        for at in range(4):
            one, other = chance.sample(ids, 2)
            rule(archive.catalog, one, other, "Ana", belongs=chance.random() < 0.5)
            add(archive, f"c{at}", contract(TOWNS[0], "404-1/2020", "Alfa d.o.o."), text)
            NearDuplicateLinker(archive.catalog).update()
            whole = of_all_at_once(archive.catalog)
            assert released(procured_now(archive.catalog)) == whole
        assert 1 < len(whole) < len(ids)
        assert any(copy_of for *_, members in whole for _, copy_of in members)
