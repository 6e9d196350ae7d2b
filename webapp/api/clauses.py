"""``/api/v1/documents/<id>/clauses``, ``/api/v1/compare`` and ``/api/v1/templates``: clauses, beside each other, and
contracts made on one template."""

from __future__ import annotations

from typing import Any

from archive.clause_record import clause_records
from archive.comparing.clauses import addressed, clause_text, compare_clauses, comparison_record
from archive.comparing.templates import find_templates, template_record
from archive.comparing.tolerance import Tolerated
from archive.comparing.topics import compare_topic, contracts_of, topic_record
from archive.comparing.words import DifferenceKind
from archive.model import ClauseLevel
from webapp.api.endpoint import Asked, Endpoint
from webapp.api.parameters import READING, VENDOR, named
from webapp.api.schema import ID, SHARE, SPAN, TEXT, TRUTH, WHOLE, choice, extended, listed, maybe, record
from webapp.api.schema import named as by_name
from webapp.room import current_room

_NAMED = {"eid": TEXT, "label": TEXT, "heading": maybe(TEXT), "topic": maybe(TEXT)}
PAGES = {**listed(WHOLE, "The first and the last page."), "minItems": 2, "maxItems": 2}
CLAUSE = record(
    "A clause with all those inside it. counted: its number was counted by machine and is not printed.",
    **_NAMED,
    parent=maybe(TEXT),
    level=choice(ClauseLevel),
    pages=PAGES,
    words=SPAN,
    confidence=SHARE,
    counted=TRUTH,
    text=TEXT,
)
ENTRY = record(
    "A clause that is compared.",
    document=ID,
    title=TEXT,
    **_NAMED,
    reading=WHOLE,
    pages=PAGES,
    words=SPAN,
    by_ocr=TRUTH,
)
COMPARISON = record(
    "Two clauses word by word.",
    a=ENTRY,
    b=ENTRY,
    agreement=SHARE,
    tolerated=by_name(WHOLE),
    changes=listed(
        record(
            kind=choice(DifferenceKind),
            reasons=listed(choice(Tolerated)),
            a=TEXT,
            b=TEXT,
            words={**listed(maybe(SPAN), "Where they stand in a and in b."), "minItems": 2, "maxItems": 2},
        )
    ),
)
TOPIC = record(
    "The clauses on one topic in the contracts of a vendor, those that differ most from the usual wording first.",
    vendor=record(id=TEXT, name=TEXT),
    topic=TEXT,
    label=TEXT,
    contracts=WHOLE,
    without=listed(ID),
    usual=maybe(extended(ENTRY, text=TEXT)),
    usual_count=WHOLE,
    clauses=listed(extended(ENTRY, agreement=SHARE, differences=listed(record(usual=TEXT, here=TEXT)), more=WHOLE)),
)
_ODD = record("A clause that has none like it.", **_NAMED, nearest=maybe(TEXT), likeness=SHARE)
TEMPLATE = record(
    "Documents made on one template, those that depart most from it first.",
    model=record(document=ID, title=TEXT, clauses=WHOLE),
    documents=listed(
        record(document=ID, title=TEXT, clauses=WHOLE, share=SHARE, odd=listed(_ODD), missing=listed(_ODD))
    ),
)


def clauses(asked: Asked, document_id: str) -> list[dict[str, Any]]:
    """The clause tree of a document, in the order in which the clauses stand."""
    return clause_records(current_room().archive.catalog, document_id, asked.maybe_number("reading"))


def compare(asked: Asked) -> dict[str, Any]:
    """Two clauses, each as ID/EID or ID#EID, word by word."""
    catalog = current_room().archive.catalog
    one, other = (clause_text(catalog, *addressed(asked.text(name))) for name in ("a", "b"))
    return comparison_record(one, other, compare_clauses(one, other))


def topic(asked: Asked) -> dict[str, Any]:
    """The clauses on one topic in the contracts of a vendor."""
    catalog = current_room().archive.catalog
    return topic_record(compare_topic(catalog, catalog.vendors.find(asked.text("vendor")), asked.text("topic")))


def templates(asked: Asked) -> list[dict[str, Any]]:
    """The templates of all documents, or of the contracts of a vendor."""
    catalog = current_room().archive.catalog
    vendor = asked.maybe_text("vendor")
    ids = None if vendor is None else contracts_of(catalog, catalog.vendors.find(vendor))
    return [template_record(template) for template in find_templates(catalog, ids)]


ENDPOINTS = (
    Endpoint(
        "clauses",
        "/documents/<document_id>/clauses",
        "The clauses of a document",
        clauses,
        listed(CLAUSE),
        (READING,),
        (404,),
    ),
    Endpoint(
        "compare",
        "/compare",
        "Two clauses compared",
        compare,
        COMPARISON,
        (
            named("a", "A clause: ID/EID.", required=True),
            named("b", "The other one.", required=True),
        ),
        (404,),
    ),
    Endpoint(
        "compare_topic",
        "/compare/topic",
        "Clauses on one topic compared",
        topic,
        TOPIC,
        (
            named("vendor", VENDOR.description, required=True),
            named("topic", "The topic: penalty, price, term ...", required=True),
        ),
        (404,),
    ),
    Endpoint("templates", "/templates", "Contracts on one template", templates, listed(TEMPLATE), (VENDOR,), (404,)),
)
