"""What every catalog does with vendors: what changes come to, in whatever order, is what finding all vendors anew comes
to, in every table; and every document whose vendors are called otherwise has a new revision."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from archive.model import Fact, Span
from archive.store.catalog import Catalog
from archive.store.sql.tables import vendor_links
from archive.store.vendors import changes, links, rulings
from archive.store.vendors.whole import Write, portions
from archive.vendors.candidates import candidates
from archive.vendors.entities import ListedVendor
from tests.store_samples import STORES, Steps
from tests.vendor_life import NAMES, Life, is_as_found_anew
from tests.vendor_samples import naming
from tests.waiting import PATIENCE


@pytest.mark.parametrize(
    ("catalog", "seed"),
    # On each database, portions and names of every size; no life is lived on both.
    [("postgresql", 0), ("postgresql", 1), ("postgresql", 2), ("sqlite", 3), ("sqlite", 4), ("sqlite", 5)],
    indirect=["catalog"],
)
def test_changes_come_to_what_finding_all_anew_comes_to(catalog: Catalog, seed: int) -> None:
    """Documents come, are read anew, corrected and hidden, vendors are merged, split and told apart, and all of it is
    taken back, in any order, in portions of several sizes."""
    catalog._database.batch_size = (1, 3, 100)[seed % 3]
    chance = random.Random(seed)
    life = Life(catalog, chance, tuple(chance.sample(NAMES, (5, 10, len(NAMES))[seed % 3])))
    for _ in range(40):
        life.step()
        if chance.random() < 0.4:
            life.settle()
    life.settle()


def test_pairs_are_those_of_names_that_few_enough_share(catalog: Catalog) -> None:
    """About as many vendors come and go as may share four letters, and some pairs share nothing else."""
    chance = random.Random(3)
    known = [f"Prim{''.join(chance.choices('bcdfghjkl', k=9))}" for _ in range(50)]
    pairs = [
        f"{name}{end}" for name in ("Primerakovni", "Primorikalni", "Primabusteni") for end in ("c", "k", "ce", "ka")
    ]
    named = [naming(number, name) for number, name in enumerate((*known, *pairs))]
    for one in named:
        one.add_to(catalog)
    offered = []
    for _ in range(3):
        some = chance.sample(named, 3)
        for facts_of in (lambda one: one.facts, lambda one: ()):
            for one in some:
                catalog.facts.replace_extracted(one.id, 1, facts_of(one))
            catalog.vendors.identify()
            is_as_found_anew(catalog)
            offered.append(catalog.vendors.merge_candidates()[0])
        for one in some:
            catalog.facts.replace_extracted(one.id, 1, one.facts)
    assert [count > 0 for count in offered] == [False, True] * 3


def test_a_ruling_on_a_namesake_keeps_no_pair_from_who_sees_less(catalog: Catalog) -> None:
    """Two vendors have one name; only one of them was told apart from a third."""
    secret = naming(4, "Tajna d.o.o.")
    for one in (
        naming(1, "Primerak d.o.o.", pib="1"),
        naming(2, "Primerak d.o.o.", pib="2"),
        naming(3, "Primerat d.o.o."),
        replace(secret, document=replace(secret.document, collection="secret")),
    ):
        one.add_to(catalog)
    catalog.vendors.identify()
    catalog.vendors.separate("pib-1", "primerat", "Ana")
    with closing(catalog.hiding(frozenset({"secret"}))) as seen:
        for each in (catalog, seen):
            assert [{one.one.id, one.other.id} for one in each.vendors.merge_candidates()[1]] == [{"pib-2", "primerat"}]


def test_what_became_private_tells_nothing_before_vendors_are_found_anew(catalog: Catalog) -> None:
    secret = naming(3, "Primerat d.o.o.", pib="100000049")
    for one in (
        naming(1, "Primerak d.o.o.", pib="100000049"),
        naming(2, "Primerat d.o.o."),
        naming(4, "Primerat a.d."),
        replace(secret, document=replace(secret.document, collection="secret")),
    ):
        one.add_to(catalog)
    catalog.vendors.identify()
    catalog.collections.share("secret", is_private=True, members=[], by="Ana")
    with closing(catalog.hiding(frozenset({"secret"}))) as seen:
        known = {vendor.id: vendor for vendor in seen.vendors.all()}
        pairs = [(one.one.id, one.other.id) for one in catalog.vendors.merge_candidates()[1]]
        told = [(one.reason, one.score) for one in seen.vendors.merge_candidates()[1]]
        both = [pair for pair in pairs if set(pair) <= known.keys()]
        visible = [one for pair in both for one in candidates([known[id_] for id_ in pair])]
        assert sorted(told) == sorted((one.reason, one.score) for one in visible)
        assert told != [(one.reason, one.score) for one in catalog.vendors.merge_candidates()[1]]


def test_all_are_found_anew_in_portions(catalog: Catalog) -> None:
    """After whatever somebody wrote into the tables, and with each document that is called otherwise revised."""
    catalog._database.batch_size = 3
    life = Life(catalog, random.Random(5), NAMES)
    for _ in range(30):
        life.step()
    life.settle()
    with catalog._database.writing() as connection:
        for table in ("vendor_links", "vendor_prints", "vendor_names", "vendor_firms", "vendor_candidates"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        connection.exec_driver_sql("UPDATE vendors SET name = 'Treća d.o.o.'")
        connection.exec_driver_sql("UPDATE vendor_mentions SET vendor = (SELECT min(id) FROM vendors)")
    catalog.vendors.forget()
    before = catalog.indexing.revisions()
    catalog.vendors.identify()
    is_as_found_anew(catalog)
    named = {mention.document for vendor in catalog.vendors.all() for mention in vendor.mentions if mention.won}
    assert {id_ for id_, revision in catalog.indexing.revisions().items() if revision > before[id_]} == named


def is_as_read(catalog: Catalog, vendor: str) -> bool:
    """Whether a vendor without its mentions is what they come to."""
    found = catalog.vendors.listed(vendor)
    assert found == ListedVendor.of(catalog.vendors.find(vendor))
    assert found.documents == len(catalog.vendors.documents_naming(vendor))
    return True


@pytest.mark.parametrize(("catalog", "seed"), [("sqlite", 1), ("postgresql", 2), ("sqlite", 3)], indirect=["catalog"])
def test_a_vendor_is_shown_as_its_mentions_say(catalog: Catalog, seed: int) -> None:
    life, shown = Life(catalog, random.Random(seed), NAMES), 0
    with closing(catalog.hiding(frozenset({"secret"}))) as seen:
        for _ in range(4):
            for _ in range(10):
                life.step()
            life.settle()
            for view in (catalog, seen):
                total, listed = view.vendors.search()
                assert total == sum(is_as_read(view, one.id) for one in listed)
                assert [view.vendors.listed(one.id) for one in listed] == listed
                shown = max(shown, total)
    assert shown > 2


def test_vendors_are_listed_while_all_are_found_anew(catalog: Catalog) -> None:
    """A vendor whose prints are still those of another is left out; the next portions give them back."""
    life = Life(catalog, random.Random(5), NAMES)
    for _ in range(30):
        life.step()
    life.settle()
    known = catalog.vendors.search()
    with catalog._database.writing() as connection:
        connection.exec_driver_sql("UPDATE vendor_prints SET vendor = (SELECT max(id) FROM vendors)")
    with catalog._database.reading() as connection:
        writes = [*portions(connection, 1)]
    listed = []
    for write in writes:
        listed.append(len(catalog.vendors.search()[1]))
        assert [catalog.vendors.listed(one.id).id for one in known[1]] == [one.id for one in known[1]], "pages open"
        with catalog._database.writing() as connection:
            write(connection)
    assert listed[0] == 1 < len(known[1])
    assert catalog.vendors.search() == known


@pytest.mark.parametrize("catalog", ["sqlite"], indirect=True)  # That both databases hold the same is told above.
def test_every_kind_of_link_is_told_of(catalog: Catalog) -> None:
    """The table in the module, and the count in the docs, are of the kinds that are written."""
    life, written = Life(catalog, random.Random(5), NAMES), set[str]()
    for _ in range(60):
        life.step()
        catalog.vendors.identify()
        with catalog._database.reading() as connection:
            written.update(connection.scalars(select(vendor_links.c.kind)))
    told = re.findall(r"^(\w+) {2,}\S", (links.__doc__ or "").split("item is\n")[1], re.MULTILINE)
    assert sorted(told) == sorted(written)
    assert f"`vendor_links`: {len(told)} kinds" in Path("docs/vendors.md").read_text(encoding="utf-8")


def test_workers_at_once_come_to_the_same(catalog: Catalog) -> None:
    """Two bring in documents and identify the vendors, a third has them all found anew again and again."""
    failed: list[BaseException] = []

    def bring_in(first: int) -> None:
        chance = random.Random(first)
        try:
            for number in range(first, first + 8):
                naming(number, *chance.sample(NAMES, 2), pib=chance.choice("123")).add_to(catalog)
                catalog.vendors.identify()
        except BaseException as error:
            failed.append(error)
            raise

    def find_anew() -> None:
        try:
            for _ in range(4):
                catalog.vendors.forget()
                catalog.vendors.identify()
        except BaseException as error:
            failed.append(error)
            raise

    workers = [threading.Thread(target=bring_in, args=(first,)) for first in (0, 100)]
    workers.append(threading.Thread(target=find_anew))
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not failed
    catalog.vendors.identify()
    assert catalog.indexing.vendors_are_identified()
    is_as_found_anew(catalog)


def test_who_is_stopped_waits_for_the_one_that_began_later(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two would stop each other for ever if both began once more."""
    begun: list[float] = []

    def slow(connection: Connection, size: int) -> Iterator[Write]:
        begun.append(time.monotonic())
        found = [*portions(connection, size)]
        # The second begins in this time, and ends after the first.
        time.sleep(0.5)
        yield from found

    monkeypatch.setattr(changes, "portions", slow)
    for number, name in enumerate(NAMES):
        naming(number, name).add_to(catalog)
    workers = [threading.Thread(target=catalog.vendors.identify, daemon=True) for _ in range(2)]
    for worker in workers:
        worker.start()
        time.sleep(0.2)
    for worker in workers:
        worker.join(PATIENCE)
    assert not any(worker.is_alive() for worker in workers)
    assert len(begun) == 2
    is_as_found_anew(catalog)


