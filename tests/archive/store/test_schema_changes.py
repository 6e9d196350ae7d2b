"""Every step that does not call itself breaking leaves programs of the release before at work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from archive.store.sql.database import Database
from archive.store.sql.migrations import STEPS, Change, Step, migrate
from archive.store.sql.postgres import schema
from archive.store.sql.sqlite import open_sqlite
from tests.golden.home import GOLDEN, unpack
from tests.schema_changes import faults, tables_of

RELEASE = min(path.name.removesuffix(".tar.xz") for path in GOLDEN.glob("*.tar.xz"))


VIEWS = "5d46300f0b3a52d9fb335d67eeb504e87f4c605da4ea783becfac7a359d25a67"


def added_faults(database: Database, step: Step) -> list[str]:
    """What a program with the tables of before cannot do any more after an additive step; what one with the tables of
    after a closing step cannot do before it."""
    with database.writing() as connection:
        before = tables_of(connection)
        known = set(faults(connection, before, 1))
        waiting = connection.begin_nested()
        step.apply(connection)
        if step.change is Change.ADDITIVE:
            return [fault for fault in faults(connection, before, 3) if fault not in known]
        after = tables_of(connection)
        known = set(faults(connection, after, 3))
        waiting.rollback()
        return [fault for fault in faults(connection, after, 5) if fault not in known]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_sqlite(tmp_path / "catalog.sqlite")
    yield opened
    opened.close()


def test_programs_that_do_not_know_a_step_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for step in STEPS:
        if step.change is not Change.BREAKING:
            home = unpack(RELEASE, tmp_path / str(step.number))
            with monkeypatch.context() as patched:
                patched.setattr("archive.store.sql.sqlite.migrate", lambda _database: None)
                database = open_sqlite(home / "catalog.sqlite")
            migrate(database, [one for one in STEPS if one.number < step.number], closes=True)
            assert added_faults(database, step) == [], step.name
            database.close()


def of(change: Change, *statements: str) -> Step:
    def apply(connection: Connection) -> None:
        for statement in statements:
            connection.execute(text(statement))

    return Step(99, "tried", apply, change)


FINE = {
    "a column that may be empty": "ALTER TABLE documents ADD COLUMN more TEXT",
    "a column with a default": "ALTER TABLE documents ADD COLUMN more TEXT NOT NULL DEFAULT 'x'",
    "a table": "CREATE TABLE more (document VARCHAR(64) PRIMARY KEY)",
    "an index": "CREATE INDEX more ON documents (filename)",
    "a table that a trigger fills": """
        CREATE TRIGGER more AFTER INSERT ON documents BEGIN
        INSERT INTO meta (key, value) VALUES ('newest ' || NEW.id, NEW.id); END""",
}
WRONG = {
    "a column that must be given": (
        "ALTER TABLE documents ADD COLUMN more TEXT NOT NULL CHECK (more IS NOT NULL) DEFAULT NULL",
        "documents takes no first row",
    ),
    "a column is gone": ("ALTER TABLE documents DROP COLUMN filename", "documents.filename is gone"),
    "a column has another name": (
        "ALTER TABLE documents RENAME COLUMN filename TO name",
        "documents takes no first row",
    ),
    "a table is gone": ("DROP TABLE short_links", "short_links is gone"),
    "a value may be there once only": (
        "CREATE UNIQUE INDEX more ON documents (filename)",
        "documents takes no second row",
    ),
    "a trigger refuses": (
        "CREATE TRIGGER more BEFORE UPDATE ON documents BEGIN SELECT RAISE(ABORT, 'no'); END",
        "documents cannot be changed",
    ),
    "a row is held fast": (
        "CREATE TRIGGER more BEFORE DELETE ON documents BEGIN SELECT RAISE(ABORT, 'no'); END",
        "documents lets no row go",
    ),
}


@pytest.mark.parametrize("statement", FINE.values(), ids=FINE.keys())
def test_what_may_be_added(database: Database, statement: str) -> None:
    assert added_faults(database, of(Change.ADDITIVE, statement)) == []


@pytest.mark.parametrize(("statement", "fault"), WRONG.values(), ids=WRONG.keys())
def test_what_would_stop_programs_of_before_is_found(database: Database, statement: str, fault: str) -> None:
    assert any(told.startswith(fault) for told in added_faults(database, of(Change.ADDITIVE, statement)))


def test_what_is_closed_later_must_not_be_missed_before(database: Database) -> None:
    """The program that has a closing step works on both sides of it: so what goes away has a default."""
    with database.writing() as connection:
        connection.execute(text("ALTER TABLE documents ADD COLUMN old TEXT NOT NULL DEFAULT ''"))
    assert added_faults(database, of(Change.CLOSING, "ALTER TABLE documents DROP COLUMN old")) == []
    (told, *_) = added_faults(database, of(Change.CLOSING, "ALTER TABLE documents ADD COLUMN new TEXT"))
    assert told.startswith("documents takes no first row")


def test_views_change_with_a_step() -> None:
    """Programs with the same steps and other views would each put its own in the place of the other's. Who changes the
    views adds a step, which may change nothing else, and writes what they are now."""
    assert schema._fingerprint(schema._statements("dosije")) == VIEWS
