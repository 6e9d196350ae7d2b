"""How the catalog's schema came to be: ordered steps, each recorded where it ran.

A step is a module that is never changed once released. It describes its tables itself instead of borrowing those of
``archive.store.sql.tables``, which go on changing after it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, insert, inspect, select

from archive.errors import CatalogError
from archive.store.sql.columns import UtcDateTime
from archive.store.sql.database import Database
from archive.store.sql.migrations import (
    m0001_initial,
    m0002_page_reasons,
    m0003_members,
    m0004_saved_searches,
    m0005_signatures,
    m0006_decisions,
    m0007_vendors,
    m0008_clauses,
    m0009_annotations,
    m0010_jobs,
    m0011_superseded_facts,
    m0012_access,
    m0013_vendor_forms,
    m0014_tasks,
    m0015_vendors_apart,
    m0016_log_in_places,
)

records = Table(
    "migrations",
    MetaData(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("applied_at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One change of the schema. ``apply`` runs inside the transaction that also records the step."""

    number: int
    name: str
    apply: Callable[[Connection], None]


STEPS: Sequence[Step] = (
    Step(1, "initial", m0001_initial.apply),
    Step(2, "page reasons", m0002_page_reasons.apply),
    Step(3, "members", m0003_members.apply),
    Step(4, "saved searches", m0004_saved_searches.apply),
    Step(5, "signatures", m0005_signatures.apply),
    Step(6, "decisions", m0006_decisions.apply),
    Step(7, "vendors", m0007_vendors.apply),
    Step(8, "clauses", m0008_clauses.apply),
    Step(9, "annotations", m0009_annotations.apply),
    Step(10, "jobs", m0010_jobs.apply),
    Step(11, "superseded facts", m0011_superseded_facts.apply),
    Step(12, "access", m0012_access.apply),
    Step(13, "vendor forms", m0013_vendor_forms.apply),
    Step(14, "tasks", m0014_tasks.apply),
    Step(15, "vendors apart", m0015_vendors_apart.apply),
    Step(16, "log-in places", m0016_log_in_places.apply),
)


def migrate(database: Database, steps: Sequence[Step] = STEPS) -> None:
    """Run the steps that the database has not seen, in order, each in one transaction with its record.

    Before the first of them, a catalog in a file that is not new is copied (:mod:`archive.store.sql.upgrading`).

    The writing transaction is the lock: of two processes that open a new catalog at once, the second waits and then
    finds the step recorded.

    :raises CatalogError: the catalog has steps we do not know, so a newer version of Dosije made it.
    :raises DiskFull: there is no room for the copy. Nothing was changed.
    :raises ReadOnly: the catalog is of an earlier release, and nothing can be written where it lies.
    """
    with database.reading() as connection:
        done = _applied(connection)
    unknown = done - {step.number for step in steps}
    if unknown:
        raise CatalogError(
            "%(path)s was made by a newer version of Dosije (schema step %(step)s).",
            "Install that version or a later one.",
            path=database.name,
            step=max(unknown),
        )
    missing = [step for step in steps if step.number not in done]
    if done and missing:
        database.begin_upgrade()
    for step in missing:
        with database.writing() as connection:
            run_step(connection, step)
    database.end_upgrade(steps[-1].number)


def run_step(connection: Connection, step: Step) -> None:
    """Run a step and record it, unless the catalog has it."""
    if step.number in _applied(connection):
        return
    records.create(connection, checkfirst=True)
    step.apply(connection)
    connection.execute(insert(records).values(number=step.number, name=step.name, applied_at=datetime.now(UTC)))


def _applied(connection: Connection) -> set[int]:
    if not inspect(connection).has_table(records.name):
        return set()
    return set(connection.scalars(select(records.c.number)))
