"""Filters: how a request names them, and the engine request they lead to.

A value of a facet is compared letter by letter, so what was asked for is put into the spelling of the values there are,
and a vendor, which has several names, is called as in the facet.

A filter is the name of a facet (documents that carry one of the values), that name after ``not_`` (no document that
carries one of them), a bound of the amounts that a document prints, in whatever currency, or a story, whose papers are
looked up for who asks.
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
"""Facets whose values are those that documents have; their names are names of fields, too."""

_NAMED = {"kind": kinds_named, "language": languages_named, "quality": qualities_named}
_TAG = re.compile("[a-z]{2,3}(-[A-Z][a-z]{3})?")


def resolve_filters(catalog: Catalog, filters: Filters) -> ResolvedFilters:
    """Resolve the values of filters. Filters that are resolved stay as they are.

    :raises UsageError: they name a story, and nobody has looked up for whom
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
            found = called.get(text, ()) if facet == "vendor" else _meant(catalog, facet, text)
            if not found:
                unknown.add((facet, text))
            meant |= dict.fromkeys(found or (text,))
        resolved[name] = tuple(meant)
    return ResolvedFilters(resolved, frozenset(unknown))


def as_spelled(catalog: Catalog, query: Query | None) -> Query | None:
    """Spell the values of facets in a query as documents have them, but for those that the parser has spelled."""
    return None if query is None else _spelled(catalog, query)


def _spelled(catalog: Catalog, query: Query) -> Query:
    match query:
        case Carries(facet, text) if facet in _OF_DOCUMENTS:
            meant = [Carries(facet, value) for value in _meant(catalog, facet, text) or (text,)]
            return meant[0] if len(meant) == 1 else Or(tuple(meant))
        case And(parts):
            return And(tuple(_spelled(catalog, part) for part in parts))
        case Or(parts):
            return Or(tuple(_spelled(catalog, part) for part in parts))
        case Not(part):
            return Not(_spelled(catalog, part))
        case _:
            return query


def _meant(catalog: Catalog, facet: str, text: str) -> Sequence[str]:
    """Return the values that a text may mean."""
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
    """Make the engine request of a request whose text means ``query``."""
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
    """Return the values of facets as an index has them: vendors by their keys, or by their names in one of before.

    Nobody asks for a key: that of a name is no secret, and would tell whether a hidden document prints it.
    """
    if not values.get("vendor"):
        return values
    keys = catalog.vendors.keys_of(values["vendor"])
    found = (key for name in values["vendor"] for key in (*keys.get(name, ()), "" if is_key(name) else name))
    return {**values, "vendor": tuple(dict.fromkeys(found))}


def with_names(catalog: Catalog, facets: Mapping[str, Mapping[str, int]]) -> Mapping[str, Mapping[str, int]]:
    """Return the facets of an index, vendors as they are called. One that is gone is left out: its documents are
    due."""
    counts = facets.get("vendor")
    if not counts:
        return facets
    called = catalog.indexing.vendors_called(filter(is_key, counts))
    named: dict[str, int] = {}
    for key, count in counts.items():
        name = called.get(key) or (None if is_key(key) else key)
        if name is not None:
            named[name] = named.get(name, 0) + count
    return {**facets, "vendor": named}


def split(filters: Filters) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Return the values chosen of each facet, and those left out."""
    chosen: dict[str, tuple[str, ...]] = {}
    excluded: dict[str, tuple[str, ...]] = {}
    for name, values in filters.items():
        if facet := excluded_facet(name):
            excluded[facet] = values
        elif name not in (*AMOUNT_FILTERS, STORY):
            chosen[name] = values
    return chosen, excluded


def within_amounts(query: Query | None, filters: Filters) -> Query | None:
    """Return the query, of documents only that print an amount within the bounds, if there are any."""
    low, high = (_bound(filters.get(name, ())) for name in AMOUNT_FILTERS)
    if low is None and high is None:
        return query
    amounts = Range(NumericField.AMOUNT, low, high)
    if query is None:
        return amounts
    # Beside the words, and not around them: how near they stand to each other counts as it does without a bound.
    return And((*(query.parts if isinstance(query, And) else (query,)), amounts))


def _bound(values: tuple[str, ...]) -> int | None:
    return int(values[0]) if values else None
