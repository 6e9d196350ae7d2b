"""``GET /documents/<id>/beside/<other>``: two documents beside each other, page by page."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.exceptions import NotFound

from archive.search.near_duplicates import NearDuplicates
from archive.store.catalog import Catalog
from archive.words import Words
from webapp.languages.translation import gettext, marked
from webapp.presenters.alike import present_beside
from webapp.room import current_room, requested_document
from webapp.search_state import SearchState, positive_number

blueprint = Blueprint("beside", __name__)


@blueprint.get("/documents/<document_id>/beside/<other_id>")
def show(document_id: str, other_id: str) -> str:
    """The newest readings of both, at the page of number ``at``."""
    catalog = current_room().archive.catalog
    here, there = requested_document(document_id), catalog.documents.find(other_id)
    number = positive_number("at", request.args.get("at") or "1")
    if number > max(1, here.page_count, there.page_count):
        neither = marked("Neither %(one)s nor %(other)s has a page %(number)s.")
        raise NotFound(gettext(neither, one=here.filename, other=there.filename, number=number))
    described = catalog.documents.descriptions([here.id, there.id])
    found = {like.id: like for like in NearDuplicates(catalog).of([here.id]).get(here.id, ())}
    context = present_beside(
        described[here.id],
        described[there.id],
        found.get(there.id),
        number,
        (_words(catalog, here.id, number), _words(catalog, there.id, number)),
        SearchState.from_arguments(request.args),
    )
    return render_template("beside.html", page=context)


def _words(catalog: Catalog, document_id: str, number: int) -> Words | None:
    reading = catalog.readings.get(document_id)
    if number > len(reading.pages):
        return None
    return catalog.readings.words(document_id, number, reading.number)
