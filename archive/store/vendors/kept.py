"""Rows of the vendor tables: building them, reading and writing them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, bindparam, delete, insert, select

from archive.errors import Message
from archive.store.sql.database import rows_among
from archive.store.sql.tables import vendor_firms, vendor_names, vendor_prints
from archive.store.vendors.rows import key_of
from archive.vendors.candidates import Candidate
from archive.vendors.entities import FirmNaming, other_names
from archive.vendors.identity import Mention, Number
from archive.vendors.look_alikes import printed_core
from archive.vendors.names import NameSpelling, shape
from archive.vendors.prints import CountedPrint, Print

Key = tuple[str, ...]
"""A primary key."""

Values = Mapping[str, Any]
Rows = Mapping[Key, Values]
"""Rows of a table, by their primary keys."""


def rows_in(
    connection: Connection, table: Table, column: ColumnElement[str] | None = None, values: Iterable[str] | None = None
) -> Rows:
    """Return the rows of a table, all or those with one of these values in a column."""
    keys = [one.name for one in table.primary_key]
    rest = [one.name for one in table.columns if one.name not in keys]
    query = select(*(table.c[name] for name in (*keys, *rest)))
    among = table.c[keys[0]] if column is None else column
    rows = rows_among(connection, query, among, values)
    return {tuple(row[: len(keys)]): dict(zip(rest, row[len(keys) :], strict=True)) for row in rows}


def difference(known: Rows, wanted: Rows) -> tuple[set[Key], Rows]:
    """Return the keys of rows to delete, and the rows to insert, to get the wanted rows."""
    gone = {key for key, values in known.items() if wanted.get(key) != values}
    return gone, {key: values for key, values in wanted.items() if known.get(key) != values}


def write_rows(connection: Connection, table: Table, gone: Iterable[Key], new: Rows) -> None:
    """Delete rows of a table, and insert others."""
    keys = [column.name for column in table.primary_key]
    removed = [{f"of_{name}": value for name, value in zip(keys, key, strict=True)} for key in gone]
    if removed:
        of_key = and_(*(table.c[name] == bindparam(f"of_{name}") for name in keys))
        connection.execute(delete(table).where(of_key), removed)
    if new:
        rows = [{**dict(zip(keys, key, strict=True)), **values} for key, values in new.items()]
        connection.execute(insert(table), rows)


def name_row(spelled: NameSpelling) -> Values:
    """Return a printed name as a row."""
    return {"told": list(spelled.told), "core": list(spelled.core)}


def names_kept(connection: Connection, names: Iterable[str]) -> dict[str, NameSpelling]:
    """Return the stored parses of these names; those that no document prints are omitted."""
    rows = rows_among(connection, select(vendor_names), vendor_names.c.name, names)
    return {row.name: _spelling(row.name, tuple(row.told), tuple(row.core)) for row in rows}


def _spelling(name: str, told: tuple[str, ...], core: tuple[str, ...]) -> NameSpelling:
    return NameSpelling(shape(name).bag, told, printed_core(name, told).outline, core)


def vendor_row(id_: str, name: str, names: Sequence[str]) -> Values:
    """Return a vendor as a row.

    :param names: all printed names, in the order of the entity.
    """
    return {"name": name, "others": list(other_names(names)), "form": key_of(id_)}


def vendor_key_rows(id_: str, name: str, names: Iterable[str], numbers: Iterable[Number]) -> Rows:
    """Return the rows of all keys that a vendor is found by."""
    return {(key_of(text), id_): {} for text in (id_, name, *names, *(number for _, number in numbers))}


def mention_row(mention: Mention, of_print: str, *, is_public: bool, vendor: str) -> Values:
    """Return a mention as a row."""
    return {
        "vendor": vendor,
        "won": mention.won,
        "bid": mention.bid,
        "numbers": dict(mention.numbers),
        "failed": " ".join(sorted(mention.failed)),
        "form": key_of(mention.name),
        "print": of_print,
        "is_public": is_public,
    }


def print_row(one: CountedPrint, vendor: str) -> Values:
    """Return a print as a row."""
    return {
        "name": one.print.name,
        "numbers": dict(one.print.numbers),
        "failed": " ".join(sorted(one.print.failed)),
        "beside": list(one.print.beside),
        "documents": one.documents,
        "public": one.public,
        "first": one.first,
        "vendor": vendor,
    }


def prints_kept(
    connection: Connection, column: ColumnElement[str], values: Iterable[str]
) -> dict[str, tuple[CountedPrint, str]]:
    """Return the prints with one of these values in a column, with the vendor of each, by id."""
    rows = rows_among(connection, select(vendor_prints), column, values)
    return {row.id: (_counted(row), row.vendor) for row in rows}


def _counted(row: Row[Any]) -> CountedPrint:
    numbers, failed = tuple(sorted(row.numbers.items())), frozenset(row.failed.split())
    one = Print(row.name, numbers, failed, tuple(row.beside))
    return CountedPrint(one, row.documents, row.public, row.first)


def firm_row(firm: FirmNaming, slug: str, documents: int) -> Values:
    """Return the sources of a vendor's name and id as a row."""
    return {
        "printed": firm.printed,
        "number": None if firm.number is None else list(firm.number),
        "is_public": firm.is_public,
        "first_document": firm.first[0],
        "first_name": firm.first[1],
        "slug": slug,
        "documents": documents,
    }


def firms_kept(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[FirmNaming, str, int]]:
    """Return these vendors, each with the base of its id and the number of documents that name it."""
    found = {}
    for row in rows_among(connection, select(vendor_firms), vendor_firms.c.vendor, ids):
        number = None if row.number is None else (row.number[0], row.number[1])
        firm = FirmNaming(row.printed, number, row.is_public, (row.first_document, row.first_name))
        found[row.vendor] = firm, row.slug, row.documents
    return found


def candidate_row(reason: str, likelihood: float, score: float) -> Values:
    """Return a merge candidate as a row."""
    told = [reason.template, dict(reason.values)] if isinstance(reason, Message) else [reason, {}]
    return {"reason": told, "likelihood": likelihood, "score": score}


def candidate_rows(found: Sequence[Candidate]) -> Rows:
    """Return merge candidates as rows."""
    return {(one.one.id, one.other.id): candidate_row(one.reason, one.likelihood, one.score) for one in found}


def reason_of(kept: Sequence[Any]) -> Message:
    """Return the reason of a row as a message."""
    return Message(kept[0], **kept[1])
