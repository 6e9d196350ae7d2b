"""The reading room: web pages and an API over one archive. Imports the archive, never the indexer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from archive.archive import Archive
    from archive.facts.values import Municipalities
    from archive.model.rendering import PageRenderer


def create_app(archive: Archive, renderer: PageRenderer, places: Municipalities | None = None) -> Flask:
    """Return the WSGI application for ``archive``. Page images come from ``renderer`` and are kept in the archive's
    cache; ``places`` are the municipalities that we know, none by default."""
    # The commands for readers live in this package, too, and need no web server to start.
    from webapp.application import application  # noqa: PLC0415

    return application(archive, renderer, places)
