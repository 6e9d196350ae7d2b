"""``/api/v1/vendors``: the firms behind the names that documents print."""

from __future__ import annotations

from typing import Any

from archive.serialization import serialize
from archive.vendors.records import CandidateAnswer, RulingAnswer, VendorsAnswer, VendorWithMentions
from webapp.api.endpoint import Asked, Endpoint
from webapp.api.parameters import OFFSET, counted, named
from webapp.api.schema import WHOLE, listed, of, record
from webapp.room import current_room

VENDORS, MOST_VENDORS = 100, 1000
"""Vendors given to a program that does not say how many it wants, and the most that one answer has."""


def every(asked: Asked) -> dict[str, Any]:
    """The vendors with q in a name or number, those in most documents first."""
    catalog = current_room().archive.catalog
    total, listed_ = catalog.vendor_list(asked.text("q"), asked.number("limit"), asked.number("offset"))
    return serialize(VendorsAnswer, None, total=total, vendors=listed_)


def one(asked: Asked, vendor_id: str) -> dict[str, Any]:
    """A vendor by its id, a number or a name, with the documents that name it."""
    found = current_room().archive.catalog.vendor(vendor_id)
    return serialize(VendorWithMentions, found)


def candidates(asked: Asked) -> dict[str, Any]:
    """Pairs of vendors that a person should judge, the most useful first."""
    pairs = current_room().archive.catalog.vendor_candidates()
    first = asked.number("offset")
    shown = pairs[first : first + asked.number("limit")]
    return {"total": len(pairs), "candidates": [serialize(CandidateAnswer, pair) for pair in shown]}


def rulings(_: Asked) -> dict[str, Any]:
    """What persons said of vendors, in order, also what was taken back."""
    return {
        "rulings": [serialize(RulingAnswer, recorded) for recorded in current_room().archive.catalog.vendor_rulings()]
    }


ENDPOINTS = (
    Endpoint(
        "vendors",
        "/vendors",
        "Vendors",
        every,
        of(VendorsAnswer),
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
        record(total=WHOLE, candidates=listed(of(CandidateAnswer))),
        (counted("limit", "How many pairs.", most=MOST_VENDORS, default=VENDORS), OFFSET),
    ),
    Endpoint(
        "vendor_rulings",
        "/vendor-rulings",
        "What persons said of vendors",
        rulings,
        record(rulings=listed(of(RulingAnswer))),
    ),
    Endpoint(
        "vendor",
        "/vendors/<vendor_id>",
        "A vendor",
        one,
        of(VendorWithMentions),
        (),
        (404,),
    ),
)
