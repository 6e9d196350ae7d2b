"""``/api/v1/findings``: counted tables, every number with the facts that make it."""

from __future__ import annotations

from typing import Any

from archive.findings.as_of import event_at
from archive.findings.counting import run
from archive.findings.files import load, readable
from archive.findings.records import finding_record
from webapp.api.endpoint import Asked, Endpoint
from webapp.api.parameters import named
from webapp.api.schema import ID, NUMBER, SPAN, TEXT, TRUTH, WHOLE, listed, maybe, record
from webapp.api.schema import named as by_name
from webapp.finding_tables import addresses
from webapp.room import base_url, current_room

CONVERTED = record(
    "What an amount comes to in another currency, and by which rate.",
    amount=TEXT,
    currency=TEXT,
    rate=TEXT,
    date=TEXT,
    source=TEXT,
)
EVIDENCE = record(
    "A fact that makes a number, or a document that has none. disputed: a person or a check speaks against it.",
    unit=TEXT,
    document=ID,
    fact=maybe(TEXT),
    field=maybe(TEXT),
    value=maybe(TEXT),
    status=maybe(TEXT),
    disputed=TRUTH,
    converted=maybe(CONVERTED),
    page=maybe(WHOLE),
    quote=maybe(TEXT),
    words=maybe(SPAN),
    reading=maybe(WHOLE),
)
CELL = record(
    "A number. unknown: units of the row that it does not count; number is null where a sum has nothing known.",
    number=maybe(NUMBER),
    units=WHOLE,
    documents=WHOLE,
    unknown=WHOLE,
    per_inhabitants=maybe(NUMBER),
    by_persons=WHOLE,
    corrected=WHOLE,
    confirmed=WHOLE,
    disputed=WHOLE,
    evidence=listed(EVIDENCE),
    url=TEXT,
)
ROW = record(
    "A row. An unknown value of its key is null; cells are by column.",
    key=by_name(maybe(TEXT)),
    inhabitants=maybe(WHOLE),
    cells=by_name(CELL),
)
FINDING = record(
    "A finding, counted.",
    name=TEXT,
    title=TEXT,
    about=TEXT,
    counts=TEXT,
    group=listed(TEXT),
    as_of=record("The archive's state.", event=WHOLE, at=maybe(TEXT), hash=maybe(TEXT), index=TEXT),
    columns=listed(record(id=TEXT, label=TEXT, is_sum=TRUTH)),
    rows=listed(ROW),
    shared=maybe(ROW),
    total=ROW,
    rules=listed(TEXT),
    notes=listed(TEXT),
    inhabitants=maybe(TEXT),
    cannot=listed(TEXT),
)


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
        FINDING,
        (named("as_of", "A day (2026-11-01) or an event: what was known then."),),
        (404,),
    ),
)
