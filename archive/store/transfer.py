"""Copying a catalog between databases of any kind, and comparing two catalogs.

A copy reads a snapshot of its source in one transaction and writes its target in one transaction, so it is complete or
empty. The state of a table is its number of rows and a digest: the SHA-256 of each row in a form that does not depend
on the database, summed modulo 2^256. The sum does not depend on the order, so databases need not sort alike; it detects
loss and corruption, not an attacker who can choose rows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, delete, func, select

from archive.errors import CatalogClosed, CatalogError, UsageError
from archive.store.sql.database import BATCH, Database
from archive.store.sql.migrations import STEPS, newest
from archive.store.sql.sqlite import SqliteDatabase, open_sqlite
from archive.store.sql.sqlite_files import copy_catalog, settle_copy
from archive.store.sql.tables import checkpoints, index_records, metadata

Progress = Callable[[int, int], None]
"""Called with the number of processed rows and the total."""

NOT_COPIED = frozenset({index_records.name, checkpoints.name})
"""Tables about an index, which is not copied. The record of migrations is not copied either."""

TABLES = tuple(table for table in metadata.sorted_tables if table.name not in NOT_COPIED)
"""The copied tables, each after those that its foreign keys refer to."""

_MODULUS = 1 << 256

_as_text = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode
"""Made once: ``json.dumps`` makes an encoder for each row."""


@dataclass(frozen=True, slots=True)
class TableState:
    """Row count and digest of a table."""

    rows: int = 0
    digest: str = f"{0:064x}"


States = Mapping[str, TableState]
"""The state of a catalog, by table."""


def copy_all(source: Database, target: Database, *, replaces: bool = False, progress: Progress | None = None) -> States:
    """Copy every table of an open catalog into another one; returns the state of the source.

    :param replaces: delete the rows of the target first; else it must be empty.
    :raises UsageError: the target is not empty.
    :raises CatalogError: a database failed, or the target cannot store a value of the source. Nothing was copied.
    :raises CatalogClosed: a newer program may have added tables to the source.
    """
    with source.reading() as reader, target.writing() as writer:
        _refuse_newer(source, reader)
        _without_limits(reader)
        _without_limits(writer)
        if replaces:
            for table in reversed(metadata.sorted_tables):
                writer.execute(delete(table))
        elif not _is_empty(writer):
            raise UsageError(f"The catalog {target.name} is not empty.", "Name an empty place.")
        meter = _Meter(progress, _count(reader) if progress else 0)
        states = {}
        for table in TABLES:
            states[table.name] = _read(reader, table, meter, partial(_write, target, writer, table))
        target.finish_copy(writer)
    return states


def copy_to_file(source: Database, path: Path) -> None:
    """Write a snapshot of an open catalog to a catalog file, durably. Other processes may read and write it meanwhile.

    :raises CatalogError: the catalog is damaged, or the disk of the file is full.
    """
    if isinstance(source, SqliteDatabase):
        copy_catalog(Path(source.name), path)
        return
    copy = open_sqlite(path)
    try:
        unlike = differences(copy_all(source, copy), survey(copy))
    finally:
        copy.close()
    if unlike:
        raise CatalogError(f"The copy {path} differs in: {', '.join(unlike)}.", "Check the disk it is on.")
    settle_copy(path)


def survey(database: Database, progress: Progress | None = None) -> States:
    """Read all of an open catalog; returns its state."""
    with database.reading() as reader:
        _refuse_newer(database, reader)
        _without_limits(reader)
        meter = _Meter(progress, _count(reader) if progress else 0)
        return {table.name: _read(reader, table, meter, lambda _: None) for table in TABLES}


def is_empty(database: Database) -> bool:
    """Return whether an open catalog has no rows."""
    with database.reading() as connection:
        return _is_empty(connection)


def differences(one: States, other: States) -> list[str]:
    """Return the tables in which two catalogs differ."""
    return [table.name for table in TABLES if one[table.name] != other[table.name]]


@dataclass(slots=True)
class _Meter:
    """Progress of a run."""

    progress: Progress | None
    total: int
    done: int = 0

    def more(self, rows: int) -> None:
        self.done += rows
        if self.progress:
            self.progress(self.done, self.total)


_Rows = list[dict[str, Any]]


def _read(reader: Connection, table: Table, meter: _Meter, give: Callable[[_Rows], None]) -> TableState:
    """Read a table in batches and pass them to ``give``; returns its state."""
    count = total = 0
    # Without this, a driver may fetch the whole result before the first row.
    result = reader.execution_options(yield_per=BATCH).execute(select(table))
    for batch in result.mappings().partitions():
        rows = [dict(row) for row in batch]
        give(rows)
        count += len(rows)
        total += sum(int.from_bytes(row_digest(table, row)) for row in rows)
        meter.more(len(rows))
    return TableState(count, f"{total % _MODULUS:064x}")


def _write(target: Database, writer: Connection, table: Table, rows: _Rows) -> None:
    if writer.dialect.name == "postgresql":
        _refuse_nul(table, rows)
    target.insert_rows(writer, table, rows)


def _refuse_nul(table: Table, rows: _Rows) -> None:
    for row in rows:
        for name, value in row.items():
            if isinstance(value, str) and "\0" in value:
                key = ", ".join(str(row[column.name]) for column in table.primary_key)
                raise CatalogError(
                    f"{name} of {table.name} ({key}) has a character that PostgreSQL cannot keep (NUL).",
                    "The catalog can stay in a file while search and originals are moved.",
                )


def row_digest(table: Table, row: Mapping[str, Any]) -> bytes:
    """Return the SHA-256 of a row, in a form that does not depend on the database."""
    values = [_plain(row[column.name]) for column in table.columns]
    return hashlib.sha256(_as_text(values).encode()).digest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, bytes):
        return {"sha256": hashlib.sha256(value).hexdigest()}
    return value


def _refuse_newer(database: Database, reader: Connection) -> None:
    if newest(reader) > STEPS[-1].number:
        raise CatalogClosed(
            "A newer version of Dosije upgrades %(path)s (schema step %(step)s); this one would not copy all of it.",
            "Run this with that version.",
            path=database.name,
            step=newest(reader),
        )


def _without_limits(connection: Connection) -> None:
    """Lift the time limits, which are for interactive requests."""
    if connection.dialect.name == "postgresql":
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            connection.exec_driver_sql(f"SET LOCAL {limit} = 0")


def _count(reader: Connection) -> int:
    return sum(reader.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES)


def _is_empty(connection: Connection) -> bool:
    return all(connection.execute(select(table).limit(1)).first() is None for table in TABLES)
