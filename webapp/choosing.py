"""The results that a reader selected, as sent by the forms of the search page.

Each selected result is an ``item``, the URL of its title with the query that found it. ``all`` selects all results of
the search in the URL ``search``. Too many raise an error; they are never truncated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, unquote, urlsplit

from flask import current_app, request
from werkzeug.datastructures import MultiDict

from archive.archive import Archive
from archive.citing.citation import Citation, cite
from archive.errors import UsageError
from archive.packet.selection import passage
from archive.search.entries import entry_id
from archive.search.request import SearchRequest, Unit
from archive.search.results import Hit, ShownClause
from webapp.languages.translation import gettext, number
from webapp.links import clause_url, document_url
from webapp.pages.wording import counted_units
from webapp.room import base_url, checked, current_room
from webapp.state import SearchState

MOST_BYTES = 1 << 20
"""Maximum size of a form with that many URLs, each with a query of maximum length."""

_ITEM = re.compile(r"/documents/([0-9a-f]{64})(?:/clauses/([^/]+))?")

Key = tuple[str, str | None]
"""A document, or a clause in one."""


def chosen_items() -> list[str]:
    """Return the URLs of selected results, or of all results if the form says so.

    :raises UsageError: there are too many.
    """
    request.max_content_length = request.max_form_memory_size = MOST_BYTES
    if "all" not in request.form:
        items = request.form.getlist("item")
        if len(items) > most_chosen():
            raise _too_many(gettext("%(count)s results are chosen", count=number(len(items))))
        return items
    state = checked(_state_of(request.form.get("search", ""))).with_results_page(1)
    service, _ = current_room().archive.searching(state.unit)
    found = service.search(state.request(size=most_chosen()))
    if found.total > most_chosen():
        total = counted_units(state.unit, found.total)
        raise _too_many(gettext("This search finds %(count)s", count=total))
    return [_address(hit, state) for hit in found.hits]


def chosen_hits() -> list[Hit]:
    """Return the selected results in order, each with its matching pages.

    :raises UsageError: none or too many are selected, or an item is not a result.
    """
    items = list(dict.fromkeys(chosen_items()))
    if not items:
        raise UsageError(gettext("Nothing is chosen."), gettext("Choose results by their boxes, or with the key x."))
    wanted: dict[tuple[tuple[str, str], ...], tuple[SearchState, list[Key]]] = {}
    for item in items:
        state = _state_of(item)
        wanted.setdefault(state.pairs(), (state, []))[1].append(_key(item))
    found = {_key_of(hit): hit for state, keys in wanted.values() for hit in _found(state, keys)}
    return [found[key] for item in items if (key := _key(item)) in found]


def citations_of(hits: Sequence[Hit]) -> Iterator[Citation]:
    """Yield citations of the matching words of each result; one without words is skipped."""
    catalog, now = current_room().archive.catalog, datetime.now(UTC)
    for hit in hits:
        span = passage(catalog, hit)
        if span is not None:
            yield cite(catalog, catalog.documents.find(hit.id), span, base_url(), now)


def _found(state: SearchState, keys: Sequence[Key]) -> Iterator[Hit]:
    """Yield these results of a search; those that it no longer finds, without words."""
    archive = current_room().archive
    service, _ = archive.searching(state.unit)
    missing = {_entry(archive, state.unit, key): key for key in keys}
    asked = checked(state).request(size=most_chosen(), excerpts=1)
    everything = SearchRequest("", limit=most_chosen(), unit=state.unit)
    for one in (asked, everything):
        results = service.search(one, among=frozenset(missing), filled_up=one is asked)
        for hit in (*results.hits, *results.partly):
            missing = {entry: key for entry, key in missing.items() if key != _key_of(hit)}
            yield hit
        if not missing:
            return
    yield from (_inner(archive, document, eid) for document, eid in missing.values() if eid is not None)


def _inner(archive: Archive, document_id: str, eid: str) -> Hit:
    """Return a nested clause, which is not indexed by itself."""
    clause, reading = archive.catalog.clauses.get(document_id, eid), archive.catalog.readings.get(document_id)
    first, last = clause.span.first, clause.span.last
    page = reading.page_of_word(first).number
    shown = ShownClause(eid, clause.label, clause.heading, clause.topic, first, last, page)
    described = archive.catalog.documents.descriptions([document_id])[document_id]
    return Hit(document_id, reading.number, 0.0, described, (), clause=shown)


def _entry(archive: Archive, unit: Unit, key: Key) -> str:
    """Return the id of an index entry.

    :raises archive.errors.UnknownDocument: the caller can see no such document.
    """
    document, eid = archive.catalog.documents.find(key[0]), key[1]
    if unit is Unit.DOCUMENTS or eid is None:
        return document.id
    return entry_id(document.id, archive.catalog.clauses.get(document.id, eid).span.first, eid)


def _state_of(address: str) -> SearchState:
    """Return the search in a URL, without its page of results and order."""
    query = urlsplit(address).query
    state = SearchState.from_arguments(MultiDict(parse_qsl(query)))
    return replace(state, results_page=1, sort="relevance")


def _key(item: str) -> Key:
    found = _ITEM.fullmatch(urlsplit(item).path.removeprefix(request.script_root))
    if found is None:
        raise UsageError(gettext("%(item)s is not a search result.", item=repr(item[:100])))
    return found[1], unquote(found[2]) if found[2] else None


def _key_of(hit: Hit) -> Key:
    return hit.id, hit.clause.eid if hit.clause else None


def _address(hit: Hit, state: SearchState) -> str:
    return clause_url(hit.id, hit.clause.eid, state) if hit.clause else document_url(hit.id, state)


def most_chosen() -> int:
    """Return the maximum number of results that can be selected, and cited in one packet."""
    most: int = current_app.config["CHOSEN"]
    return most


def _too_many(told: str) -> UsageError:
    return UsageError(
        gettext("%(told)s; at most %(most)s can be chosen at once.", told=told, most=number(most_chosen())),
        gettext("Narrow the search, or choose fewer."),
    )
