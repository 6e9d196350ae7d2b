"""Saved searches: a search request as the catalog keeps it, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any

from archive.errors import UsageError
from archive.search.request import SearchRequest, Unit
from archive.store.searches import SavedSearch

_SLICE = ("limit", "offset", "excerpts")
"""Parts of a request that say how much of the answer is wanted, and not what is asked."""


def parameters_of(request: SearchRequest) -> dict[str, Any]:
    """What is kept of a request, ready for JSON. What has its default value is left out.

    :raises UsageError: it asks for clauses. What comes in, and is searched then, are documents.
    """
    if request.unit is not Unit.DOCUMENTS:
        raise UsageError("A saved search tells of documents, not of clauses.", "Save a search for documents.")
    default = SearchRequest()
    values = {
        field.name: getattr(request, field.name)
        for field in fields(SearchRequest)
        if field.name not in _SLICE and getattr(request, field.name) != getattr(default, field.name)
    }
    if "filters" in values:
        values["filters"] = {facet: list(chosen) for facet, chosen in request.filters.items()}
    return values


def request_of(saved: SavedSearch, limit: int = 20) -> SearchRequest:
    """The request that was saved, for the first ``limit`` documents.

    :raises archive.errors.UsageError: it is one that this version does not take any more.
    """
    values = dict(saved.parameters)
    filters: Mapping[str, list[str]] = values.pop("filters", {})
    chosen = MappingProxyType({facet: tuple(of_facet) for facet, of_facet in filters.items()})
    return SearchRequest(**values, filters=chosen, limit=limit)
