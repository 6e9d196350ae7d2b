"""``GET /documents/<id>/clauses/<eid>``: one clause of a document."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.exceptions import NotFound

from archive.body import body
from webapp.languages.translation import gettext
from webapp.presenters.clause import present_clause
from webapp.room import current_room, requested_document, requested_reading
from webapp.search_state import SearchState

blueprint = Blueprint("clause", __name__)


@blueprint.get("/documents/<document_id>/clauses/<eid>")
def show(document_id: str, eid: str) -> str:
    """A clause with its text, where the search matches in it marked. ``reading`` shows an earlier reading's."""
    archive = current_room().archive
    document = requested_document(document_id)
    reading = requested_reading(document)
    state = SearchState.from_arguments(request.args)
    clauses = archive.catalog.clauses.of(document.id, reading.number)
    clause = next((each for each in clauses if each.eid == eid), None)
    if clause is None:
        raise NotFound(gettext("%(filename)s has no clause '%(eid)s'.", filename=document.filename, eid=eid[:80]))
    context = present_clause(
        state,
        document,
        archive.catalog.documents.descriptions([document.id])[document.id],
        reading,
        clauses,
        clause,
        body(archive.catalog, reading, clause.span),
        archive.search.matches_in(reading, state.text, state.exact, state.look_alikes),
    )
    return render_template("clause.html", page=context)
