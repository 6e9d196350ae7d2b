"""The pages of saved searches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archive.search.alerts import Alert
from archive.search.facets import label
from archive.search.request import SearchRequest
from archive.search.saved import request_of
from archive.store.saved_searches import SavedSearch
from webapp.contexts.common import Link
from webapp.contexts.saved import AlertCard, AlertPage, SavedContext, SavedRow, SavedSearchContext
from webapp.links import document_url, feed_url, page_url, saved_search_url, search_url
from webapp.presenters.marking import snippet_pieces
from webapp.presenters.wording import about, counted, day, field_label, moment
from webapp.search_state import SearchState

PAGES_SHOWN = 3
"""Matching pages shown of each document."""


def state_of(request: SearchRequest) -> SearchState:
    """The search page of a request."""
    return SearchState(request.text, request.filters, request.sort, request.exact, request.look_alikes)


def asked(request: SearchRequest) -> tuple[str, ...]:
    """What a request asks, in words."""
    filters = (
        f"{field_label(name)}: {', '.join(label(name, value) for value in values)}"
        for name, values in request.filters.items()
    )
    manner = (("exact words only",) if request.exact else ()) + (("also look-alikes",) if request.look_alikes else ())
    return (request.text or "every document", *filters, *manner)


def present_saved(searches: Iterable[SavedSearch]) -> SavedContext:
    """The page of all saved searches."""
    return SavedContext(SearchState(), tuple(map(_row, searches)))


def present_saved_search(saved: SavedSearch, alerts: Sequence[Alert]) -> SavedSearchContext:
    """The page of one saved search with the newest of what it found."""
    state = state_of(request_of(saved))
    older = saved.found - len(alerts)
    return SavedSearchContext(
        state=SearchState(),
        search=_row(saved),
        alerts=tuple(_card(alert, state) for alert in alerts),
        until=alerts[0].found_at.isoformat() if saved.unread and alerts else None,
        not_shown=f"{counted(older, 'older document')} not shown." if older > 0 else None,
    )


def _row(saved: SavedSearch) -> SavedRow:
    request = request_of(saved)
    trouble = f"It could not be run on {counted(saved.missed, 'document')}: {saved.trouble}" if saved.trouble else None
    return SavedRow(
        id=saved.id,
        name=saved.name,
        url=saved_search_url(saved.id),
        asked=asked(request),
        since=day(saved.created_at),
        found=counted(saved.found, "document"),
        unread=f"{saved.unread:,} unread" if saved.unread else None,
        results=search_url(state_of(request)),
        feed=feed_url(saved.id),
        trouble=trouble,
    )


def _card(alert: Alert, state: SearchState) -> AlertCard:
    described = alert.description
    more = len(alert.pages) - PAGES_SHOWN
    pages = (
        AlertPage(Link(f"p. {page.number}", page_url(described.id, page.number, state)), snippet_pieces(page.snippet))
        for page in alert.pages[:PAGES_SHOWN]
    )
    return AlertCard(
        title=described.title,
        url=document_url(described.id, state),
        language=described.language,
        about=about(described),
        found_at=(alert.found_at.isoformat(timespec="seconds"), moment(alert.found_at)),
        is_unread=alert.is_unread,
        pages=tuple(pages),
        more=counted(more, "more page") if more > 0 else None,
    )
