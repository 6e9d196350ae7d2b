"""The resources that the views of one application share: its archive and its page images."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from typing import Any

from flask import Flask, abort, current_app, g, redirect, request, url_for

from archive.access.records import Right
from archive.archive import Archive
from archive.citing import locators
from archive.citing.claims import claims_in
from archive.citing.copying import short_addresses
from archive.citing.verdicts import Verification
from archive.citing.verification import Verifier
from archive.errors import DosijeError, sentences
from archive.facts.values import Municipalities
from archive.masking.texts import TextMask, text_mask
from archive.model import Document, Reading
from archive.search.filter_values import FilterCheck, check_filters, field_notes
from archive.search.filters import resolve_filters
from archive.search.masking import Masking, beside
from archive.search.query_language.parsed_query import ParsedQuery
from archive.search.request import Filters, ResolvedFilters, SearchRequest, Unit
from archive.search.results import ClosePassages, SearchResults, not_searched_note
from archive.store.stories.story import StoryReader
from archive.stories.searching import within_story
from webapp.access.callers import caller, known_caller
from webapp.languages.translation import said
from webapp.page_images import PageImages
from webapp.state import SearchState, positive_number

_KEY = "dosije"


@dataclass(frozen=True, slots=True)
class Room:
    """The resources of views, shared by threads. ``places`` are the municipalities that a person may enter."""

    archive: Archive
    images: PageImages
    places: Municipalities


def open_room(app: Flask, room: Room) -> None:
    """Register ``room`` as the resources of the views of ``app``."""
    app.extensions[_KEY] = room
    app.jinja_env.globals["not_indexed"] = not_indexed


def current_room() -> Room:
    """Return the room of the current application, with the archive restricted to what the caller may see.

    It is the only way for a view to get an archive, so no view can forget the restriction.
    """
    if "room" not in g:
        room = current_app.extensions[_KEY]
        assert isinstance(room, Room)
        g.room = replace(room, archive=room.archive.hiding(caller().hidden))
    seen: Room = g.room
    return seen


def not_indexed() -> str | None:
    """Return the notice of documents that wait to be indexed; None if there are none or the reader may not know.

    It is shown on every page.
    """
    person = known_caller()
    if person is None or not person.may(Right.READ):
        return None
    try:
        count = current_room().archive.catalog.indexing.count_not_indexed()
    except DosijeError:
        # The page reports the error itself, or does not need the notice.
        return None
    return next(map(said, not_searched_note(count)), None)


def verifier() -> Verifier:
    """Return the verifier of claims for the archive of this room."""
    archive = current_room().archive
    return Verifier(archive.catalog, archive.originals, archive.search)


def verified(text: str) -> Verification:
    """Return the results for all claims in a text.

    :raises UsageError: it has no claims, or too many.
    """
    return verifier().verify(claims_in(text, short_addresses(current_room().archive.catalog)))


def story_resolved(state: SearchState) -> SearchState:
    """Return the search with its filters resolved if it is within a story, else unchanged.

    :raises archive.errors.UnknownStory: there is no such story that the caller may see.
    """
    return replace(state, filters=_within_story(state.filters, state.unit))


def _within_story(filters: Filters, unit: Unit) -> Filters:
    user = caller().user
    reader = StoryReader(user.name if user else "", sees_all=user is None)
    return within_story(current_room().archive.catalog, filters, reader, unit)


def check(asked: SearchState | SearchRequest, resolved: ResolvedFilters | None = None) -> FilterCheck:
    """Check that the filter values of a search exist.

    ``resolved`` are its filters if they are resolved already.
    """
    room = current_room()
    service, _ = room.archive.searching(asked.unit)
    return check_filters(room.archive.catalog, service, asked.filters, room.places, asked.unit, resolved)


def notes_on_fields(
    asked: SearchRequest, room: Room | None = None, parsed: ParsedQuery | None = None
) -> tuple[str, ...]:
    """Return notes on the field values in a query.

    :param room: for streamed responses, which are generated after their request.
    :param parsed: the parsed query, if there is one.
    """
    room = room or current_room()
    service, _ = room.archive.searching(asked.unit)
    return field_notes(room.archive.catalog, service, asked, room.places, parsed)


def close_passages(asked: SearchRequest, results: SearchResults) -> tuple[ClosePassages | None, tuple[str, ...]]:
    """Return the passages with a similar meaning if the setting is on, and the messages of a failure.

    A failure does not affect the results of the search itself.
    """
    meaning = current_room().archive.meaning
    try:
        return (meaning.close_passages(asked, results) if meaning else None), ()
    except DosijeError as error:
        return None, (sentences(error.message, error.remedy),)


def checked_request(asked: SearchRequest) -> SearchRequest:
    """Return a request with checked filters, resolved if one is a story.

    Errors are those of :func:`checked`.
    """
    asked = replace(asked, filters=_within_story(asked.filters, asked.unit))
    check(asked).raise_any()
    return asked


def checked(state: SearchState) -> SearchState:
    """Return the search with its filters resolved.

    :raises archive.errors.UnknownValue: a filter value does not exist.
    """
    resolved = resolve_filters(current_room().archive.catalog, _within_story(state.filters, state.unit))
    check(state, resolved).raise_any()
    return replace(state, filters=resolved)


def asked_mask() -> TextMask | None:
    """Return the mask for an exported file: ``mask`` of the request and the settings combined, None for none.

    The request cannot mask less than the settings.
    """
    return text_mask(current_room().archive, request.values.get("mask", ""))


def base_url() -> str:
    """Return the base URL of permalinks: the setting, or else the host URL of the request."""
    settings = current_room().archive.settings
    return locators.base_url(settings) if settings.text("base_url") else request.host_url.rstrip("/")


def requested_document(document_id: str) -> Document:
    """Return the document in the URL; redirect from a unique prefix of an id to the whole id.

    The redirect is temporary, because a document with the same prefix may be added.

    :raises archive.errors.UnknownDocument: no document, or more than one, has such an id.
    """
    document = current_room().archive.catalog.documents.find(document_id)
    if document.id != document_id:
        assert request.endpoint is not None
        target = url_for(request.endpoint, **{**(request.view_args or {}), "document_id": document.id})
        query = request.query_string.decode("ascii", "replace")
        abort(redirect(f"{target}?{query}" if query else target, code=302))
    return document


def requested_reading(document: Document) -> Reading:
    """Return the reading that the parameter ``reading`` names, or the newest.

    The newest may be newer than ``document`` if it was just read again, so views must take the page count from the
    reading.

    :raises archive.errors.UsageError: the document has no such reading.
    """
    asked = request.args.get("reading")
    number = positive_number("reading", asked) if asked else None
    return current_room().archive.catalog.readings.get(document.id, number)


_NO_TEXTS = frozenset({"asked", "url", "clip", "anchor", "path", "lines", "shade", "kind"})
"""Fields of pages and pictures with addresses, outlines and what the style sheet is asked for. All others are texts."""


def masked_page(shown: Any, mask: Masking | None) -> Any:
    """Return a page, or a part of one, without what ``mask`` hides in any of its texts. Addresses stay: they have to
    lead somewhere."""
    if mask is None or isinstance(shown, Enum):
        return shown
    if isinstance(shown, str):
        return mask(shown)
    if isinstance(shown, tuple):
        return tuple(masked_page(part, mask) for part in shown)
    if is_dataclass(shown) and not isinstance(shown, type):
        mask = beside(mask, (getattr(shown, field.name) for field in fields(shown)))
        texts = (field.name for field in fields(shown) if field.name not in _NO_TEXTS)
        return replace(shown, **{name: masked_page(getattr(shown, name), mask) for name in texts})
    return shown
