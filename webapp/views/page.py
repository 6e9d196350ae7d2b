"""``/documents/<id>/pages/<n>``: the image of a page and its text, with what was looked for marked on both."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from archive.body import body
from archive.errors import UsageError
from archive.model import Document, Page, Reading, Span
from webapp.delivery import picture
from webapp.errors import PastTheEnd
from webapp.languages.translation import gettext, marked
from webapp.links import older_number, page_url
from webapp.page_images import PAGE_WIDTH, WIDTHS, image_type
from webapp.pages.page import present_page
from webapp.pages.page_parts import LoadedPage, Spans, StepKind, first_from, match_marks, strip_pages
from webapp.room import current_room, requested_document, requested_reading
from webapp.state import PageState, SearchState, positive_number

blueprint = Blueprint("page", __name__)

_WORDS = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")


@blueprint.get("/documents/<document_id>/pages/<page_number:number>")
def show(document_id: str, number: int) -> str:
    """A page. ``match`` is the number of the current match, ``words=A-B`` marks these words of the reading instead,
    ``reading`` shows an earlier reading. ``find`` is looked for in this document, and ``found`` is the number of the
    current place. ``size``, ``turn`` and ``structure`` are those of :class:`webapp.state.PageState`."""
    document = requested_document(document_id)
    return render_template("page.html", page=present_page(_loaded(document, number)))


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

    :raises PastTheEnd: the reading has no such page.
    """
    if number > len(reading.pages):
        beyond = marked("%(filename)s has %(count)s pages; there is no page %(number)s.")
        message = gettext(beyond, filename=document.filename, count=len(reading.pages), number=number)
        last = page_url(document.id, len(reading.pages), SearchState.from_arguments(request.args))
        raise PastTheEnd(message, gettext("To its last page"), last)
    return reading.pages[number - 1]


def _loaded(document: Document, number: int) -> LoadedPage:
    archive, reading = current_room().archive, requested_reading(document)
    catalog = archive.catalog
    state, view = SearchState.from_arguments(request.args), PageState.from_arguments(request.args)
    page = numbered_page(document, reading, number)
    hits = {StepKind.MATCH: _matches(reading, state), StepKind.FOUND: _matches(reading, state.with_text(view.find))}
    current = {kind: _current(kind, page, hits[kind]) for kind in StepKind}
    evidence = _evidence(reading, page, request.args["words"]) if request.args.get("words") else None
    known = catalog.documents.known([document.id])[document.id]
    with_hits = {each for matches in hits.values() for each in matches}
    words = catalog.readings.words_on(
        reading, {number} | with_hits.intersection(strip_pages(number, len(reading.pages)))
    )
    has_missed = (state.text and not hits[StepKind.MATCH]) or (view.find and not hits[StepKind.FOUND])
    return LoadedPage(
        state=state,
        view=view,
        document=document,
        description=known.description,
        reading=reading,
        page=page,
        words=words[number],
        hits=hits,
        current=current,
        evidence=evidence,
        evidence_runs=_runs(reading, page, evidence) if evidence else (),
        strip_words=words,
        facts=known.facts,
        clauses=catalog.clauses.in_reading(reading, (page.first_word, page.first_word + page.word_count - 1)),
        annotations=catalog.annotations.all(document.id),
        is_waiting=bool(has_missed) and archive.search.is_waiting(document.id),
        structure=current_room().images.structure(words[number]) if view.structure else (),
    )


def _matches(reading: Reading, state: SearchState) -> dict[int, list[tuple[int, int]]]:
    return current_room().archive.search.matches_in(reading, state.text, state.exact, state.look_alikes)


def _current(kind: StepKind, page: Page, matches: Mapping[int, Spans]) -> int | None:
    """The number of the match that the address names."""
    if not request.args.get(kind):
        return None
    at = positive_number(kind, request.args[kind])
    if not any(mark.current for mark in match_marks(page, matches, at, kind)):
        message = gettext("Match %(at)s does not stand on page %(page)s.", at=at, page=page.number)
        raise UsageError(message, gettext("Go through the matches from the page."))
    return at


def _evidence(reading: Reading, page: Page, words: str) -> Span:
    match = _WORDS.fullmatch(words)
    first, last = (int(match[1]), min(int(match[2]), reading.word_count - 1)) if match else (1, 0)
    if first > last or last < page.first_word or first >= page.first_word + page.word_count:
        message = gettext("The words '%(words)s' do not stand on page %(page)s.", words=words[:40], page=page.number)
        raise UsageError(message)
    return Span(reading.document, reading.number, first, last)


def _runs(reading: Reading, page: Page, span: Span) -> list[tuple[int, int]]:
    """The words of a span on a page, without a head or foot that it runs over."""
    said = body(current_room().archive.catalog, reading, span)
    return [run for part in said if part.page == page for run in part.runs]


image = Blueprint("image", __name__)


@image.get("/documents/<document_id>/pages/<page_number:number>/image", endpoint="show")
def show_image(document_id: str, number: int) -> Response:
    """The page as a picture. ``width`` is one of :data:`webapp.page_images.WIDTHS`."""
    room = current_room()
    document = requested_document(document_id)
    page = numbered_page(document, requested_reading(document), number)
    wanted = request.args.get("width", str(PAGE_WIDTH))
    width = next((width for width in WIDTHS if str(width) == wanted), None)
    if width is None:
        message = gettext("There is no width '%(width)s'.", width=wanted[:20])
        raise UsageError(message, gettext("Widths are: %(widths)s.", widths=", ".join(map(str, WIDTHS))))
    if page.is_flowing:
        raise NotFound(
            gettext("Page %(number)s of %(filename)s has no image.", number=number, filename=document.filename)
        )
    image = room.images.image(document, number, width)
    return picture(image, image_type(image))
