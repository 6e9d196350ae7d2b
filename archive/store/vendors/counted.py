"""Vendors as a list shows them: no mention is read, but for an index that has what is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, case, func, select

from archive.store.sql.database import rows_among
from archive.store.sql.tables import vendor_mentions, vendors
from archive.store.vendors.naming import prints_of_vendors
from archive.vendors.entities import ListedVendor, ranked_names
from archive.vendors.identity import surest_first
from archive.vendors.prints import numbers_of


def listed_vendors(connection: Connection, ids: Sequence[str]) -> list[ListedVendor]:
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
