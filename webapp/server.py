"""The production server: waitress, which needs nothing beside it and serves many slow readers with few threads."""

from __future__ import annotations

from typing import Any

import waitress
from flask import Flask

from archive.errors import UsageError

MAX_HEADER_BYTES = 64 * 1024
"""A search of 2,000 Cyrillic letters takes 12,000 bytes of URL; what is four times longer was not made by our pages."""


def make_server(app: Flask, host: str, port: int, threads: int) -> Any:
    """A server that listens at once and answers from when its ``run()`` is called. Port 0 takes any free port.

    :raises UsageError: it cannot listen there.
    """
    try:
        return waitress.create_server(
            app, host=host, port=port, threads=threads, ident="Dosije", max_request_header_size=MAX_HEADER_BYTES
        )
    except (OSError, ValueError) as error:  # waitress says ValueError where the host's name leads nowhere
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error).rstrip(".")
        raise UsageError(
            f"The reading room cannot listen on {host}, port {port}: {reason}.",
            "Choose another with --host and --port, or stop the program that uses it.",
        ) from error


def serve(app: Flask, host: str, port: int, threads: int) -> None:
    """Answer requests until the process is told to stop.

    :raises UsageError: the address cannot be listened on.
    """
    server = make_server(app, host, port, threads)
    try:
        server.run()
    finally:
        server.close()
