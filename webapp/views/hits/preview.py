"""``/documents/<id>/pages/<n>/thumbnail`` and ``/preview``: a small image and a readable preview of a page.

The results page requests both after it is shown, so they do not delay it.
"""

from __future__ import annotations

import re

from flask import Blueprint, Response, current_app, render_template, request

from archive.errors import DosijeError, UsageError
from archive.model import Page
from webapp.delivery import picture
from webapp.languages.translation import gettext
from webapp.pages.hits.preview import present_preview
from webapp.pages.hits.thumbnail import MOST_MARKED, bars_of, picture_of, sketch_of
from webapp.pages.parts import Mark
from webapp.room import current_room, requested_document, requested_reading
from webapp.state import SearchState
from webapp.views.page import current_match, matches_of, numbered_page

blueprint = Blueprint("preview", __name__)
thumbnail = Blueprint("thumbnail", __name__)

_WORDS = re.compile(rf"[0-9]{{1,9}}(?:-[0-9]{{1,9}})?(?:\.[0-9]{{1,9}}(?:-[0-9]{{1,9}})?){{0,{MOST_MARKED - 1}}}")

_POLICY = "default-src 'none'; img-src data:"
"""The content security policy of an SVG with an embedded image: it cannot load anything."""


@thumbnail.get("/documents/<document_id>/pages/<page_number:number>/thumbnail", endpoint="show")
def show_thumbnail(document_id: str, number: int) -> Response:
    """Send the page as a small SVG image.

    ``marks`` are the marked words of the reading: ``12-13.40``. Where the page image is not cached or cannot be drawn,
    words are drawn as bars; the page's own view reports the error.
    """
    room = current_room()
    document = requested_document(document_id)
    reading = requested_reading(document)
    page = numbered_page(document, reading, number)
    words = room.archive.catalog.readings.words_on(reading, [number])[number]
    marks = _asked_marks(page)
    image = None
    if not page.is_flowing:
        try:
            image = room.images.small(document, number)
        except DosijeError as error:
            current_app.logger.warning("Page %s of %s has no small picture: %s", number, document.id, error)
    if page.is_flowing:
        drawn = bars_of(words, marks)
    else:
        drawn = sketch_of(words, page, marks) if image is None else picture_of(image, words, page, marks)
    response = picture(drawn.encode("ascii"), "image/svg+xml")
    if image is None and not page.is_flowing:
        response.cache_control.max_age = 0
    response.headers["Content-Security-Policy"] = _POLICY
    return response


def _asked_marks(page: Page) -> list[Mark]:
    """Return the marks in the URL that are on the page.

    :raises UsageError: they are not numbers of words.
    """
    asked = request.args.get("marks", "")
    if asked and not _WORDS.fullmatch(asked):
        message = gettext("The marks '%(marks)s' are not numbers of words.", marks=asked[:40])
        raise UsageError(message, gettext("Write them like 12-13.40, %(most)s at most.", most=MOST_MARKED))
    spans = [tuple(map(int, span.split("-"))) for span in filter(None, asked.split("."))]
    end = page.first_word + page.word_count
    return [
        Mark(max(span[0], page.first_word) - page.first_word, min(span[-1], end - 1) - page.first_word, "")
        for span in spans
        if span[0] < end and span[-1] >= page.first_word and span[0] <= span[-1]
    ]


@blueprint.get("/documents/<document_id>/pages/<page_number:number>/preview", endpoint="show")
def show_preview(document_id: str, number: int) -> str:
    """Show a part of a page at its match ``match``, default the first; ``q`` and others are those of search."""
    archive = current_room().archive
    document, state = requested_document(document_id), SearchState.from_arguments(request.args)
    reading = requested_reading(document)
    page = numbered_page(document, reading, number)
    matches, _ = matches_of(reading, state)
    context = present_preview(
        state,
        document,
        archive.catalog.documents.descriptions([document.id])[document.id],
        reading,
        page,
        archive.catalog.readings.words_on(reading, [number])[number],
        matches,
        current_match(page, matches),
    )
    return render_template("_preview.html", page=context)
