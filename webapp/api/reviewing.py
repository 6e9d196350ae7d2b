"""``/api/v1/review``: the queue of doubtful facts."""

from __future__ import annotations

from typing import Any

from archive.facts.review import DoubtAnswer, doubt_records
from archive.facts.review import queue as queue_of
from archive.fields import FIELDS
from webapp.api.endpoint import Asked, Endpoint, Parameter
from webapp.api.parameters import OFFSET, counted
from webapp.api.schema import WHOLE, choice, listed, of, record
from webapp.room import current_room

DOUBTS, MOST_DOUBTS = 20, 500


def queue(asked: Asked) -> dict[str, Any]:
    """The doubtful facts, the most useful to look at first: ``dosije review --json``."""
    catalog = current_room().archive.catalog
    doubts, field = queue_of(catalog), asked.maybe_text("field")
    shown = doubts.doubts(catalog, field, asked.number("offset"), asked.number("limit"))
    return {"total": doubts.count(field), "doubts": doubt_records(catalog, shown)}


ENDPOINTS = (
    Endpoint(
        "review",
        "/review",
        "Facts to review",
        queue,
        record(total=WHOLE, doubts=listed(of(DoubtAnswer))),
        (
            Parameter("field", choice(tuple(FIELDS)), "Only of this field."),
            counted("limit", "How many.", most=MOST_DOUBTS, default=DOUBTS),
            OFFSET,
        ),
    ),
)