def steps_of_one_more(folder: Path, count: int) -> int:
    """How many steps SQLite takes to find the vendors of one document more, beside ``count`` others."""
    folder.mkdir()
    catalog = STORES["sqlite"](folder)
    with closing(catalog):
        for number in range(count):
            naming(number, f"{number:04}ovac {number * 7:04}ić d.o.o.", pib=f"{100000000 + number}").add_to(catalog)
        catalog.vendors.identify()
        naming(count, "0003ovac 0021ić d.o.o. Ruma", "Novajlija d.o.o.").add_to(catalog)
        steps = Steps(catalog)
        catalog.vendors.identify()
    return steps.count


def test_one_document_more_costs_the_same_among_few_and_many(tmp_path: Path) -> None:
    """No query goes through all names: steps of the database grow as the depth of its trees does."""
    few, many = (steps_of_one_more(tmp_path / str(count), count) for count in (100, 400))
    assert few > 100
    assert many < few * 1.25


@pytest.mark.parametrize("looked_at", [1, 2])
def test_a_page_of_the_documents_that_name_a_vendor_is_a_part_of_all(catalog: Catalog, looked_at: int) -> None:
    """Also where it is looked for among the newest of the archive, with dates and years of several kinds."""
    chance, found = random.Random(looked_at), set()
    for number in range(60):
        one = naming(number, *chance.sample(("Alfa d.o.o.", "Beta d.o.o.", "Gama d.o.o."), chance.randint(1, 2)))
        days = [("date", f"202{chance.randint(0, 1)}-0{chance.randint(1, 3)}-1{chance.randint(0, 1)}")]
        facts = chance.choice((days, days * 2, days, [("year", "2021")], [*days, ("year", "2022")], []))
        told = [Fact(field, value, Span(one.id, 1, at, at), "test", 0.9) for at, (field, value) in enumerate(facts)]
        collection = chance.choice(("main", "main", "secret"))
        document = replace(one.document, collection=collection)
        replace(one, document=document, facts=[*one.facts, *told]).add_to(catalog)
    catalog.vendors.identify()
    catalog.collections.share("secret", is_private=True, members=[], by="Ana")
    with closing(catalog.hiding(frozenset({"secret"}))) as seen:
        catalog.vendors.looked_at = seen.vendors.looked_at = looked_at
        for view, vendor in product((catalog, seen), catalog.vendors.all()):
            every = view.vendors.documents_naming(vendor.id)
            for limit, offset in product((0, 1, 3, 10, 70), (0, 1, 9, 70)):
                shown = view.vendors.documents_naming(vendor.id, limit, offset, count=len(every))
                assert shown == every[offset : offset + limit]
                with view._database.reading() as connection:
                    newest = rulings._newest_naming(connection, vendor.id, limit + offset, looked_at * (limit + offset))
                found.add(bool(newest))
    assert found == {True, False}, "both ways were gone"
