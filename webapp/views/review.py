"""``GET /review``: the queue of doubtful facts, one at a time, the most useful first."""

from __future__ import annotations

import re

from flask import Blueprint, render_template, request
from werkzeug.exceptions import NotFound

from archive.facts.review import Doubt, queue
from archive.facts.values import known_field
from archive.model import Fact
from archive.store.catalog import Catalog
from webapp.contexts.review import Done, DoubtShown, Proof
from webapp.deciding import known_person
from webapp.languages.translation import gettext
from webapp.presenters.review import (
    present_done,
    present_doubt,
    present_form,
    present_proof,
    present_review,
    queue_place,
)
from webapp.room import current_room
from webapp.search_state import positive_number

blueprint = Blueprint("review", __name__)

_EVENT = re.compile(r"([0-9a-f]{64})/([0-9]{1,15})")


@blueprint.get("/review")
def show() -> str:
    """Doubt number ``at``, of those on ``field`` alone if it is named; ``done`` names what was decided just now."""
    catalog = current_room().archive.catalog
    asked = request.args.get("field")
    field = known_field(asked) if asked else None
    at = positive_number("at", request.args.get("at") or "1")
    doubts = queue(catalog)
    # One past the end is where a reader is who has passed over the last one.
    at = min(at, doubts.count(field) + 1)
    chosen = doubts.doubts(catalog, field, at - 1, 1)
    shown = _shown(catalog, chosen[0], field, at) if chosen else None
    page = present_review(doubts.of_field, field, at, shown, done(catalog), known_person())
    return render_template("review.html", page=page)


def _shown(catalog: Catalog, doubt: Doubt, field: str | None, at: int) -> DoubtShown:
    document = catalog.documents.find(doubt.document)
    described = catalog.documents.descriptions([document.id])[document.id]
    proof = proof_of(catalog, doubt.fact, document.id, described.language) if doubt.fact else None
    form = present_form(document.id, doubt.field, doubt.fact, document.reading, known_person(), queue_place(field, at))
    return present_doubt(doubt, described, catalog.readings.get(document.id), proof, form)


def proof_of(catalog: Catalog, fact: Fact, document_id: str, language: str | None) -> Proof | None:
    """The words behind a fact of a document, in the reading that they were found in."""
    if fact.span is None:
        return None
    page = catalog.readings.get(document_id, fact.span.reading).page_of_word(fact.span.first)
    return present_proof(fact, page, catalog.readings.words(document_id, page.number, fact.span.reading), language)


def done(catalog: Catalog) -> Done | None:
    """What the parameter ``done`` names: a decision by its document and the number of its event."""
    named = request.args.get("done")
    if not named:
        return None
    match = _EVENT.fullmatch(named)
    if match is None:
        raise NotFound(gettext("There is no such decision."))
    id_, number = match[1], int(match[2])
    event = next((event for event in catalog.decisions.history(id_) if event.number == number), None)
    if event is None:
        raise NotFound(gettext("There is no such decision."))
    decided = catalog.decisions.in_force([id_]).get(id_, [])
    return present_done(catalog.documents.descriptions([id_])[id_], event, decided, later="later" in request.args)
