"""``/api/v1/documents/<id>/clauses``, ``/api/v1/compare`` and ``/api/v1/templates``: clauses, beside each other, and
contracts made on one template."""

from __future__ import annotations

from typing import Any

from archive.comparing.clauses import ComparisonAnswer, addressed, clause_text, compare_clauses, comparison_record
from archive.comparing.templates import TemplateAnswer, find_templates
from archive.comparing.topics import TopicAnswer, compare_topic, contracts_of, topic_record
from archive.records import ClauseAnswer, clause_records
from archive.serialization import serialize
from webapp.api.endpoint import READING, VENDOR, Asked, Endpoints, named
from webapp.api.schema import listed, of
from webapp.room import current_room

ENDPOINTS = Endpoints()


@ENDPOINTS.answered(
    "/documents/<document_id>/clauses", "The clauses of a document", listed(of(ClauseAnswer)), (READING,), (404,)
)
def clauses(asked: Asked, document_id: str) -> list[dict[str, Any]]:
    """The clause tree of a document, in the order in which the clauses stand."""
    return clause_records(current_room().archive.catalog, document_id, asked.maybe_number("reading"))


@ENDPOINTS.answered(
    "/compare",
    "Two clauses compared",
    of(ComparisonAnswer),
    (named("a", "A clause: ID/EID.", required=True), named("b", "The other one.", required=True)),
    (404,),
)
def compare(asked: Asked) -> dict[str, Any]:
    """Two clauses, each as ID/EID or ID#EID, word by word."""
    catalog = current_room().archive.catalog
    one, other = (clause_text(catalog, *addressed(asked.text(name))) for name in ("a", "b"))
    return comparison_record(one, other, compare_clauses(one, other))


@ENDPOINTS.answered(
    "/compare/topic",
    "Clauses on one topic compared",
    of(TopicAnswer),
    (
        named("vendor", VENDOR.description, required=True),
        named("topic", "The topic: penalty, price, term ...", required=True),
    ),
    (404,),
    name="compare_topic",
)
def topic(asked: Asked) -> dict[str, Any]:
    """The clauses on one topic in the contracts of a vendor."""
    catalog = current_room().archive.catalog
    return topic_record(compare_topic(catalog, catalog.vendors.find(asked.text("vendor")), asked.text("topic")))


@ENDPOINTS.answered("/templates", "Contracts on one template", listed(of(TemplateAnswer)), (VENDOR,), (404,))
def templates(asked: Asked) -> list[dict[str, Any]]:
    """The templates of all documents, or of the contracts of a vendor."""
    catalog = current_room().archive.catalog
    vendor = asked.maybe_text("vendor")
    ids = None if vendor is None else contracts_of(catalog, catalog.vendors.find(vendor))
    return [serialize(TemplateAnswer, template) for template in find_templates(catalog, ids)]
