"""``GET /documents/<id>/pages/<n>``: the image of a page and its text, with what was looked for marked on both."""

from __future__ import annotations

import re

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from archive.errors import UsageError
from archive.model import Document, Page, Reading, Span
from webapp.links import older_number, page_url
from webapp.presenters.marking import Mark
from webapp.presenters.page import EVIDENCE, match_marks, match_steps, present_page
from webapp.room import current_room, requested_document, requested_reading
from webapp.search_state import SearchState, positive_number

blueprint = Blueprint("page", __name__)

_WORDS = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")


@blueprint.get("/documents/<document_id>/pages/<page_number:number>")
def show(document_id: str, number: int) -> str:
    """A page. ``match`` is the number of the current match, ``words=A-B`` marks these words of the reading instead,
    ``reading`` shows an earlier reading, ``size=large`` gives the image the whole width."""
    archive = current_room().archive
    document = requested_document(document_id)
    state = SearchState.from_arguments(request.args)
    is_large = request.args.get("size") == "large"
    reading = requested_reading(document)
    page = numbered_page(document, reading, number)
    matches = archive.search.matches_in(reading, state.text, state.exact, state.look_alikes)
    current = positive_number("match", request.args["match"]) if request.args.get("match") else None
    evidence = _evidence(reading, page, request.args["words"]) if request.args.get("words") else None
    marks = [_evidence_mark(page, evidence)] if evidence else match_marks(page, matches, current)
    if current is not None and not any(mark.current for mark in marks):
        raise UsageError(f"Match {current} does not stand on page {number}.", "Go through the matches from the page.")
    context = present_page(
        state,
        document,
        archive.catalog.describe([document.id])[document.id],
        reading,
        page,
        archive.catalog.words(document.id, number, reading.number),
        marks,
        match_steps(state, document, page, matches, current, is_large) if matches else None,
        is_large=is_large,
        evidence=evidence,
        annotations=archive.catalog.annotations(document.id),
    )
    return render_template("page.html", page=context)


@blueprint.get("/documents/<document_id>/pages")
def jump(document_id: str) -> ResponseReturnValue:
    """To the page that the form asks for with ``number``."""
    document = requested_document(document_id)
    number = positive_number("number", request.args.get("number", "").strip())
    reading = requested_reading(document)
    numbered_page(document, reading, number)
    state = SearchState.from_arguments(request.args)
    is_large = request.args.get("size") == "large"
    return redirect(page_url(document.id, number, state, large=is_large, reading=older_number(document, reading)))


def numbered_page(document: Document, reading: Reading, number: int) -> Page:
    """A page of a reading.

    :raises NotFound: the reading has no such page.
    """
    if number > len(reading.pages):
        raise NotFound(f"{document.filename} has {len(reading.pages)} pages; there is no page {number}.")
    return reading.pages[number - 1]


def _evidence(reading: Reading, page: Page, words: str) -> Span:
    match = _WORDS.fullmatch(words)
    first, last = (int(match[1]), min(int(match[2]), reading.word_count - 1)) if match else (1, 0)
    if first > last or last < page.first_word or first >= page.first_word + page.word_count:
        raise UsageError(f"The words {words[:40]!r} do not stand on page {page.number}.")
    return Span(reading.document, reading.number, first, last)


def _evidence_mark(page: Page, span: Span) -> Mark:
    """The mark on what of the evidence stands on this page."""
    first, last = max(span.first - page.first_word, 0), min(span.last - page.first_word, page.word_count - 1)
    return Mark(first, last, EVIDENCE, current=True)
