"""The Atom feed of a saved search (RFC 4287): one entry for each document it found, the last found first.

Ids are UUIDs as URNs. A ``tag:`` URI would have to name a domain of ours, and an archive on a laptop has none; an
address would change with the port. The search's id is a random UUID, and an entry's is made from it and the document's
SHA-256 (RFC 9562, version 5), so both stay whatever address the archive is read at.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import request, url_for

from archive.search.saved_searches import Alert, request_of
from archive.store.searches import SavedSearch
from webapp.languages.speaking import spoken
from webapp.links import document_url, page_url
from webapp.pages.saved import asked, state_of
from webapp.pages.wording import about, page_short
from webapp.room import not_indexed
from webapp.state import SearchState

MEDIA_TYPE = "application/atom+xml"

SNIPPETS = 3
"""Matching pages of a document that are quoted in its entry."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no way to write, which damaged text layers hold."""


def updated(saved: SavedSearch, alerts: Sequence[Alert]) -> datetime:
    """When something came into the feed for the last time."""
    return alerts[0].found_at if alerts else saved.created_at


def atom_feed(saved: SavedSearch, alerts: Sequence[Alert]) -> bytes:
    """The feed as XML. It must be made while its request is answered, because its links name our host."""
    state = state_of(request_of(saved))
    feed = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": spoken().tag})
    _add(feed, "id", uuid.UUID(saved.id).urn)
    _add(feed, "title", f"{saved.name} – Dosije")
    waiting = not_indexed()
    _add(feed, "subtitle", " · ".join((*asked(request_of(saved)), *([waiting] if waiting else ()))))
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
    """Where and why it matched, or else what the document is."""
    if not alert.pages:
        return (" · ".join(about(alert.description)),)
    return (f"{page_short(page.number)}: {page.snippet.text}" for page in alert.pages[:SNIPPETS])


def _add(parent: Element, name: str, text: str, attributes: dict[str, str] | None = None) -> None:
    SubElement(parent, name, attributes or {}).text = _NOT_XML.sub("�", text)
