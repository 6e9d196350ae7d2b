"""``/api/v1/vendors``: the firms behind the names that documents print."""

from __future__ import annotations

from typing import Any

from archive.vendors.records import candidate_record, mention_records, ruling_record, vendor_list_record, vendor_record
from archive.vendors.rulings import RulingAction
from webapp.api.endpoint import Asked, Endpoint
from webapp.api.parameters import OFFSET, counted, named
from webapp.api.schema import ID, MOMENT, NUMBER, TEXT, TRUTH, WHOLE, choice, extended, listed, maybe, record
from webapp.api.schema import named as by_name
from webapp.room import current_room

VENDORS, MOST_VENDORS = 100, 1000
"""Vendors given to a program that does not say how many it wants, and the most that one answer has."""

VENDOR = record(
    "A vendor. won and bid count the documents that name it as the vendor and as a bidder.",
    id=TEXT,
    name=TEXT,
    names=listed(TEXT),
    numbers=listed(record("valid: its check digit agrees.", register=TEXT, number=TEXT, valid=TRUTH)),
    won=WHOLE,
    bid=WHOLE,
)
MENTION = record("A document that names it.", id=ID, name=TEXT, vendor=TRUTH, bidder=TRUTH, numbers=by_name(TEXT))

CANDIDATE = record(
    "Two vendors that may be one, and why. score orders them.", one=VENDOR, other=VENDOR, reason=TEXT, score=NUMBER
)
RULING = record(
    "What a person said of two names. undone_by is the event that took it back.",
    event=WHOLE,
    at=MOMENT,
    action=choice(RulingAction),
    one=TEXT,
    other=TEXT,
    by=TEXT,
    undone_by=maybe(WHOLE),
)


def every(asked: Asked) -> dict[str, Any]:
    """The vendors with q in a name or number, those in most documents first."""
    catalog = current_room().archive.catalog
    total, listed_ = catalog.vendors.search(asked.text("q"), asked.number("limit"), asked.number("offset"))
    return vendor_list_record(total, listed_)


def one(asked: Asked, vendor_id: str) -> dict[str, Any]:
    """A vendor by its id, a number or a name, with the documents that name it."""
    found = current_room().archive.catalog.vendors.find(vendor_id)
    return vendor_record(found) | {"documents": mention_records(found)}


def candidates(asked: Asked) -> dict[str, Any]:
    """Pairs of vendors that a person should judge, the most useful first."""
    pairs = current_room().archive.catalog.vendors.merge_candidates()
    first = asked.number("offset")
    shown = pairs[first : first + asked.number("limit")]
    return {"total": len(pairs), "candidates": [candidate_record(pair) for pair in shown]}


def rulings(_: Asked) -> dict[str, Any]:
    """What persons said of vendors, in order, also what was taken back."""
    return {"rulings": [ruling_record(recorded) for recorded in current_room().archive.catalog.vendors.rulings()]}


ENDPOINTS = (
    Endpoint(
        "vendors",
        "/vendors",
        "Vendors",
        every,
        record(total=WHOLE, vendors=listed(VENDOR)),
        (
            named("q", "A part of a name or number."),
            counted("limit", "How many vendors.", most=MOST_VENDORS, default=VENDORS),
            OFFSET,
        ),
    ),
    Endpoint(
        "vendor_candidates",
        "/vendor-candidates",
        "Vendors that may be one",
        candidates,
        record(total=WHOLE, candidates=listed(CANDIDATE)),
        (counted("limit", "How many pairs.", most=MOST_VENDORS, default=VENDORS), OFFSET),
    ),
    Endpoint(
        "vendor_rulings", "/vendor-rulings", "What persons said of vendors", rulings, record(rulings=listed(RULING))
    ),
    Endpoint(
        "vendor",
        "/vendors/<vendor_id>",
        "A vendor",
        one,
        extended(VENDOR, documents=listed(MENTION)),
        (),
        (404,),
    ),
)
