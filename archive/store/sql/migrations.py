"""Schema migrations: numbered steps, each recorded in the database.

A new catalog is created from :mod:`archive.store.sql.tables` and records every step. An older catalog is migrated by
the steps that it lacks, in order. The first ten predate every supported archive and do not exist any more
(docs/decisions.md).

A step is never changed once released. Steps that create tables take them from ``tables.py`` as it is now, so a later
step that alters such a table checks first whether it is necessary.

Programs of the previous release keep running while the catalog is upgraded, so an incompatible change is made in two
steps (:class:`Change`; CONTRIBUTING.md has the rules, ``tests/schema_changes.py`` tests them). A running program
continues until a step closes the catalog to it, which it checks in each write transaction and when a query fails.
Copying a catalog requires a program that knows every step.
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
"""Seconds that an upgrade waits for other users of the catalog."""

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
    """Compatibility of a step with programs that do not know it.

    ``ADDITIVE``: they keep working; run on open. ``CLOSING``: it removes what newer programs do not need; it is
    deferred until a person confirms that no older ones run (``dosije upgrade --close``), or until a later step of
    another kind is due. ``BREAKING``: they would do harm; run on open, after all of them were stopped.
    """

    ADDITIVE = "additive"
    CLOSING = "closing"
    BREAKING = "breaking"


INITIAL = ("initial", "page reasons", "members", "saved searches", "signatures", "decisions", "vendors", "clauses",
           "annotations", "jobs")  # fmt: skip
"""The names of the steps that every catalog has."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change of the schema. ``apply`` runs in the transaction that records the step."""

    number: int
    name: str
    apply: Callable[[Connection], None]
    change: Change


def _creating(*names: str) -> Callable[[Connection], None]:
    return lambda connection: metadata.create_all(connection, [metadata.tables[name] for name in names], False)


def _add_vendor_forms(connection: Connection) -> None:
    """Create the table of vendor word forms. It is filled when vendors are next rebuilt, which this makes due."""
    for table in ("vendors", "vendor_mentions"):
        connection.execute(text(f"ALTER TABLE {table} ADD COLUMN form TEXT NOT NULL DEFAULT ''"))
    connection.execute(text("DELETE FROM meta WHERE key = 'vendors_as_of'"))


def _change_nothing(_connection: Connection) -> None:
    """Exclude programs that do not know a new kind of row and would take it for damage."""


def _add_sequence(connection: Connection) -> None:
    """Add sequence numbers of changes. Existing rows share one number, so each index checks all of them once more."""
    tables = metadata.tables
    connection.execute(text("ALTER TABLE documents ADD COLUMN sequence BIGINT NOT NULL DEFAULT 1"))
    index = next(one for one in tables["documents"].indexes if one.name == "documents_by_sequence")
    index.create(connection)
    _creating("checkpoints")(connection)
    recorded = select(tables["index_records"].c.generation, literal(0)).distinct()
    connection.execute(insert(tables["checkpoints"]).from_select(["name", "sequence"], recorded))


def _add_vendor_links(connection: Connection) -> None:
    """Create the table of vendor links. It is filled when vendors are next identified, which this makes due and happens
    outside of any write transaction."""
    for column in ("print VARCHAR(32) NOT NULL DEFAULT ''", "is_public BOOLEAN NOT NULL DEFAULT TRUE"):
        connection.execute(text(f"ALTER TABLE vendor_mentions ADD COLUMN {column}"))
    for table, name in (("vendor_mentions", "vendor_mentions_by_print"), ("vendor_keys", "vendor_keys_by_vendor")):
        next(one for one in metadata.tables[table].indexes if one.name == name).create(connection)
    _creating("vendor_links", "vendor_names", "vendor_prints", "vendor_firms", "vendor_candidates")(connection)
    connection.execute(text("DELETE FROM meta WHERE key = 'vendors_as_of'"))


def _add_totals(connection: Connection) -> None:
    """Create and fill the tables of totals."""
    from archive.store.sql.totals import count_anew  # noqa: PLC0415 - most catalogs have it behind them

    _creating("document_totals", "page_totals")(connection)
    count_anew(connection)


def _add_poor_pages(connection: Connection) -> None:
    """Add indexes of the pages that were badly read."""
    for index in metadata.tables["pages"].indexes:
        index.create(connection)


