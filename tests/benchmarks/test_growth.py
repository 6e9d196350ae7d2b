"""The measurement of growth: what it makes is an archive, and what must not look at everything costs the same."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pysqlite3
import pytest

from archive.archive import Archive
from archive.procedures.numbers import parse
from archive.upkeep.check import check
from benchmarks.growth.__main__ import ACTS, make
from benchmarks.growth.acts import add_document, commit, start
from benchmarks.growth.meter import Cost, Meter
from benchmarks.growth.multiplying import _NUMBER
from benchmarks.growth.tables import KeptCosts, table
from benchmarks.growth.visits import PAGES, look, visit

FEW, TIMES = 200, 10

GROWING = (
    "review",
    "vendors",
    "vendor",
    "candidates",
    "place",
    "search, a filter",
    "templates",
    "a topic",
    "a topic, few clauses",
    "contracts without a topic",
    "export of a search, first bytes",
    "export of a search",
)
"""Pages of which one of ten times as many documents shows more, and those that docs/capacity.md says look at all."""

SAME = (
    *("start of a writer", "one document looked through", "start of the reading room"),
    *("20 documents into the catalog, next", "commit of 20 documents, next", "front page, first"),
    *(f"{name}, again" for name in PAGES if name not in GROWING),
)
"""What costs the same at any size, in steps of SQLite."""


@pytest.fixture(autouse=True)
def connect(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put back how connections are opened, which a meter replaces."""
    monkeypatch.setattr(pysqlite3, "connect", pysqlite3.connect)


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A small archive, and one of ten times as many documents."""
    small, large = (tmp_path_factory.mktemp(name) / "home" for name in ("small", "large"))
    make(small, FEW, 1, 1)
    make(large, FEW, TIMES, 1)
    return small, large


def cost(home: Path, act: Callable[[Archive, Meter], None]) -> dict[str, Cost]:
    """What an act costs, step by step, on a copy of an archive."""
    meter = Meter(each=1, only=SAME)
    with Archive.open(home) as archive:
        act(archive, meter)
    return {one.name: one for one in meter.costs}


def test_what_is_made_is_an_archive_and_so_is_what_it_is_multiplied_to(homes: tuple[Path, Path]) -> None:
    for home, count in zip(homes, (FEW, FEW * TIMES), strict=True):
        with Archive.open(home) as archive:
            assert archive.catalog.documents.count() == archive.engine.count() == count
            assert archive.catalog.events.verify() >= 2 * count
            assert archive.catalog.coverage.are_as_counted()
            assert archive.indexing.is_complete()
            assert len(list(archive.originals.ids())) == count


def test_no_copy_has_the_number_of_another_document() -> None:
    printed = [f"404-{number}/2019" for number in range(1, 400)]
    tables = "json_each(?) t, (SELECT value AS copy FROM json_each(?)) c"
    with closing(pysqlite3.connect(":memory:")) as connection:
        query = connection.execute(
            f"SELECT {_NUMBER} FROM {tables}", (json.dumps(printed), json.dumps([*range(1, 50)]))
        )
        copied = [parse(number) for (number,) in query]
    assert len({*map(parse, printed), *copied}) == len(printed) * 50


def test_all_is_well_in_what_is_made(homes: tuple[Path, Path], tmp_path: Path) -> None:
    shutil.copytree(homes[0], tmp_path / "home")
    with Archive.open(tmp_path / "home") as archive:
        assert archive.catalog.vendors.are_as_computed()
        assert not list(check(archive).problems)


def commit_of_few(archive: Archive, meter: Meter) -> None:
    """Commit 20 documents, twice: the same ones in both archives, or their firms differ."""
    commit(archive, meter, 20, 10**8)


@pytest.mark.parametrize("act", [start, commit_of_few, look, visit])
def test_what_must_not_look_at_everything_costs_the_same(
    homes: tuple[Path, Path], tmp_path: Path, act: Callable[[Archive, Meter], None]
) -> None:
    found = []
    for home in homes:
        copy = tmp_path / home.parent.name
        shutil.copytree(home, copy)
        found.append(cost(copy, act))
    few, many = found
    compared = [name for name in few if name in SAME]
    assert compared
    for name in compared:
        assert many[name].steps <= 1.05 * few[name].steps + 100, (name, few[name], many[name])
        assert many[name].statements <= few[name].statements + 5, (name, few[name], many[name])


def test_figures_of_two_runs_come_into_one_table(tmp_path: Path) -> None:
    for size in (1_000, 20):
        KeptCosts(tmp_path / "costs.json").take(size, [Cost("start", 0.5, 1.25, 80.4, 12, size * 1000, "9 % SELECT 1")])
    head, _, row = table(KeptCosts(tmp_path / "costs.json").sizes).splitlines()
    assert row == "| start | 0.500 | 0.500 | 80 | 80 | 20 | 1,000 | 12 | 12 | 1.2 | 9 % SELECT 1 |"
    assert row.count("|") == head.count("|")
    assert {"start", "commit", "visit", "backup"} <= ACTS.keys()


def test_the_statement_that_takes_most_is_named(homes: tuple[Path, Path], tmp_path: Path) -> None:
    shutil.copytree(homes[1], tmp_path / "home")
    meter = Meter(each=1)
    with Archive.open(tmp_path / "home") as archive, meter.measuring("all"):
        list(archive.catalog.documents.newest_first())
    assert "FROM documents" in meter.costs[0].heaviest
    assert meter.costs[0].statements
    assert meter.costs[0].peak > 10


def test_a_paper_more_is_found(homes: tuple[Path, Path], tmp_path: Path) -> None:
    shutil.copytree(homes[0], tmp_path / "home")
    with Archive.open(tmp_path / "home") as archive:
        with archive.writing():
            id_ = add_document(archive, 987_654)
            archive.indexing.index_due()
        assert archive.engine.held([id_])
