"""``GET /documents/<id>/pages/<n>``: the image of a page and its text, with what was looked for marked on both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from archive.body import body
from archive.description import Description
from archive.errors import UsageError
from archive.model import Document, Fact, Page, Reading, Span
from webapp.contexts.page import OnPage, Strip
from webapp.languages.translation import gettext, marked
from webapp.links import older_number, page_url
from webapp.page_state import PageState
from webapp.presenters.marking import Mark
from webapp.presenters.page import EVIDENCE, present_page
from webapp.presenters.page_outline import present_on_page
from webapp.presenters.page_steps import Kind, first_from, match_marks, match_steps
from webapp.presenters.page_strip import Hits, present_strip, strip_pages
from webapp.presenters.page_viewed import Viewed
from webapp.room import current_room, requested_document, requested_reading
from webapp.search_state import SearchState, positive_number

blueprint = Blueprint("page", __name__)

_WORDS = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")


@blueprint.get("/documents/<document_id>/pages/<page_number:number>")
def show(document_id: str, number: int) -> str:
    """A page. ``match`` is the number of the current match, ``words=A-B`` marks these words of the reading instead,
    ``reading`` shows an earlier reading. ``find`` is looked for in this document, and ``found`` is the number of the
    current place. ``size`` and ``turn`` are those of :class:`webapp.page_state.PageState`."""
    document = requested_document(document_id)
    known = current_room().archive.catalog.documents.known([document.id])[document.id]
    viewed = _viewed(document, known.description, number)
    hits = {
        Kind.MATCH: _matches(viewed.reading, viewed.state),
        Kind.FOUND: _matches(viewed.reading, viewed.state.with_text(viewed.view.find)),
    }
    current = {kind: _current(kind) for kind in Kind}
    page, reading = viewed.page, viewed.reading
    evidence = _evidence(reading, page, request.args["words"]) if request.args.get("words") else None
    found = match_marks(page, hits[Kind.FOUND], current[Kind.FOUND], Kind.FOUND)
    matches = match_marks(page, hits[Kind.MATCH], current[Kind.MATCH])
    for kind, marks in ((Kind.MATCH, matches), (Kind.FOUND, found)):
        if current[kind] is not None and not any(mark.current for mark in marks):
            message = gettext("Match %(at)s does not stand on page %(page)s.", at=current[kind], page=number)
            raise UsageError(message, gettext("Go through the matches from the page."))
    steps = {kind: match_steps(viewed, hits[kind], current[kind], kind) if hits[kind] else None for kind in Kind}
    context = present_page(
        viewed,
        # Marks that share words: the first one has them.
        [*found, *_evidence_marks(reading, page, evidence)] if evidence else [*found, *matches],
        steps=steps[Kind.MATCH],
        found=steps[Kind.FOUND],
        strip=_strip(viewed, hits),
        standing=_standing(viewed, known.facts, evidence),
        evidence=evidence,
        annotations=current_room().archive.catalog.annotations.all(document_id),
    )
    return render_template("page.html", page=context)


@blueprint.get("/documents/<document_id>/pages")
def jump(document_id: str) -> ResponseReturnValue:
    """To the page that a form asks for with ``number``; or, with ``find``, to where that stands first on page ``from``
    or after it, or else in the document. Where it stands nowhere, page ``from`` says so."""
    document = requested_document(document_id)
    reading, state = requested_reading(document), SearchState.from_arguments(request.args)
    view, older = PageState.from_arguments(request.args), older_number(document, reading)
    if "number" in request.args or not view.find:
        number = positive_number("number", request.args.get("number", "").strip())
        numbered_page(document, reading, number)
        return redirect(page_url(document.id, number, state, view=view, reading=older))
    start = positive_number("from", request.args.get("from") or "1")
    numbered_page(document, reading, start)
    number, found = first_from(_matches(reading, state.with_text(view.find)), start) or (start, None)
    return redirect(page_url(document.id, number, state, found=found, view=view, reading=older))


def numbered_page(document: Document, reading: Reading, number: int) -> Page:
    """A page of a reading.

    :raises NotFound: the reading has no such page.
    """
    if number > len(reading.pages):
        beyond = marked("%(filename)s has %(count)s pages; there is no page %(number)s.")
        raise NotFound(gettext(beyond, filename=document.filename, count=len(reading.pages), number=number))
    return reading.pages[number - 1]


def _viewed(document: Document, described: Description, number: int) -> Viewed:
    archive, reading = current_room().archive, requested_reading(document)
    state, view = SearchState.from_arguments(request.args), PageState.from_arguments(request.args)
    return Viewed(
        state,
        view,
        document,
        described,
        reading,
        numbered_page(document, reading, number),
        archive.catalog.readings.words(document.id, number, reading.number),
        archive.search.is_waiting(document.id) if state.text or view.find else False,
    )


def _matches(reading: Reading, state: SearchState) -> dict[int, list[tuple[int, int]]]:
    return current_room().archive.search.matches_in(reading, state.text, state.exact, state.look_alikes)


def _current(kind: Kind) -> int | None:
    return positive_number(kind, request.args[kind]) if request.args.get(kind) else None


def _strip(viewed: Viewed, hits: Hits) -> Strip | None:
    catalog, reading = current_room().archive.catalog, viewed.reading
    marked = {number for matches in hits.values() for number in matches}
    shown = marked.intersection(strip_pages(viewed.page.number, len(reading.pages)))
    return present_strip(viewed, hits, catalog.readings.words_on(reading, shown))


def _standing(viewed: Viewed, facts: Sequence[Fact], evidence: Span | None) -> OnPage | None:
    catalog, id_ = current_room().archive.catalog, viewed.document.id
    page, plain = viewed.page, replace(viewed, view=viewed.view.without_find())
    words = page.first_word, page.first_word + page.word_count - 1
    return present_on_page(plain, catalog.clauses.of(id_, viewed.reading.number, words), facts, evidence)


def _evidence(reading: Reading, page: Page, words: str) -> Span:
    match = _WORDS.fullmatch(words)
    first, last = (int(match[1]), min(int(match[2]), reading.word_count - 1)) if match else (1, 0)
    if first > last or last < page.first_word or first >= page.first_word + page.word_count:
        message = gettext("The words '%(words)s' do not stand on page %(page)s.", words=words[:40], page=page.number)
        raise UsageError(message)
    return Span(reading.document, reading.number, first, last)


def _evidence_marks(reading: Reading, page: Page, span: Span) -> list[Mark]:
    """The marks on what of the evidence stands on this page, without a head or foot that its words run over."""
    said = body(current_room().archive.catalog, reading, span)
    runs = [run for part in said if part.page == page for run in part.runs]
    anchors = [EVIDENCE, *(f"{EVIDENCE}-{at}" for at in range(2, len(runs) + 1))]
    return [Mark(first, last, anchor, current=True) for (first, last), anchor in zip(runs, anchors, strict=False)]