def _add_turns(connection: Connection) -> None:
    """Add the turn of each task; waiting tasks keep their order. Does nothing if step 14 has just created the table
    complete."""
    if any(column["name"] == "turn" for column in inspect(connection).get_columns("tasks")):
        return
    for column in ("urgent BOOLEAN NOT NULL DEFAULT FALSE", "turn BIGINT NOT NULL DEFAULT 0"):
        connection.execute(text(f"ALTER TABLE tasks ADD COLUMN {column}"))
    connection.execute(text("UPDATE tasks SET turn = number"))
    for index in metadata.tables["tasks"].indexes:
        if index.name in ("tasks_by_turn", "tasks_by_collection"):
            index.create(connection)


def _add_closing(connection: Connection) -> None:
    """Record for each step whether it is closing; all earlier steps were."""
    connection.execute(text(f"ALTER TABLE {records.name} ADD COLUMN closes BOOLEAN NOT NULL DEFAULT TRUE"))


def _add_counted_mentions(connection: Connection) -> None:
    """Add an index for the vendor counts."""
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
    """Create a new catalog, or run the steps that the database lacks, each in one transaction with its record.

    Trailing closing steps are run only if ``closes``. Before the first step, an existing catalog file is copied
    (:mod:`archive.store.sql.sqlite_files`). One process upgrades at a time; others wait. If a newer program has run
    unknown steps that do not close the catalog, nothing is changed.

    :raises CatalogClosed: a newer version of Dosije closed the catalog to this one.
    :raises CatalogError: a version before the oldest that can be upgraded made it.
    :raises DiskFull: there is no space for the copy. Nothing was changed.
    :raises ReadOnly: the catalog is of an earlier release and on a read-only file system.
    :raises ArchiveBusy: other processes have used it for :data:`PATIENCE` seconds.
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
    """Return the steps that a catalog lacks, given those it has: without trailing closing steps unless ``closes``.
    Empty for a new catalog, and for one that a newer program upgrades."""
    if not done or max(done) > steps[-1].number:
        return []
    missing = [step for step in steps if step.number not in done]
    while missing and missing[-1].change is Change.CLOSING and not closes:
        missing.pop()
    return missing


@dataclass(frozen=True, slots=True)
class SchemaState:
    """The schema of a catalog: its last ``step``, the last step that this program ``knows``, the least step that a
    program must know to open it (``opens_from``), and the names of deferred closing steps."""

    step: int
    knows: int
    opens_from: int
    waiting: tuple[str, ...]


def schema_state(database: Database, steps: Sequence[Step] = STEPS) -> SchemaState:
    """Return the schema state of an open catalog."""
    with database.whole.reading() as connection:
        done = recorded(connection)
    opens_from = max(number for number, closes in done.items() if closes)
    waiting = tuple(step.name for step in due(done, steps, closes=True))
    return SchemaState(max(done), steps[-1].number, opens_from, waiting)


def close_to_older(database: Database, steps: Sequence[Step] = STEPS) -> None:
    """Run the deferred closing steps. Errors as for :func:`migrate`.

    :raises UsageError: a newer program upgrades the catalog, and must do that.
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
        _when_free(partial(_apply, database, step))
    if max(done) <= steps[-1].number:
        _when_free(partial(database.end_upgrade, steps[-1].number))


def _when_free(act: Callable[[], None]) -> None:
    """Run ``act`` as soon as other users of the catalog allow, retrying after each lock timeout."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return act()
        except ArchiveBusy:
            if time.monotonic() > deadline:
                raise
        time.sleep(_PAUSE)


def make_catalog(connection: Connection, steps: Sequence[Step] = STEPS) -> None:
    """Create all tables and record all steps, unless the catalog exists."""
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


def _apply(database: Database, step: Step) -> None:
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
    """Return the recorded steps of a catalog, each with whether it is closing; empty if there is no catalog."""
    if not inspect(connection).has_table(records.name):
        return {}
    # Before step 26 there is no such column, and every step was closing.
    rows = connection.execute(text(f"SELECT * FROM {records.name}")).mappings()  # noqa: S608 - the name is ours
    return {row["number"]: bool(row.get("closes", True)) for row in rows}


def refuse_closed(connection: Connection, name: str, known: int) -> None:
    """Refuse a catalog that is closed to programs which know the steps up to ``known`` only.

    :raises CatalogClosed: there is such a step.
    """
    closing = connection.scalar(select(func.max(records.c.number)).where(records.c.closes)) or 0
    if closing > known:
        raise closed(name, closing, known)


def newest(connection: Connection) -> int:
    """Return the last recorded step of a catalog."""
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
