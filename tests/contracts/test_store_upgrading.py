"""A catalog is upgraded while programs of the release before use it, whatever database is under it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from archive.errors import CatalogClosed, UsageError
from archive.store.catalog import Catalog
from archive.store.sql.database import Database
from archive.store.sql.migrations import STEPS, Change, Step, close_to_older, due, migrate, schema_state
from archive.store.sql.postgres.database import open_postgres
from archive.store.sql.sqlite import open_sqlite
from archive.store.transfer import copy_to_file, survey
from tests.postgres_samples import drop_catalog, own_schema, server
from tests.store_samples import add_samples

OURS = STEPS[-1].number
OPENS_FROM = max(step.number for step in STEPS if step.change is not Change.ADDITIVE)
"""The step that programs must know to open what ours made."""
Opening = Callable[[], Database]


def doing(*statements: str) -> Callable[[Connection], None]:
    def apply(connection: Connection) -> None:
        for statement in statements:
            connection.execute(text(statement))

    return apply


ADDING = Step(
    OURS + 1,
    "more",
    doing(
        "ALTER TABLE documents ADD COLUMN more TEXT NOT NULL DEFAULT 'x'",
        "CREATE TABLE more (document VARCHAR(64) PRIMARY KEY, told TEXT NOT NULL)",
    ),
    Change.ADDITIVE,
)
CLOSING = Step(OURS + 2, "less", doing("ALTER TABLE short_links DROP COLUMN quote"), Change.CLOSING)
LATER = Step(OURS + 3, "later", doing("CREATE TABLE later (id INTEGER PRIMARY KEY)"), Change.ADDITIVE)
NEWER = [*STEPS, ADDING, CLOSING]


@pytest.fixture(params=["sqlite", "postgres"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opening]:
    """Open the catalog of this test with the program as it is."""
    if request.param == "sqlite":
        yield lambda: open_sqlite(tmp_path / "catalog.sqlite")
        return
    schema = f"{own_schema()}_upgraded"
    drop_catalog(schema)
    yield lambda: open_postgres(f"{server()}?schema={schema}")
    drop_catalog(schema)


@pytest.fixture
def database(opening: Opening) -> Iterator[Database]:
    opened = opening()
    yield opened
    opened.close()


def test_programs_of_before_read_write_and_open_while_it_is_added_to(opening: Opening, database: Database) -> None:
    catalog = Catalog(database)
    hidden = catalog.hiding(frozenset({"secret"}))
    add_samples(catalog, [1])
    is_over = threading.Event()

    def read() -> list[int]:
        seen = []
        while not is_over.is_set():
            seen.append(hidden.documents.count())
        return seen

    with ThreadPoolExecutor() as pool:
        reading = pool.submit(read)
        newer = opening()
        migrate(newer, NEWER)
        add_samples(catalog, [2])
        again = Catalog(opening())
        add_samples(again, [3])
        is_over.set()
        seen = reading.result()
    assert sorted(seen) == seen
    assert catalog.documents.count() == again.hiding(frozenset({"secret"})).documents.count() == 3
    assert not again.hiding(frozenset({"main"})).documents.count()
    assert schema_state(newer, NEWER).waiting == ("less",)
    assert again.schema.step == ADDING.number
    assert again.schema.opens_from == OPENS_FROM
    again.close()
    newer.close()


def test_a_closing_step_refuses_them_and_says_what_to_do(opening: Opening, database: Database) -> None:
    newer = opening()
    migrate(newer, NEWER)
    catalog = Catalog(database)
    catalog.refuse_if_closed()
    close_to_older(newer, NEWER)
    assert schema_state(newer, NEWER).waiting == ()
    told = rf"newer version of Dosije \(schema step {CLOSING.number}\), and this one \(step {OURS}\) is too old"
    for act in (
        catalog.refuse_if_closed,
        lambda: add_samples(catalog, [1]),
        lambda: catalog.short_links.find("abc"),
        opening,
    ):
        with pytest.raises(CatalogClosed, match=told) as refused:
            act()
        assert "Install that version" in str(refused.value.remedy)
    migrate(newer, NEWER)
    newer.close()


def test_a_closing_step_is_taken_when_a_later_one_is_due(database: Database) -> None:
    migrate(database, NEWER)
    done = {step.number: True for step in NEWER if step is not CLOSING} | dict.fromkeys(range(1, 11), True)
    assert due(done, NEWER) == []
    assert due(done, NEWER, closes=True) == [CLOSING]
    assert due(done, [*NEWER, LATER]) == [CLOSING, LATER]
    migrate(database, [*NEWER, LATER])
    assert schema_state(database, [*NEWER, LATER]).opens_from == CLOSING.number


def test_an_older_program_neither_closes_it_nor_copies_what_it_does_not_know(
    opening: Opening, database: Database, tmp_path: Path
) -> None:
    newer = opening()
    migrate(newer, NEWER)
    newer.close()
    with pytest.raises(UsageError, match="newer version of Dosije upgrades"):
        Catalog(database).close_to_older()
    with pytest.raises(CatalogClosed, match="would not copy all of it"):
        survey(database)
    if database.has_queue:
        with pytest.raises(CatalogClosed, match="would not copy all of it"):
            copy_to_file(database, tmp_path / "copy.sqlite")
    else:
        copy_to_file(database, tmp_path / "copy.sqlite")
        copy = open_sqlite(tmp_path / "copy.sqlite")
        assert schema_state(copy).step == ADDING.number, "the file as a whole"
        copy.close()


def test_several_that_upgrade_at_once_do_so_once(opening: Opening, database: Database) -> None:
    """While somebody else writes, and somebody reads for long: those who upgrade wait for them."""
    opened = [opening() for _ in range(4)]
    with ThreadPoolExecutor() as pool:
        with database.reading() as reader:
            reader.execute(text("SELECT count(*) FROM documents")).all()
            with database.writing() as writer:
                writer.execute(text("DELETE FROM short_links"))
                upgrading = [pool.submit(migrate, one, [*STEPS, ADDING]) for one in opened]
                wait(upgrading, 1.5)
            wait(upgrading, 1.5)
        for one in upgrading:
            one.result()
    assert schema_state(database).step == ADDING.number
    for each in opened:
        each.close()
