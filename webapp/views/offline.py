"""``/manifest.webmanifest``, ``/service-worker.js``, ``/offline``: the room as an app, and what is kept on a device."""

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
"""Files, sizes, types and purposes. A maskable icon may be cut to a circle: what it shows lies within."""

_CARD, _PAPER = "#ffffff", "#fbfaf7"
"""The head and the ground of pages in the light, as in ``static/app.css``: a manifest has no colours for the dark."""


@blueprint.get("/manifest.webmanifest", endpoint="manifest")
def show_manifest() -> Response:
    """Show what browsers ask for to install the room as an app (W3C, Web Application Manifest), in the reader's
    language."""
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
    """Send the worker that answers where there is no network. Only from here may it answer for the whole room; browsers
    look for another release of it by themselves."""
    refuse_if_off()
    answer = current_app.send_static_file("service-worker.js")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@dataclass(frozen=True, slots=True)
class OfflineContext(Context):
    """The list of what is kept on a device. A script fills it in from there: the server does not know."""


@blueprint.get("/offline", endpoint="show")
def show() -> str:
    """Show the stories that are kept on this device; also what a reader sees who is offline and asks for another
    page."""
    refuse_if_off()
    return render_template("offline.html", page=OfflineContext())
