"""``/api/v1/saved`` and ``/api/v1/lists``: saved searches with what they found, and many searches at once."""

from __future__ import annotations

from typing import Any

from flask import request

from archive.errors import UsageError
from archive.search.lists import ListOptions, read_list, search_list
from archive.search.request import SNIPPET_PAGES
from archive.search.saved_searches import AlertRunner
from archive.store.searches import SavedSearch
from archive.system.strict_json import read_json
from webapp.api.asked_search import search_request
from webapp.api.endpoint import Asked, Endpoint, Parameter
from webapp.api.parameters import DOCUMENT_FILTERS, SWITCH, SWITCHES, counted
from webapp.api.schema import ANY_RECORD, ID, MOMENT, TEXT, TRUTH, WHOLE, extended, listed, maybe, record
from webapp.api.searching import PAGES
from webapp.room import current_room, notes_on_fields

FOUND, MOST_FOUND = 100, 1000
"""Documents given of a saved search, and the most that are."""

MOST_LINES = 500
"""Lines that are searched at once. A page may send more: it shows the answer while it is being made."""

MOST_BYTES = 512 * 1024

SAVED = record(
    "A saved search. What is default is left out of parameters.",
    id=TEXT,
    name=TEXT,
    parameters=ANY_RECORD,
    created_at=MOMENT,
    trouble=maybe(TEXT),
    found=WHOLE,
    unread=WHOLE,
    missed=WHOLE,
)
ALERT = record("A document that it found.", id=ID, title=TEXT, found_at=MOMENT, unread=TRUTH, pages=PAGES)
LINE = record(
    "What one line found.",
    line=WHOLE,
    text=TEXT,
    query=TEXT,
    documents=maybe(WHOLE),
    pages=maybe(WHOLE),
    notes=listed(TEXT),
    error=maybe(TEXT),
    hits=listed(record(id=ID, title=TEXT, pages=listed(record(number=WHOLE, snippet=TEXT)))),
)
LINES = {
    **record(lines={"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": MOST_LINES}),
    "example": {"lines": ["video nadzor", "ZorKam"]},
}


def every(asked: Asked) -> dict[str, Any]:
    """All saved searches, by name."""
    return {"saved": [_record(saved) for saved in current_room().archive.catalog.searches.all()]}


def one(asked: Asked, search_id: str) -> dict[str, Any]:
    """A saved search, by id or name, and the documents it found since it was saved, the last found first."""
    archive = current_room().archive
    saved = archive.catalog.searches.get(search_id)
    alerts = AlertRunner(archive.catalog, archive.search)
    found = alerts.found(saved, unread_only=asked.flag("unread"), limit=asked.number("limit"))
    told = {"not_searched": archive.catalog.indexing.count_not_indexed()}
    return _record(saved) | told | {"documents": [alert.as_json() for alert in found]}


def lists(asked: Asked) -> dict[str, Any]:
    """Search for each line that is posted, as if it was typed in the search box. Nothing of it is kept."""
    options = search_request(asked, limit=1)
    found = search_list(
        current_room().archive.search,
        read_list(_lines()).lines,
        ListOptions(asked.flag("phrase"), options.exact, options.look_alikes, SNIPPET_PAGES, options.filters),
        notes_on_fields,
    )
    return {"results": [result.as_json() for result in found]}


def _lines() -> bytes:
    request.max_content_length = MOST_BYTES
    body = _body()
    lines = body.get("lines") if isinstance(body, dict) and set(body) == {"lines"} else None
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise UsageError("The body is no list of searches.", 'Send JSON: {"lines": ["video nadzor", "ZorKam"]}')
    if not 1 <= len(lines) <= MOST_LINES:
        raise UsageError(f"There are {len(lines):,} lines; 1 to {MOST_LINES} are allowed.", "Divide the list.")
    # A line that held a line break would be two.
    try:
        return "\n".join(" ".join(line.split()) for line in lines).encode()
    except UnicodeEncodeError as error:
        raise UsageError("A line has halves of characters, which are no text.", "Type it anew.") from error


def _body() -> Any:
    try:
        return read_json(request.get_data()) if request.is_json else None
    except ValueError as error:
        raise UsageError(f"The body is not JSON as programs agree on it: {error}.", "See RFC 7493.") from error


def _record(saved: SavedSearch) -> dict[str, Any]:
    return {
        "id": saved.id,
        "name": saved.name,
        "parameters": dict(saved.parameters),
        "created_at": saved.created_at.isoformat(),
        "trouble": saved.trouble,
        "found": saved.found,
        "unread": saved.unread,
        "missed": saved.missed,
    }


ENDPOINTS = (
    Endpoint("saved", "/saved", "Saved searches", every, record(saved=listed(SAVED))),
    Endpoint(
        "saved_search",
        "/saved/<search_id>",
        "A saved search and what it found",
        one,
        extended(SAVED, not_searched=WHOLE, documents=listed(ALERT)),
        (
            counted("limit", "How many documents.", most=MOST_FOUND, default=FOUND),
            Parameter("unread", SWITCH, "1: only those that nobody marked as read."),
        ),
        (404,),
    ),
    Endpoint(
        "lists",
        "/lists",
        "Many searches at once",
        lists,
        record(results=listed(LINE)),
        (*DOCUMENT_FILTERS, *SWITCHES, Parameter("phrase", SWITCH, "1: each line is a phrase, in quotes or not.")),
        (413,),
        body=LINES,
    ),
)
