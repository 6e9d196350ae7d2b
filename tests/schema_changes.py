"""Compatibility test of a schema migration with older programs: they write, change, read and remove rows afterwards.

The tables of an older program are those of the database before the migration; it names their columns in every
statement, as the repositories do.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    and_,
    delete,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from archive.store.sql.migrations import records

_AT = datetime(2026, 11, 28, tzinfo=UTC)


def tables_of(connection: Connection) -> MetaData:
    """Return the tables as an older program knows them."""
    found = MetaData()
    found.reflect(connection)
    found.remove(found.tables[records.name])
    return found


def faults(connection: Connection, known: MetaData, number: int) -> list[str]:
    """Return the operations of a program with these tables that fail, and the columns that have changed.

    ``number`` distinguishes its rows from those of other calls. The second row of a table differs from the first one
    only in its key, so uniqueness constraints are found, too: compare with the faults before the migration.
    """
    found: list[str] = []
    written: list[tuple[Table, dict[str, Any]]] = []
    for table in known.sorted_tables:
        first, other = _row(table, number), _row(table, number + 1)
        second = first | {column.name: other[column.name] for column in table.primary_key}
        written += [
            (table, row)
            for which, row in (("first", first), ("second", second))
            if _tried(connection, found, f"{table.name} takes no {which} row", insert(table).values(row))
        ]
    for table, row in written:
        here = and_(*(column == row[column.name] for column in table.primary_key))
        others = {column.name: row[column.name] for column in table.columns if not column.primary_key}
        _tried(connection, found, f"{table.name} cannot be read", select(table).where(here))
        if others:
            _tried(connection, found, f"{table.name} cannot be changed", update(table).where(here).values(others))
    for table, row in reversed(written):
        here = and_(*(column == row[column.name] for column in table.primary_key))
        _tried(connection, found, f"{table.name} lets no row go", delete(table).where(here))
    return [*dict.fromkeys(found), *_lost(connection, known)]


def _row(table: Table, number: int) -> dict[str, Any]:
    """Return a row that refers to the rows with this number in other tables."""
    return {column.name: _value(column, number) for column in table.columns}


def _value(column: Column[Any], number: int) -> Any:
    match column.type:
        case Boolean():
            return True
        case Float():
            return 0.5
        case Integer():
            return number
        case LargeBinary():
            return b"x"
        case DateTime():
            return _AT
    return f"{number:04}"


def _tried(connection: Connection, found: list[str], fault: str, statement: Any) -> bool:
    try:
        with connection.begin_nested():
            connection.execute(statement)
    except SQLAlchemyError as error:
        found.append(f"{fault}: {str(getattr(error, 'orig', error)).splitlines()[0]}")
        return False
    return True


def _lost(connection: Connection, known: MetaData) -> Iterator[str]:
    """Yield the tables that are gone and the columns whose type has changed."""
    inspector = inspect(connection)
    for table in known.sorted_tables:
        if not inspector.has_table(table.name):
            yield f"{table.name} is gone"
            continue
        now = {column["name"]: column for column in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.name not in now:
                yield f"{table.name}.{column.name} is gone"
            elif str(now[column.name]["type"]) != str(column.type):
                yield f"{table.name}.{column.name} is {now[column.name]['type']}, and was {column.type}"
