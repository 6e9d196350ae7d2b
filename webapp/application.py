"""The WSGI application: Flask configuration, views and middleware."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from jinja2 import StrictUndefined, Template
from werkzeug.routing import BaseConverter

from archive.archive import Archive
from archive.config import program_name
from archive.facts.values import Municipalities
from archive.model.rendering import PageRenderer
from archive.search.engine import one_commit
from archive.store.sql.database import one_state
from archive.system.strict_json import read_json
from archive.system.terminal import without_turns
from webapp import delivery, errors, same_origin, shell
from webapp.access import callers, devices, guard
from webapp.languages import scripts, speaking
from webapp.operations import logs, metrics
from webapp.page_images import PageImages
from webapp.room import Room, open_room
from webapp.source import source_url
from webapp.views import BLUEPRINTS

MAX_BODY_BYTES = 64 * 1024
"""Maximum size of a request body; longer ones are refused before they are read. Views may raise it."""

LIMITS = {
    "FACET_VALUES": 200,
    "FINDING_ROWS": 250,
    "FAILED_TASKS": 50,
    "IIIF_MATCHES": 200,
    "INDEX_WAIT": 2.0,
    "PACKET_DOCUMENTS": 25,
    "PACKET_PAGES": 50,
    "CHRONOLOGY_PAGES": 1000,
    "CHOSEN": 200,
}
"""Limits in ``app.config``, in this order.

Values of a facet, rows of a finding, failed tasks and matches of a content search in one part of a list; seconds that a
form waits for another process to leave the index; results of a search (the best first) and pages of a document (the
first ones) in a packet; pages that a chronology reads, at 4 ms each; results that can be selected.
"""


class _Json(DefaultJSONProvider):
    """JSON as the command line prints it: in the order of the contract, without ASCII escapes."""

    ensure_ascii = False
    sort_keys = False

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Return a strictly parsed request body."""
        return read_json(s)


class _PageNumber(BaseConverter):
    """A URL converter for page numbers with a single spelling: no sign, leading zero or digits of other scripts."""

    regex = "[1-9][0-9]{0,6}"

    def to_python(self, value: str) -> int:
        """Return the number."""
        return int(value)


def application(archive: Archive, renderer: PageRenderer, places: Municipalities | None = None) -> Flask:
    """Return the WSGI application for ``archive``.

    Page images come from ``renderer`` and are cached in the archive; ``places`` are the known municipalities, none by
    default.
    """
    app = Flask(__name__)
    app.config.update(LIMITS, MAX_CONTENT_LENGTH=MAX_BODY_BYTES)
    app.json = _Json(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.template_class = _Template
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(product=program_name(), source_url=source_url)
    app.url_map.converters["page_number"] = _PageNumber
    open_room(
        app, Room(archive, PageImages(archive.cache / "pages", archive.originals, renderer), places or Municipalities())
    )
    logs.install(app, archive)
    metrics.install(app)
    speaking.install(app)
    shell.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    callers.install(app, archive)
    delivery.install(app)
    scripts.install(app)  # Registered later and so run first: before a response is compressed.
    same_origin.install(app)
    guard.install(app)
    devices.install(app)
    errors.install(app)
    app.wsgi_app = _in_one_state(app.wsgi_app)  # type: ignore[method-assign, assignment] # as Flask's documentation has it
    return app


def _in_one_state(answer: WSGIApplication) -> WSGIApplication:
    """Return middleware that reads one state of the catalog per request and, for GET and HEAD, one of each index."""

    def answer_in_one_state(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with one_state(), one_commit() if environ["REQUEST_METHOD"] in {"GET", "HEAD"} else nullcontext():
            return answer(environ, start_response)

    return answer_in_one_state


class _Template(Template):
    """A template whose output has escapes in place of bidirectional control characters from documents.

    Our own templates contain none, and the escapes have no meaning in HTML.
    """

    def render(self, *args: Any, **values: Any) -> str:
        """Return the whole output."""
        return without_turns(super().render(*args, **values))

    def generate(self, *args: Any, **values: Any) -> Iterator[str]:
        """Yield the output in chunks."""
        yield from map(without_turns, super().generate(*args, **values))
