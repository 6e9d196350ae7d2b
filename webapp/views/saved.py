"""``/saved``: saved searches, the documents they found, and their feeds.

Changes are written to the catalog in one short transaction each, without the archive's writer lock, which an import
holds for hours: an import commits after each document, and other writers get in between.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.errors import UsageError
from archive.search.request import Unit
from archive.search.saved_searches import Alert, AlertRunner, request_of
from archive.store.searches import SavedSearch
from webapp.access.callers import whole_archive
from webapp.languages.scripts import in_script
from webapp.languages.speaking import spoken
from webapp.languages.translation import gettext
from webapp.links import document_url, page_url, saved_search_url
from webapp.pages.saved import asked, present_saved, present_saved_search, state_of
from webapp.pages.wording import about, page_short
from webapp.room import checked, current_room, not_indexed
from webapp.state import SearchState
from webapp.views.digests import reader_key

blueprint = Blueprint("saved", __name__, url_prefix="/saved")

SHOWN = 100
"""Maximum documents shown for a saved search, newest first."""

IN_FEED = 50
"""Maximum entries of a feed. A feed reader stores those it has seen."""


@blueprint.get("")
def show_all() -> str:
    """Show all saved searches."""
    archive = current_room().archive
    sends_mail = bool(archive.settings.text("smtp_host"))
    digest = whole_archive().catalog.digests.of_reader(reader_key()) if sends_mail else None
    return render_template("saved.html", page=present_saved(archive.catalog.searches.all(), sends_mail, digest))


@blueprint.post("")
def save() -> ResponseReturnValue:
    """Save the search in the form, which has the parameters of the search page, under ``name``."""
    state = SearchState.from_arguments(request.form)
    if state.unit is Unit.DOCUMENTS:
        checked(state)
    searched = state.request(size=1)
    archive = current_room().archive
    # Saving first runs all searches on all new documents, including those that this reader may not see.
    whole = whole_archive()
    alerts = AlertRunner(whole.catalog, whole.search)
    saved = alerts.save(archive.engine.generation, request.form.get("name", ""), searched)
    return redirect(saved_search_url(saved.id), code=303)


@blueprint.get("/<search_id>")
def show(search_id: str) -> str:
    """Show a saved search and its documents."""
    archive = current_room().archive
    saved = archive.catalog.searches.get(search_id)
    alerts = AlertRunner(archive.catalog, archive.search).found(saved, limit=SHOWN)
    sends_mail = bool(archive.settings.text("smtp_host"))
    return render_template("saved_search.html", page=present_saved_search(saved, alerts, sends_mail=sends_mail))


@blueprint.post("/<search_id>/read")
def mark_read(search_id: str) -> ResponseReturnValue:
    """Mark the documents found up to ``until`` as read."""
    archive = current_room().archive
    saved = archive.catalog.searches.get(search_id)
    archive.catalog.searches.mark_read(saved.id, _moment(request.form.get("until", "")))
    return redirect(saved_search_url(saved.id), code=303)


@blueprint.post("/<search_id>/remove")
def remove(search_id: str) -> ResponseReturnValue:
    """Remove a saved search."""
    archive = current_room().archive
    archive.catalog.searches.remove(archive.catalog.searches.get(search_id).id)
    return redirect(url_for("saved.show_all"), code=303)


@blueprint.get("/<search_id>/feed.atom")
def feed(search_id: str) -> Response:
    """Send the feed. Conditional requests are supported (``ETag``, ``Last-Modified``)."""
    archive = current_room().archive
    saved = archive.catalog.searches.get(search_id)
    alerts = AlertRunner(archive.catalog, archive.search).found(saved, limit=IN_FEED)
    response = Response(atom_feed(saved, alerts), mimetype=MEDIA_TYPE)
    response.last_modified = updated(saved, alerts)
    # It is in the reader's language, as a page is.
    response.vary.update(("Accept-Language", "Cookie"))
    response.add_etag()
    response.make_conditional(request)
    return response


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(gettext("%(value)s is not a point in time.", value=repr(text[:40]))) from error
    if moment.tzinfo is None:
        raise UsageError(gettext("%(value)s has no time zone.", value=repr(text[:40])))
    return moment


MEDIA_TYPE = "application/atom+xml"

SNIPPETS = 3
"""Maximum matching pages quoted in a feed entry."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot represent, which damaged text layers contain."""


def updated(saved: SavedSearch, alerts: Sequence[Alert]) -> datetime:
    """Return the time of the last change of the feed."""
    return alerts[0].found_at if alerts else saved.created_at


def atom_feed(saved: SavedSearch, alerts: Sequence[Alert]) -> bytes:
    """Return the Atom feed (RFC 4287) as XML; needs a request context for the host in its links.

    Ids are URNs of UUIDs, because an archive on a laptop has no domain for a ``tag:`` URI, and a URL would change with
    the port. The search's id is a random UUID, and an entry's is derived from it and the document's SHA-256 (RFC 9562,
    version 5), so both are stable.
    """
    state = state_of(request_of(saved))
    feed = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": spoken().tag})
    _add(feed, "id", uuid.UUID(saved.id).urn)
    _add(feed, "title", f"{saved.name} – Dosije")
    waiting = not_indexed()
    # The query itself is not transliterated.
    query, *narrowed = asked(request_of(saved))
    ours = [in_script(text) for text in (*narrowed, *([waiting] if waiting else ()))]
    _add(feed, "subtitle", " · ".join((query if state.text else in_script(query), *ours)))
    _add(feed, "updated", updated(saved, alerts).isoformat())
    SubElement(feed, "link", {"rel": "self", "type": MEDIA_TYPE, "href": request.base_url})
    page = url_for("saved.show", search_id=saved.id, _external=True)
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": page})
    SubElement(SubElement(feed, "author"), "name").text = "Dosije"
    for alert in alerts:
        _add_entry(feed, saved, alert, state)
    written: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _add_entry(feed: Element, saved: SavedSearch, alert: Alert, state: SearchState) -> None:
    described = alert.description
    entry = SubElement(feed, "entry")
    _add(entry, "id", uuid.uuid5(uuid.UUID(saved.id), described.id).urn)
    _add(entry, "title", described.title)
    for name in ("published", "updated"):
        _add(entry, name, alert.found_at.isoformat())
    first = alert.pages[0].number if alert.pages else None
    path = document_url(described.id, state) if first is None else page_url(described.id, first, state)
    SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": request.host_url.rstrip("/") + path})
    language = {"xml:lang": described.language} if described.language and alert.pages else {}
    _add(entry, "summary", "\n".join(_summary(alert)), {"type": "text", **language})


def _summary(alert: Alert) -> Iterable[str]:
    """Return the matching pages with snippets, or else a summary of the document."""
    if not alert.pages:
        return (in_script(" · ".join(about(alert.description))),)
    return (f"{in_script(page_short(page.number))}: {page.snippet.text}" for page in alert.pages[:SNIPPETS])


def _add(parent: Element, name: str, text: str, attributes: dict[str, str] | None = None) -> None:
    SubElement(parent, name, attributes or {}).text = _NOT_XML.sub("�", text)
