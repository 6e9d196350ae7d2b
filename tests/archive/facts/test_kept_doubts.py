"""The kept queue of doubts is what all facts come to, whatever happened, and who was killed meanwhile."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pysqlite3
import pytest

from archive.errors import ArchiveBusy
from archive.facts import kept_doubts as keeping
from archive.facts.doubts import COUNTED, doubts_of, score
from archive.facts.kept_doubts import kept_doubts, spelled
from archive.facts.review import ReviewQueue, counted_doubts, queue
from archive.model import Fact, Span
from archive.model.decisions import Decision, DecisionAction
from archive.store.catalog import Catalog, CatalogLimits
from archive.store.facts import Facts
from archive.store.kept.doubts import QueuedDoubt
from archive.store.sql import kept_database
from tests.store_samples import STORES, sample

FIRMS = ("Primer doo", "PRIMER DOO", "Пример доо", "Vidozor", "Kamera ad")
BUYERS = ("Opština Ub", "Grad Niš", None, None)
PLACES = ("Ub", "Niš")


@pytest.fixture(params=sorted(STORES))
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    opened = STORES[request.param](tmp_path)
    opened.folder = tmp_path / "cache"
    yield opened
    opened.close()


def read(chance: random.Random, document: str) -> list[Fact]:
    """What rules may read in a document: names in several spellings, flags, contradictions, sums."""
    told: list[tuple[str, str, float, dict[str, str]]] = [("kind", chance.choice(("contract", "minutes")), 0.96, {})]
    for _ in range(chance.randrange(3)):
        flags = {"check_failed": "pib"} if chance.random() < 0.2 else {}
        told.append(("vendor", chance.choice(FIRMS), chance.choice((0.6, 0.8, 0.97)), flags))
    if buyer := chance.choice(BUYERS):
        told.append(("buyer", buyer, chance.choice((0.7, 0.99)), {}))
    told.append(("municipality", chance.choice(PLACES), chance.choice((0.7, 0.99)), {}))
    if chance.random() < 0.5:
        told.append(("amount", chance.choice(("500.00", "90000000.00")), chance.choice((0.7, 0.99)), {}))
    told += [("year", year, chance.choice((0.5, 0.97)), {}) for year in chance.sample(("2020", "2021"), 2)]
    return [
        Fact(field, value, Span(document, 1, 0, 0), "rule", sure, details=details)
        for field, value, sure, details in told
    ]


def add(catalog: Catalog, chance: random.Random, number: int, collection: str = "main") -> None:
    plain = sample(number)
    document = replace(plain.document, collection=collection)
    replace(plain, document=document, facts=read(chance, plain.id)).add_to(catalog)


def change(catalog: Catalog, chance: random.Random, ids: list[str]) -> None:
    """Something that happens to a document."""
    id_ = chance.choice(ids)
    doubted = [one for one in doubts_of(catalog.facts.of(id_), ()) if one.fact is not None]
    if chance.random() < 0.3:
        catalog.facts.replace_extracted(id_, 1, read(chance, id_))
    elif catalog.decisions.in_force([id_]) and chance.random() < 0.5:
        catalog.decisions.undo(id_, None, "ana")
    elif doubted:
        one = chance.choice(doubted)
        assert one.fact is not None
        action = chance.choice((DecisionAction.CONFIRM, DecisionAction.REMOVE))
        catalog.decisions.record([Decision(id_, one.field, action, "ana", old=one.fact.value)])


def computed(catalog: Catalog) -> dict[str, object]:
    """The queue, made of all facts at once."""
    ids = [one.id for one in catalog.documents.newest_first()]
    shared: Counter[tuple[str, str]] = Counter()
    for id_ in ids:
        shared.update({(fact.field, fact.value) for fact in catalog.facts.extracted(id_) if fact.field in COUNTED})
    rows = []
    for id_ in ids:
        decided = [one.decision for one in catalog.decisions.in_force([id_]).get(id_, ())]
        for ordinal, one in enumerate(doubts_of(catalog.facts.of(id_), decided)):
            value = None if one.fact is None else one.fact.value
            documents = shared[one.field, value] if value is not None else 1
            question = (one.field, value, one.buyer) if one.buyer else (id_, ordinal)
            rows.append((-score(one.weight, one.money, documents), id_, one.field, ordinal, value, question))
    rows.sort(key=lambda row: row[:4])
    first = {row[-1]: row for row in reversed(rows)}
    by_value: dict[tuple[str, str], list[tuple[int, str, str | None]]] = {}
    for points, id_, field, _, value, _ in rows:
        by_value.setdefault((field, spelled(value)), []).append((points, id_, value))
    worth = sorted(by_value, key=lambda key: (sum(one[0] for one in by_value[key]), key))
    return {
        "every": [row[:5] for row in rows],
        "questions": [row[:5] for row in rows if first[row[-1]] is row],
        "values": [(key[0], by_value[key][0][2], len({one[1] for one in by_value[key]})) for key in worth],
        "same": {
            row[:4]: [other[1] for other in rows if other[-1] == row[-1] and other[1] != row[1]]
            for row in rows
            if first[row[-1]] is row
        },
    }


def told(one: QueuedDoubt) -> tuple[object, ...]:
    return -one.points, one.document, one.field, one.ordinal, one.value


def as_kept(catalog: Catalog, size: int = 7) -> dict[str, object]:
    """The same, read from the file some at a time."""
    kept = kept_doubts(catalog)
    counts = ReviewQueue(catalog, kept)
    questions = [one for at in range(0, counts.count(), size) for one in kept.questions(None, at, size, counts.count())]
    every = [
        one
        for at in range(0, counts.count_every(), size)
        for one in kept.doubts(None, None, at, size, counts.count_every())
    ]
    return {
        "every": list(map(told, every)),
        "questions": list(map(told, questions)),
        "values": [tuple(one) for at in range(0, counts.count_values(), size) for one in counts.values(None, at, size)],
        "same": {told(one)[:4]: list(kept.same(one)) for one in questions},
    }


def by_fields(catalog: Catalog, whole: dict[str, object]) -> None:
    """Each field, and each value, has those of all doubts that are its own."""
    kept, counts = kept_doubts(catalog), queue(catalog)
    every, questions = whole["every"], whole["questions"]
    assert isinstance(every, list)
    assert isinstance(questions, list)
    for field in {row[2] for row in every}:
        mine = [row for row in every if row[2] == field]
        assert counts.count_every(field) == len(mine)
        assert list(map(told, kept.doubts(field, None, 0, None, len(mine)))) == mine
        assert counts.count(field) == len(kept.questions(field, 0, None, counts.count(field)))
        assert [row for row in questions if row[2] == field] == [
            told(one) for one in kept.questions(field, 0, None, counts.count(field))
        ]
        for value in {spelled(row[4]) for row in mine}:
            of_value = [row for row in mine if spelled(row[4]) == value]
            assert kept.count_of_value(field, value) == len(of_value)
            assert list(map(told, kept.doubts(field, value, 0, None, len(of_value)))) == of_value


@pytest.mark.parametrize(("catalog", "seed"), [("sqlite", 1), ("postgresql", 2)], indirect=["catalog"])
def test_it_is_what_all_facts_come_to_whatever_happens(catalog: Catalog, seed: int) -> None:
    chance = random.Random(seed)
    ids: list[str] = []
    for number in range(24):
        add(catalog, chance, number)
        ids = [one.id for one in catalog.documents.newest_first()]
        for _ in range(chance.randrange(3)):
            change(catalog, chance, ids)
        if chance.random() < 0.4:
            expected = computed(catalog)
            assert as_kept(catalog) == expected
    by_fields(catalog, computed(catalog))


def test_a_portion_that_is_written_stays_when_the_process_is_killed(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(3)
    for number in range(10):
        add(catalog, chance, number)
    catalog.limits = CatalogLimits(kept_portion=4)
    read_before = Facts.read_and_decided
    asked: list[str] = []

    def killed_at_the_second(facts: Facts, ids: list[str]) -> object:
        if asked:
            raise KeyboardInterrupt
        asked.extend(ids)
        return read_before(facts, ids)

    with monkeypatch.context() as patch:
        patch.setattr(Facts, "read_and_decided", killed_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            kept_doubts(catalog)
    assert len(asked) == 4
    change(catalog, chance, asked)
    again: list[str] = []

    def noted(facts: Facts, ids: list[str]) -> object:
        again.extend(ids)
        return read_before(facts, ids)

    monkeypatch.setattr(Facts, "read_and_decided", noted)
    kept_doubts(catalog)
    assert len(set(again) & set(asked)) <= 1, "only the one that changed is read again"
    assert as_kept(catalog) == computed(catalog)


def test_many_changes_have_it_begun_anew(catalog: Catalog) -> None:
    catalog.limits = CatalogLimits(kept_portion=4, doubts_anew=6)
    chance = random.Random(4)
    for first, last in ((0, 3), (3, 20), (20, 25)):
        for number in range(first, last):
            add(catalog, chance, number)
        assert as_kept(catalog) == computed(catalog)


def test_a_damaged_file_is_made_anew_and_without_a_folder_it_is_of_the_process(
    catalog: Catalog, tmp_path: Path
) -> None:
    chance = random.Random(5)
    for number in range(5):
        add(catalog, chance, number)
    expected = computed(catalog)
    assert as_kept(catalog) == expected
    (file,) = (tmp_path / "cache").glob("doubts-*.sqlite")
    file.write_bytes(b"no database" * 1000)
    assert as_kept(catalog) == expected
    keeping._FILES._files.pop(catalog)
    catalog.folder = tmp_path / "cache" / file.name / "none"
    assert as_kept(catalog) == expected


def test_a_file_of_which_a_part_cannot_be_read_is_made_anew(catalog: Catalog, tmp_path: Path) -> None:
    chance = random.Random(8)
    for number in range(5):
        add(catalog, chance, number)
    expected = as_kept(catalog)
    (file,) = (tmp_path / "cache").glob("doubts-*.sqlite")
    with closing(pysqlite3.connect(file)) as connection:
        connection.execute("DROP TABLE fields")
    assert counted_doubts(catalog) is None
    with pytest.raises(ArchiveBusy, match="is being rebuilt"):
        queue(catalog).count()
    assert as_kept(catalog) == expected


def test_a_count_does_not_wait_for_those_who_write(catalog: Catalog, tmp_path: Path) -> None:
    chance = random.Random(9)
    for number in range(5):
        add(catalog, chance, number)
    count = queue(catalog).count()
    (file,) = (tmp_path / "cache").glob("doubts-*.sqlite")
    with closing(pysqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        begun = monotonic()
        assert counted_doubts(catalog) is None
        assert monotonic() - begun < kept_database.WAIT_SECONDS / 2
    assert counted_doubts(catalog) == count


def test_of_several_that_make_the_file_at_once_each_document_is_looked_at_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(10)
    opened = [Catalog.open(tmp_path / "catalog.sqlite") for _ in range(3)]
    for number in range(20):
        add(opened[0], chance, number)
    for one in opened:
        one.folder, one.limits = tmp_path / "cache", CatalogLimits(kept_portion=3)
    read_before = Facts.read_and_decided
    asked: list[str] = []

    def noted(facts: Facts, ids: list[str]) -> object:
        asked.extend(ids)
        return read_before(facts, ids)

    with monkeypatch.context() as patch, ThreadPoolExecutor(len(opened)) as threads:
        patch.setattr(Facts, "read_and_decided", noted)
        list(threads.map(kept_doubts, opened))
    assert sorted(asked) == sorted(one.id for one in opened[0].documents.newest_first())
    expected = computed(opened[0])
    for one in opened:
        assert as_kept(one) == expected
        one.close()


def test_each_sees_the_doubts_and_the_scores_of_what_they_see(catalog: Catalog) -> None:
    chance = random.Random(6)
    for number in range(12):
        add(catalog, chance, number, "tajna" if number % 3 else "main")
    hidden = catalog.hiding(frozenset({"tajna"}))
    for number in range(12, 15):
        assert as_kept(hidden) == computed(hidden) != computed(catalog)
        add(catalog, chance, number, "tajna" if number == 13 else "main")
    hidden.close()


def test_an_older_copy_of_the_catalog_is_looked_at_anew(tmp_path: Path) -> None:
    chance = random.Random(7)
    catalog = Catalog.open(tmp_path / "catalog.sqlite")
    catalog.folder = tmp_path / "cache"
    for number in range(6):
        add(catalog, chance, number)
    catalog.copy_to_file(tmp_path / "copy.sqlite")
    for number in range(6, 9):
        add(catalog, chance, number)
    kept_doubts(catalog)
    catalog.close()
    older = Catalog.open(tmp_path / "copy.sqlite")
    older.folder = tmp_path / "cache"
    for number in range(16, 22):
        add(older, chance, number)
    assert as_kept(older) == computed(older)
    older.close()
