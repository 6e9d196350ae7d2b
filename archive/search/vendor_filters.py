"""Filters by vendor, which may say any name that a vendor is printed under."""

from __future__ import annotations

from collections.abc import Mapping

from archive.search.request import excluding
from archive.store.catalog import Catalog

_FACET = "vendor"


def with_vendors(catalog: Catalog, filters: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    """Filters with each name of a vendor, number or id in them replaced by what the vendor is called in the facet; a
    name that several are printed under, by all of them. One that no vendor has stays."""
    named = {}
    for filter_ in (_FACET, excluding(_FACET)):
        if chosen := filters.get(filter_):
            called = catalog.vendors.names_for(chosen)
            named[filter_] = tuple(dict.fromkeys(name for text in chosen for name in called.get(text, (text,))))
    return {**filters, **named} if named else filters
