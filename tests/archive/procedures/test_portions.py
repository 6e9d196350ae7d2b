"""Chains are made of some papers at a time, and come out as if all were at hand."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.procedures.chains import Chain, chains
from archive.procedures.lookup import all_chains
from archive.procedures.papers import paper_of
from archive.procedures.rulings import rule
from archive.procedures.similarity import MOST_WITH_ONE_KEY
from archive.search.near_duplicates import NearDuplicateLinker
from archive.store.catalog import Catalog
from archive.store.sql.scratch import KeyGroups, OrderedTexts
from tests.finding_samples import Told, add, contract, price, told

TOWNS = ("Bečej", "Ivanjica", "Sokobanja")


def of_all_at_once(catalog: Catalog) -> list[Chain]:
    ids = [document.id for document in catalog.documents.newest_first()]
    papers = [paper_of(one.description, one.facts) for one in catalog.documents.known(ids).values()]
    return by_id(chains(papers, NearDuplicateLinker(catalog).near_identical(ids)))


def by_id(found: list[Chain]) -> list[Chain]:
    return sorted(found, key=lambda chain: chain.id)


@pytest.mark.parametrize("portion", [1, 5, 2_000])
def test_they_are_those_of_all_papers_of_an_archive(specimen_home: Path, portion: int) -> None:
    with Archive.open(specimen_home, create=False) as archive:
        assert by_id(list(all_chains(archive.catalog, portion))) == of_all_at_once(archive.catalog)


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
        ids = [add(archive, f"p{at}", paper) for at, paper in enumerate(some_papers(chance))]
        for _ in range(4):
            one, other = chance.sample(ids, 2)
            rule(archive.catalog, one, other, "Ana", belongs=chance.random() < 0.5)
        whole = of_all_at_once(archive.catalog)
        assert by_id(list(all_chains(archive.catalog, portion_size=1))) == whole
        assert 1 < len(whole) < len(ids)


@pytest.mark.parametrize("seed", range(20))
def test_documents_that_a_key_leads_to_come_together(seed: int) -> None:
    chance = random.Random(seed)
    keys = [{f"k{chance.randrange(40)}" for _ in range(chance.randrange(3))} for _ in range(60)]
    groups = KeyGroups()
    for at, of_one in enumerate(keys):
        groups.add(str(at), of_one)
    portion_of = {id_: number for number, some in enumerate(groups.portions(10)) for id_ in some}
    assert sorted(portion_of, key=int) == list(map(str, range(60)))
    for one, of_one in enumerate(keys):
        for other, of_other in enumerate(keys):
            if of_one & of_other:
                assert portion_of[str(one)] == portion_of[str(other)]
    portions = list(groups.portions(10))
    assert all(some == sorted(some, key=int) for some in portions)
    assert list(map(len, groups.portions(60))) == [60]
    assert [len(some) for some in portions] == [len(some) for some in portions if len(some) <= 10 or is_one(some, keys)]


def is_one(some: list[str], keys: list[set[str]]) -> bool:
    """Whether documents are one group."""
    reached, found = set(some[:1]), set(keys[int(some[0])])
    while new := {id_ for id_ in some if keys[int(id_)] & found} - reached:
        reached |= new
        found |= {key for id_ in new for key in keys[int(id_)]}
    return reached == set(some)


def test_no_document_is_no_portion() -> None:
    groups = KeyGroups()
    assert list(groups.portions(10)) == []


def test_texts_come_in_the_order_of_their_names_and_as_they_came() -> None:
    texts = OrderedTexts()
    for name, text in (("b", "1"), ("a", "2"), ("b", "0"), ("č", "3"), ("B", "4")):
        texts.add(name, text)
    assert [list(texts) for _ in range(2)] == [["4", "2", "1", "0", "3"]] * 2


def test_they_lie_in_a_file_without_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    texts = OrderedTexts()
    for number in range(4_000):
        texts.add(str(number), 10_000 * "x")
    files = [file for file in Path("/proc/self/fd").iterdir() if str(file.resolve()).startswith(str(tmp_path))]
    assert sum(file.stat().st_size for file in files) > 20_000_000
    assert list(tmp_path.iterdir()) == []
    assert sum(map(len, texts)) == 40_000_000


def test_a_full_disk_is_told_with_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    texts = OrderedTexts()
    texts._file.run("PRAGMA max_page_count = 10")
    with pytest.raises(OSError, match="full") as failure:
        texts.add("a", 100_000 * "x")
    assert failure.value.filename == str(tmp_path)


def test_a_folder_that_is_not_there_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "none"))
    texts = OrderedTexts()
    texts.add("a", "1")
    assert list(texts) == ["1"]
