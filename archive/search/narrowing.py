"""Filters: how a request names them, and what an engine is asked because of them.

A filter is the name of a facet (documents that carry one of the values), that name after ``not_`` (no document that
carries one of them), or a bound of the amounts that a document prints, in whatever currency.
"""

from __future__ import annotations

from collections.abc import Mapping

from archive.search.engine import EngineRequest
from archive.search.query import And, Column, Query, Range
from archive.search.request import AMOUNT_FILTERS, SearchRequest, excluded_facet
from archive.search.spellings import as_spelled, with_spellings
from archive.search.vendor_filters import with_vendors
from archive.store.catalog import Catalog

Filters = Mapping[str, tuple[str, ...]]


def engine_request(
    catalog: Catalog,
    request: SearchRequest,
    query: Query | None,
    among: frozenset[str] | None = None,
    *,
    may_be_partial: bool = False,
) -> EngineRequest:
    """What an engine is asked because of a request, whose text means ``query``."""
    filters = as_meant(catalog, request.filters)
    chosen, excluded = split(filters)
    return EngineRequest(
        within_amounts(as_spelled(catalog, query), filters),
        chosen,
        request.sort,
        request.limit,
        request.offset,
        among,
        request.unit.facets,
        excluded,
        may_be_partial,
    )


def as_meant(catalog: Catalog, filters: Filters) -> Filters:
    """Filters with each value as the facets have it, whatever it was written like; one that means nothing stays."""
    return with_spellings(catalog, with_vendors(catalog, filters))


def split(filters: Filters) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """The values chosen of each facet, and those left out."""
    chosen: dict[str, tuple[str, ...]] = {}
    excluded: dict[str, tuple[str, ...]] = {}
    for name, values in filters.items():
        if facet := excluded_facet(name):
            excluded[facet] = values
        elif name not in AMOUNT_FILTERS:
            chosen[name] = values
    return chosen, excluded


def within_amounts(query: Query | None, filters: Filters) -> Query | None:
    """The query, of documents only that print an amount within the bounds, if there are any."""
    low, high = (_bound(filters.get(name, ())) for name in AMOUNT_FILTERS)
    if low is None and high is None:
        return query
    amounts = Range(Column.AMOUNT, low, high)
    return amounts if query is None else And((query, amounts))


def _bound(values: tuple[str, ...]) -> int | None:
    return int(values[0]) if values else None
