"""``/api/v1/documents/<id>``: a document, a page of it with words and boxes, its facts, its chain, its like."""

from __future__ import annotations

from typing import Any

from werkzeug.exceptions import NotFound

from archive.facts.evidence import fact_records
from archive.model import KINDS, Box, FactStatus, Page, Reading, TextSource
from archive.model.quality import Quality, page_quality
from archive.model.words import Break, Words
from archive.procedures.lookup import chain_records
from archive.record import document_record, near_duplicates_record
from archive.search.request import SearchRequest
from webapp.api.endpoint import Asked, Endpoint
from webapp.api.parameters import QUERY, READING, SWITCHES, counted
from webapp.api.schema import (
    BOX,
    ID,
    NUMBER,
    SHARE,
    SPAN,
    TEXT,
    TRUTH,
    WHOLE,
    choice,
    extended,
    listed,
    maybe,
    named,
    record,
)
from webapp.links import image_url, older_number
from webapp.page_images import PAGE_WIDTH
from webapp.room import current_room

LIKE = record(
    "A document of nearly the same wording.",
    id=ID,
    title=TEXT,
    similarity=SHARE,
    near_identical=TRUTH,
    numbers_differing=SHARE,
)
_PAGE = record(
    number=WHOLE,
    source=choice(TextSource),
    confidence=maybe(NUMBER),
    quality=maybe(choice(Quality)),
    script=maybe(TEXT),
    reason=maybe(TEXT),
    note=maybe(TEXT),
    text=TEXT,
)
DOCUMENT = record(
    "A document.",
    id=ID,
    sha256=ID,
    filename=TEXT,
    title=TEXT,
    kind=maybe(choice(KINDS)),
    language=maybe(TEXT),
    municipality=maybe(TEXT),
    buyer=maybe(TEXT),
    vendors=listed(record(name=TEXT, pib=maybe(TEXT), mb=maybe(TEXT))),
    year=maybe(WHOLE),
    date=maybe(TEXT),
    reference=maybe(TEXT),
    quality=maybe(choice(Quality)),
    reading=WHOLE,
    newest_reading=WHOLE,
    amounts=listed({"type": "object", "properties": {"amount": TEXT}, "required": ["amount"]}),
    containers=listed(record(id=ID, filename=TEXT, path=TEXT)),
    members=listed(record(path=TEXT, id=maybe(ID), reason=maybe(TEXT))),
    near_duplicates=listed(LIKE),
    sources=listed(TEXT),
    pages=listed(_PAGE),
)
PAGE = extended(
    record("A page with its words.", document=ID, reading=WHOLE, newest_reading=WHOLE, **_PAGE["properties"]),
    language=maybe(TEXT),
    width=NUMBER,
    height=NUMBER,
    image=maybe(TEXT),
    words=listed(
        record(
            number=WHOLE,
            text=TEXT,
            box=maybe(BOX),
            confidence=maybe(WHOLE),
            before={**choice(("space", "line", "block")), "description": "What stands before the word."},
        )
    ),
    matches=listed(SPAN, "Where the query in q matches on this page."),
    not_searched=WHOLE,
)
FACT = record(
    "A value with the words that prove it.",
    id=TEXT,
    field=TEXT,
    value=TEXT,
    page=maybe(WHOLE),
    quote=maybe(TEXT),
    boxes=listed(BOX, "A box for each line of the quotation."),
    method=TEXT,
    confidence=SHARE,
    status=choice(FactStatus),
    details=named(TEXT),
)
_PAPER = record(
    id=ID,
    title=TEXT,
    filename=TEXT,
    kind=maybe(choice(KINDS)),
    date=maybe(TEXT),
    link=maybe(record(value=TEXT, fact=TEXT, page=maybe(WHOLE))),
    copy_of=maybe(ID),
)
CHAIN = record(
    "A procedure with its papers in order.",
    id=TEXT,
    about=choice(("procurement", "request")),
    reference=maybe(TEXT),
    buyer=maybe(TEXT),
    municipality=maybe(TEXT),
    round=WHOLE,
    rounds=WHOLE,
    documents=listed(_PAPER),
    requests=listed(_PAPER),
    missing=listed(record(kind=choice(KINDS), why=TEXT)),
)
_BEFORE = {Break.SPACE: "space", Break.LINE: "line", Break.BLOCK: "block"}


def document(asked: Asked, document_id: str) -> dict[str, Any]:
    """One document with the text of its pages, or of the page that page names: dosije show --json."""
    catalog = current_room().archive.catalog
    return document_record(catalog, document_id, asked.maybe_number("page"), asked.maybe_number("reading"))


def page(asked: Asked, document_id: str, number: int) -> dict[str, Any]:
    """One page with its words, their boxes and how sure OCR was of each, and where q matches on it."""
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
    return {
        "document": found.id,
        "reading": reading.number,
        "newest_reading": max(found.reading, reading.number),
        **_page_record(reading, shown, words),
        "image": image,
        "words": [_word(words, at, shown.first_word) for at in range(len(words))],
        "matches": [list(span) for span in matches.get(number, ())],
        "not_searched": int(bool(query.text) and archive.search.is_waiting(found.id)),
    }


def facts(asked: Asked, document_id: str) -> list[dict[str, Any]]:
    """The facts of a document with their evidence."""
    return fact_records(current_room().archive.catalog, document_id)


def chain(asked: Asked, document_id: str) -> list[dict[str, Any]]:
    """The procedures that a document belongs to, their papers in order, and what is missing of them."""
    return chain_records(current_room().archive.catalog, document_id)


def near_duplicates(asked: Asked, document_id: str) -> list[dict[str, Any]]:
    """The documents of nearly the same wording, the nearest first."""
    catalog = current_room().archive.catalog
    return near_duplicates_record(catalog, catalog.documents.find(document_id).id)


def _page_record(reading: Reading, shown: Page, words: Words) -> dict[str, Any]:
    return {
        "number": shown.number,
        "width": shown.width,
        "height": shown.height,
        "source": str(shown.source),
        "confidence": shown.confidence,
        "quality": page_quality(shown),
        "language": shown.language or reading.language,
        "script": shown.script,
        "reason": shown.reason,
        "note": shown.note,
        "text": words.text(),
    }


def _word(words: Words, at: int, first: int) -> dict[str, Any]:
    return {
        "number": first + at,
        "text": words.texts[at],
        "box": _edges(words.box(at)),
        "confidence": words.confidence(at),
        "before": _BEFORE[Break(words.breaks[at])],
    }


def _edges(box: Box | None) -> list[float] | None:
    return None if box is None else [round(edge, 5) for edge in (box.x0, box.y0, box.x1, box.y1)]


_DOCUMENT = "/documents/<document_id>"

ENDPOINTS = (
    Endpoint(
        "document",
        _DOCUMENT,
        "A document",
        document,
        DOCUMENT,
        (counted("page", "Only the text of this page."), READING),
        (404,),
    ),
    Endpoint(
        "page",
        f"{_DOCUMENT}/pages/<page_number:number>",
        "A page with words and boxes",
        page,
        PAGE,
        (READING, QUERY, *SWITCHES),
        (404,),
    ),
    Endpoint("facts", f"{_DOCUMENT}/facts", "The facts of a document", facts, listed(FACT), (), (404,)),
    Endpoint("chain", f"{_DOCUMENT}/chain", "The procedures of a document", chain, listed(CHAIN), (), (404,)),
    Endpoint(
        "near_duplicates",
        f"{_DOCUMENT}/near-duplicates",
        "Documents of nearly the same wording",
        near_duplicates,
        listed(LIKE),
        (),
        (404,),
    ),
)
