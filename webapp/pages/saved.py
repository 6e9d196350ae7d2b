"""The pages of saved searches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archive.search.request import SearchRequest
from archive.search.saved_searches import Alert, request_of
from archive.store.exchange.digests import Digest, Period
from archive.store.searches import SavedSearch
from webapp.languages.translation import gettext, marked, number, plural, said
from webapp.links import document_url, feed_url, saved_search_url, search_url
from webapp.pages.parts import Context, PageLine, page_line
from webapp.pages.wording import about, day, documents, field_label, moment, more_pages, value_label
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class SavedRow:
    """A saved search.

    ``asked`` is its query in words; ``trouble`` tells how many documents it could not be run on, and why.
    """

    id: str
    name: str
    url: str
    asked: tuple[str, ...]
    since: str
    found: str
    unread: str | None
    results: str
    feed: str
    trouble: str | None


@dataclass(frozen=True, slots=True)
class AlertCard:
    """A document found by a saved search. ``found_at`` is the time in ISO 8601 and in words."""

    title: str
    url: str
    language: str | None
    about: tuple[str, ...]
    found_at: tuple[str, str]
    is_unread: bool
    pages: tuple[PageLine, ...]
    more: str | None


@dataclass(frozen=True, slots=True)
class ChosenSearch:
    """A saved search, and whether its new documents are mailed to the reader."""

    id: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class MailForm:
    """The form for the reader's mail; ``told`` describes the current choice."""

    told: str
    trouble: str | None
    address: str
    period: str
    periods: tuple[tuple[str, str], ...]
    searches: tuple[ChosenSearch, ...]


@dataclass(frozen=True, slots=True)
class SavedContext(Context):
    """The page of all saved searches. ``mail`` is None where no mail server is set."""

    searches: tuple[SavedRow, ...]
    mail: MailForm | None


@dataclass(frozen=True, slots=True)
class StopContext(Context):
    """The page that unsubscribes an address; None after that."""

    address: str | None


@dataclass(frozen=True, slots=True)
class SavedSearchContext(Context):
    """The page of a saved search.

    ``until`` is the time up to which its documents can be marked as read from here; ``not_shown`` tells the number of
    older documents.
    """

    search: SavedRow
    alerts: tuple[AlertCard, ...]
    until: str | None
    not_shown: str | None
    sends_mail: bool


@dataclass(frozen=True, slots=True)
class MailedSearch:
    """A saved search in a mail.

    ``told`` tells the number of new documents, ``not_shown`` how many of them are not listed.
    """

    name: str
    url: str
    told: str
    alerts: tuple[AlertCard, ...]
    not_shown: str | None


PAGES_SHOWN = 3
"""Matching pages shown for each document."""


def state_of(request: SearchRequest) -> SearchState:
    """Return the state of the search page for a request."""
    return SearchState(request.text, request.filters, request.sort, request.exact, request.look_alikes)


def asked(request: SearchRequest) -> tuple[str, ...]:
    """Return the query and filters of a request in words."""
    filters = (
        f"{field_label(name)}: {', '.join(value_label(name, value) for value in values)}"
        for name, values in request.filters.items()
    )
    exact = (gettext("exact words only"),) if request.exact else ()
    look_alikes = (gettext("also look-alikes"),) if request.look_alikes else ()
    return (request.text or gettext("every document"), *filters, *exact, *look_alikes)


_PERIODS = {Period.DAY: marked("each day"), Period.WEEK: marked("each week"), "never": marked("never")}


def present_saved(searches: Sequence[SavedSearch], sends_mail: bool, digest: Digest | None) -> SavedContext:
    """Return the page of all saved searches, with the reader's mail ``digest`` if there is one."""
    mail = _mail_form(searches, digest) if sends_mail and searches else None
    return SavedContext(tuple(map(_row, searches)), mail)


def _mail_form(searches: Sequence[SavedSearch], digest: Digest | None) -> MailForm:
    if digest is None:
        told = gettext("You get no mail. Choose searches to get their new documents by mail.")
    else:
        told = gettext(
            "What is new since %(moment)s will be sent to %(address)s, %(period)s.",
            address=digest.address,
            period=gettext(_PERIODS[digest.period]),
            moment=moment(digest.sent_until),
        )
    return MailForm(
        told=told,
        trouble=gettext("The last mail was not sent: %(reason)s", reason=said(digest.trouble))
        if digest and digest.trouble
        else None,
        address=digest.address if digest else "",
        period=digest.period if digest else Period.DAY,
        periods=tuple((value, gettext(label)) for value, label in _PERIODS.items()),
        searches=tuple(
            ChosenSearch(saved.id, saved.name, digest is None or saved.id in digest.searches) for saved in searches
        ),
    )


def present_saved_search(saved: SavedSearch, alerts: Sequence[Alert], *, sends_mail: bool) -> SavedSearchContext:
    """Return the page of a saved search with its newest documents."""
    state = state_of(request_of(saved))
    older = saved.found - len(alerts)
    return SavedSearchContext(
        sends_mail=sends_mail,
        search=_row(saved),
        alerts=tuple(_card(alert, state) for alert in alerts),
        until=alerts[0].found_at.isoformat() if saved.unread and alerts else None,
        not_shown=plural("%(count)s older document not shown.", "%(count)s older documents not shown.", older)
        if older > 0
        else None,
    )


def mailed_search(saved: SavedSearch, alerts: Sequence[Alert], count: int) -> MailedSearch:
    """Return a saved search with ``alerts`` of its ``count`` new documents."""
    state, more = state_of(request_of(saved)), count - len(alerts)
    return MailedSearch(
        name=saved.name,
        url=saved_search_url(saved.id),
        told=plural("%(count)s new document", "%(count)s new documents", count),
        alerts=tuple(_card(alert, state) for alert in alerts),
        not_shown=plural("And %(count)s more document.", "And %(count)s more documents.", more) if more > 0 else None,
    )


def _row(saved: SavedSearch) -> SavedRow:
    request = request_of(saved)
    return SavedRow(
        id=saved.id,
        name=saved.name,
        url=saved_search_url(saved.id),
        asked=asked(request),
        since=day(saved.created_at),
        found=documents(saved.found),
        unread=gettext("%(count)s unread", count=number(saved.unread)) if saved.unread else None,
        results=search_url(state_of(request)),
        feed=feed_url(saved.id),
        trouble=_trouble(saved.missed, saved.trouble) if saved.trouble else None,
    )


def _trouble(missed: int, reason: str) -> str:
    return plural(
        "It could not be run on %(count)s document: %(reason)s",
        "It could not be run on %(count)s documents: %(reason)s",
        missed,
        reason=said(reason),
    )


def _card(alert: Alert, state: SearchState) -> AlertCard:
    described = alert.description
    more = len(alert.pages) - PAGES_SHOWN
    return AlertCard(
        title=described.title,
        url=document_url(described.id, state),
        language=described.language,
        about=about(described),
        found_at=(alert.found_at.isoformat(timespec="seconds"), moment(alert.found_at)),
        is_unread=alert.is_unread,
        pages=tuple(page_line(described.id, page, state) for page in alert.pages[:PAGES_SHOWN]),
        more=more_pages(more) if more > 0 else None,
    )
