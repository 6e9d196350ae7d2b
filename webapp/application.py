"""The WSGI application: settings of Flask, pages, and what stands around each answer."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from jinja2 import StrictUndefined

from archive.facts.values import Places
from archive.home import Archive
from archive.rendering import PageRenderer
from archive.store.sql.database import one_state
from archive.strict_json import read_json
from webapp import delivery, errors, headers, same_origin
from webapp.access import callers, guard
from webapp.directions import with_visible_directions
from webapp.languages import speaking
from webapp.operations import logs, metrics
from webapp.page_images import PageImages
from webapp.room import Room, open_room
from webapp.views import BLUEPRINTS
from webapp.views.converters import PageNumber

MAX_BODY_BYTES = 64 * 1024
"""Most forms that are sent are short; a view that takes more says so. Anything longer is refused before it is read."""


class _Json(DefaultJSONProvider):
    """JSON as the command line prints it: in the order of the contract, with letters as they are."""

    ensure_ascii = False
    sort_keys = False

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """What a program sends, read strictly."""
        return read_json(s)


def application(archive: Archive, renderer: PageRenderer, places: Places | None = None) -> Flask:
    """The WSGI application for ``archive``. Page images come from ``renderer`` and are kept in the archive's cache;
    ``places`` are the municipalities that we know, none by default."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.json = _Json(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.finalize = with_visible_directions
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["product"] = _product()
    app.url_map.converters["page_number"] = PageNumber
    open_room(app, Room(archive, PageImages(archive.cache / "pages", archive.originals, renderer), places or Places()))
    logs.install(app, archive)
    metrics.install(app)
    speaking.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    callers.install(app, archive)
    delivery.install(app)
    headers.install(app)
    same_origin.install(app)
    guard.install(app)
    errors.install(app)
    app.wsgi_app = _in_one_state(app.wsgi_app)  # type: ignore[method-assign, assignment] # as Flask's documentation has it
    return app


def _in_one_state(answer: WSGIApplication) -> WSGIApplication:
    """Have all that a page tells be of one state of the catalog."""

    def answer_in_one_state(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with one_state():
            return answer(environ, start_response)

    return answer_in_one_state


def _product() -> str:
    try:
        return f"Dosije {version('dosije')}"
    except PackageNotFoundError:  # It runs from its source tree.
        return "Dosije"
