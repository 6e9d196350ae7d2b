"""``/api/v1/vendors``, ``review`` and ``findings``: firms, facts to look at, and counted tables with their evidence."""

from __future__ import annotations

from typing import Any

from flask import Response
from werkzeug.exceptions import NotFound

from archive.facts.review import DoubtAnswer, doubt_records
from archive.facts.review import queue as queue_of
from archive.findings.counting import run
from archive.findings.files import as_asked, load, readable
from archive.findings.kept.past import event_at
from archive.findings.records import FindingAnswer, finding_record
from archive.model.fields import FIELDS
from archive.profiles.place import place_profile
from archive.profiles.records import PlaceAnswer, VendorProfileAnswer
from archive.profiles.vendor import vendor_profile
from archive.serialization import json_pieces, serialize
from archive.vendors.records import CandidateAnswer, RulingAnswer, VendorsAnswer
from webapp.api.endpoint import JSON, OF_STORY, OFFSET, Asked, Endpoints, Parameter, counted, named
from webapp.api.schema import TEXT, WHOLE, choice, listed, of, record
from webapp.api.schema import named as by_name
from webapp.delivery import text_answer
from webapp.finding_tables import cell_address, number_address, refuse_too_much
from webapp.forms import story_reader
from webapp.languages.translation import gettext
from webapp.room import base_url, current_room

VENDORS, MOST_VENDORS = 100, 1000
"""Default and maximum number of vendors in a response."""

ENDPOINTS, FINDING_ENDPOINTS = Endpoints(), Endpoints()


@ENDPOINTS.answered(
    "/vendors",
    "Vendors",
    of(VendorsAnswer),
    (
        named("q", "A part of a name or number."),
        counted("limit", "How many vendors.", most=MOST_VENDORS, default=VENDORS),
        OFFSET,
    ),
)
def vendors(asked: Asked) -> dict[str, Any]:
    """Return the vendors with q in a name or number, those in most documents first."""
    catalog = current_room().archive.catalog
    total, listed_ = catalog.vendors.search(asked.text("q"), asked.number("limit"), asked.number("offset"))
    return serialize(VendorsAnswer, None, total=total, vendors=listed_)


@ENDPOINTS.answered(
    "/vendor-candidates",
    "Vendors that may be one",
    record(total=WHOLE, candidates=listed(of(CandidateAnswer))),
    (counted("limit", "How many pairs.", most=MOST_VENDORS, default=VENDORS), OFFSET),
)
def vendor_candidates(asked: Asked) -> dict[str, Any]:
    """Return pairs of vendors that a person should judge, the most useful first."""
    catalog = current_room().archive.catalog
    total, pairs = catalog.vendors.merge_candidates(asked.number("limit"), asked.number("offset"))
    return {"total": total, "candidates": [serialize(CandidateAnswer, pair) for pair in pairs]}


@ENDPOINTS.answered("/vendor-rulings", "What persons said of vendors", record(rulings=listed(of(RulingAnswer))))
def vendor_rulings(_: Asked) -> dict[str, Any]:
    """Return what persons said of vendors, in order, also what was taken back."""
    return {
        "rulings": [serialize(RulingAnswer, recorded) for recorded in current_room().archive.catalog.vendors.rulings()]
    }


_VAT = named("vat", "Which prices count: with, without or printed.")


@ENDPOINTS.answered("/vendors/<vendor_id>", "A vendor", of(VendorProfileAnswer), (_VAT,), (404,))
def vendor(asked: Asked, vendor_id: str) -> dict[str, Any]:
    """Return a vendor by its id, a number or a name, with the documents that name it and its profile."""
    archive = current_room().archive
    found = archive.catalog.vendors.find(vendor_id)
    profile = vendor_profile(archive.home, archive.catalog, found, asked.maybe_text("vat") or "")
    return serialize(VendorProfileAnswer, found, profile=profile)


@ENDPOINTS.answered("/places/<municipality>", "A municipality", of(PlaceAnswer), (_VAT,), (404,))
def place(asked: Asked, municipality: str) -> dict[str, Any]:
    """Return the profile of a municipality: its procedures with the papers they lack, its requests, and what findings
    say."""
    room = current_room()
    official = room.places.official(municipality)
    archive, name = room.archive, official or municipality
    profile = place_profile(archive.home, archive.catalog, name, asked.maybe_text("vat") or "")
    if official is None and not profile.papers:
        raise NotFound(gettext("No paper is of a municipality %(name)s.", name=repr(municipality[:80])))
    return serialize(PlaceAnswer, profile)


DOUBTS, MOST_DOUBTS = 20, 500


@ENDPOINTS.answered(
    "/review",
    "Facts to review",
    record(total=WHOLE, doubts=listed(of(DoubtAnswer))),
    (
        Parameter("field", choice(tuple(FIELDS)), "Only of this field."),
        counted("limit", "How many.", most=MOST_DOUBTS, default=DOUBTS),
        OFFSET,
    ),
)
def review(asked: Asked) -> dict[str, Any]:
    """Return the doubtful facts, the most useful to look at first: ``dosije review --json``."""
    catalog = current_room().archive.catalog
    doubts, field = queue_of(catalog), asked.maybe_text("field")
    shown = doubts.doubts(field, asked.number("offset"), asked.number("limit"))
    return {"total": doubts.count(field), "doubts": doubt_records(catalog, shown)}


@FINDING_ENDPOINTS.answered(
    "/findings",
    "Findings",
    record(findings=listed(record(name=TEXT, title=TEXT, about=TEXT)), unreadable=by_name(TEXT)),
)
def findings(_: Asked) -> dict[str, Any]:
    """Return the findings there are; of a file that cannot be read, what is wrong with it."""
    found, wrong = readable(current_room().archive.home)
    return {
        "findings": [{"name": finding.name, "title": finding.title, "about": finding.about} for finding in found],
        "unreadable": {name: str(error) for name, error in wrong.items()},
    }


@FINDING_ENDPOINTS.answered(
    "/findings/<name>",
    "A finding",
    of(FindingAnswer),
    (
        named("as_of", "A day (2026-11-01) or an event: what was known then."),
        named("vat", "Which prices count: with, without or printed."),
        named("convert", "The currency to tell amounts in, as EUR, by the rates of the archive."),
        OF_STORY,
    ),
    (404,),
)
def finding(asked: Asked, name: str) -> Response:
    """Return a finding: ``dosije findings NAME --format json``."""
    archive = current_room().archive
    moment = asked.maybe_text("as_of")
    event = event_at(archive.catalog, moment) if moment else None
    prices = asked.maybe_text("vat") or "", asked.maybe_text("convert") or ""
    definition = as_asked(load(archive.home, name), archive.home, *prices)
    key = asked.maybe_text("story")
    story = archive.catalog.stories.get(key, story_reader()) if key else None
    among = None if story is None else story.documents
    table = run(definition, archive.catalog, archive.search, archive.engine, event, among)
    refuse_too_much(table)
    at = table, base_url(), "" if event is None else str(event), "" if story is None else story.id
    record = finding_record(table, archive.catalog, cell_address(*at), number_address(*at))
    return text_answer(json_pieces(record), JSON)
