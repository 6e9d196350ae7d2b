"""What the views of one application share: its archive and its page images."""

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
from archive.search.masking import Masking
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
    """The parts that views need. Threads share it. ``places`` are the municipalities that a person may name."""

    archive: Archive
    images: PageImages
    places: Municipalities


def open_room(app: Flask, room: Room) -> None:
    """Make ``room`` the one that the views of ``app`` work with."""
    app.extensions[_KEY] = room
    app.jinja_env.globals["not_indexed"] = not_indexed


def current_room() -> Room:
    """Return the room of the application that answers this request, with the archive as its reader sees it: there is no
    other way for a view to come by one, so none can forget what its reader may not see."""
    if "room" not in g:
        room = current_app.extensions[_KEY]
        assert isinstance(room, Room)
        g.room = replace(room, archive=room.archive.hiding(caller().hidden))
    seen: Room = g.room
    return seen


def not_indexed() -> str | None:
    """Return what stands on every page as long as documents wait to be indexed; None if none do, or nobody knows."""
    person = known_caller()
    if person is None or not person.may(Right.READ):
        return None
    try:
        count = current_room().archive.catalog.indexing.count_not_indexed()
    except DosijeError:
        # The page says what failed, or does without it.
        return None
    return next(map(said, not_searched_note(count)), None)


def verifier() -> Verifier:
    """Return what verifies claims on the archive of this room."""
    archive = current_room().archive
    return Verifier(archive.catalog, archive.originals, archive.search)


def verified(text: str) -> Verification:
    """Return the answer to all that a text claims.

    :raises UsageError: it claims nothing, or too much.
    """
    return verifier().verify(claims_in(text, short_addresses(current_room().archive.catalog)))


def story_resolved(state: SearchState) -> SearchState:
    """Return the search with its filters resolved if it is of the papers of a story, else as it is.

    :raises archive.errors.UnknownStory: there is no such story for who asks.
    """
    return replace(state, filters=_within_story(state.filters, state.unit))


def _within_story(filters: Filters, unit: Unit) -> Filters:
    user = caller().user
    reader = StoryReader(user.name if user else "", sees_all=user is None)
    return within_story(current_room().archive.catalog, filters, reader, unit)


def check(asked: SearchState | SearchRequest, resolved: ResolvedFilters | None = None) -> FilterCheck:
    """Check that the values in the filters of a search exist. ``resolved`` are its filters, if they were resolved."""
    room = current_room()
    service, _ = room.archive.searching(asked.unit)
    return check_filters(room.archive.catalog, service, asked.filters, room.places, asked.unit, resolved)


def notes_on_fields(
    asked: SearchRequest, room: Room | None = None, parsed: ParsedQuery | None = None
) -> tuple[str, ...]:
    """Return notes on the values that the text of a search asks fields for.

    :param room: where to look; answers that are streamed come when their request is over.
    :param parsed: the text, if it was parsed before.
    """
    room = room or current_room()
    service, _ = room.archive.searching(asked.unit)
    return field_notes(room.archive.catalog, service, asked, room.places, parsed)


def close_passages(asked: SearchRequest, results: SearchResults) -> tuple[ClosePassages | None, tuple[str, ...]]:
    """Return what is close in meaning to a search, if the settings want it; and what to say where that fails, as the
    search itself has its answer."""
    meaning = current_room().archive.meaning
    try:
        return (meaning.close_passages(asked, results) if meaning else None), ()
    except DosijeError as error:
        return None, (sentences(error.message, error.remedy),)


def checked_request(asked: SearchRequest) -> SearchRequest:
    """Return a request with its filters checked, and resolved if one is a story. Errors as for :func:`checked`."""
    asked = replace(asked, filters=_within_story(asked.filters, asked.unit))
    check(asked).raise_any()
    return asked


def checked(state: SearchState) -> SearchState:
    """Return the search with its filters resolved.

    :raises archive.errors.UnknownValue: a value in them does not exist.
    """
    resolved = resolve_filters(current_room().archive.catalog, _within_story(state.filters, state.unit))
    check(state, resolved).raise_any()
    return replace(state, filters=resolved)


def asked_mask() -> TextMask | None:
    """Return what masks the file that the request asks for: by its ``mask``, and by the settings, which it cannot
    loosen."""
    return text_mask(current_room().archive, request.values.get("mask", ""))


def base_url() -> str:
    """Return where permalinks lead: as the settings say, or to the address at which the room was asked."""
    settings = current_room().archive.settings
    return locators.base_url(settings) if settings.text("base_url") else request.host_url.rstrip("/")


def requested_document(document_id: str) -> Document:
    """Return the document that the URL names. A unique prefix of an id is answered with a redirect to the whole id.

    The redirect is temporary, because another document may come whose id begins the same.

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
    """Return the reading that ``reading`` in the URL names, or the newest.

    The newest may be newer than ``document`` knows of, if it was read again a moment ago; so whoever shows pages takes
    their number from the reading and never from the document.

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
        texts = (field.name for field in fields(shown) if field.name not in _NO_TEXTS)
        return replace(shown, **{name: masked_page(getattr(shown, name), mask) for name in texts})
    return shown
