"""``/api/v1/documents/<id>``: a document, its pages with words and boxes, facts, chain, near duplicates, notes
and clauses; and clauses beside each other."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Any, ClassVar, Literal

from flask import Response, request
from werkzeug.exceptions import NotFound

from archive.annotations import MEDIA_TYPE as LINKED_DATA
from archive.annotations import annotation_collection, web_annotation
from archive.comparing.clauses import ComparisonAnswer, addressed, clause_text, compare_clauses, comparison_record
from archive.comparing.templates import TemplateAnswer, find_templates
from archive.comparing.topic_contracts import TableFilters
from archive.comparing.topic_table import TopicTableAnswer, table_record, topic_table
from archive.comparing.topics import TopicAnswer, compare_topic, contracts_of, topic_record
from archive.errors import UsageError
from archive.facts.evidence import FactAnswer, fact_records
from archive.model.words import Break, Words
from archive.procedures.lookup import ChainAnswer, chain_records
from archive.procedures.rulings import rule, withdraw
from archive.records import (
    ClauseAnswer,
    DocumentAnswer,
    NearDuplicateAnswer,
    PageAnswer,
    clause_records,
    document_record,
    near_duplicates_record,
)
from archive.search.request import SearchRequest
from archive.serialization import AnyRecord, Edges, Id, JsonAnswer, SchemaKeywords, Timestamp, WordSpan, serialize
from webapp.api.endpoint import QUERY, READING, SWITCHES, VENDOR, Asked, Endpoints, counted, named
from webapp.api.schema import TEXT, WHOLE, choice, listed, of, record
from webapp.delivery import linked_data
from webapp.forms import make_searchable, person
from webapp.links import image_url, older_number
from webapp.page_images import PAGE_WIDTH
from webapp.room import base_url, current_room


class _WordAnswer(JsonAnswer):
    number: int
    text: str
    box: Edges | None
    confidence: int | None
    before: Annotated[Literal["space", "line", "block"], SchemaKeywords(description="What stands before the word.")]


class PageWithWords(PageAnswer):
    """A page with its words."""

    order: ClassVar = ("document", "reading", "newest_reading", *(one.name for one in fields(PageAnswer)))

    document: Id
    reading: int
    newest_reading: int
    language: str | None
    width: float
    height: float
    image: str | None
    words: tuple[_WordAnswer, ...]
    matches: Annotated[tuple[WordSpan, ...], SchemaKeywords(description="Where the query in q matches on this page.")]
    not_searched: int


_BEFORE = {Break.SPACE: "space", Break.LINE: "line", Break.BLOCK: "block"}

ENDPOINTS = Endpoints()
_DOCUMENT = "/documents/<document_id>"


@ENDPOINTS.answered(
    _DOCUMENT, "A document", of(DocumentAnswer), (counted("page", "Only the text of this page."), READING), (404,)
)
def document(asked: Asked, document_id: str) -> dict[str, Any]:
    """Return one document with the text of its pages, or of the page that page names: dosije show --json."""
    catalog = current_room().archive.catalog
    return document_record(catalog, document_id, asked.maybe_number("page"), asked.maybe_number("reading"))


@ENDPOINTS.answered(
    f"{_DOCUMENT}/pages/<page_number:number>",
    "A page with words and boxes",
    of(PageWithWords),
    (READING, QUERY, *SWITCHES),
    (404,),
)
def page(asked: Asked, document_id: str, number: int) -> dict[str, Any]:
    """Return one page with its words, their boxes and how sure OCR was of each, and where q matches on it."""
    archive = current_room().archive
    found = archive.catalog.documents.find(document_id)
    reading = archive.catalog.readings.get(found.id, asked.maybe_number("reading"))
    if number > len(reading.pages):
        raise NotFound(f"{found.filename} has {len(reading.pages)} pages; there is no page {number}.")
    shown = reading.pages[number - 1]
    words = archive.catalog.readings.words(found.id, number, reading.number)
    query = SearchRequest(asked.text("q"), exact=asked.flag("exact"), look_alikes=asked.flag("look_alikes"))
    matches = archive.search.matches_in(reading, query.text, query.exact, query.look_alikes)
    image = None if shown.is_flowing else image_url(found.id, number, PAGE_WIDTH, older_number(found, reading))
    return serialize(
        PageWithWords,
        shown,
        document=found.id,
        reading=reading.number,
        newest_reading=max(found.reading, reading.number),
        language=shown.language or reading.language,
        text=words.text(),
        image=image,
        words=[_word(words, number, shown.first_word) for number in range(len(words))],
        matches=matches.get(number, ()),
        not_searched=int(bool(query.text) and archive.search.is_waiting(found.id)),
    )


@ENDPOINTS.answered(f"{_DOCUMENT}/facts", "The facts of a document", listed(of(FactAnswer)), (), (404,))
def facts(asked: Asked, document_id: str) -> list[dict[str, Any]]:
    """Return the facts of a document with their evidence."""
    return fact_records(current_room().archive.catalog, document_id)


@ENDPOINTS.answered(f"{_DOCUMENT}/chain", "The procedures of a document", listed(of(ChainAnswer)), (), (404,))
def chain(asked: Asked, document_id: str) -> list[dict[str, Any]]:
    """Return the procedures that a document belongs to, their papers in order, and what is missing of them."""
    return chain_records(current_room().archive.catalog, document_id)


@ENDPOINTS.answered(
    f"{_DOCUMENT}/procedure",
    "Say what belongs to a procedure",
    listed(of(ChainAnswer)),
    (),
    (404,),
    body=record(other=TEXT, said=choice(("belongs", "apart", "withdraw")), by=TEXT),
    body_type="application/x-www-form-urlencoded",
)
def rule_on_procedure(asked: Asked, document_id: str) -> list[dict[str, Any]]:
    """Say in the form that a document belongs to the procedure of the document other, or does not (said: apart), or
    take back what was last said of the two (said: withdraw). by is the person; who sends a token needs none. The answer
    is the chains of the document then."""
    archive, by = current_room().archive, person()
    other, said = request.form.get("other", ""), request.form.get("said")
    if said == "withdraw":
        withdraw(archive.catalog, document_id, other, by)
    elif said in ("belongs", "apart"):
        rule(archive.catalog, document_id, other, by, belongs=said == "belongs")
    else:
        raise UsageError("The form does not say what is so.", "said is belongs, apart or withdraw.")
    make_searchable(archive)
    return chain_records(archive.catalog, document_id)


@ENDPOINTS.answered(
    f"{_DOCUMENT}/near-duplicates", "Documents of nearly the same wording", listed(of(NearDuplicateAnswer)), (), (404,)
)
def near_duplicates(asked: Asked, document_id: str) -> list[dict[str, Any]]:
    """Return the documents of nearly the same wording, the nearest first."""
    catalog = current_room().archive.catalog
    return near_duplicates_record(catalog, catalog.documents.find(document_id).id)


def _word(words: Words, at: int, first: int) -> dict[str, Any]:
    before = _BEFORE[Break(words.breaks[at])]
    return serialize(
        _WordAnswer,
        None,
        number=first + at,
        text=words.texts[at],
        box=words.box(at),
        confidence=words.confidence(at),
        before=before,
    )


NOTE = {
    "type": "object",
    "description": "A W3C Web Annotation.",
    "properties": {"id": TEXT, "type": choice(("Annotation",)), "created": of(Timestamp), "body": of(AnyRecord)},
    "required": ["id", "type", "created", "body", "target"],
}
NOTES = {
    "type": "object",
    "description": "A W3C AnnotationCollection; its first page holds all notes.",
    "properties": {
        "id": TEXT,
        "type": choice(("AnnotationCollection",)),
        "total": WHOLE,
        "first": {"type": "object", "properties": {"items": listed(NOTE)}, "required": ["items"]},
    },
    "required": ["@context", "id", "type", "total", "first"],
}


@ENDPOINTS.answered(f"{_DOCUMENT}/annotations", "The notes on a document", NOTES, (), (404,), LINKED_DATA)
def document_annotations(asked: Asked, document_id: str) -> Response:
    """Return the notes on a document as a W3C AnnotationCollection."""
    catalog = current_room().archive.catalog
    found = catalog.documents.find(document_id)
    notes = annotation_collection(catalog, found, catalog.annotations.all(found.id), base_url())
    return linked_data(notes, LINKED_DATA)


@ENDPOINTS.answered("/annotations/<annotation_id>", "A note", NOTE, (), (404, 410), LINKED_DATA)
def annotation(asked: Asked, annotation_id: str) -> Response:
    """Return one note as a W3C Web Annotation, even if it was removed since: then the status is 410."""
    catalog = current_room().archive.catalog
    found = catalog.annotations.get(annotation_id)
    response = linked_data(web_annotation(catalog, found, base_url()), LINKED_DATA)
    response.status_code = 410 if found.removed_at else 200
    return response


@ENDPOINTS.answered(
    "/documents/<document_id>/clauses", "The clauses of a document", listed(of(ClauseAnswer)), (READING,), (404,)
)
def clauses(asked: Asked, document_id: str) -> list[dict[str, Any]]:
    """Return the clause tree of a document, in the order in which the clauses stand."""
    return clause_records(current_room().archive.catalog, document_id, asked.maybe_number("reading"))


@ENDPOINTS.answered(
    "/compare",
    "Two clauses compared",
    of(ComparisonAnswer),
    (named("a", "A clause: ID/EID.", required=True), named("b", "The other one.", required=True)),
    (404,),
)
def compare(asked: Asked) -> dict[str, Any]:
    """Return two clauses, each as ID/EID or ID#EID, word by word."""
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
    """Return the clauses on one topic in the contracts of a vendor."""
    catalog = current_room().archive.catalog
    return topic_record(compare_topic(catalog, catalog.vendors.find(asked.text("vendor")), asked.text("topic")))


@ENDPOINTS.answered(
    "/topics/<topic>",
    "A topic over all contracts",
    of(TopicTableAnswer),
    (
        VENDOR,
        named("municipality", "Only contracts of this municipality."),
        counted("year", "Only contracts of this year."),
        named("template", "Only contracts made on one template with this document."),
    ),
    (404,),
    name="topics",
)
def topics(asked: Asked, topic: str) -> dict[str, Any]:
    """Return what contracts state on a topic, cell by cell; what departs from most is marked."""
    given = {name: asked.maybe_text(name) for name in ("vendor", "municipality", "template")}
    filters = TableFilters(**given, year=asked.maybe_number("year"))
    return table_record(topic_table(current_room().archive.catalog, topic, filters))


@ENDPOINTS.answered("/templates", "Contracts on one template", listed(of(TemplateAnswer)), (VENDOR,), (404,))
def templates(asked: Asked) -> list[dict[str, Any]]:
    """Return the templates of all documents, or of the contracts of a vendor."""
    catalog = current_room().archive.catalog
    vendor = asked.maybe_text("vendor")
    ids = None if vendor is None else contracts_of(catalog, catalog.vendors.find(vendor))
    return [serialize(TemplateAnswer, template) for template in find_templates(catalog, ids)]
