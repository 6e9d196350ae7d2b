"""Vendors as a list shows them: those with some words or digits in a name or number, the ones in most documents first.

No mention is read, but for an index that has what is counted; where collections are hidden, counted is what is seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from archive.store.sql.database import rows_among
from archive.store.sql.tables import vendor_firms, vendor_keys, vendor_mentions, vendors
from archive.store.vendors.naming import prints_of_vendors
from archive.store.vendors.rows import load_vendors, vendors_by_key
from archive.vendors.entities import ListedVendor, ranked_names
from archive.vendors.identity import surest_first
from archive.vendors.names import words
from archive.vendors.prints import numbers_of


def listed_vendors(
    connection: Connection, text: str, limit: int | None, offset: int, *, is_whole: bool
) -> tuple[int, list[ListedVendor]]:
    """Count the vendors with these words or digits, and return some of them. ``is_whole``: nothing is hidden."""
    if is_whole:
        vendor = vendor_firms.c.vendor
        query, by_documents = select(vendor), vendor_firms.c.documents.desc()
    else:
        vendor = vendor_mentions.c.vendor
        query = select(vendor).group_by(vendor)
        by_documents = func.count(vendor_mentions.c.document.distinct()).desc()
    form = " ".join(words(text))
    if form:
        with_form = vendor_keys.c.key.contains(form, autoescape=True)
        query = query.where(vendor.in_(select(vendor_keys.c.vendor).where(with_form)))
    total = connection.scalar(select(func.count()).select_from(query.subquery())) or 0
    ids = connection.scalars(query.order_by(by_documents, vendor).limit(limit).offset(offset)).all()
    return total, _counted(connection, ids) if is_whole else _read(connection, ids)


def listed_by_key(connection: Connection, key: str, *, is_whole: bool) -> list[ListedVendor]:
    """Return the vendors with this name in any spelling, number or id."""
    ids = vendors_by_key(connection, [key]).get(key, [])
    listed = _counted(connection, ids) if is_whole else []
    return listed if len(listed) == len(ids) else _read(connection, ids)


def _read(connection: Connection, ids: Sequence[str]) -> list[ListedVendor]:
    return list(map(ListedVendor.of, load_vendors(connection, ids)))


def _counted(connection: Connection, ids: Sequence[str]) -> list[ListedVendor]:
    """Return these vendors in this order; unknown ids are left out, and those that have no prints yet while all are
    found anew. Not for a catalog that hides collections."""
    prints = prints_of_vendors(connection, ids)
    # Of one role at a time, documents come in the order of the index and are counted without a table of them.
    named = [
        select(func.count(vendor_mentions.c.document.distinct()))
        .where(vendor_mentions.c.vendor == vendor_firms.c.vendor, role)
        .scalar_subquery()
        .label(role.name)
        for role in (vendor_mentions.c.won, vendor_mentions.c.bid)
    ]
    query = select(vendor_firms.c.vendor, vendors.c.name, vendor_firms.c.documents, *named)
    query = query.join(vendors, vendors.c.id == vendor_firms.c.vendor)
    firms = {row.vendor: row for row in rows_among(connection, query, vendor_firms.c.vendor, ids)}
    listed = []
    for id_ in ids:
        if (row := firms.get(id_)) and id_ in prints:
            every = prints[id_].values()
            printed: Counter[str] = Counter()
            for one in every:
                printed[one.print.name] += one.documents
            sure, doubtful = (tuple(sorted(some, key=surest_first)) for some in numbers_of(every))
            names, counts = ranked_names(printed, printed.keys()), (row.documents, row.won, row.bid)
            listed.append(ListedVendor(id_, row.name, names, printed, sure, doubtful, *counts))
    return listed
