"""``/review/csv``: many corrections from a table, looked at first and then made, all of them or none."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from archive.errors import UsageError
from archive.facts.corrections import Corrections, decide_lines, read_lines
from archive.system.tables import decoded
from webapp.deciding import known_person, make_searchable, person, remembering
from webapp.languages.sentences import said_error
from webapp.presenters.review_table import present_outcomes, present_table
from webapp.room import current_room

blueprint = Blueprint("review_table", __name__)

MAX_TABLE_BYTES = 4 << 20
"""A table of the 10,000 lines that are allowed, of 400 bytes each."""


@blueprint.get("/review/csv")
def show() -> str:
    """The empty form."""
    return render_template("review_table.html", page=present_table(known_person()))


@blueprint.post("/review/csv")
def take() -> ResponseReturnValue:
    """Say what the table would change; with ``apply``, change it. It is in ``file``, or pasted in ``table``."""
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
    """A table as it was sent: the bytes of a file, or what was pasted, which has no name."""

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
