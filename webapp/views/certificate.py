"""``GET /certificate``: what a search looked through, to be printed or kept; ``/certificate.json`` for programs."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request

from archive.search.certificate import Certificate, certify
from webapp.presenters.certificate import present_certificate
from webapp.room import check, current_room, notes_on_fields
from webapp.search_state import SearchState

blueprint = Blueprint("certificate", __name__)


@blueprint.get("/certificate")
def show() -> str:
    """The certificate as a page."""
    state = SearchState.from_arguments(request.args)
    return render_template("certificate.html", page=present_certificate(_certify(state), state))


@blueprint.get("/certificate.json")
def as_json() -> Response:
    """A certificate made now, so another one than a page showed before."""
    return jsonify(_certify(SearchState.from_arguments(request.args)).as_json())


def _certify(state: SearchState) -> Certificate:
    archive = current_room().archive
    checked = check(state)
    checked.raise_any()
    asked = state.request(archive.settings.number("results_per_page"))
    notes = (*checked.notes, *notes_on_fields(asked))
    return certify(archive.catalog, archive.engine, archive.search, asked, notes)
