"""Vendors as a list shows them: those with some words or digits in a name or number, the ones in most documents first.

No mention is read, but for an index that has what is counted; where collections are hidden, counted is what is seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, case, func, select

from archive.store.sql.database import rows_among
from archive.store.sql.tables import vendor_firms, vendor_keys, vendor_mentions, vendors
from archive.store.vendors.naming import prints_of_vendors
from archive.store.vendors.rows import load_vendors
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
    return total, _counted(connection, ids) if is_whole else list(map(ListedVendor.of, load_vendors(connection, ids)))


def _counted(connection: Connection, ids: Sequence[str]) -> list[ListedVendor]:
    """Return these vendors in this order; unknown ids are left out, and those that have no prints yet while all are
    found anew. Not for a catalog that hides collections."""
    prints = prints_of_vendors(connection, ids)
    named = [
        func.count(case((column, vendor_mentions.c.document)).distinct()).label(column.name)
        for column in (vendor_mentions.c.won, vendor_mentions.c.bid)
    ]
    columns = (vendor_mentions.c.vendor, vendors.c.name)
    query = select(*columns, *named).join(vendors, vendors.c.id == vendor_mentions.c.vendor).group_by(*columns)
    counted = {row.vendor: row for row in rows_among(connection, query, vendor_mentions.c.vendor, ids)}
    listed = []
    for id_ in ids:
        if (row := counted.get(id_)) and id_ in prints:
            every = prints[id_].values()
            documents: Counter[str] = Counter()
            for one in every:
                documents[one.print.name] += one.documents
            sure, doubtful = (tuple(sorted(some, key=surest_first)) for some in numbers_of(every))
            names = ranked_names(documents, documents.keys())
            listed.append(ListedVendor(id_, row.name, names, sure, doubtful, row.won, row.bid))
    return listed
