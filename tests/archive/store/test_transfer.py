"""A catalog that is copied into another database is the same there, to the last row, or it is not there at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Float, Integer, LargeBinary, Table, insert, inspect, select, update
from sqlalchemy.engine import Row

from archive.errors import CatalogError, CatalogUnavailable, DataRefused, UsageError
from archive.store.catalog import Catalog
from archive.store.sql.columns import UtcDateTime
from archive.store.sql.database import Database
from archive.store.sql.postgres.database import open_postgres
from archive.store.sql.sqlite import open_sqlite
from archive.store.sql.tables import documents, meta, metadata, signatures
from archive.store.transfer import NOT_COPIED, TABLES, copy_all, differences, is_empty, row_digest, survey
from tests.store_samples import add_samples

ROWS = 3


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Database]:
    """A database with rows in every table."""
    with closing(open_sqlite(tmp_path / "source.sqlite")) as database:
        fill(database)
        yield database


@pytest.fixture(params=["sqlite", "postgres"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        made = open_sqlite(tmp_path / "target.sqlite")
    else:
        made = open_postgres(request.getfixturevalue("postgres_url"))
    with closing(made):
        yield made


def fill(database: Database) -> None:
    """Rows whose texts and numbers are the same in every table, so that each row points at rows that are there."""
    with database.writing() as connection:
        for table in metadata.sorted_tables:
            connection.execute(insert(table), [row(table, number) for number in range(1, ROWS + 1)])


def row(table: Table, number: int) -> dict[str, Any]:
    return {
        column.name: None if column.nullable and number == 1 else value(column.type, number) for column in table.columns
    }


def value(type_: Any, number: int) -> Any:
    """Something of this type that a careless copy would change."""
    return next((make(number) for kind, make in VALUES.items() if isinstance(type_, kind)), f"ž'%{number}\n")


VALUES: dict[type, Callable[[int], Any]] = {
    Boolean: lambda number: number % 2 == 0,
    Integer: int,
    Float: lambda number: number / 3,
    UtcDateTime: lambda number: datetime(2026, 3, number, 23, 59, 59, 123456, tzinfo=UTC),
    LargeBinary: lambda number: bytes(range(256)) * number,
    JSON: lambda number: {"b": [number, 0.1, None, "ђ\u0000"], "a": {}},
}


def content(database: Database, table: Table) -> set[Row[Any]]:
    with database.reading() as connection:
        plain = [column for column in table.columns if not isinstance(column.type, JSON)]
        return set(connection.execute(select(*plain)).all())


def test_every_table_is_copied_but_those_of_each_database_itself(source: Database) -> None:
    with source.reading() as connection:
        known = set(inspect(connection).get_table_names())
    assert known == {table.name for table in TABLES} | NOT_COPIED | {"migrations"}


def test_a_copy_is_the_same_and_so_is_the_copy_of_it(source: Database, target: Database, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    read = copy_all(source, target, progress=lambda done, of: told.append((done, of)))
    assert told[-1] == (ROWS * len(TABLES), ROWS * len(TABLES))
    with closing(open_sqlite(tmp_path / "back.sqlite")) as back:
        copy_all(target, back)
        for database in (source, target, back):
            assert survey(database) == read
        for table in TABLES:
            assert content(source, table) == content(target, table) == content(back, table), table.name
    assert {state.rows for state in read.values()} == {ROWS}
    assert number_given(target) == ROWS + 1


def number_given(database: Database) -> object:
    """The number that the database gives the next signature."""
    more = row(signatures, 1) | {"document": "another"}
    del more["number"]
    with database.writing() as connection:
        connection.execute(insert(documents), row(documents, 2) | {"id": "another"})
        made = connection.execute(insert(signatures).values(more)).inserted_primary_key
    assert made is not None
    return made[0]


def test_what_a_target_holds_stays_until_the_copy_is_whole(source: Database, target: Database) -> None:
    def interrupt(done: int, of: int) -> None:
        if done > of // 2:
            raise KeyboardInterrupt

    assert is_empty(target)
    with target.writing() as connection:
        connection.execute(insert(meta).values(key="mine", value="1"))
    before = survey(target)
    with pytest.raises(UsageError, match="is not empty"):
        copy_all(source, target)
    with pytest.raises(KeyboardInterrupt):
        copy_all(source, target, replaces=True, progress=interrupt)
    assert survey(target) == before
    assert not is_empty(target)
    assert copy_all(source, target, replaces=True) == survey(target) == survey(source)


def test_what_is_written_meanwhile_is_not_half_in_the_copy(source: Database, tmp_path: Path) -> None:
    before = survey(source)

    def write(done: int, _of: int) -> None:
        with source.writing() as connection:
            for table in (meta, documents):
                key = next(iter(table.primary_key)).name
                connection.execute(insert(table).values(row(table, 2) | {key: f"later {done}"}))

    with closing(open_sqlite(tmp_path / "target.sqlite")) as target:
        assert copy_all(source, target, progress=write) == survey(target) == before
    assert differences(before, survey(source)) == ["documents", "meta"]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_digest_tells_any_change_of_a_value(table: Table) -> None:
    here = row(table, 2)
    others = [here | {column.name: value(column.type, 3)} for column in table.columns]
    others += [here | {column.name: None} for column in table.columns]
    digests = {row_digest(table, one) for one in [here, *others]}
    assert len(digests) == 1 + 2 * len(table.columns)


def test_a_change_in_one_table_is_told(source: Database) -> None:
    before = survey(source)
    with source.writing() as connection:
        connection.execute(update(documents).where(documents.c.reading == 3).values(filename="other.pdf"))
    assert differences(before, survey(source)) == ["documents"]


def test_a_character_that_postgresql_cannot_keep_is_named(source: Database, postgres_url: str) -> None:
    with source.writing() as connection:
        connection.execute(insert(meta).values(key="nul", value="a\0b"))
    with closing(open_postgres(postgres_url)) as target:
        with pytest.raises(CatalogError, match=r"value of meta \(nul\) has a character"):
            copy_all(source, target)
        assert is_empty(target)


def test_a_value_that_postgresql_refuses_leaves_the_target_empty(source: Database, postgres_url: str) -> None:
    with source.writing() as connection:
        connection.execute(update(documents).values(word_count=1 << 40))
    with closing(open_postgres(postgres_url)) as target:
        with pytest.raises(DataRefused, match="out of range"):
            copy_all(source, target)
        assert is_empty(target)


def test_a_server_that_ends_the_connection_leaves_the_target_empty(source: Database, postgres_url: str) -> None:
    with closing(open_postgres(postgres_url)) as target, closing(open_postgres(postgres_url)) as other:

        def end(done: int, _of: int) -> None:
            if done > ROWS * len(TABLES) // 2:
                with other.reading() as connection:
                    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction'"
                    connection.exec_driver_sql(f"{ended} AND datname = current_database()")

        with pytest.raises(CatalogUnavailable):
            copy_all(source, target, progress=end)
        assert is_empty(target)
        assert copy_all(source, target) == survey(target)


def made_on(place: str, request: pytest.FixtureRequest, folder: Path) -> Catalog:
    if place == "sqlite":
        return Catalog.open(folder / "catalog.sqlite")
    return Catalog.on_postgres(request.getfixturevalue("postgres_url"))


@pytest.mark.parametrize("place", ["sqlite", "postgres"])
def test_a_catalog_is_copied_to_a_file(place: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    file = tmp_path / "copy.sqlite"
    with closing(made_on(place, request, tmp_path)) as catalog:
        ids = add_samples(catalog, range(3))
        catalog.copy_to_file(file)
        assert [path.name for path in tmp_path.glob("copy.sqlite*")] == [file.name], "all is in one file"
        with closing(Catalog.open(file)) as copy:
            assert copy.states() == catalog.states()
            assert copy.events.verify() == catalog.events.verify()
            assert copy.indexing.revisions().keys() == set(ids)
            assert copy.readings.words(ids[0], 1) == catalog.readings.words(ids[0], 1)
