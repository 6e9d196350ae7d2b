"""The steps by which the schema has changed, each recorded in the database it changed.

A new catalog is made at once from :mod:`archive.store.sql.tables` and records every step. A catalog made by an earlier
version takes the steps that it lacks, in order. The first ten were before any archive that must still open, and cannot
be taken any more (docs/decisions.md).

A step is never changed once released. Steps that create tables take them as ``tables.py`` has them: a later step that
changes such a table looks first whether that is still to be done.

Programs of the release before go on while the catalog is upgraded, so a change that would stop them is made in two
steps (:class:`Change`; CONTRIBUTING.md has the rules, ``tests/schema_changes.py`` holds them). A program that is open
while another one upgrades the catalog goes on, as long as no step closes it: it looks in each transaction that writes,
and where a query fails. Whoever copies everything must know every step, closing or not.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    func,
    insert,
    inspect,
    literal,
    select,
    text,
    true,
)

from archive.errors import ArchiveBusy, CatalogClosed, CatalogError, UsageError
from archive.store.sql.columns import UtcDateTime
from archive.store.sql.database import Database
from archive.store.sql.tables import metadata

PATIENCE = 600.0
"""Seconds for which an upgrade waits for those who use the catalog."""

_PAUSE = 0.5

records = Table(
    "migrations",
    MetaData(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("applied_at", UtcDateTime, nullable=False),
    Column("closes", Boolean, nullable=False, server_default=true()),
)


class Change(StrEnum):
    """What a step means to programs that do not know it.

    ``ADDITIVE``: they go on; whoever opens the catalog takes it. ``CLOSING``: it takes away what the programs that know
    it do not need; it waits until a person says that no others run (``dosije upgrade --close``), or until a later step
    is due that is no closing one. ``BREAKING``: they would do harm; whoever opens the catalog takes it, and all others
    must have been stopped before.
    """

    ADDITIVE = "additive"
    CLOSING = "closing"
    BREAKING = "breaking"


INITIAL = ("initial", "page reasons", "members", "saved searches", "signatures", "decisions", "vendors", "clauses",
           "annotations", "jobs")  # fmt: skip
"""The names of the steps that every catalog has."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change of the schema. ``apply`` runs inside the transaction that also records the step."""

    number: int
    name: str
    apply: Callable[[Connection], None]
    change: Change


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


def _add_closing(connection: Connection) -> None:
    """Say of each step whether it closes the catalog to programs that do not know it; all of before did."""
    connection.execute(text(f"ALTER TABLE {records.name} ADD COLUMN closes BOOLEAN NOT NULL DEFAULT TRUE"))


def _add_counted_mentions(connection: Connection) -> None:
    """Add an index of what is counted of vendors."""
    indexes = metadata.tables["vendor_mentions"].indexes
    next(one for one in indexes if one.name == "vendor_mentions_counted").create(connection)


STEPS: Sequence[Step] = (
    Step(11, "superseded facts", _creating("superseded_facts"), Change.BREAKING),
    Step(
        12,
        "access",
        _creating("users", "sessions", "tokens", "log_in_failures", "collections", "collection_members"),
        Change.BREAKING,
    ),
    Step(13, "vendor forms", _add_vendor_forms, Change.BREAKING),
    Step(14, "tasks", _creating("tasks"), Change.BREAKING),
    Step(15, "vendors apart", _change_nothing, Change.BREAKING),
    Step(16, "log-in places", _creating("log_in_places"), Change.BREAKING),
    Step(17, "rulings on procedures", _change_nothing, Change.BREAKING),
    Step(18, "short links", _creating("short_links"), Change.BREAKING),
    Step(19, "stories", _creating("story_changes", "reader_marks"), Change.BREAKING),
    Step(20, "exchange", _creating("watched_files", "mail_messages", "digests", "digest_searches"), Change.BREAKING),
    Step(21, "sequence", _add_sequence, Change.BREAKING),
    Step(22, "vendor links", _add_vendor_links, Change.BREAKING),
    Step(23, "totals", _add_totals, Change.BREAKING),
    Step(24, "turns of tasks", _add_turns, Change.BREAKING),
    Step(25, "poor pages", _add_poor_pages, Change.BREAKING),
    Step(26, "closing", _add_closing, Change.BREAKING),
    Step(27, "counted mentions", _add_counted_mentions, Change.ADDITIVE),
)


def migrate(database: Database, steps: Sequence[Step] = STEPS, *, closes: bool = False) -> None:
    """Make a new catalog, or take the steps that the database lacks, each in one transaction with its record.

    Closing steps at the end are taken only if it ``closes``. Before the first step, a catalog in a file that is not new
    is copied (:mod:`archive.store.sql.sqlite_files`). One process upgrades at a time; others wait, and find it done. A
    newer program may have taken steps that we do not know and that do not close the catalog to us: then all that goes
    with them is left as it is.

    :raises CatalogClosed: a newer version of Dosije closed the catalog to this one.
    :raises CatalogError: a version before the oldest that can be upgraded made it.
    :raises DiskFull: there is no room for the copy. Nothing was changed.
    :raises ReadOnly: the catalog is of an earlier release, and nothing can be written where it lies.
    :raises ArchiveBusy: others have been using it all the time.
    """
    with database.reading() as connection:
        done = recorded(connection)
    if not done:
        with database.writing() as connection:
            make_catalog(connection, steps)
    _refuse_unknown(database.name, done, steps)
    is_ours = max(done, default=0) <= steps[-1].number
    if due(done, steps, closes=closes) or (is_ours and not database.is_settled()):
        with database.upgrading():
            _upgrade(database, steps, closes=closes)
    database.check = partial(refuse_closed, name=database.name, known=steps[-1].number)


