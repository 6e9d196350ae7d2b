"""Which documents the search of a finding finds, now or as of an earlier event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from archive.errors import Message
from archive.findings.as_of import State
from archive.procedures.papers import Paper
from archive.search.request import UNKNOWN, SearchRequest, excluded_facet
from archive.search.service import SearchService
from archive.vendors.names import words

_NO_FILTERS: Mapping[str, tuple[str, ...]] = MappingProxyType({})


def found_in(
    state: State, request: SearchRequest, search: SearchService, *, is_past: bool
) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the documents of a state that a search finds, with notes.

    For the past, filters apply to what was known then. Words are searched in the newest readings, the only ones the
    index has.

    :raises archive.errors.UsageError: more than :data:`archive.search.service.MOST_EXPORTED` are found now.
    """
    if not is_past:
        return _found(request, search), ()
    fitting = frozenset(id_ for id_, paper in state.papers.items() if _fits(paper, request.filters))
    if not request.text:
        return fitting, ()
    notes: tuple[str, ...] = ()
    if unsure := len(fitting & state.reread):
        notes = (
            Message(
                "Documents that were read again since: %(count)s. Whether the search finds them, their new words say.",
                count=unsure,
            ),
        )
    return fitting & _found(replace(request, filters=_NO_FILTERS), search), notes


def _found(request: SearchRequest, search: SearchService) -> frozenset[str]:
    return frozenset(hit.description.id for piece in search.all_results(request) for hit in piece.hits)


def _fits(paper: Paper, filters: Mapping[str, tuple[str, ...]]) -> bool:
    """Return whether a document passes the filters."""
    for name, chosen in filters.items():
        facet = excluded_facet(name)
        if _has(paper, facet or name, chosen) == (facet is not None):
            return False
    return True


def _has(paper: Paper, facet: str, chosen: tuple[str, ...]) -> bool:
    values = paper.known.facet_values()[facet]
    if facet == "vendor":
        # A vendor is asked for by any of its names, in any print.
        names = {words(name) for name in (*values, *paper.known.names_of_vendors())}
        return any(words(value) in names for value in chosen if value != UNKNOWN) or (UNKNOWN in chosen and not values)
    return any(value in values for value in chosen) or (UNKNOWN in chosen and not values)
