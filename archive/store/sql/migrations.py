"""The steps by which the schema has changed, each recorded in the database it changed.

A new catalog is made at once from :mod:`archive.store.sql.tables` and records every step. A catalog made by an earlier
version takes the steps that it lacks, in order. The first ten were before any archive that must still open, and cannot
be taken any more (docs/decisions.md).

A step is never changed once released. Steps that create tables take them as ``tables.py`` has them: a later step that
changes such a table looks first whether that is still to be done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, insert, inspect, literal, select, text

from archive.errors import CatalogError
from archive.store.sql.columns import UtcDateTime
from archive.store.sql.database import Database
from archive.store.sql.tables import metadata

records = Table(
    "migrations",
    MetaData(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("applied_at", UtcDateTime, nullable=False),
)

INITIAL = ("initial", "page reasons", "members", "saved searches", "signatures", "decisions", "vendors", "clauses",
           "annotations", "jobs")  # fmt: skip
"""The names of the steps that every catalog has."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change of the schema. ``apply`` runs inside the transaction that also records the step."""

    number: int
    name: str
    apply: Callable[[Connection], None]


def _creating(*names: str) -> Callable[[Connection], None]:
    return lambda connection: metadata.create_all(connection, [metadata.tables[name] for name in names], False)


def _add_vendor_forms(connection: Connection) -> None:
    """Add the word forms of vendors. They are filled when the vendors are identified anew, which is due from now on."""
    for table in ("vendors", "vendor_mentions"):
        connection.execute(text(f"ALTER TABLE {table} ADD COLUMN form TEXT NOT NULL DEFAULT ''"))
    connection.execute(text("DELETE FROM meta WHERE key = 'vendors_as_of'"))


def _change_nothing(_connection: Connection) -> None:
    """Keep programs out that do not know of a new kind of row: they would take it for a damaged one."""


def _add_sequence(connection: Connection) -> None:
    """Number the changes of documents. What was before has one number, and each index looks at all of it once more."""
    tables = metadata.tables
    connection.execute(text("ALTER TABLE documents ADD COLUMN sequence BIGINT NOT NULL DEFAULT 1"))
    index = next(one for one in tables["documents"].indexes if one.name == "documents_by_sequence")
    index.create(connection)
    _creating("checkpoints")(connection)
    recorded = select(tables["index_records"].c.generation, literal(0)).distinct()
    connection.execute(insert(tables["checkpoints"]).from_select(["name", "sequence"], recorded))


def _add_vendor_links(connection: Connection) -> None:
    """Add what vendors are found again by. It is filled when the vendors are next identified, which is due from now on
    and done outside of any transaction that writes."""
    for column in ("print VARCHAR(32) NOT NULL DEFAULT ''", "is_public BOOLEAN NOT NULL DEFAULT TRUE"):
        connection.execute(text(f"ALTER TABLE vendor_mentions ADD COLUMN {column}"))
    for table, name in (("vendor_mentions", "vendor_mentions_by_print"), ("vendor_keys", "vendor_keys_by_vendor")):
        next(one for one in metadata.tables[table].indexes if one.name == name).create(connection)
    _creating("vendor_links", "vendor_names", "vendor_prints", "vendor_firms", "vendor_candidates")(connection)
    connection.execute(text("DELETE FROM meta WHERE key = 'vendors_as_of'"))


def _add_totals(connection: Connection) -> None:
    """Count once what is kept counted from then on."""
    from archive.store.sql.totals import count_anew  # noqa: PLC0415 - most catalogs have it behind them

    _creating("document_totals", "page_totals")(connection)
    count_anew(connection)


def _add_poor_pages(connection: Connection) -> None:
    """Add indexes of the pages that were badly read."""
    for index in metadata.tables["pages"].indexes:
        index.create(connection)


