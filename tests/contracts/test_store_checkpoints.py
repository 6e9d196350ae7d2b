"""What every catalog does with changes by sequence numbers: what is due is exactly what changed and is not done."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from archive.store.catalog import Catalog
from archive.store.document_rows import revise_documents
from archive.store.near_duplicates import Signature
from archive.store.searches import CheckAnswer
from tests.store_samples import STORES, Steps, add_samples, sample

GENERATION = "gen-000001"


def revise(catalog: Catalog, *ids: str) -> None:
    with catalog._database.writing() as connection:
        revise_documents(connection, ids)


def sequences(catalog: Catalog) -> dict[str, int]:
    with catalog._database.reading() as connection:
        return dict(connection.execute(text("SELECT name, sequence FROM checkpoints")).all())


def test_what_changed_last_is_due_last(catalog: Catalog) -> None:
    first, second, third = add_samples(catalog, range(3))
    revise(catalog, first)
    assert list(catalog.indexing.due(GENERATION)) == [second, third, first]


@pytest.mark.parametrize(
    ("catalog", "seed"),
    [("postgresql", 0), ("postgresql", 1), ("sqlite", 2), ("sqlite", 3)],  # No life is lived on both.
    indirect=["catalog"],
)
def test_what_is_due_is_what_is_not_recorded_whatever_happened(catalog: Catalog, seed: int) -> None:
    """Documents come, change and are marked in any order, also at revisions that they have no more: a model of it by
    comparison agrees after each step, for two generations, for checks and for links."""
    chance = random.Random(seed)
    catalog._database.batch_size = 3
    held: dict[str, dict[str, int]] = {GENERATION: {}, "clauses.2/gen-000001": {}}
    checked: dict[str, int] = {}
    linked: set[str] = set()
    for step in range(60):
        known = catalog.indexing.revisions()
        some = chance.sample(sorted(known), min(len(known), chance.randint(0, 4)))
        match chance.randint(0, 5):
            case 0 | 1:
                sample(step).add_to(catalog)
            case 2:
                revise(catalog, *some)
            case 3:
                generation = chance.choice(sorted(held))
                marked = {id_: known[id_] - chance.choice((0, 0, 0, 1)) for id_ in some}
                catalog.indexing.mark(generation, marked)
                held[generation] |= marked
            case 4:
                answered = catalog.alerts.unchecked(GENERATION)
                catalog.alerts.record_checks(answered, {})
                catalog.alerts.catch_up(GENERATION)
                checked |= answered
            case _:
                catalog.near_duplicates.sign(Signature(id_, 1, 1, b"", b"", b"", by_ocr=False) for id_ in some)
                catalog.near_duplicates.link({id_: [] for id_ in some})
                catalog.near_duplicates.catch_up(1)
                linked |= set(some)
        known = catalog.indexing.revisions()
        for generation, of_it in held.items():
            due = {id_ for id_, revision in known.items() if of_it.get(id_) != revision}
            assert set(catalog.indexing.due(generation)) == due
            assert catalog.indexing.count_due(generation) == len(due)
        unchecked = {id_ for id_, revision in held[GENERATION].items() if checked.get(id_) != revision}
        found = catalog.alerts.unchecked(GENERATION)
        assert found.keys() <= unchecked
        assert bool(found) == bool(unchecked)
        assert {id_ for id_, _ in catalog.near_duplicates.unlinked(1)} == known.keys() - linked


def test_a_checkpoint_stays_before_what_is_not_done(catalog: Catalog) -> None:
    ids = add_samples(catalog, range(4))
    catalog.indexing.mark(GENERATION, {ids[0]: 1, ids[1]: 1, ids[3]: 1})
    assert sequences(catalog)[GENERATION] == 2
    catalog.indexing.mark(GENERATION, {ids[2]: 1})
    assert sequences(catalog)[GENERATION] == 4
    revise(catalog, ids[0])
    assert list(catalog.indexing.due(GENERATION)) == [ids[0]]


def test_checks_wait_for_the_index(catalog: Catalog) -> None:
    """What the index does not hold yet cannot be checked: the checkpoint of checks is not after that of the index."""
    first, second, third = add_samples(catalog, range(3))
    catalog.indexing.mark(GENERATION, {first: 1, third: 1})
    catalog.alerts.record_checks({first: 1, third: 1}, {"unknown": CheckAnswer([first], [])})
    catalog.alerts.catch_up(GENERATION)
    assert sequences(catalog)["alerts/checked"] == 1
    catalog.indexing.mark(GENERATION, {second: 1})
    assert catalog.alerts.unchecked(GENERATION) == {second: 1}


def test_what_is_forgotten_is_linked_again(catalog: Catalog) -> None:
    first, second = add_samples(catalog, range(2))
    for id_ in (first, second):
        catalog.near_duplicates.sign([Signature(id_, 1, 1, b"", b"", b"", by_ocr=False)])
        catalog.near_duplicates.link({id_: []})
    catalog.near_duplicates.catch_up(1)
    catalog.near_duplicates.forget(first)
    assert list(catalog.near_duplicates.unlinked(1)) == [(first, 1)]


def test_what_an_index_held_is_recorded_with_what_was_marked(catalog: Catalog) -> None:
    first, second = add_samples(catalog, range(2))
    assert catalog.indexing.recorded(GENERATION) is None
    catalog.indexing.mark(GENERATION, {first: 1}, "1/1")
    assert catalog.indexing.recorded(GENERATION) == "1/1"
    catalog.indexing.mark(GENERATION, {second: 1}, "2/2")
    assert catalog.indexing.recorded(GENERATION) == "2/2"
    catalog.indexing.forget_generations(keep="")
    assert catalog.indexing.recorded(GENERATION) is None
    assert list(catalog.indexing.due(GENERATION)) == [first, second]


def steps_of_one_more(folder: Path, count: int) -> int:
    """How many steps SQLite takes to bring one document more into everything, beside ``count`` others."""
    folder.mkdir()
    catalog = STORES["sqlite"](folder)

    def bring_in(ids: list[str]) -> None:
        assert list(catalog.indexing.due(GENERATION)) == ids
        assert (catalog.indexing.count_due(GENERATION), catalog.indexing.count_not_indexed()) == (len(ids), len(ids))
        catalog.clauses.unit_revisions(ids)
        catalog.alerts.checked_but_changed(GENERATION, ids)
        catalog.indexing.mark(GENERATION, catalog.indexing.revisions(ids))
        catalog.alerts.record_checks(catalog.alerts.unchecked(GENERATION), {})
        catalog.alerts.catch_up(GENERATION)
        ids = [id_ for id_, _ in catalog.near_duplicates.unlinked(1)]
        catalog.near_duplicates.sign(Signature(id_, 1, 1, b"", b"", b"", by_ocr=False) for id_ in ids)
        catalog.near_duplicates.link({id_: [] for id_ in ids})
        catalog.near_duplicates.catch_up(1)
        assert not catalog.indexing.is_elsewhere(GENERATION)

    with closing(catalog):
        catalog.indexing.mark(GENERATION, dict.fromkeys(add_samples(catalog, [0]), 1))
        catalog._database.batch_size = count
        bring_in(add_samples(catalog, range(1, count)))
        steps = Steps(catalog)
        bring_in(add_samples(catalog, [count]))
    return steps.count


def test_one_document_more_costs_the_same_among_few_and_many(tmp_path: Path) -> None:
    """No query goes through what is done: steps of the database, which no other load disturbs, grow as the depth of its
    trees does."""
    few, many = (steps_of_one_more(tmp_path / str(count), count) for count in (40, 400))
    assert few > 100
    assert many < few * 1.25
