"""``/documents/<id>/pages/<n>``: the image and the text of a page, with matches marked on both."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

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
from webapp.pages.document.page import present_page
from webapp.pages.document.page_parts import LoadedPage, Spans, StepKind, first_from, match_marks, strip_pages
from webapp.room import current_room, requested_document, requested_reading
from webapp.state import PageState, SearchState, positive_number

blueprint = Blueprint("page", __name__)

_WORDS = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")


@blueprint.get("/documents/<document_id>/pages/<page_number:number>")
def show(document_id: str, number: int) -> str:
    """Show a page.

    ``match`` is the number of the current match; ``words=A-B`` marks these words of the reading instead; ``reading``
    selects an earlier reading. ``find`` is a search within the document, and ``found`` the number of its current match.
    ``size``, ``turn`` and ``structure`` are those of :class:`webapp.state.PageState`.
    """
    document = requested_document(document_id)
    return render_template("page.html", page=present_page(_loaded(document, number)))


@blueprint.get("/documents/<document_id>/pages")
def jump(document_id: str) -> ResponseReturnValue:
    """Redirect to page ``number``; or, with ``find``, to its first match.

    The first match on or after page ``from`` is preferred to those before. Without a match, the target is page
    ``from``.
    """
    document = requested_document(document_id)
    reading, state = requested_reading(document), SearchState.from_arguments(request.args)
    view, older = PageState.from_arguments(request.args), older_number(document, reading)
    if "number" in request.args or not view.find:
        number = positive_number("number", request.args.get("number", "").strip())
        numbered_page(document, reading, number)
        return redirect(page_url(document.id, number, state, view=view, reading=older))
    start = positive_number("from", request.args.get("from") or "1")
    numbered_page(document, reading, start)
    number, found = first_from(found_in(reading, state, view.find), start) or (start, None)
    return redirect(page_url(document.id, number, state, found=found, view=view, reading=older))


def numbered_page(document: Document, reading: Reading, number: int) -> Page:
    """Return a page of a reading.

    :raises PastTheEnd: the reading has no such page.
    """
    if number > len(reading.pages):
        beyond = marked("%(filename)s has %(count)s pages; there is no page %(number)s.")
        message = gettext(beyond, filename=document.filename, count=len(reading.pages), number=number)
        last = page_url(document.id, len(reading.pages), SearchState.from_arguments(request.args))
        raise PastTheEnd(message, gettext("To its last page"), last)
    return reading.pages[number - 1]


def _loaded(document: Document, number: int) -> LoadedPage:
    reading = requested_reading(document)
    page = numbered_page(document, reading, number)
    viewed = loaded_pages(document, reading, [page], strip_pages(number, len(reading.pages)))[0]
    evidence = _evidence(reading, page, request.args["words"]) if request.args.get("words") else None
    has_missed = (viewed.state.text and not viewed.hits[StepKind.MATCH]) or (
        viewed.view.find and not viewed.hits[StepKind.FOUND]
    )
    return replace(
        viewed,
        current={kind: current_match(page, viewed.hits[kind], kind) for kind in StepKind},
        evidence=evidence,
        evidence_runs=_runs(reading, page, evidence) if evidence else (),
        is_waiting=bool(has_missed) and current_room().archive.search.is_waiting(document.id),
    )


def loaded_pages(
    document: Document, reading: Reading, shown: Sequence[Page], strip: Iterable[int] = ()
) -> list[LoadedPage]:
    """Return consecutive pages with the view in the URL, without a current match.

    ``strip`` are the numbers of pages whose words are loaded if they have matches.
    """
    catalog = current_room().archive.catalog
    state, view = SearchState.from_arguments(request.args), PageState.from_arguments(request.args)
    matches, is_partly = matches_of(reading, state)
    hits = {StepKind.MATCH: matches, StepKind.FOUND: found_in(reading, state, view.find)}
    known = catalog.documents.known([document.id])[document.id]
    with_hits = {each for spans in hits.values() for each in spans}
    words = catalog.readings.words_on(reading, {page.number for page in shown} | with_hits.intersection(strip))
    here = shown[0].first_word, shown[-1].first_word + shown[-1].word_count - 1
    clauses, annotations = catalog.clauses.in_reading(reading, here), catalog.annotations.all(document.id)
    return [
        LoadedPage(
            state=state,
            view=view,
            document=document,
            description=known.description,
            reading=reading,
            page=page,
            words=words[page.number],
            hits=hits,
            is_partly=is_partly,
            strip_words=words if strip else {},
            facts=known.facts,
            clauses=clauses,
            annotations=annotations,
            structure=current_room().images.structure(words[page.number]) if view.structure else (),
        )
        for page in shown
    ]


def matches_of(reading: Reading, state: SearchState) -> tuple[dict[int, list[tuple[int, int]]], bool]:
    """Return the matches of a query in a reading, and whether they are partial: of some of its words. They are ranges
    of word numbers, by page number."""
    search, asked = current_room().archive.search, (reading, state.text, state.exact, state.look_alikes)
    if matches := search.matches_in(*asked):
        return matches, False
    partial = search.partial_matches_in(*asked)
    return partial, bool(partial)


def found_in(reading: Reading, state: SearchState, find: str) -> dict[int, list[tuple[int, int]]]:
    """Return where all words that somebody looks for in the document match, as :func:`matches_of`."""
    return current_room().archive.search.matches_in(reading, find, state.exact, state.look_alikes)


def current_match(page: Page, hits: Mapping[int, Spans], kind: StepKind = StepKind.MATCH) -> int | None:
    """Return the number of the match in the URL; None if there is none.

    :raises UsageError: the match is not on the page.
    """
    if not request.args.get(kind):
        return None
    at = positive_number(kind, request.args[kind])
    if not any(mark.current for mark in match_marks(page, hits, at, kind)):
        message = gettext("Match %(at)s is not on page %(page)s.", at=at, page=page.number)
        raise UsageError(message, gettext("Go through the matches from the page."))
    return at


def _evidence(reading: Reading, page: Page, words: str) -> Span:
    span = named_words(reading, words)
    if span is None or span.last < page.first_word or span.first >= page.first_word + page.word_count:
        message = gettext("The words '%(words)s' are not on page %(page)s.", words=words[:40], page=page.number)
        raise UsageError(message)
    return span


def named_words(reading: Reading, words: str) -> Span | None:
    """Return the span of ``A-B`` in a reading; None if it is invalid."""
    match = _WORDS.fullmatch(words)
    first, last = (int(match[1]), min(int(match[2]), reading.word_count - 1)) if match else (1, 0)
    return None if first > last else Span(reading.document, reading.number, first, last)


def _runs(reading: Reading, page: Page, span: Span) -> list[tuple[int, int]]:
    return runs_by_page(reading, span).get(page.number, [])


def runs_by_page(reading: Reading, span: Span) -> dict[int, list[tuple[int, int]]]:
    """Return the words of a span by page, without running headers and footers."""
    said = body(current_room().archive.catalog, reading, span)
    return {part.page.number: list(part.runs) for part in said}


image = Blueprint("image", __name__)


@image.get("/documents/<document_id>/pages/<page_number:number>/image", endpoint="show")
def show_image(document_id: str, number: int) -> Response:
    """Send the page as an image. ``width`` is one of :data:`webapp.page_images.WIDTHS`.

    Noisy scans are compressed with losses; with ``exact``, no pixel is changed.
    """
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
    image = room.images.image(document, number, width, exact=bool(request.args.get("exact")))
    return picture(image, image_type(image))
