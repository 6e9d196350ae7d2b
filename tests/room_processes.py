"""Several web application processes with the same archive, behind a round-robin proxy."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.crash_samples import ROOT
from tests.servers.processes import free_port
from tests.waiting import PATIENCE

_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding"})


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, and the index of the application that sent it."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    room: int

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


class Proxy:
    """A round-robin proxy that skips applications that do not respond."""

    def __init__(self, ports: list[int]) -> None:
        self.ports, self._turn, self._lock = ports, 0, threading.Lock()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                proxy.pass_on(self)

            do_GET = do_POST = answer  # noqa: N815 - as http.server has them

            def log_message(self, *_args: object) -> None:
                """Log nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def pass_on(self, asked: BaseHTTPRequestHandler) -> None:
        """Forward a request to the application in ``X-Room``, or to the next one."""
        body = asked.rfile.read(int(asked.headers.get("Content-Length") or 0))
        told = {name: value for name, value in asked.headers.items() if name.lower() not in _HOP_BY_HOP}
        told["X-Forwarded-For"] = asked.headers.get("X-Reader", "192.0.2.1")
        for room in self._rooms(asked.headers.get("X-Room")):
            connection = http.client.HTTPConnection("127.0.0.1", self.ports[room], timeout=PATIENCE)
            try:
                connection.request(asked.command, asked.path, body or None, told)
                answer = connection.getresponse()
                content = answer.read()
            except OSError:
                continue
            finally:
                connection.close()
            asked.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in _HOP_BY_HOP | {"content-length"}:
                    asked.send_header(name, value)
            asked.send_header("X-Answered-By", str(room))
            asked.send_header("Content-Length", str(len(content)))
            asked.end_headers()
            asked.wfile.write(content)
            return
        asked.send_error(502)

    def _rooms(self, named: str | None) -> list[int]:
        if named is not None:
            return [int(named)]
        with self._lock:
            self._turn += 1
            return [(self._turn + more) % len(self.ports) for more in range(len(self.ports))]


@dataclass(slots=True)
class Reader:
    """A client with cookies, which only knows the proxy."""

    port: int
    address: str = "192.0.2.1"
    cookies: dict[str, str] = field(default_factory=dict)
    origin: str = ""

    def ask(self, path: str, form: Mapping[str, str] | bytes | None = None, room: int | None = None) -> Answer:
        """Get a page, or post a form, from application ``room`` or the next one."""
        headers = {"X-Reader": self.address, "Cookie": "; ".join(f"{name}={it}" for name, it in self.cookies.items())}
        if room is not None:
            headers["X-Room"] = str(room)
        body = urllib.parse.urlencode(form).encode() if isinstance(form, Mapping) else form
        if form is not None:
            headers["Origin"] = self.origin or f"http://127.0.0.1:{self.port}"
            kind = "application/x-www-form-urlencoded" if isinstance(form, Mapping) else "application/octet-stream"
            headers["Content-Type"] = kind
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET" if form is None else "POST", path, body, headers)
        got = connection.getresponse()
        content = got.read()
        connection.close()
        for name, value in got.getheaders():
            if name.lower() == "set-cookie":
                self.cookies |= {key: morsel.value for key, morsel in SimpleCookie(value).items()}
        self.cookies = {name: value for name, value in self.cookies.items() if value}
        return Answer(got.status, dict(got.getheaders()), content, int(got.getheader("X-Answered-By", "-1")))

    def log_in(self, name: str, password: str, room: int | None = None) -> Answer:
        """Log in."""
        return self.ask("/login", {"name": name, "password": password}, room)


def start_room(home: Path, port: int, settings: Mapping[str, str], program: Path = ROOT) -> subprocess.Popen[bytes]:
    """Start ``dosije serve`` of the program in a folder, its log beside the home: a pipe that nobody reads fills."""
    command = [sys.executable, "-m", "dosije", "--home", str(home), "serve", "--port", str(port)]
    environ = {**os.environ, "DOSIJE_PROCESSES": "1", **settings}
    with log_of(home, port).open("wb") as log:
        return subprocess.Popen(command, cwd=program, stderr=log, env=environ)


def log_of(home: Path, port: int) -> Path:
    """The file that the room on a port writes its log to."""
    return home.with_name(f"log of {home.name}, {port}")


def wait_for_room(home: Path, port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until the application responds."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    process.kill()
    process.wait()
    raise AssertionError(f"no response: {log_of(home, port).read_text(encoding='utf-8')}")


def stop(process: subprocess.Popen[bytes]) -> float:
    """Terminate a process, wait, and return the number of seconds it took."""
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(PATIENCE)
    finally:
        process.kill()
        process.wait()
    return time.monotonic() - begun


@contextmanager
def rooms(homes: list[Path], settings: Mapping[str, str] | None = None) -> Iterator[Proxy]:
    """Run applications for these homes, and yield the proxy."""
    ports = [free_port() for _ in homes]
    proxy = Proxy(ports)
    told = {"DOSIJE_BASE_URL": f"http://127.0.0.1:{proxy.port}", "DOSIJE_PROXIES": "1", "DOSIJE_LOGIN": "always"}
    processes = [start_room(home, port, told | dict(settings or {})) for home, port in zip(homes, ports, strict=True)]
    try:
        for home, port, process in zip(homes, ports, processes, strict=True):
            wait_for_room(home, port, process)
        yield proxy
    finally:
        for process in processes:
            stop(process)
        proxy.close()
