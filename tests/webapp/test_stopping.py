"""The reading room as a process: told to stop, it answers what it was asked, ends its children, and leaves nothing."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from archive.archive import Archive
from tests.conftest import ROOT
from tests.servers.processes import free_port
from tests.waiting import PATIENCE, state_of, wait_for

SLOW = """
import signal, sys, time
from pathlib import Path
from archive.archive import Archive
from tests.webapp_samples import NoPicture
from webapp import create_app
from webapp.server import listen, serve
archive = Archive.open(Path(sys.argv[1]))
app = create_app(archive, NoPicture())
@app.get("/slow")
def slow():
    print("asked", flush=True)
    time.sleep(0.5)
    return "x" * 12_000_000
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
serve(app, listen("127.0.0.1", int(sys.argv[2])), 2)
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("room") / "home"
    Archive.open(folder).close()
    return folder


@contextmanager
def serving(home: Path, port: int, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """``dosije serve`` as a person starts it, from when it answers. What it writes is in :func:`log_of` its home: a
    room whose pipe is full, since nobody reads it, would wait at its next line."""
    command = [sys.executable, "-m", "dosije", "--home", str(home), "serve", "--port", str(port)]
    environ = {**os.environ, "DOSIJE_PROCESSES": "2", **settings}
    with log_of(home).open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stderr=log, env=environ)
    try:
        wait_for(lambda: answer(port, "/healthz") == 200, never="it does not answer")
        yield process
    finally:
        process.kill()
        process.wait()


def log_of(home: Path) -> Path:
    """The file that a room writes its log to."""
    return home.with_name(f"log of {home.name}")


def answer(port: int, path: str, data: bytes | None = None) -> int:
    """The status that a page is answered with; 0 if nobody listens."""
    headers = {"Origin": f"http://127.0.0.1:{port}"} if data is not None else {}
    try:
        with urlopen(Request(f"http://127.0.0.1:{port}{path}", data, headers), timeout=PATIENCE) as response:
            return int(response.status)
    except HTTPError as error:
        return error.code
    except OSError:
        return 0


def test_what_is_being_answered_is_answered_to_a_slow_reader(home: Path) -> None:
    port = free_port()
    command = [sys.executable, "-c", SLOW, str(home), str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process, process.stdout as told:
        wait_for(lambda: answer(port, "/healthz") == 200, never="it does not answer")
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
            connection.request("GET", "/slow")
            assert told.readline() == "asked\n"
            process.send_signal(signal.SIGTERM)
            time.sleep(1.5)
            assert len(connection.getresponse().read()) == 12_000_000
        assert process.wait(PATIENCE) == 0


def test_stopped_it_leaves_nothing_and_its_log_tells_no_questions(home: Path) -> None:
    port = free_port()
    with serving(home, port, DOSIJE_LOG="json") as process:
        children = wait_for(_two_children, process.pid)
        assert answer(port, "/?q=tajnaistraga") == 200
        assert answer(port, "/documents/tajnadokumenta") == 404
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    log = log_of(home).read_text(encoding="utf-8")
    wait_for(lambda: not any(map(state_of, children)), never="a child outlived it")
    assert answer(port, "/healthz") == 0
    assert not list(Path("/dev/shm").glob(f"dosije-counts-*/*_{process.pid}.db"))
    assert "tajna" not in log
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    searched = next(line for line in lines if line["path"] == "/")
    assert {"time", "level", "event", "request", "method", "path", "status", "ms"} == set(searched)
    assert "/documents/<document_id>" in {line["path"] for line in lines}


def _two_children(parent: int) -> list[int]:
    """Another that answers, and one that adds what is uploaded, if they are there."""
    told = Path(f"/proc/{parent}/task")
    children = [int(child) for task in told.iterdir() for child in (task / "children").read_text().split()]
    return children if len(children) >= 2 else []
