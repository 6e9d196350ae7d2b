"""``dosije serve``: the reading room."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Protocol

import click

from archive.config import Settings
from archive.facts.values import Places
from archive.home import Archive
from archive.rendering import PageRenderer
from webapp import create_app
from webapp.server import serve


class Closing(Protocol):
    """What holds a process."""

    def close(self) -> None:
        """End it."""


class ClosingRenderer(PageRenderer, Closing, Protocol):
    """A renderer that holds a process."""


def serve_command(
    make_renderer: Callable[[Settings, Path], ClosingRenderer],
    places: Callable[[], Places],
    start_worker: Callable[[Path], Closing],
) -> click.Command:
    """The command ``serve``; page images come from what ``make_renderer`` makes of settings and a cache. Municipalities
    are known by ``places``, and what is uploaded is added by the process that ``start_worker`` starts for a home."""

    @click.command("serve")
    @click.option("--host", help="Address to listen on.")
    @click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.")
    @click.pass_obj
    def command(home: Path, host: str | None, port: int | None) -> None:
        """Open the reading room: the web pages and the API."""
        with Archive.open(home) as archive:
            if not archive.settle():
                click.echo("Documents are being added; they appear as they are indexed.", err=True)
            settings = archive.settings
            chosen_host, chosen_port = host or settings.text("host"), port or settings.number("port")
            click.echo(f"Dosije is at http://{chosen_host}:{chosen_port}/  (Ctrl-C ends it)", err=True)
            with closing(make_renderer(settings, archive.cache)) as renderer, closing(start_worker(archive.home)):
                serve(create_app(archive, renderer, places()), chosen_host, chosen_port, settings.number("threads"))

    return command
