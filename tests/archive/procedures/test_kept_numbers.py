"""Whoever has a number is found the same by the kept file of numbers as without it, whatever happened to either."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pysqlite3
import pytest

from archive.archive import Archive
from archive.model import Fact, FactStatus, Span
from archive.model.decisions import Decision, DecisionAction
from archive.model.fields import NUMBER_FIELDS
from archive.procedures import kept_numbers as keeping
from archive.procedures import lookup
from archive.procedures.kept_numbers import keep_numbers, number_query
from archive.procedures.lookup import PaperLookup, chains_of
from archive.procedures.numbers import parse
from archive.procedures.rulings import rule
from archive.store.catalog import Catalog, CatalogLimits
from archive.store.facts import Facts, NumberQuery
from archive.store.sql.database import one_state
from tests.store_samples import STORES, sample

PRINTED = (
    *("404-18/2020", "III-404-18/20-7", "404 - 018 / 2020", "404-18/2021", "404-18/2020-У", "404–18–2020"),
    *("2/2020", "0002/20", "VIII 2/2020", "VIII-2/2020-3", "12/2020", "bez broja", "JNMVD2/2020", "KLASA 2/2020"),
    *("363-01/20-01/5", "363-01/20-01/05", "01-64", "1 - 64", "06-404/20-18/3", "404-18-7/2020", "404-18-09/20-У"),
)


@pytest.fixture(params=sorted(STORES))
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    opened = STORES[request.param](tmp_path)
    opened.folder, opened.limits = tmp_path / "cache", CatalogLimits(kept_portion=5)
    yield opened
    opened.close()


def read(chance: random.Random, document: str) -> list[Fact]:
    told = [(chance.choice(NUMBER_FIELDS), value) for value in chance.sample(PRINTED, chance.randrange(3))]
    told += [("kind", chance.choice(("contract", "award_decision"))), ("municipality", chance.choice(("Ub", "Niš")))]
    return [Fact(field, value, Span(document, 1, 0, 0), "rule", 0.9) for field, value in told]


def add(catalog: Catalog, chance: random.Random, number: int, collection: str = "main") -> str:
    plain = sample(number)
    document = replace(plain.document, collection=collection)
    return replace(plain, document=document, facts=read(chance, plain.id)).add_to(catalog)


def change(catalog: Catalog, chance: random.Random, ids: list[str]) -> None:
    """Something that happens to a document: it is read again, its number is corrected, that is undone, or it is ruled
    into a procedure."""
    id_, what = chance.choice(ids), chance.randrange(4)
    if what == 0:
        catalog.facts.replace_extracted(id_, 1, read(chance, id_))
    elif what == 1 and catalog.decisions.in_force([id_]):
        catalog.decisions.undo(id_, None, "ana")
    elif what == 2:
        rule(
            catalog, id_, chance.choice([other for other in ids if other != id_]), "ana", belongs=chance.random() < 0.7
        )
    else:
        given = Fact("reference", chance.choice(PRINTED), None, "person", 1.0, FactStatus.CORRECTED)
        catalog.decisions.record([Decision(id_, "reference", DecisionAction.CORRECT, "ana", (given,))])


def by_patterns(monkeypatch: pytest.MonkeyPatch, catalog: Catalog, ids: list[str]) -> list[Any]:
    """The chains of documents, found by patterns over all numbers."""
    with monkeypatch.context() as patch:
        patch.setattr(
            lookup, "number_query", lambda _, new: NumberQuery({pattern for one in new for pattern in one.patterns()})
        )
        return [chains_of(catalog, id_) for id_ in ids]


def same_as_without(catalog: Catalog, monkeypatch: pytest.MonkeyPatch, some: slice = slice(None)) -> None:
    """Every number leads to the documents of which it was ever stated, and every document, or some, to its chains."""
    ids = [one.id for one in catalog.documents.newest_first()]
    stated: dict[str, set[str]] = {}
    for id_, values in catalog.facts.values_of(ids, *NUMBER_FIELDS).items():
        for number in filter(lambda number: number.has_figures, map(parse, values)):
            for file in number.files:
                stated.setdefault(file, set()).add(id_)
    for number in map(parse, PRINTED):
        found = PaperLookup(catalog).with_files([number], ())
        assert found.get(number.file, set()) == stated.get(number.file, set()), number
    with one_state():
        assert [chains_of(catalog, id_) for id_ in ids[some]] == by_patterns(monkeypatch, catalog, ids[some])


def is_asked_exactly(catalog: Catalog) -> bool:
    return number_query(catalog, {parse("404-18/2020")}).after is not None


@pytest.mark.parametrize(("catalog", "seed"), [("sqlite", 1), ("postgresql", 2)], indirect=["catalog"])
def test_what_is_found_is_the_same_whatever_happens(
    catalog: Catalog, seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, exactly = random.Random(seed), 0
    hidden = catalog.hiding(frozenset({"tajna"}))
    for number in range(30):
        add(catalog, chance, number, chance.choice(("tajna", "main", "main")))
        if chance.random() < 0.3:
            assert keep_numbers(chance.choice((catalog, hidden)))
            assert is_asked_exactly(catalog)
            assert is_asked_exactly(hidden)
        ids = [one.id for one in catalog.documents.newest_first()]
        for _ in range(chance.randrange(3) if number else 0):
            change(catalog, chance, ids)
        if chance.random() < 0.4:
            exactly += is_asked_exactly(catalog)
            for seen in (catalog, hidden):
                same_as_without(seen, monkeypatch, slice(number % 3, None, 3))
    for seen in (catalog, hidden):
        same_as_without(seen, monkeypatch)
    assert exactly > 2
    assert len(list((tmp_path / "cache").glob("numbers-*.sqlite"))) == 1, "one file for everybody"
    hidden.close()


def test_a_portion_that_is_written_stays_when_the_process_is_killed(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(3)
    for number in range(13):
        add(catalog, chance, number)
    read_before, asked = Facts.values_of, list[str]()

    def killed_at_the_second(facts: Facts, ids: Iterator[str], *fields: str) -> object:
        if asked:
            raise KeyboardInterrupt
        asked.extend(ids)
        return read_before(facts, asked, *fields)

    with monkeypatch.context() as patch:
        patch.setattr(Facts, "values_of", killed_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            keep_numbers(catalog)
    assert len(asked) == 5
    assert not is_asked_exactly(catalog), "too many changed since"
    same_as_without(catalog, monkeypatch)
    again = list[str]()

    def noted(facts: Facts, ids: Iterator[str], *fields: str) -> object:
        some = list(ids)
        again.extend(some)
        return read_before(facts, some, *fields)

    with monkeypatch.context() as patch:
        patch.setattr(Facts, "values_of", noted)
        assert keep_numbers(catalog)
    assert sorted(asked + again) == sorted(one.id for one in catalog.documents.newest_first())
    assert is_asked_exactly(catalog)
    same_as_without(catalog, monkeypatch)


def test_an_older_copy_of_the_catalog_is_looked_at_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance, limits = random.Random(4), CatalogLimits(kept_portion=50)
    catalog = Catalog.open(tmp_path / "catalog.sqlite")
    catalog.folder, catalog.limits = tmp_path / "cache", limits
    for number in range(6):
        add(catalog, chance, number)
    catalog.copy_to_file(tmp_path / "copy.sqlite")
    for number in range(6, 9):
        add(catalog, chance, number)
    keep_numbers(catalog)
    catalog.close()
    older = Catalog.open(tmp_path / "copy.sqlite")
    older.folder, older.limits = tmp_path / "cache", limits
    for number in range(16, 22):
        assert not is_asked_exactly(older)
        add(older, chance, number)
        same_as_without(older, monkeypatch)
    assert keep_numbers(older)
    assert is_asked_exactly(older)
    same_as_without(older, monkeypatch)
    older.close()


def test_a_damaged_file_is_made_anew_and_where_none_can_be_written_all_are_looked_at(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(5)
    for number in range(9):
        add(catalog, chance, number)
    assert keep_numbers(catalog)
    (file,) = (tmp_path / "cache").glob("numbers-*.sqlite")
    file.write_bytes(b"no database" * 1000)
    same_as_without(catalog, monkeypatch)
    assert not file.exists(), "removed where it was seen"
    file.write_bytes(b"no database" * 1000)
    assert keep_numbers(catalog)
    assert is_asked_exactly(catalog)
    keeping._KEPT.pop(catalog)
    catalog.folder = file / "none"
    assert not keep_numbers(catalog)
    same_as_without(catalog, monkeypatch)
    keeping._KEPT.pop(catalog)
    catalog.folder = None
    assert not keep_numbers(catalog)
    same_as_without(catalog, monkeypatch)


def test_a_page_does_not_wait_for_who_writes_and_has_it_done_beside(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(6)
    for number in range(9):
        add(catalog, chance, number)
    keep_numbers(catalog)
    (file,) = (tmp_path / "cache").glob("numbers-*.sqlite")
    writer = pysqlite3.connect(file, isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")
    begun = monotonic()
    assert not is_asked_exactly(catalog)
    assert monotonic() - begun < 5
    same_as_without(catalog, monkeypatch)
    writer.close()
    for number in range(20, 29):
        add(catalog, chance, number)
    assert not is_asked_exactly(catalog), "who waits for it brings nothing up to date"
    catalog.limits = replace(catalog.limits, is_awaiting_units=False)
    while not is_asked_exactly(catalog):
        sleep(0.01)
    kept = keeping._KEPT[catalog]
    assert kept
    # Until its thread has ended.
    kept._running.acquire()
    same_as_without(catalog, monkeypatch)


def test_so_it_is_for_the_specimens(specimen_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(specimen_home, tmp_path / "home")
    with Archive.open(tmp_path / "home") as archive:
        assert keep_numbers(archive.catalog)
        assert is_asked_exactly(archive.catalog)
        same_as_without(archive.catalog, monkeypatch)
