"""Filters of a request, and their translation to an engine request.

Facet values are compared exactly, so a typed value is replaced by the spelling of the existing ones, and a vendor with
several names by its name in the facet.

A filter is the name of a facet (documents with one of the values), that name with the prefix ``not_`` (documents with
none of them), a bound of printed amounts in any currency, or a story, whose documents are looked up with the rights of
the reader.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from archive.errors import UsageError
from archive.search.engine import EngineRequest
from archive.search.query import And, Carries, Not, NumericField, Or, Query, Range
from archive.search.query_language.names import kinds_named, languages_named, qualities_named
from archive.search.request import (
    AMOUNT_FILTERS,
    STORY,
    UNKNOWN,
    Filters,
    ResolvedFilters,
    SearchRequest,
    excluded_facet,
    excluding,
)
from archive.store.catalog import Catalog
from archive.store.indexing import is_key

_OF_DOCUMENTS = ("municipality", "watch")
"""Facets whose values are those of documents; their names are also names of fields."""

_NAMED = {"kind": kinds_named, "language": languages_named, "quality": qualities_named}
_TAG = re.compile("[a-z]{2,3}(-[A-Z][a-z]{3})?")


def resolve_filters(catalog: Catalog, filters: Filters) -> ResolvedFilters:
    """Resolve the values of filters. Idempotent.

    :raises UsageError: they name a story that was not looked up for a reader
        (:func:`archive.stories.searching.within_story`).
    """
    if isinstance(filters, ResolvedFilters):
        return filters
    if filters.get(STORY):
        raise UsageError("This cannot be asked of the papers of a story alone.", "Take the story out of the filters.")
    vendors = [text for name in ("vendor", excluding("vendor")) for text in filters.get(name, ())]
    called = catalog.vendors.names_for(vendors) if vendors else {}
    resolved, unknown = dict(filters), set()
    for name, texts in filters.items():
        facet = excluded_facet(name) or name
        meant: dict[str, None] = {}
        for text in texts:
            found = called.get(text, ()) if facet == "vendor" else _possible_values(catalog, facet, text)
            if not found:
                unknown.add((facet, text))
            meant |= dict.fromkeys(found or (text,))
        resolved[name] = tuple(meant)
    return ResolvedFilters(resolved, frozenset(unknown))


def as_spelled(catalog: Catalog, query: Query | None) -> Query | None:
    """Replace facet values in a query by the spelling in documents, except those that the parser has resolved."""
    return None if query is None else _spelled(catalog, query)


def _spelled(catalog: Catalog, query: Query) -> Query:
    match query:
        case Carries(facet, text) if facet in _OF_DOCUMENTS:
            meant = [Carries(facet, value) for value in _possible_values(catalog, facet, text) or (text,)]
            return meant[0] if len(meant) == 1 else Or(tuple(meant))
        case And(parts):
            return And(tuple(_spelled(catalog, part) for part in parts))
        case Or(parts):
            return Or(tuple(_spelled(catalog, part) for part in parts))
        case Not(part):
            return Not(_spelled(catalog, part))
        case _:
            return query


def _possible_values(catalog: Catalog, facet: str, text: str) -> Sequence[str]:
    """Return the values that a typed text may mean."""
    if text == UNKNOWN or (facet == "language" and _TAG.fullmatch(text)):
        return (text,)
    if facet in _OF_DOCUMENTS:
        return catalog.facts.values_like(facet, text)
    return _NAMED[facet](text) if facet in _NAMED else (text,)


def engine_request(
    catalog: Catalog,
    request: SearchRequest,
    query: Query | None,
    among: frozenset[str] | None = None,
    *,
    may_be_partial: bool = False,
) -> EngineRequest:
    """Build the engine request of a request whose text was parsed to ``query``."""
    filters = resolve_filters(catalog, request.filters)
    chosen, excluded = (_with_keys(catalog, values) for values in split(filters))
    if filters.among is not None:
        among = filters.among if among is None else among & filters.among
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
        excerpts=request.excerpts,
    )


def _with_keys(catalog: Catalog, values: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return facet values as indexed: vendors by key, or by name in an older index.

    A typed key is not accepted: the key of a name is computable, and would reveal whether a hidden document prints it.
    """
    if not values.get("vendor"):
        return values
    keys = catalog.vendors.keys_of(values["vendor"])
    found = (key for name in values["vendor"] for key in (*keys.get(name, ()), "" if is_key(name) else name))
    return {**values, "vendor": tuple(dict.fromkeys(found))}


def with_names(catalog: Catalog, facets: Mapping[str, Mapping[str, int]]) -> Mapping[str, Mapping[str, int]]:
    """Return the facets of an index with vendors by name. A vendor that no longer exists is omitted: its documents are
    due."""
    counts = facets.get("vendor")
    if not counts:
        return facets
    called = catalog.indexing.vendors_called(counts)
    names = list(map(called.get, counts, counts))
    if all(names) and len(set(names)) == len(names):
        # Nearly always: a loop over thousands of vendors takes five times as long.
        return {**facets, "vendor": dict(zip(names, counts.values(), strict=True))}
    named: dict[str, int] = {}
    for key, count in counts.items():
        name = called.get(key) or (None if is_key(key) else key)
        if name is not None:
            named[name] = named.get(name, 0) + count
    return {**facets, "vendor": named}


def split(filters: Filters) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Return the selected values of each facet, and the excluded ones."""
    chosen: dict[str, tuple[str, ...]] = {}
    excluded: dict[str, tuple[str, ...]] = {}
    for name, values in filters.items():
        if facet := excluded_facet(name):
            excluded[facet] = values
        elif name not in (*AMOUNT_FILTERS, STORY):
            chosen[name] = values
    return chosen, excluded


def within_amounts(query: Query | None, filters: Filters) -> Query | None:
    """Restrict the query to documents that print an amount within the bounds, if there are any."""
    low, high = (_bound(filters.get(name, ())) for name in AMOUNT_FILTERS)
    if low is None and high is None:
        return query
    amounts = Range(NumericField.AMOUNT, low, high)
    if query is None:
        return amounts
    # Beside the words, not around them, so that their proximity scores as without a bound.
    return And((*(query.parts if isinstance(query, And) else (query,)), amounts))


def _bound(values: tuple[str, ...]) -> int | None:
    return int(values[0]) if values else None
