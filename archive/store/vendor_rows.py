"""The rows that vendors come to in the catalog's tables, and keeping a table to such rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, bindparam, delete, insert, select

from archive.store.sql.tables import vendor_keys, vendor_mentions, vendors
from archive.vendors.entities import Entity
from archive.vendors.identity import Mention
from archive.vendors.names import words

LONGEST_KEY = 300
"""Characters of what a vendor is found by. One letter of a name may become 18 of a key (U+FDFA)."""

Rows = Mapping[tuple[str, ...], Mapping[str, Any]]
"""Rows of a table, by their primary keys."""


def tables_of(found: Sequence[Entity]) -> tuple[tuple[Table, Rows], ...]:
    """What each table has to hold for these vendors."""
    return (
        (vendors, {(one.id,): _called(one) for one in found}),
        (vendor_keys, {(key, one.id): {} for one in found for key in _keys(one)}),
        (vendor_mentions, {(m.document, m.name): _row(one, m) for one in found for m in one.mentions}),
    )


def rows_in(connection: Connection, table: Table) -> Rows:
    """What a table holds."""
    keys = [column.name for column in table.primary_key]
    rest = [column.name for column in table.columns if column.name not in keys]
    rows = connection.execute(select(*(table.c[name] for name in (*keys, *rest)))).all()
    return {tuple(row[: len(keys)]): dict(zip(rest, row[len(keys) :], strict=True)) for row in rows}


def keep(connection: Connection, table: Table, wanted: Rows) -> None:
    """Have a table hold these rows, by their primary keys, and no others. Rows that are the same are not written."""
    keys = [column.name for column in table.primary_key]
    known = rows_in(connection, table)
    gone = [key for key, values in known.items() if wanted.get(key) != values]
    new = [key for key, values in wanted.items() if known.get(key) != values]
    if gone:
        of_key = and_(*(table.c[name] == bindparam(f"of_{name}") for name in keys))
        parameters = [f"of_{name}" for name in keys]
        connection.execute(delete(table).where(of_key), [dict(zip(parameters, key, strict=True)) for key in gone])
    if new:
        connection.execute(insert(table), [{**dict(zip(keys, key, strict=True)), **wanted[key]} for key in new])


def mention_of(row: Row[Any]) -> Mention:
    """The mention of a row."""
    numbers = tuple(sorted(row.numbers.items()))
    return Mention(row.document, row.name, row.won, row.bid, numbers, frozenset(row.failed.split()))


def key_of(text: str) -> str:
    """What a text is found by: its words in one script and case, of a longer one those at its beginning."""
    return (" ".join(words(text)) or text)[:LONGEST_KEY]


def _called(entity: Entity) -> dict[str, Any]:
    return {"name": entity.name, "others": list(entity.other_names), "form": key_of(entity.id)}


def _row(entity: Entity, mention: Mention) -> dict[str, Any]:
    return {
        "vendor": entity.id,
        "won": mention.won,
        "bid": mention.bid,
        "numbers": dict(mention.numbers),
        "failed": " ".join(sorted(mention.failed)),
        "form": key_of(mention.name),
    }


def _keys(entity: Entity) -> set[str]:
    numbers = {number for _, number in (*entity.numbers, *entity.doubtful_numbers)}
    return {key_of(text) for text in (entity.id, entity.name, *entity.names, *numbers)}
