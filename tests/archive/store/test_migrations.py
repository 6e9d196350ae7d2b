"""The schema: what new and upgraded catalogs have, that each step runs once and whole, that PostgreSQL takes it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table, inspect, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from archive.errors import CatalogError
from archive.store.catalog import Catalog
from archive.store.sql.database import Database
from archive.store.sql.migrations import INITIAL, STEPS, Change, Step, migrate, records
from archive.store.sql.sqlite import open_sqlite
from archive.store.sql.tables import metadata
from tests.golden.home import GOLDEN, unpack
from tests.vendor_life import is_as_found_anew

RELEASES = [path.name.removesuffix(".tar.xz") for path in sorted(GOLDEN.glob("*.tar.xz"))]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_sqlite(tmp_path / "catalog.sqlite")
    yield opened
    opened.close()


def built(connection: Connection, table: str) -> dict[str, Any]:
    """What the database says a table is."""
    inspector = inspect(connection)
    return {
        "columns": {
            column["name"]: (str(column["type"]), column["nullable"]) for column in inspector.get_columns(table)
        },
        "key": inspector.get_pk_constraint(table)["constrained_columns"],
        "foreign": sorted(
            (key["constrained_columns"], key["referred_table"], key["referred_columns"])
            for key in inspector.get_foreign_keys(table)
        ),
        "indexes": {index["name"]: index["column_names"] for index in inspector.get_indexes(table)},
    }


def described(table: Table, connection: Connection) -> dict[str, Any]:
    """What ``tables.py`` says it is."""
    return {
        "columns": {
            column.name: (column.type.compile(connection.dialect), bool(column.nullable)) for column in table.columns
        },
        "key": [column.name for column in table.primary_key],
        "foreign": sorted(
            (list(key.column_keys), key.referred_table.name, [element.column.name for element in key.elements])
            for key in table.foreign_key_constraints
        ),
        "indexes": {index.name: [column.name for column in index.columns] for index in table.indexes},
    }


def has_all_tables(database: Database) -> None:
    with database.reading() as connection:
        for table in metadata.sorted_tables:
            assert built(connection, table.name) == described(table, connection)
        assert set(inspect(connection).get_table_names()) == {*metadata.tables, records.name}


def recorded(database: Database) -> list[tuple[int, str]]:
    with database.reading() as connection:
        rows = connection.execute(select(records.c.number, records.c.name).order_by(records.c.number)).all()
    return [(row.number, row.name) for row in rows]


VENDOR_LINKS = 22
"""The step from which on a catalog has what vendors are found again by."""

ALL = [*enumerate(INITIAL, start=1), *((step.number, step.name) for step in STEPS)]


def test_a_new_catalog_has_the_tables_that_the_queries_use_and_all_steps_recorded(database: Database) -> None:
    has_all_tables(database)
    assert recorded(database) == ALL
    assert [number for number, _ in ALL] == list(range(1, len(ALL) + 1))


@pytest.mark.parametrize("release", RELEASES)
def test_a_catalog_of_an_earlier_release_comes_to_the_same(release: str, tmp_path: Path) -> None:
    opened = open_sqlite(unpack(release, tmp_path / "home") / "catalog.sqlite")
    has_all_tables(opened)
    assert recorded(opened) == ALL
    opened.close()


@pytest.mark.parametrize("release", RELEASES)
def test_vendors_of_an_earlier_release_are_found_once_more_and_are_the_same(release: str, tmp_path: Path) -> None:
    path = unpack(release, tmp_path / "home") / "catalog.sqlite"
    with closing(sqlite3.connect(path)) as made:
        (step,) = made.execute("SELECT max(number) FROM migrations").fetchone()
    with closing(Catalog.open(path)) as catalog:
        before, revisions = catalog.vendors.all(), catalog.indexing.revisions()
        assert catalog.indexing.vendors_are_identified() is (step >= VENDOR_LINKS)
        catalog.vendors.identify()
        assert (catalog.vendors.all(), catalog.indexing.revisions()) == (before, revisions)
        is_as_found_anew(catalog)


def test_a_catalog_with_all_steps_opens_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    open_sqlite(path).close()
    before = path.read_bytes()
    open_sqlite(path).close()
    assert path.read_bytes() == before


def test_a_catalog_of_before_any_release_is_refused(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(records.delete().where(records.c.number > 9))
    with pytest.raises(CatalogError, match=r"never released \(schema step 9\)"):
        migrate(database)


def test_a_step_runs_once(database: Database) -> None:
    ran = []
    steps = [*STEPS, Step(99, "counting", lambda _connection: ran.append(1), Change.ADDITIVE)]
    migrate(database, steps)
    migrate(database, steps)
    assert ran == [1]


def test_a_step_that_fails_leaves_nothing_and_can_run_again(database: Database) -> None:
    def half(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE half (id INTEGER)"))
        raise RuntimeError("power cut")

    def whole(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE half (id INTEGER)"))

    step = Step(99, "half", half, Change.ADDITIVE)
    with pytest.raises(RuntimeError, match="power cut"):
        migrate(database, [*STEPS, step])
    with database.reading() as connection:
        assert not inspect(connection).has_table("half")
        assert connection.scalar(select(records.c.name).where(records.c.number == 99)) is None
    migrate(database, [*STEPS, replace(step, apply=whole)])


def test_a_catalog_of_a_newer_version_is_refused(database: Database) -> None:
    migrate(database, [*STEPS, Step(99, "future", lambda _connection: None, Change.BREAKING)])
    with pytest.raises(CatalogError, match=r"newer version of Dosije \(schema step 99\)"):
        migrate(database)


def test_the_schema_compiles_for_postgresql() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy leaves it so
    for table in metadata.sorted_tables:
        assert str(CreateTable(table).compile(dialect=dialect))
        for index in table.indexes:
            assert str(CreateIndex(index).compile(dialect=dialect))