def due(done: Mapping[int, bool], steps: Sequence[Step] = STEPS, *, closes: bool = False) -> list[Step]:
    """Return the steps that a catalog is to take which has taken others: of those at its end that close it, none unless
    it ``closes``. One that is new, or that a newer program upgrades, has none to take."""
    if not done or max(done) > steps[-1].number:
        return []
    missing = [step for step in steps if step.number not in done]
    while missing and missing[-1].change is Change.CLOSING and not closes:
        missing.pop()
    return missing


@dataclass(frozen=True, slots=True)
class SchemaState:
    """How far a catalog is: the last ``step`` that it has taken, the last one that this program ``knows``, the least
    that a program must know to open it (``opens_from``), and the names of closing steps that wait."""

    step: int
    knows: int
    opens_from: int
    waiting: tuple[str, ...]


def schema_state(database: Database, steps: Sequence[Step] = STEPS) -> SchemaState:
    """Return how far an open catalog is."""
    with database.whole.reading() as connection:
        done = recorded(connection)
    opens_from = max(number for number, closes in done.items() if closes)
    waiting = tuple(step.name for step in due(done, steps, closes=True))
    return SchemaState(max(done), steps[-1].number, opens_from, waiting)


def close_to_older(database: Database, steps: Sequence[Step] = STEPS) -> None:
    """Take the closing steps that wait. Errors as for :func:`migrate`.

    :raises UsageError: a newer program upgrades the catalog, and is to do that.
    """
    state = schema_state(database, steps)
    if state.step > state.knows:
        raise UsageError(
            "A newer version of Dosije upgrades %(path)s (schema step %(step)s).",
            "Run this with that version.",
            path=database.name,
            step=state.step,
        )
    migrate(database.whole, steps, closes=True)


def _upgrade(database: Database, steps: Sequence[Step], *, closes: bool) -> None:
    with database.reading() as connection:
        done = recorded(connection)
    _refuse_unknown(database.name, done, steps)
    missing = due(done, steps, closes=closes)
    if missing:
        is_additive = all(step.change is Change.ADDITIVE for step in missing)
        _when_free(partial(database.begin_upgrade, is_additive=is_additive))
    for step in missing:
        _when_free(partial(_take, database, step))
    if max(done) <= steps[-1].number:
        _when_free(partial(database.end_upgrade, steps[-1].number))


def _when_free(act: Callable[[], None]) -> None:
    """Act, as soon as those who use the catalog let us: they are given way to, again and again."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return act()
        except ArchiveBusy:
            if time.monotonic() > deadline:
                raise
        time.sleep(_PAUSE)


def make_catalog(connection: Connection, steps: Sequence[Step] = STEPS) -> None:
    """Create all tables and record all steps, unless there is a catalog."""
    if recorded(connection):
        return
    records.create(connection)
    metadata.create_all(connection, checkfirst=False)
    for number, name in enumerate(INITIAL, start=1):
        _record(connection, number, name, Change.BREAKING)
    for step in steps:
        _record(connection, step.number, step.name, step.change)


def _refuse_unknown(name: str, done: Mapping[int, bool], steps: Sequence[Step]) -> None:
    known = steps[-1].number
    closing = max((number for number, closes in done.items() if closes), default=0)
    if closing > known:
        raise closed(name, closing, known)
    if done and not done.keys() >= set(range(1, len(INITIAL) + 1)):
        raise CatalogError(
            "%(path)s was made by a version of Dosije that was never released (schema step %(step)s).",
            "Add the files to a new archive.",
            path=name,
            step=max(done),
        )


def _take(database: Database, step: Step) -> None:
    with database.writing() as connection:
        database.wait_briefly(connection)
        if step.number not in recorded(connection):
            step.apply(connection)
            _record(connection, step.number, step.name, step.change)


def _record(connection: Connection, number: int, name: str, change: Change) -> None:
    row = {"number": number, "name": name, "applied_at": datetime.now(UTC)}
    columns = {column["name"] for column in inspect(connection).get_columns(records.name)}
    closes = {"closes": change is not Change.ADDITIVE} if "closes" in columns else {}
    connection.execute(insert(records).values(row | closes))


def recorded(connection: Connection) -> dict[int, bool]:
    """Return the steps that a catalog has taken, each with whether it closes; none where there is no catalog."""
    if not inspect(connection).has_table(records.name):
        return {}
    # A catalog of before step 26 has no column that says so: every step was a closing one.
    rows = connection.execute(text(f"SELECT * FROM {records.name}")).mappings()  # noqa: S608 - the name is ours
    return {row["number"]: bool(row.get("closes", True)) for row in rows}


def refuse_closed(connection: Connection, name: str, known: int) -> None:
    """Refuse a catalog that a step has closed to programs which know only those up to ``known``.

    :raises CatalogClosed: there is such a step.
    """
    closing = connection.scalar(select(func.max(records.c.number)).where(records.c.closes)) or 0
    if closing > known:
        raise closed(name, closing, known)


def newest(connection: Connection) -> int:
    """Return the last step that a catalog has taken."""
    return connection.scalar(select(func.max(records.c.number))) or 0


def closed(name: str, closing: int, known: int) -> CatalogClosed:
    """Return the error of a program that is too old for a catalog."""
    return CatalogClosed(
        "%(path)s was made by a newer version of Dosije (schema step %(step)s), and this one (step %(known)s) is too "
        "old for it.",
        "Install that version or a later one here, and start this again. Nothing is wrong with the archive.",
        path=name,
        step=closing,
        known=known,
    )
