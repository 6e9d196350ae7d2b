"""Which programs may use a catalog: each step of the schema says in its record whether it closes the catalog to those
that do not know it.

A program that is open while another one upgrades the catalog goes on, as long as no step closes it: it is asked in each
transaction that writes, and where a query fails. Whoever copies everything must know every step, closing or not.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Boolean, Column, Connection, Integer, MetaData, Table, Text, func, inspect, select, text, true

from archive.errors import CatalogClosed
from archive.store.sql.columns import UtcDateTime

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


def recorded(connection: Connection) -> dict[int, bool]:
    """Return the steps that a catalog has taken, each with whether it closes; none where there is no catalog."""
    if not inspect(connection).has_table(records.name):
        return {}
    # A catalog of before step 25 has no column that says so: every step was a closing one.
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
