"""``/manifest.webmanifest``, ``/service-worker.js``, ``/offline``: the web app and its offline pages."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, current_app, render_template, url_for

from webapp.access.devices import refuse_if_off
from webapp.delivery import linked_data
from webapp.languages.speaking import spoken
from webapp.languages.translation import gettext
from webapp.pages.parts import Context

blueprint = Blueprint("offline", __name__)

_ICONS = (
    ("icon.svg", "any", "image/svg+xml", "any"),
    ("icon-192.png", "192x192", "image/png", "any"),
    ("icon-512.png", "512x512", "image/png", "any"),
    ("icon-maskable-512.png", "512x512", "image/png", "maskable"),
)
"""Files, sizes, types and purposes.

A maskable icon may be cropped to a circle, so its content is within one.
"""

_CARD, _PAPER = "#ffffff", "#fbfaf7"
"""Theme and background colours of the light scheme in ``static/app.css``: a manifest has none for the dark."""


@blueprint.get("/manifest.webmanifest", endpoint="manifest")
def show_manifest() -> Response:
    """Send the web app manifest (W3C) in the reader's language."""
    start = url_for("search.show")
    manifest = {
        "id": start,
        "name": "Dosije",
        "short_name": "Dosije",
        "description": gettext("Search, read and cite the documents of this archive."),
        "lang": spoken().tag,
        "dir": "ltr",
        "start_url": start,
        "scope": start,
        "display": "standalone",
        "theme_color": _CARD,
        "background_color": _PAPER,
        "icons": [
            {"src": url_for("static", filename=name), "sizes": sizes, "type": media_type, "purpose": purpose}
            for name, sizes, media_type, purpose in _ICONS
        ],
    }
    return linked_data(manifest, "application/manifest+json")


@blueprint.get("/service-worker.js", endpoint="worker")
def send_worker() -> Response:
    """Send the service worker.

    Its scope is the whole site only from this path; browsers check for updates by themselves.
    """
    refuse_if_off()
    answer = current_app.send_static_file("service-worker.js")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@dataclass(frozen=True, slots=True)
class OfflineContext(Context):
    """The list of offline stories. A script fills it in, because the server does not know them."""


@blueprint.get("/offline", endpoint="show")
def show() -> str:
    """Show the offline stories of this device.

    It is also the fallback for a page that is not cached.
    """
    refuse_if_off()
    return render_template("offline.html", page=OfflineContext())
