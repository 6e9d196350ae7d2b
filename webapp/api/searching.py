"""``/api/v1/search``, ``facets``, ``complete`` and ``certificate``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from archive.search.certificate import CertificateAnswer, certify
from archive.search.completion import MOST, Completion, complete
from archive.search.help import ClauseSearchAnswer, SearchAnswer, search_help, search_record
from archive.search.request import MAX_LIMIT, SearchRequest
from archive.search.results import Facets
from archive.serialization import JsonAnswer, serialize
from webapp.api.asked_search import search_request
from webapp.api.endpoint import Asked, Endpoint
from webapp.api.parameters import DOCUMENT_FILTERS, OFFSET, QUERY, SEARCH, SORT, SWITCHES, counted
from webapp.api.schema import TEXT, listed, of, record
from webapp.room import check, current_room, notes_on_fields

COMPLETIONS = 10
"""Completions given to a program that does not say how many it wants."""

LISTED = 20
"""Documents that a certificate lists unless it is asked for more."""

RESULTS = {"oneOf": [of(SearchAnswer), of(ClauseSearchAnswer)]}


class _FacetsAnswer(JsonAnswer):
    query: str
    total: int
    not_searched: int
    facets: Facets


def search(asked: Asked) -> dict[str, Any]:
    """Search documents or clauses: the JSON of ``dosije search --json``."""
    archive = current_room().archive
    default = archive.settings.number("results_per_page")
    request = search_request(asked, asked.maybe_number("limit") or default, asked.number("offset"))
    service, engine = archive.searching(request.unit)
    results = service.search(request, may_be_partial=True)
    results = replace(results, notes=(*results.notes, *check(request).notes, *notes_on_fields(request)))
    return search_record(results, search_help(service, engine, request, results.total))


def facets(asked: Asked) -> dict[str, Any]:
    """All values of all facets of a search, with no results."""
    request = search_request(asked, limit=1)
    service, _ = current_room().archive.searching(request.unit)
    return serialize(_FacetsAnswer, service.search(request))


def completions(asked: Asked) -> dict[str, Any]:
    """What the last word of ``q`` may become."""
    request = SearchRequest(asked.text("q"))
    archive = current_room().archive
    # An index that is gone completes nothing, which is no answer.
    archive.search.not_searched()
    found = complete(archive.engine, request.text, asked.number("limit"))
    return {"query": request.text, "completions": [serialize(Completion, completion) for completion in found]}


def certificate(asked: Asked) -> dict[str, Any]:
    """State what a search looked through and what it found, made now."""
    archive = current_room().archive
    request = search_request(asked, asked.number("limit"), asked.number("offset"))
    notes = (*check(request).notes, *notes_on_fields(request))
    return certify(archive.catalog, archive.engine, archive.search, request, notes).as_json()


ENDPOINTS = (
    Endpoint(
        "search",
        "/search",
        "Search",
        search,
        RESULTS,
        (*SEARCH, SORT, counted("limit", "How many results; as the settings say.", most=MAX_LIMIT), OFFSET),
    ),
    Endpoint(
        "facets",
        "/facets",
        "The facets of a search",
        facets,
        of(_FacetsAnswer),
        SEARCH,
    ),
    Endpoint(
        "complete",
        "/complete",
        "Complete a query",
        completions,
        record(query=TEXT, completions=listed(of(Completion))),
        (QUERY, counted("limit", "How many completions.", most=MOST, default=COMPLETIONS)),
    ),
    Endpoint(
        "certificate",
        "/certificate",
        "A certificate of a search",
        certificate,
        of(CertificateAnswer),
        (
            QUERY,
            *DOCUMENT_FILTERS,
            *SWITCHES,
            counted("limit", "How many documents to list.", most=MAX_LIMIT, default=LISTED),
            OFFSET,
        ),
    ),
)
