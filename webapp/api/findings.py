"""``/api/v1/findings``: counted tables, every number with the facts that make it."""

from __future__ import annotations

from typing import Any

from archive.findings.counting import run
from archive.findings.files import load, readable
from archive.findings.moments import event_at
from archive.findings.records import FindingAnswer, finding_record
from webapp.api.endpoint import Asked, Endpoint
from webapp.api.parameters import named
from webapp.api.schema import TEXT, listed, of, record
from webapp.api.schema import named as by_name
from webapp.finding_tables import addresses
from webapp.room import base_url, current_room


def every(_: Asked) -> dict[str, Any]:
    """The findings there are; of a file that cannot be read, what is wrong with it."""
    found, wrong = readable(current_room().archive.home)
    return {
        "findings": [{"name": one.name, "title": one.title, "about": one.about} for one in found],
        "unreadable": {name: str(error) for name, error in wrong.items()},
    }


def one(asked: Asked, name: str) -> dict[str, Any]:
    """A finding: ``dosije findings NAME --format json``."""
    archive = current_room().archive
    moment = asked.maybe_text("as_of")
    event = event_at(archive.catalog, moment) if moment else None
    table = run(load(archive.home, name), archive.catalog, archive.search, archive.engine, event)
    return finding_record(table, archive.catalog, addresses(table, base_url(), "" if event is None else str(event)))


ENDPOINTS = (
    Endpoint(
        "findings",
        "/findings",
        "Findings",
        every,
        record(findings=listed(record(name=TEXT, title=TEXT, about=TEXT)), unreadable=by_name(TEXT)),
    ),
    Endpoint(
        "finding",
        "/findings/<name>",
        "A finding",
        one,
        of(FindingAnswer),
        (named("as_of", "A day (2026-11-01) or an event: what was known then."),),
        (404,),
    ),
)
