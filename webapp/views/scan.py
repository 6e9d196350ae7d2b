"""``/documents/<id>/scan``: data for the script that shows all pages of a document in one scrolling view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from archive.errors import UsageError
from archive.model import Reading
from webapp.languages.translation import gettext
from webapp.pages.document.page import present_page
from webapp.pages.document.page_parts import LoadedPage, StepKind
from webapp.pages.document.scan import present_outline
from webapp.room import current_room, requested_document, requested_reading
from webapp.state import PageState, SearchState, positive_number
from webapp.views.page import found_in, loaded_pages, matches_of, named_words, numbered_page, runs_by_page

blueprint = Blueprint("scan", __name__)

PAGES_AT_ONCE = 8
"""Maximum pages of a response."""


@blueprint.get("/documents/<document_id>/scan")
def show_outline(document_id: str) -> ResponseReturnValue:
    """Send the sizes of all pages and the positions of matches and facts.

    The parameters are those of the page view.
    """
    document = requested_document(document_id)
    reading, state = requested_reading(document), SearchState.from_arguments(request.args)
    view = PageState.from_arguments(request.args)
    hits = {StepKind.MATCH: matches_of(reading, state)[0], StepKind.FOUND: found_in(reading, state, view.find)}
    facts = current_room().archive.catalog.documents.known([document.id])[document.id].facts
    return jsonify(present_outline(reading, view, hits, facts))


@blueprint.get("/documents/<document_id>/scan/pages")
def show_pages(document_id: str) -> str:
    """Send ``count`` pages, or as many as there are, from number ``first`` on, as HTML fragments.

    ``words`` are marked.
    """
    document = requested_document(document_id)
    reading = requested_reading(document)
    first, count = (positive_number(name, request.args.get(name) or "1") for name in ("first", "count"))
    if count > PAGES_AT_ONCE:
        message = gettext("%(count)s pages are too many at once.", count=count)
        raise UsageError(message, gettext("Ask for %(most)s at most.", most=PAGES_AT_ONCE))
    numbered_page(document, reading, first)
    shown = reading.pages[first - 1 : first - 1 + count]
    if any(page.is_flowing for page in shown):
        flowing = gettext("Page %(number)s of %(filename)s has no image.", number=first, filename=document.filename)
        raise NotFound(flowing)
    viewed = [replace(one, marks_facts=True) for one in loaded_pages(document, reading, shown)]
    return render_template("scan_pages.html", pages=list(map(present_page, _with_evidence(reading, viewed))))


def _with_evidence(reading: Reading, viewed: Sequence[LoadedPage]) -> list[LoadedPage]:
    """Return the pages with the words in the URL that are on them."""
    evidence = named_words(reading, request.args["words"]) if request.args.get("words") else None
    here = [] if evidence is None else [one.page for one in viewed if one.here(evidence)]
    if evidence is None or not here:
        return list(viewed)
    first, last = here[0].first_word, here[-1].first_word + here[-1].word_count - 1
    cut = replace(evidence, first=max(evidence.first, first), last=min(evidence.last, last))
    runs = runs_by_page(reading, cut)
    return [
        replace(one, evidence=evidence, evidence_runs=runs.get(one.page.number, ())) if one.page in here else one
        for one in viewed
    ]
