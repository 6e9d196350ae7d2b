"""The server, reached by many who send slowly or nothing, still answers whoever sends a request."""

from __future__ import annotations

import resource
import select
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from waitress import wasyncore

from archive.access.rules import network_of
from tests.servers.processes import free_port
from tests.waiting import PATIENCE
from tests.webapp.test_stopping import answer, home, log_of, serving
from webapp.server import IDLE_SECONDS, MOST_CONNECTIONS, REQUEST_SECONDS, listen, server_on, to_close

__all__ = ["home"]

MANY_FILES = 1000

HALF_OPEN = {
    "nothing": b"",
    "half a header": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    "half a body": b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60000\r\n\r\nname=",
    "half a chunk": b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n400\r\nname=",
}


@contextmanager
def half_open(port: int, sent: Iterable[bytes]) -> Iterator[list[socket.socket]]:
    """Connections, each of which sent a part of a request, or nothing."""
    with ExitStack() as opened:
        connections = []
        for part in sent:
            one = opened.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
            one.sendall(part)
            connections.append(one)
        yield connections


@pytest.fixture
def many_files() -> Iterator[None]:
    """Users without rights begin with 1,024 open files, and may have more."""
    few, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < 2 * MANY_FILES:
        pytest.skip(f"a process may open {most} files here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(few, 2 * MANY_FILES), most))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (few, most))


@pytest.mark.usefixtures("many_files")
def test_a_reader_is_answered_amid_a_thousand_half_open_connections(home) -> None:  # type: ignore[no-untyped-def]
    """As a process, with the settings it comes with. Waitress alone answers after two minutes, or never."""
    port = free_port()
    with serving(home, port) as process:
        for count in (250, MANY_FILES):
            with half_open(port, islice(cycle(HALF_OPEN.values()), count)):
                assert answer(port, "/healthz") == 200
        process.terminate()
        process.wait(PATIENCE)
    assert "Traceback" not in log_of(home).read_text(encoding="utf-8")


class Driven:
    """A server whose loop and clock the test moves."""

    def __init__(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead, real = 0.0, time.time
        monkeypatch.setattr(time, "time", lambda: real() + self.ahead)
        (listening,) = listen("127.0.0.1", 0)
        self.port: int = listening.getsockname()[1]
        self.channels: dict[int, Any] = {}
        self.server = server_on(app, [listening], 1, self.channels)

    def turn(self, seconds: float = 0) -> None:
        """Let time pass, and the server look round."""
        self.ahead += seconds
        wasyncore.loop(timeout=0.05, use_poll=True, map=self.channels, count=3)

    def close(self) -> None:
        """End its thread, and close what is open."""
        self.server.task_dispatcher.shutdown()
        wasyncore.close_all(self.channels)


@pytest.fixture
def driven(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Driven]:
    with closing(Driven(app, monkeypatch)) as made:
        yield made


def is_closed(connection: socket.socket) -> bool:
    """Whether the server has closed it."""
    connection.setblocking(False)
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True
    except BlockingIOError:
        return False


@pytest.mark.parametrize("sent", HALF_OPEN.values(), ids=HALF_OPEN)
def test_a_request_that_trickles_in_has_a_deadline(driven: Driven, sent: bytes) -> None:
    """A byte now and then does not put it off: it has to come at a rate."""
    with half_open(driven.port, [sent]) as (connection,):
        driven.turn()
        for _ in range(2):
            assert not is_closed(connection)
            if sent:
                connection.sendall(b"a")
            driven.turn(REQUEST_SECONDS / 2 + 1)
        assert is_closed(connection)


def test_a_body_that_comes_at_a_rate_is_waited_for(driven: Driven) -> None:
    head = b"POST /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: 40000\r\n\r\n"
    with half_open(driven.port, [head]) as (connection,):
        driven.turn()
        for _ in range(3):
            connection.sendall(b"a" * 10_000)
            driven.turn()
            driven.turn(18)
        connection.sendall(b"a" * 10_000)
        while is_waiting(connection):
            driven.turn()
        assert connection.recv(12) == b"HTTP/1.1 404"


def is_waiting(connection: socket.socket) -> bool:
    """Whether nothing has come yet."""
    return not select.select([connection], [], [], 0)[0]


@dataclass(eq=False)
class Open:
    """What is asked of a connection when one has to be closed."""

    network: str
    deadline: float
    waits: bool
    is_sending: bool = False


OPEN = st.builds(Open, st.sampled_from("abc"), st.integers(0, 9).map(float), st.booleans(), st.booleans())


@given(st.lists(OPEN, max_size=20))
def test_the_connection_to_close_is_of_whoever_has_most_and_closest_to_its_deadline(opened: list[Open]) -> None:
    closed = to_close(opened)  # type: ignore[arg-type]
    waiting = [each for each in opened if each.waits]
    if closed is None:
        assert not waiting
        return
    assert closed in waiting
    same = [each for each in waiting if each.network == closed.network]
    assert all(len(same) >= sum(one.network == each.network for one in waiting) for each in waiting)
    assert closed.deadline == min(each.deadline for each in same if each.is_sending == closed.is_sending)
    assert not closed.is_sending or all(each.is_sending for each in same)


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.7", "192.0.2.7"), ("2001:db8::1", "2001:db8::/64"), ("2001:db8:0:0:ffff::1", "2001:db8::/64"),
     ("::ffff:192.0.2.7", "192.0.2.7"), ("fe80::1%eth0", "fe80::/64"), ("", ""), ("unix", "unix")],
)  # fmt: skip
def test_networks(address: str, network: str) -> None:
    assert network_of(address) == network


def test_the_limit_leaves_file_descriptors_for_the_rest() -> None:
    assert MOST_CONNECTIONS < 1024 - 256
    assert REQUEST_SECONDS < IDLE_SECONDS
