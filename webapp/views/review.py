"""``/review``:

the queue of doubtful facts, the most useful first; the form that corrects a field; a table of corrections.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from archive.errors import UsageError
from archive.facts.corrections import Corrections, decide_lines, read_lines
from archive.facts.review import for_all, queue
from archive.facts.values import known_field
from archive.model import Document, Fact
from archive.model.decisions import FieldChange, of_field
from archive.store.catalog import Catalog
from archive.store.documents import Known
from archive.system.tables import decoded
from webapp.forms import correction, known_person, make_searchable, person, remembering
from webapp.languages.translation import gettext, said_error
from webapp.links import own_page
from webapp.pages.review.corrections import present_outcomes, present_table
from webapp.pages.review.doubts import LoadedDecision, LoadedValue, present_correct, present_form, present_review
from webapp.room import current_room, requested_document
from webapp.state import positive_number

blueprint = Blueprint("review", __name__)

MOST_PAPERS = 100
"""Maximum documents shown with a doubt and decided together; those not shown are not decided."""

_EVENT = re.compile(r"([0-9a-f]{64})/([0-9]{1,15})")


@blueprint.get("/review", endpoint="show")
def show_doubt() -> str:
    """Show doubt number ``at``, of those on ``field`` if it is given; ``done`` names the last decision."""
    catalog = current_room().archive.catalog
    asked = request.args.get("field")
    field = known_field(asked) if asked else None
    at = positive_number("at", request.args.get("at") or "1")
    doubts = queue(catalog)
    # One past the end is the position after the last doubt was skipped.
    at = min(at, doubts.count(field) + 1)
    chosen = doubts.doubts(field, at - 1, 1, MOST_PAPERS)
    shown = (chosen[0], _loaded(catalog, chosen[0].known, chosen[0].field, chosen[0].fact)) if chosen else None
    page = present_review(
        doubts.of_field,
        field,
        at,
        shown,
        decided_now(catalog),
        known_person(),
        chosen[0].others if chosen else (),
    )
    return render_template("review.html", page=page)


def _loaded(catalog: Catalog, known: Known, field: str, fact: Fact | None) -> LoadedValue:
    """Return a value with the words of its evidence, in the reading of its fact."""
    span, document = fact and fact.span, known.document
    number = span.reading if span else document.reading
    reading = catalog.readings.named([(document.id, number)])[document.id, number]
    page = reading.page_of_word(span.first).number if span else None
    words = catalog.readings.words_on(reading, [page])[page] if page else None
    return LoadedValue(known, field, fact, reading, words)


def decided_now(catalog: Catalog) -> LoadedDecision | None:
    """Return the decision in the parameter ``done``, given by its document and event number; None without it."""
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
    also = positive_number("also", request.args["also"]) if "also" in request.args else 0
    return LoadedDecision(catalog.documents.known([id_])[id_], event, "later" in request.args, also)


correct = Blueprint("correct", __name__)


@correct.get("/documents/<document_id>/correct", endpoint="show")
def show_field(document_id: str) -> str:
    """Show the form for ``field``: for its ``value`` (default: that of the highest confidence), or to ``add`` one."""
    document = requested_document(document_id)
    field = known_field(request.args.get("field") or "title")
    value = None if "add" in request.args else request.args.get("value")
    return _field_page(document, field, value, adds="add" in request.args)


@correct.post("/documents/<document_id>/correct")
def decide(document_id: str) -> ResponseReturnValue:
    """Record the decision of the form on ``field`` (:func:`webapp.forms.correction`).

    With ``same``, the decision applies to all documents with the same doubt, or, if they are ``listed``, to each
    selected ``paper``. A form of the queue redirects to the next doubt. An error is shown above the form.
    """
    room = current_room()
    document = room.archive.catalog.documents.find(document_id)
    field = known_field(request.form.get("field", ""))
    try:
        asked = correction(document.id, field, room.places)
        decision = Corrections(room.archive.catalog, room.places).decision(asked)
        catalog = room.archive.catalog
        papers = request.form.getlist("paper") if "listed" in request.form else None
        wanted = for_all(catalog, decision, request.form.get("old"), papers) if "same" in request.form else [decision]
        outcomes = catalog.decisions.record(wanted)
        for outcome in outcomes:
            if isinstance(outcome, UsageError):
                raise outcome
    except UsageError as error:
        old = request.form.get("old") or None
        return _field_page(document, field, old, adds=old is None, problem=said_error(error)), error.http_status
    return after_decisions([outcome for outcome in outcomes if isinstance(outcome, FieldChange)], asked.by)


@correct.post("/documents/<document_id>/undo")
def undo(document_id: str) -> ResponseReturnValue:
    """Undo the decision of ``event``, and the ``also`` decisions made with it."""
    catalog = current_room().archive.catalog
    event, by = positive_number("event", request.form.get("event", "")), person()
    also = positive_number("also", request.form["also"]) if "also" in request.form else 0
    wanted = [(catalog.documents.find(document_id).id, event)]
    # Decisions made together have consecutive events; the last one is undone first.
    wanted += [
        (entry.document, entry.number) for entry in catalog.events.between(event, event + also) if entry.document
    ]
    undone = catalog.decisions.undo_all(wanted[::-1], by)[::-1]
    return after_decisions(undone, by)


def after_decisions(changes: Sequence[FieldChange], by: str) -> Response:
    """Redirect to ``back`` of the form, to the queue, or to the field, with the decision in the URL."""
    made = [change for change in changes if change.event is not None]
    change, is_known = (made or changes)[0], make_searchable(current_room().archive) if made else True
    told: dict[str, Any] = {
        "done": None if change.event is None else f"{change.document}/{change.event}",
        "also": len(made) - 1 if len(made) > 1 else None,
        "later": None if is_known else "1",
    }
    queue, back = request.form.get("queue"), request.form.get("back")
    if back:
        parts = urlsplit(own_page(back))
        asked = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in told]
        asked += [(name, value) for name, value in told.items() if value is not None]
        target = f"{parts.path}?{urlencode(asked)}"
    elif queue:
        at = positive_number("at", request.form.get("at", ""))
        target = url_for("review.show", field=None if queue == "all" else queue, at=at, **told)
    else:
        target = url_for("correct.show", document_id=change.document, field=change.field, **told)
    return remembering(make_response(redirect(target, code=303)), by)


def _field_page(document: Document, field: str, value: str | None, *, adds: bool, problem: str | None = None) -> str:
    catalog = current_room().archive.catalog
    known = catalog.documents.known([document.id])[document.id]
    loaded = _loaded(catalog, known, field, None if adds else _chosen(of_field(known.facts, field), value))
    hidden = tuple((name, request.form[name]) for name in ("queue", "at") if request.form.get(name))
    form = present_form(loaded, known_person(), hidden, request.form)
    page = present_correct(loaded, form, decided_now(catalog), problem)
    return render_template("correct.html", page=page)


def _chosen(facts: tuple[Fact, ...], value: str | None) -> Fact | None:
    """Return the fact of a form: that with the value, else the one with the highest confidence."""
    named = [fact for fact in facts if fact.value == value]
    return max(named or facts, key=lambda fact: fact.confidence, default=None)


table = Blueprint("review_table", __name__)

MAX_TABLE_BYTES = 4 << 20
"""Maximum size of a table: 10,000 lines of 400 bytes each."""


@table.get("/review/csv", endpoint="show")
def show_table() -> str:
    """Show the empty form."""
    return render_template("review_table.html", page=present_table(known_person()))


@table.post("/review/csv", endpoint="take")
def take_table() -> ResponseReturnValue:
    """Preview the changes of the table in ``file`` or pasted in ``table``; with ``apply``, make them."""
    request.max_content_length = request.max_form_memory_size = MAX_TABLE_BYTES
    sent = _Sent.of_request()
    by = request.form.get("by", "")
    room = current_room()
    try:
        by = person()
        text = decoded(sent.data, sent.name)
        corrections = Corrections(room.archive.catalog, room.places)
        lines = read_lines(sent.data, sent.name)
        outcomes = decide_lines(room.archive.catalog, corrections, lines, by, try_only=not sent.applies)
    except UsageError as error:
        text = sent.data.decode("utf-8", "replace").replace("\0", "") if not sent.name else ""
        return render_template("review_table.html", page=present_table(by, text, said_error(error))), error.http_status
    applied = sent.applies and not any(isinstance(one.outcome, UsageError) for one in outcomes)
    later = applied and not make_searchable(room.archive)
    page = present_outcomes(by, text, outcomes, applied=applied, later=later)
    status = 200 if applied or not sent.applies else 400
    return remembering(make_response(render_template("review_table.html", page=page), status), by)


@dataclass(frozen=True, slots=True)
class _Sent:
    """A submitted table: the data of a file, or pasted text, which has no name."""

    data: bytes
    name: str
    applies: bool

    @classmethod
    def of_request(cls) -> _Sent:
        uploaded = request.files.get("file")
        applies = "apply" in request.form
        if uploaded and uploaded.filename:
            return cls(uploaded.read(), uploaded.filename, applies)
        return cls(request.form.get("table", "").encode(), "", applies)