def _add_turns(connection: Connection) -> None:
    """Give each task a turn: those that wait keep their order. A table that step 14 made just now has all of it."""
    if any(column["name"] == "turn" for column in inspect(connection).get_columns("tasks")):
        return
    for column in ("urgent BOOLEAN NOT NULL DEFAULT FALSE", "turn BIGINT NOT NULL DEFAULT 0"):
        connection.execute(text(f"ALTER TABLE tasks ADD COLUMN {column}"))
    connection.execute(text("UPDATE tasks SET turn = number"))
    for index in metadata.tables["tasks"].indexes:
        if index.name in ("tasks_by_turn", "tasks_by_collection"):
            index.create(connection)


STEPS: Sequence[Step] = (
    Step(11, "superseded facts", _creating("superseded_facts")),
    Step(
        12, "access", _creating("users", "sessions", "tokens", "log_in_failures", "collections", "collection_members")
    ),
    Step(13, "vendor forms", _add_vendor_forms),
    Step(14, "tasks", _creating("tasks")),
    Step(15, "vendors apart", _change_nothing),
    Step(16, "log-in places", _creating("log_in_places")),
    Step(17, "rulings on procedures", _change_nothing),
    Step(18, "short links", _creating("short_links")),
    Step(19, "stories", _creating("story_changes", "reader_marks")),
    Step(20, "exchange", _creating("watched_files", "mail_messages", "digests", "digest_searches")),
    Step(21, "sequence", _add_sequence),
    Step(22, "vendor links", _add_vendor_links),
    Step(23, "totals", _add_totals),
    Step(24, "turns of tasks", _add_turns),
    Step(25, "poor pages", _add_poor_pages),
)


def migrate(database: Database, steps: Sequence[Step] = STEPS) -> None:
    """Make a new catalog, or take the steps that the database lacks, each in one transaction with its record.

    Before the first step, a catalog in a file that is not new is copied (:mod:`archive.store.sql.sqlite_files`).

    The writing transaction is the lock: of two processes that open a new catalog at once, the second waits and then
    finds it made.

    :raises CatalogError: a newer version of Dosije made the catalog, or one before the oldest that can be upgraded.
    :raises DiskFull: there is no room for the copy. Nothing was changed.
    :raises ReadOnly: the catalog is of an earlier release, and nothing can be written where it lies.
    """
    with database.reading() as connection:
        done = _applied(connection)
    if done:
        _refuse_unknown(database.name, done, steps)
        missing = [step for step in steps if step.number not in done]
        if missing:
            database.begin_upgrade()
        for step in missing:
            with database.writing() as connection:
                _take(connection, step)
    else:
        with database.writing() as connection:
            make_catalog(connection, steps)
    database.end_upgrade(steps[-1].number)


def make_catalog(connection: Connection, steps: Sequence[Step] = STEPS) -> None:
    """Create all tables and record all steps, unless there is a catalog."""
    if _applied(connection):
        return
    records.create(connection)
    metadata.create_all(connection, checkfirst=False)
    for number, name in enumerate(INITIAL, start=1):
        _record(connection, number, name)
    for step in steps:
        _record(connection, step.number, step.name)


def _refuse_unknown(name: str, done: set[int], steps: Sequence[Step]) -> None:
    if max(done) > steps[-1].number:
        raise CatalogError(
            "%(path)s was made by a newer version of Dosije (schema step %(step)s).",
            "Install that version or a later one.",
            path=name,
            step=max(done),
        )
    if not done.issuperset(range(1, len(INITIAL) + 1)):
        raise CatalogError(
            "%(path)s was made by a version of Dosije that was never released (schema step %(step)s).",
            "Add the files to a new archive.",
            path=name,
            step=max(done),
        )


def _take(connection: Connection, step: Step) -> None:
    if step.number not in _applied(connection):
        step.apply(connection)
        _record(connection, step.number, step.name)


def _record(connection: Connection, number: int, name: str) -> None:
    connection.execute(insert(records).values(number=number, name=name, applied_at=datetime.now(UTC)))


def _applied(connection: Connection) -> set[int]:
    if not inspect(connection).has_table(records.name):
        return set()
    return set(connection.scalars(select(records.c.number)))
