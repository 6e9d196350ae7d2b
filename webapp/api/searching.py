"""``/api/v1/search``, ``facets``, ``complete`` and ``certificate``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from archive.model import KINDS
from archive.search.certificate import certify
from archive.search.completion import MOST, Completion, complete
from archive.search.facets import FacetValue, facets_as_json
from archive.search.help import answer_as_json
from archive.search.request import CLAUSE_FACETS, MAX_LIMIT, SearchRequest
from archive.store.coverage import DueDocument
from webapp.api.asked_search import search_request
from webapp.api.endpoint import Asked, Endpoint
from webapp.api.parameters import DOCUMENT_FILTERS, OFFSET, QUERY, SEARCH, SORT, SWITCHES, counted
from webapp.api.schema import (
    ID,
    MOMENT,
    NUMBER,
    SPAN,
    TEXT,
    TRUTH,
    WHOLE,
    choice,
    listed,
    maybe,
    named,
    of,
    record,
)
from webapp.room import check, current_room, notes_on_fields

COMPLETIONS = 10
"""Completions given to a program that does not say how many it wants."""

LISTED = 20
"""Documents that a certificate lists unless it is asked for more."""

PAGES = listed(record(number=WHOLE, snippet=TEXT, words=listed(SPAN)), "The matching pages.")
FACETS = {
    "type": "object",
    "description": "For each facet its values, those in most documents first.",
    "properties": {name: listed(of(FacetValue)) for name in CLAUSE_FACETS},
    "additionalProperties": False,
}
_DESCRIBED = {
    "title": TEXT,
    "kind": maybe(choice(KINDS)),
    "municipality": maybe(TEXT),
    "vendors": listed(TEXT),
    "year": maybe(WHOLE),
    "reading": WHOLE,
    "score": NUMBER,
}
DOCUMENT_HIT = record("A matching document.", id=ID, **_DESCRIBED, near_identical=listed(ID), pages=PAGES)
CLAUSE_HIT = record(
    "A matching clause.",
    id=ID,
    eid=TEXT,
    label=TEXT,
    heading=maybe(TEXT),
    topic=maybe(TEXT),
    words=SPAN,
    **_DESCRIBED,
    pages=PAGES,
)
_ANSWER = {"total": WHOLE, "took_ms": NUMBER, "notes": listed(TEXT), "not_searched": WHOLE, "facets": FACETS}
_HELP = {
    "found_as": listed(record(typed=TEXT, forms=listed(TEXT), more=WHOLE, look_alikes=listed(TEXT))),
    "missing": listed(TEXT),
    "did_you_mean": maybe(record(query=TEXT, total=WHOLE)),
}
RESULTS = {
    "oneOf": [
        record("Documents.", query=TEXT, **_ANSWER, hits=listed(DOCUMENT_HIT), **_HELP),
        record("Clauses.", query=TEXT, unit=choice(("clauses",)), **_ANSWER, hits=listed(CLAUSE_HIT), **_HELP),
    ]
}

_PAGE_COUNTS = record(
    documents=WHOLE,
    pages=WHOLE,
    words=WHOLE,
    pages_read_well=WHOLE,
    pages_read_fairly=WHOLE,
    pages_with_unreliable_words=WHOLE,
    pages_without_words=WHOLE,
    pages_unreadable=WHOLE,
)
CERTIFICATE = record(
    "What a search looked through.",
    kind=choice(("search record", "negative search result")),
    made_at=MOMENT,
    program=record(name=TEXT, version=TEXT, analysis_version=WHOLE),
    query=record(text=TEXT, exact=TRUTH, look_alikes=TRUTH, understood=TEXT, notes=listed(TEXT)),
    filters=named(listed(TEXT)),
    found=record(documents=WHOLE, listed_from=WHOLE, listed=listed(record(id=ID, title=TEXT, pages=listed(WHOLE)))),
    searched=_PAGE_COUNTS,
    archive=_PAGE_COUNTS,
    not_searched=record(
        documents_not_indexed=WHOLE,
        documents_indexed_as_they_were_before=WHOLE,
        documents=listed(of(DueDocument)),
        failed_inputs=WHOLE,
        inputs=listed(record(path=TEXT, sha256=maybe(TEXT), reason=TEXT)),
        members_not_read_yet=WHOLE,
        left_out_for_an_unknown_fact=named(WHOLE),
    ),
    index=record(generation=TEXT, is_steady=TRUTH),
    last_event=maybe(record(number=WHOLE, at=MOMENT, hash=TEXT)),
    statement=TEXT,
    sha256=TEXT,
)


def search(asked: Asked) -> Mapping[str, Any]:
    """Search documents or clauses: the JSON of ``dosije search --json``."""
    archive = current_room().archive
    default = archive.settings.number("results_per_page")
    request = search_request(asked, asked.maybe_number("limit") or default, asked.number("offset"))
    service, engine = archive.searching(request.unit)
    results = service.search(request, may_be_partial=True)
    results = replace(results, notes=(*results.notes, *check(request).notes, *notes_on_fields(request)))
    return answer_as_json(service, engine, request, results)


def facets(asked: Asked) -> dict[str, Any]:
    """All values of all facets of a search, with no results."""
    request = search_request(asked, limit=1)
    service, _ = current_room().archive.searching(request.unit)
    results = service.search(request)
    return {
        "query": results.query,
        "total": results.total,
        "not_searched": results.not_searched,
        "facets": facets_as_json(results.facets),
    }


def completions(asked: Asked) -> dict[str, Any]:
    """What the last word of ``q`` may become."""
    request = SearchRequest(asked.text("q"))
    archive = current_room().archive
    # An index that is gone completes nothing, which is no answer.
    archive.search.not_searched()
    found = complete(archive.engine, request.text, asked.number("limit"))
    return {"query": request.text, "completions": [completion.as_json() for completion in found]}


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
        record(query=TEXT, total=WHOLE, not_searched=WHOLE, facets=FACETS),
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
        CERTIFICATE,
        (
            QUERY,
            *DOCUMENT_FILTERS,
            *SWITCHES,
            counted("limit", "How many documents to list.", most=MAX_LIMIT, default=LISTED),
            OFFSET,
        ),
    ),
)
