"""``GET /documents/<id>``: what is known of a document, and its pages."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.exceptions import NotFound

from archive.model import Fact, Reading
from archive.search.service import matches_by_page
from archive.store.catalog import Catalog
from webapp.contexts import FactRow
from webapp.presenters.document import in_reading_order, present_document, present_fact
from webapp.room import current_room, requested_document
from webapp.search_state import SearchState, positive_number

blueprint = Blueprint("document", __name__)


@blueprint.get("/documents/<document_id>")
def show(document_id: str) -> str:
    """The page of a document. ``first`` is the first of its pages to list."""
    archive = current_room().archive
    document = requested_document(document_id)
    state = SearchState.from_arguments(request.args)
    first = positive_number("first", request.args.get("first") or "1")
    if first > max(1, document.page_count):
        raise NotFound(f"{document.filename} has {document.page_count} pages; there is no page {first}.")
    reading = archive.catalog.reading(document.id)
    matches = matches_by_page(reading, archive.search.matches(document.id, state.text, state.exact, reading.number))
    page = present_document(
        state,
        document,
        archive.catalog.describe([document.id])[document.id],
        reading,
        [_fact(archive.catalog, fact, reading, state) for fact in in_reading_order(archive.catalog.facts(document.id))],
        archive.catalog.sources(document.id),
        matches,
        first,
    )
    return render_template("document.html", page=page)


def _fact(catalog: Catalog, fact: Fact, reading: Reading, state: SearchState) -> FactRow:
    span = fact.span
    if span is None or span.reading != reading.number:
        # Evidence in an older reading cannot be shown on the pages of this one.
        return present_fact(fact, None, "", state)
    page = reading.page_of_word(span.first)
    words = catalog.words(span.document, page.number, reading.number)
    last = min(span.last - page.first_word, page.word_count - 1)
    return present_fact(fact, page, words.text(span.first - page.first_word, last), state)
