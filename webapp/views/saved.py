"""``/saved``: saved searches, what they found, and their feeds.

What is sent here changes the catalog in one short transaction each. It does not take the archive's writer lock, which
an import holds for hours: the database lets its writers in one document at a time, and a search goes in between.
"""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.errors import UsageError
from archive.search.request import Unit
from archive.search.saved_searches import AlertRunner
from webapp.access.callers import whole_archive
from webapp.feeds import MEDIA_TYPE, atom_feed, updated
from webapp.languages.translation import gettext
from webapp.links import saved_search_url
from webapp.pages.saved import present_saved, present_saved_search
from webapp.room import checked, current_room
from webapp.state import SearchState

blueprint = Blueprint("saved", __name__, url_prefix="/saved")

SHOWN = 100
"""Documents shown of a saved search, the last found first."""

IN_FEED = 50
"""Entries of a feed. A feed reader keeps those it has seen."""


@blueprint.get("")
def show_all() -> str:
    """All saved searches."""
    return render_template("saved.html", page=present_saved(current_room().archive.catalog.searches.all()))


@blueprint.post("")
def save() -> ResponseReturnValue:
    """Save the search that the form carries, in the parameters of the search page, under ``name``."""
    state = SearchState.from_arguments(request.form)
    if state.unit is Unit.DOCUMENTS:
        checked(state)
    searched = state.request(size=1)
    archive = current_room().archive
    # Saving first runs all searches on all that came since; what this reader sees is not all.
    whole = whole_archive()
    alerts = AlertRunner(whole.catalog, whole.search)
    saved = alerts.save(archive.engine.generation, request.form.get("name", ""), searched)
    return redirect(saved_search_url(saved.id), code=303)


@blueprint.get("/<search_id>")
def show(search_id: str) -> str:
    """A saved search and what it found."""
    archive = current_room().archive
    saved = archive.catalog.searches.get(search_id)
    alerts = AlertRunner(archive.catalog, archive.search).found(saved, limit=SHOWN)
    return render_template("saved_search.html", page=present_saved_search(saved, alerts))


@blueprint.post("/<search_id>/read")
def mark_read(search_id: str) -> ResponseReturnValue:
    """Mark as read what the reader has seen: all that was found up to ``until``."""
    archive = current_room().archive
    saved = archive.catalog.searches.get(search_id)
    archive.catalog.searches.mark_read(saved.id, _moment(request.form.get("until", "")))
    return redirect(saved_search_url(saved.id), code=303)


@blueprint.post("/<search_id>/remove")
def remove(search_id: str) -> ResponseReturnValue:
    """Forget a saved search."""
    archive = current_room().archive
    archive.catalog.searches.remove(archive.catalog.searches.get(search_id).id)
    return redirect(url_for("saved.show_all"), code=303)


@blueprint.get("/<search_id>/feed.atom")
def feed(search_id: str) -> Response:
    """The feed. A feed reader that has it as it is gets no more than that answer (``ETag``, ``Last-Modified``)."""
    archive = current_room().archive
    saved = archive.catalog.searches.get(search_id)
    alerts = AlertRunner(archive.catalog, archive.search).found(saved, limit=IN_FEED)
    response = Response(atom_feed(saved, alerts), mimetype=MEDIA_TYPE)
    response.last_modified = updated(saved, alerts)
    # It is in the reader's language, as a page is.
    response.vary.update(("Accept-Language", "Cookie"))
    response.add_etag()
    response.make_conditional(request)
    return response


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(gettext("%(value)s is no moment.", value=repr(text[:40]))) from error
    if moment.tzinfo is None:
        raise UsageError(gettext("%(value)s lacks its time zone.", value=repr(text[:40])))
    return moment
