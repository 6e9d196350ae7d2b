"""Values of facets as people write them: ``becej`` and ``Бечеј`` for Bečej, ``ugovor`` for contracts.

A value of a facet is compared letter by letter, so what was asked for is put into the spelling of the values there are.
Vendors, which have several names, are in :mod:`archive.search.vendor_filters`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from archive.search.query import And, Carries, Not, Or, Query
from archive.search.querying.values import kinds_named, languages_named, qualities_named
from archive.search.request import UNKNOWN, excluding
from archive.store.catalog import Catalog

_OF_DOCUMENTS = ("municipality", "watch")
"""Facets whose values are those that documents have; their names are names of fields, too."""

_NAMED = {"kind": kinds_named, "language": languages_named, "quality": qualities_named}
_TAG = re.compile("[a-z]{2,3}(-[A-Z][a-z]{3})?")


def with_spellings(catalog: Catalog, filters: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    """Filters with each value spelled as documents have it, by all the values that it may mean. One that means none
    stays, and finds nothing."""
    spelled = {}
    for facet in (*_OF_DOCUMENTS, *_NAMED):
        for name in (facet, excluding(facet)):
            if chosen := filters.get(name):
                meant = (value for text in chosen for value in _meant(catalog, facet, text))
                spelled[name] = tuple(dict.fromkeys(meant))
    return {**filters, **spelled} if spelled else filters


def as_spelled(catalog: Catalog, query: Query | None) -> Query | None:
    """A query with the same done to what it asks of facets; its parser has seen to kinds, languages and qualities."""
    return None if query is None else _spelled(catalog, query)


def _spelled(catalog: Catalog, query: Query) -> Query:
    match query:
        case Carries(facet, text) if facet in _OF_DOCUMENTS:
            meant = [Carries(facet, value) for value in _meant(catalog, facet, text)]
            return meant[0] if len(meant) == 1 else Or(tuple(meant))
        case And(parts):
            return And(tuple(_spelled(catalog, part) for part in parts))
        case Or(parts):
            return Or(tuple(_spelled(catalog, part) for part in parts))
        case Not(part):
            return Not(_spelled(catalog, part))
        case _:
            return query


def _meant(catalog: Catalog, facet: str, text: str) -> tuple[str, ...]:
    """The values that a text stands for; the text itself where it stands for none."""
    if text == UNKNOWN or (facet == "language" and _TAG.fullmatch(text)):
        return (text,)
    found = catalog.facts.values_like(facet, text) if facet in _OF_DOCUMENTS else _NAMED[facet](text)
    return tuple(found) or (text,)
