"""``/documents/<id>/correct``: a person's word on one field of a document, and the way to take it back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.decisions import Change, of_field
from archive.errors import UsageError
from archive.facts.corrections import Corrections
from archive.facts.values import known_field
from archive.model import Document, Fact
from webapp.deciding import correction, known_person, make_searchable, person, remembering
from webapp.languages.sentences import said_error
from webapp.presenters.review import present_correct, present_form
from webapp.room import current_room, requested_document
from webapp.search_state import positive_number
from webapp.views.review import done, proof_of

blueprint = Blueprint("correct", __name__)


@blueprint.get("/documents/<document_id>/correct")
def show(document_id: str) -> str:
    """The form on ``field``: about its ``value``, its only or first one by default, or to ``add`` one to it."""
    document = requested_document(document_id)
    field = known_field(request.args.get("field") or "title")
    value = None if "add" in request.args else request.args.get("value")
    return _page(document, field, value, adds="add" in request.args)


@blueprint.post("/documents/<document_id>/correct")
def decide(document_id: str) -> ResponseReturnValue:
    """Record what the form says of ``field`` (:func:`webapp.deciding.correction`), and go on to the next doubt if it
    came from the queue. What cannot be is said above the form."""
    room = current_room()
    document = room.archive.catalog.documents.find(document_id)
    field = known_field(request.form.get("field", ""))
    try:
        asked = correction(document.id, field, room.places)
        decision = Corrections(room.archive.catalog, room.places).decision(asked)
        (outcome,) = room.archive.catalog.decisions.record([decision])
        if isinstance(outcome, UsageError):
            raise outcome
    except UsageError as error:
        old = request.form.get("old") or None
        return _page(document, field, old, adds=old is None, problem=said_error(error)), error.http_status
    return _after(outcome, asked.by)


@blueprint.post("/documents/<document_id>/undo")
def undo(document_id: str) -> ResponseReturnValue:
    """Take back the decision of ``event``."""
    archive = current_room().archive
    event, by = positive_number("event", request.form.get("event", "")), person()
    return _after(archive.catalog.decisions.undo(archive.catalog.documents.find(document_id).id, event, by), by)


def _after(change: Change, by: str) -> Response:
    """On to where the reader came from, with what was done."""
    is_known = make_searchable(current_room().archive) if change.event is not None else True
    told: dict[str, Any] = {
        "done": None if change.event is None else f"{change.document}/{change.event}",
        "later": None if is_known else "1",
    }
    queue = request.form.get("queue")
    if queue:
        at = positive_number("at", request.form.get("at", ""))
        target = url_for("review.show", field=None if queue == "all" else queue, at=at, **told)
    else:
        target = url_for("correct.show", document_id=change.document, field=change.field, **told)
    return remembering(make_response(redirect(target, code=303)), by)


def _page(document: Document, field: str, value: str | None, *, adds: bool, problem: str | None = None) -> str:
    catalog = current_room().archive.catalog
    described = catalog.documents.descriptions([document.id])[document.id]
    facts = of_field(catalog.facts.of(document.id), field)
    chosen = None if adds else _chosen(facts, value)
    proof = proof_of(catalog, chosen, document.id, described.language) if chosen else None
    hidden = tuple((name, request.form[name]) for name in ("queue", "at") if request.form.get(name))
    form = present_form(document.id, field, chosen, document.reading, known_person(), hidden, request.form)
    decided = catalog.decisions.in_force([document.id]).get(document.id, [])
    last = done(catalog)
    page = present_correct(described, field, facts, chosen, proof, form, decided, last, problem)
    return render_template("correct.html", page=page)


def _chosen(facts: tuple[Fact, ...], value: str | None) -> Fact | None:
    """The fact that a form is about: that of a value, else the surest."""
    named = [fact for fact in facts if fact.value == value]
    return max(named or facts, key=lambda fact: fact.confidence, default=None)
