"""``/api/v1/search``, ``facets``, ``complete``, ``certificate``, ``saved`` and ``lists``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import request

from archive.errors import UsageError
from archive.search.certificate import CertificateAnswer, certify
from archive.search.completion import MOST, Completion, complete
from archive.search.help import ClauseSearchAnswer, SearchAnswer, search_help, search_record
from archive.search.lists import LineAnswer, ListOptions, read_list, search_list
from archive.search.request import MAX_LIMIT, SNIPPET_PAGES, SearchRequest
from archive.search.results import Facets
from archive.search.saved_searches import AlertAnswer, AlertRunner
from archive.serialization import AnyRecord, JsonAnswer, Timestamp, serialize
from archive.system.strict_json import read_json
from webapp.api.endpoint import (
    DOCUMENT_FILTERS,
    OFFSET,
    QUERY,
    SEARCH,
    SORT,
    SWITCH,
    SWITCHES,
    Asked,
    Endpoints,
    Parameter,
    counted,
    search_request,
)
from webapp.api.schema import TEXT, listed, of, record
from webapp.room import check, close_passages, current_room, notes_on_fields

COMPLETIONS = 10
"""Default number of completions."""

LISTED = 20
"""Default number of documents in a certificate."""

RESULTS = {"oneOf": [of(SearchAnswer), of(ClauseSearchAnswer)]}


class _FacetsAnswer(JsonAnswer):
    query: str
    total: int
    not_searched: int
    facets: Facets


ENDPOINTS, SAVED = Endpoints(), Endpoints()


@ENDPOINTS.answered(
    "/search",
    "Search",
    RESULTS,
    (*SEARCH, SORT, counted("limit", "How many results; as the settings say.", most=MAX_LIMIT), OFFSET),
)
def search(asked: Asked) -> dict[str, Any]:
    """Search documents or clauses: the JSON of ``dosije search --json``."""
    archive = current_room().archive
    default = archive.settings.number("results_per_page")
    request = search_request(asked, asked.maybe_number("limit") or default, asked.number("offset"))
    service, engine = archive.searching(request.unit)
    results = service.search(request, may_be_partial=True, filled_up=True)
    close, failures = close_passages(request, results)
    notes = (*results.notes, *check(request).notes, *notes_on_fields(request), *failures)
    help_ = search_help(service, engine, request, results)
    return search_record(replace(results, notes=notes), help_, close)


@ENDPOINTS.answered("/facets", "The facets of a search", of(_FacetsAnswer), SEARCH)
def facets(asked: Asked) -> dict[str, Any]:
    """Return all values of all facets of a search, with no results."""
    request = search_request(asked, limit=1)
    service, _ = current_room().archive.searching(request.unit)
    return serialize(_FacetsAnswer, service.search(request))


@ENDPOINTS.answered(
    "/complete",
    "Complete a query",
    record(query=TEXT, completions=listed(of(Completion))),
    (QUERY, counted("limit", "How many completions.", most=MOST, default=COMPLETIONS)),
    name="complete",
)
def completions(asked: Asked) -> dict[str, Any]:
    """Return what the last word of ``q`` may become."""
    request = SearchRequest(asked.text("q"))
    archive = current_room().archive
    # A missing index must raise an error, not return nothing.
    archive.search.not_searched()
    found = complete(archive.catalog, archive.engine, request.text, asked.number("limit"))
    return {"query": request.text, "completions": [serialize(Completion, completion) for completion in found]}


@ENDPOINTS.answered(
    "/certificate",
    "A certificate of a search",
    of(CertificateAnswer),
    (
        QUERY,
        *DOCUMENT_FILTERS,
        *SWITCHES,
        counted("limit", "How many documents to list.", most=MAX_LIMIT, default=LISTED),
        OFFSET,
    ),
)
def certificate(asked: Asked) -> dict[str, Any]:
    """State what a search looked through and what it found, made now."""
    archive = current_room().archive
    request = search_request(asked, asked.number("limit"), asked.number("offset"))
    notes = (*check(request).notes, *notes_on_fields(request))
    return certify(archive.catalog, archive.engine, archive.search, request, notes).as_json()


FOUND, MOST_FOUND = 100, 1000
"""Default and maximum number of documents of a saved search."""

MOST_LINES = 500
"""Maximum number of lines searched in one request; the page accepts more, since it streams its response."""

MOST_BYTES = 512 * 1024


class _SavedAnswer(JsonAnswer):
    """A saved search. What is default is left out of parameters."""

    id: str
    name: str
    parameters: AnyRecord
    created_at: Timestamp
    trouble: str | None
    found: int
    unread: int
    missed: int


class _SavedWithDocuments(_SavedAnswer):
    not_searched: int
    documents: tuple[AlertAnswer, ...]


LINES = {
    **record(lines={"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": MOST_LINES}),
    "example": {"lines": ["video nadzor", "ZorKam"]},
}


@SAVED.answered("/saved", "Saved searches", record(saved=listed(of(_SavedAnswer))))
def saved(asked: Asked) -> dict[str, Any]:
    """Return all saved searches, by name."""
    return {"saved": [serialize(_SavedAnswer, saved) for saved in current_room().archive.catalog.searches.all()]}


@SAVED.answered(
    "/saved/<search_id>",
    "A saved search and what it found",
    of(_SavedWithDocuments),
    (
        counted("limit", "How many documents.", most=MOST_FOUND, default=FOUND),
        Parameter("unread", SWITCH, "1: only those that nobody marked as read."),
    ),
    (404,),
)
def saved_search(asked: Asked, search_id: str) -> dict[str, Any]:
    """Return a saved search, by id or name, and the documents it found since it was saved, the last found first."""
    archive = current_room().archive
    saved = archive.catalog.searches.get(search_id)
    alerts = AlertRunner(archive.catalog, archive.search)
    found = alerts.found(saved, unread_only=asked.flag("unread"), limit=asked.number("limit"))
    not_searched = archive.catalog.indexing.count_not_indexed()
    return serialize(_SavedWithDocuments, saved, not_searched=not_searched, documents=found)


@SAVED.answered(
    "/lists",
    "Many searches at once",
    record(results=listed(of(LineAnswer))),
    (*DOCUMENT_FILTERS, *SWITCHES, Parameter("phrase", SWITCH, "1: each line is a phrase, in quotes or not.")),
    (413,),
    body=LINES,
)
def lists(asked: Asked) -> dict[str, Any]:
    """Search for each line that is posted, as if it was typed in the search box. Nothing of it is kept."""
    options = search_request(asked, limit=1)
    found = search_list(
        current_room().archive.search,
        read_list(_lines()).lines,
        ListOptions(asked.flag("phrase"), options.exact, options.look_alikes, SNIPPET_PAGES, options.filters),
        notes_on_fields,
    )
    return {"results": [serialize(LineAnswer, result) for result in found]}


def _lines() -> bytes:
    request.max_content_length = MOST_BYTES
    body = _body()
    lines = body.get("lines") if isinstance(body, dict) and set(body) == {"lines"} else None
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise UsageError("The body is not a list of searches.", 'Send JSON: {"lines": ["video nadzor", "ZorKam"]}')
    if not 1 <= len(lines) <= MOST_LINES:
        raise UsageError(f"There are {len(lines):,} lines; 1 to {MOST_LINES} are allowed.", "Divide the list.")
    # A line with a line break would count as two.
    try:
        return "\n".join(" ".join(line.split()) for line in lines).encode()
    except UnicodeEncodeError as error:
        raise UsageError("A line has lone surrogates, which are not text.", "Type it again.") from error


def _body() -> Any:
    try:
        return read_json(request.get_data()) if request.is_json else None
    except ValueError as error:
        raise UsageError(f"The body is not JSON as programs agree on it: {error}.", "See RFC 7493.") from error
