"""``GET /``: search, and browsing what there is."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.exceptions import NotFound

from archive.search.service import SearchService
from webapp.contexts.common import Link
from webapp.presenters.search import present_search, relaxations, wider_searches
from webapp.room import current_room
from webapp.search_state import SearchState

blueprint = Blueprint("search", __name__)

MOST_RELAXATIONS = 10
"""Searches tried on behalf of a reader who found nothing."""


@blueprint.get("/")
def show() -> str:
    """The search form with its results."""
    archive = current_room().archive
    state = SearchState.from_arguments(request.args)
    size = archive.settings.number("results_per_page")
    results = archive.search.search(state.request(size))
    if not results.hits and state.results_page > 1:
        raise NotFound(f"The results end before page {state.results_page}.")
    wider = () if results.total else _wider(archive.search, state)
    is_empty = results.total == 0 and archive.catalog.document_count() == 0
    page = present_search(state, results, size, wider, is_empty_archive=is_empty)
    return render_template("search.html", page=page)


def _wider(search: SearchService, state: SearchState) -> tuple[Link, ...]:
    tried = relaxations(state)[:MOST_RELAXATIONS]
    return wider_searches(state, [(other, search.search(other.request(size=1)).total) for other in tried])
