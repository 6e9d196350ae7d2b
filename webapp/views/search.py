"""``GET /``: search, and browsing what there is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from itertools import islice

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.exceptions import NotFound

from archive.errors import QueryTooBroad
from archive.search.help import Searcher, search_help
from archive.search.narrowing import as_meant
from archive.search.parser import parse
from archive.search.suggestions import MOST_SEARCHES
from webapp.languages.translation import gettext
from webapp.links import search_url
from webapp.presenters.relaxations import Relaxation, last_resort, relaxations
from webapp.presenters.search import PAGE_LINES, present_search
from webapp.room import check, current_room, notes_on_fields
from webapp.search_state import SearchState

blueprint = Blueprint("search", __name__)

MOST_RELAXATIONS = 10 - MOST_SEARCHES
"""Other searches tried on behalf of a reader who found nothing: ten, with those for a corrected query. If none of them
finds anything, one more is tried."""


@blueprint.get("/")
def show() -> Response:
    """The search form with its results."""
    archive = current_room().archive
    asked = SearchState.from_arguments(request.args)
    # A value may be written in any way, a vendor by any of its names; what is checked and linked is that of the facet.
    state = replace(asked, filters=as_meant(archive.catalog, asked.filters))
    size = archive.settings.number("results_per_page")
    service, engine = archive.searching(state.unit)
    checked = check(asked)
    results = service.search(state.request(size, excerpts=PAGE_LINES), may_be_partial=True)
    if not results.hits and state.results_page > 1:
        raise NotFound(gettext("The results end before page %(number)s.", number=state.results_page))
    is_empty = results.total == 0 and archive.catalog.documents.count() == 0
    help_ = search_help(service, engine, state.request(size=1), results.total)
    wider = () if results.total or is_empty else _wider(service, state, help_.missing)
    on_fields = notes_on_fields(state.request(size))
    told = dict.fromkeys((*map(str, checked.errors), *results.notes, *checked.notes, *on_fields))
    results = replace(results, notes=tuple(told))
    page = present_search(state, results, size, help_, wider, is_empty_archive=is_empty)
    if checked.errors:
        # Nothing was searched, so there is nothing to certify or to keep.
        page = replace(page, certificate=None)
    response = make_response(render_template("search.html", page=page), 400 if checked.errors else 200)
    # Where a script puts the results into the page, it shows the address that a link to them has.
    response.headers["HX-Push-Url"] = search_url(state)
    return response


def _wider(service: Searcher, state: SearchState, missing: Collection[str]) -> tuple[tuple[Relaxation, int], ...]:
    """Searches that ask less, with the number of documents or clauses they find. ``missing`` words stand nowhere."""

    def total(other: SearchState) -> int:
        try:
            # In this order it is not asked which of them are the best.
            return service.search(replace(other.request(size=1), sort="newest"), may_be_partial=True).total
        except QueryTooBroad:
            return 0

    words = parse(state.text, state.exact, state.look_alikes).words
    found = [(tried, total(tried.state)) for tried in islice(relaxations(state, words), MOST_RELAXATIONS)]
    last = None if any(count for _, count in found) else last_resort(state, words, missing)
    return (*found, *([(last, total(last.state))] if last else ()))
