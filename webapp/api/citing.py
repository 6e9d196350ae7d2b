"""``/api/v1/documents/<id>/cite`` and ``/api/v1/verify``: citations in every form, and whether they still hold."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any

from flask import request

from archive.citing.citation import cite, cited_span
from archive.citing.copying import COPIES, copied, public_address
from archive.citing.formats import FORMATS, default_style
from archive.citing.styles import CitationStyle
from archive.citing.verdicts import VerificationAnswer
from archive.errors import UsageError
from archive.serialization import Id, JsonAnswer, SchemaKeywords, WordSpan, serialize
from webapp.api.endpoint import Asked, Endpoints, Parameter, counted, named
from webapp.api.schema import TEXT, choice, of, record
from webapp.room import base_url, current_room, verified

LONGEST_QUOTE = 4_000
"""Maximum length of a quotation in a URL, which the server limits to 64 kB; a longer one is posted."""

_FORMS = (*FORMATS, *COPIES)
_AS_JSON = ("csl-json", "csl-citation", "annotation")
"""Formats that are JSON, and are not returned as a string."""


class _CitationAnswer(JsonAnswer):
    """A citation. In csl-json and annotation, it is JSON itself."""

    document: Id
    reading: int
    words: WordSpan
    quote: str
    format: Annotated[str, SchemaKeywords(choice(_FORMS))]
    style: CitationStyle
    citation: Annotated[Any, SchemaKeywords(type=["string", "object", "array"])]
    permalink: str


ENDPOINTS = Endpoints()


@ENDPOINTS.answered(
    "/documents/<document_id>/cite",
    "A citation",
    of(_CitationAnswer),
    (
        named("clause", "The clause of this eid: art_5__para_2."),
        named("quote", "These words.", LONGEST_QUOTE),
        counted("page", "The page on which the quotation stands; alone, all of its words."),
        named("words", "Words by their numbers in the newest reading: 120-125."),
        Parameter("format", {**choice(_FORMS), "default": "text"}, "The form of the citation."),
        Parameter("style", choice(CitationStyle), "How it is worded; by the language of the document if left out."),
    ),
    (404,),
    name="cite",
)
def citation(asked: Asked, document_id: str) -> dict[str, Any]:
    """Cite a clause, words by their numbers, a quotation, or a page. Say in one way what to cite."""
    catalog = current_room().archive.catalog
    document = catalog.documents.find(document_id)
    span = cited_span(
        catalog,
        document,
        UsageError("Say in one way what to cite.", "Give clause, words, page, or quote with page or not."),
        **{name: asked.maybe_text(name) for name in ("clause", "words", "quote")},
        page=asked.maybe_number("page"),
    )
    made = cite(catalog, document, span, base_url(), datetime.now(UTC))
    form = asked.text("format")
    style = CitationStyle(asked.text("style")) if asked.text("style") else default_style(made)
    if form in COPIES:
        address = public_address(current_room().archive.settings, base_url())
        text = COPIES[form](copied(catalog, made, address), style)
    else:
        text = FORMATS[form](made, style).rstrip("\r\n")
    return serialize(
        _CitationAnswer,
        made,
        document=document.id,
        reading=span.reading,
        words=span,
        format=form,
        style=style,
        citation=json.loads(text) if form in _AS_JSON else text,
    )


@ENDPOINTS.answered(
    "/verify",
    "Verify a citation",
    of(VerificationAnswer),
    (named("text", "A permalink, a citation or a quotation.", LONGEST_QUOTE),),
)
def verify(asked: Asked) -> dict[str, Any]:
    """Verify a permalink, a citation, a Web Annotation or a quotation, as ``dosije verify --json``."""
    return serialize(VerificationAnswer, verified(asked.text("text")))


@ENDPOINTS.answered(
    "/verify",
    "Verify a long text",
    of(VerificationAnswer),
    (),
    (413,),
    body=record(text=TEXT),
    body_type="application/x-www-form-urlencoded",
)
def verify_posted(asked: Asked) -> dict[str, Any]:
    """Return the same for a text that is too long for an address, in the form field ``text``."""
    if set(request.form) != {"text"}:
        raise UsageError("The form has other fields than text.", "Send one field: text.")
    return serialize(VerificationAnswer, verified(request.form["text"]))
