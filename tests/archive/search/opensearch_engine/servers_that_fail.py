"""A fake search server with responses chosen by a test, for failures that are hard to provoke on a real one."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, Any]]
Answering = Callable[[str, str, bytes], Answer]
"""A function from method, path and body to status and JSON."""


@contextmanager
def answering(answer: Answering) -> Iterator[str]:
    """Run a server with these responses, and yield its URL."""

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, told = answer(self.command, self.path, body)
            sent = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(sent)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _handle  # noqa: N815 - these names are Python's

        def log_message(self, *_: Any) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def passing_on(server: str, changed: Callable[[str, dict[str, Any]], None]) -> Answering:
    """Return responses of a real server, modified by ``changed``."""

    def answer(method: str, path: str, body: bytes) -> Answer:
        request = urllib.request.Request(
            server + path, body or None, {"Content-Type": "application/json"}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answered:
                status, told = answered.status, json.load(answered)
        except urllib.error.HTTPError as error:
            status, told = error.code, json.load(error)
        changed(path, told)
        return status, told

    return answer
