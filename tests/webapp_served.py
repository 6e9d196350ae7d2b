"""A room behind the production server, for browsers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from tests.conftest import PATIENCE_MS
from webapp.server import make_server


@contextmanager
def served(app: Flask, threads: int = 4) -> Iterator[str]:
    """Serve a room; gives its address. In the end connections are closed, which browsers keep open for the next page,
    and nobody waits for them."""
    server = make_server(app, "127.0.0.1", 0, threads)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()

    def end() -> None:
        # First the connections: what is still being answered would wake up the server by a file that is closed.
        for connection in [*server.active_channels.values()]:
            connection.handle_close()
        server.close()

    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.trigger.pull_trigger(end)
        thread.join(timeout=PATIENCE_MS / 1000)
    assert not thread.is_alive()
