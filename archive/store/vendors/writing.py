"""Writing changed vendors. Equal rows are not written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, Connection, func, select, update

from archive.store.collections import private_collections
from archive.store.sql.database import batches, rows_among
from archive.store.sql.tables import vendor_firms, vendor_keys, vendor_mentions, vendor_prints, vendors
from archive.store.vendors.grouping import Grouped, Prints
from archive.store.vendors.indexed import Revisions, keys_of_prints
from archive.store.vendors.kept import (
    Key,
    Rows,
    Values,
    difference,
    firm_row,
    rows_in,
    vendor_key_rows,
    vendor_row,
    write_rows,
)
from archive.store.vendors.links import OF_FIRMS, links_of_firm, links_of_items, relink
from archive.store.vendors.naming import ChangedVendor, Named
from archive.store.vendors.rows import documents_of_vendors
from archive.vendors.prints import numbers_of


def write_vendors(connection: Connection, named: Named, grouped: Grouped, gone: Prints, revisions: Revisions) -> None:
    """Write vendors, and the vendor of each print.

    :param gone: prints that no document has any more.
    """
    ids = named.before | {one.id for one in named.vendors}
    wanted: Rows = {(one.id,): vendor_row(one.id, one.name, one.names) for one in named.vendors}
    old, new = difference(rows_in(connection, vendors, vendors.c.id, ids), wanted)
    moved = {id_: one.id for one in named.vendors for id_ in one.prints if _vendor_before(one, id_, grouped) != one.id}
    revisions.watch(documents_of_vendors(connection, {id_ for (id_,) in old}))
    revisions.watch(_documents_of_prints(connection, moved))
    revisions.add(_documents_of_prints(connection, _with_lost_keys(named, grouped, gone), vendor_mentions.c.won))
    if private_collections(connection):
        # Which names are secret depends on all documents of a vendor.
        revisions.watch(documents_of_vendors(connection, ids))
    write_rows(connection, vendors, old, new)
    _move(connection, moved)
    keys: dict[Key, Values] = {}
    for one in named.vendors:
        sure, doubtful = numbers_of(one.prints.values())
        keys.update(vendor_key_rows(one.id, one.name, one.names, sure | doubtful))
    write_rows(connection, vendor_keys, *difference(rows_in(connection, vendor_keys, vendor_keys.c.vendor, ids), keys))
    counts = _documents(connection, {one.id for one in named.vendors if one.documents is None})
    firms: Rows = {
        (one.id,): firm_row(one.firm, one.slug, counts[one.id] if one.documents is None else one.documents)
        for one in named.vendors
    }
    write_rows(
        connection, vendor_firms, *difference(rows_in(connection, vendor_firms, vendor_firms.c.vendor, ids), firms)
    )
    links = {one.id: links_of_firm(one.firm, one.slug) for one in named.vendors}
    relink(connection, links_of_items(connection, ids, OF_FIRMS), links)


def _vendor_before(one: ChangedVendor, id_: str, grouped: Grouped) -> str | None:
    return grouped.before.get(id_, one.known)


def _with_lost_keys(named: Named, grouped: Grouped, gone: Prints) -> set[str]:
    """Return the prints of vendors that have lost a key of the previous vendor with these prints."""
    told = dict(gone)
    for one in named.vendors:
        told |= one.prints
    before: dict[str, dict[str, bool]] = {}
    for id_, vendor in grouped.before.items():
        if vendor:
            before.setdefault(vendor, {})[id_] = bool(told[id_].print.beside)
    keys = {id_: led for some in before.values() for led in (keys_of_prints(some),) for id_ in some}
    found = set()
    for one in named.vendors:
        if known := one.prints.keys() & keys.keys():
            now = keys_of_prints({id_: bool(of_it.print.beside) for id_, of_it in one.prints.items()})
            found |= {id_ for id_ in known if not keys[id_] <= now}
    return found


def _documents_of_prints(connection: Connection, ids: Iterable[str], *conditions: ColumnElement[bool]) -> set[str]:
    query = select(vendor_mentions.c.document).where(*conditions).distinct()
    return {row.document for row in rows_among(connection, query, vendor_mentions.c.print, ids)}


def _move(connection: Connection, moved: Mapping[str, str]) -> None:
    """Assign prints, with their mentions, to other vendors."""
    by_vendor: dict[str, list[str]] = {}
    for id_, vendor in moved.items():
        by_vendor.setdefault(vendor, []).append(id_)
    for vendor, ids in by_vendor.items():
        for some in batches(ids):
            connection.execute(update(vendor_prints).where(vendor_prints.c.id.in_(some)).values(vendor=vendor))
            connection.execute(update(vendor_mentions).where(vendor_mentions.c.print.in_(some)).values(vendor=vendor))


def _documents(connection: Connection, ids: Iterable[str]) -> dict[str, int]:
    """Count the documents that name each of these vendors."""
    counted = func.count(vendor_mentions.c.document.distinct()).label("documents")
    query = select(vendor_mentions.c.vendor, counted).group_by(vendor_mentions.c.vendor)
    return {row.vendor: row.documents for row in rows_among(connection, query, vendor_mentions.c.vendor, ids)}
