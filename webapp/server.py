"""Connections: how long a request may take to arrive, and which of too many connections is closed.

Waitress counts the time since the last byte, so a client that sends a byte now and then is never closed, and at its
limit it accepts nobody (Slowloris). Here a request has a deadline, as in Apache's ``mod_reqtimeout``, and at the limit
the connection closest to its deadline is closed, among those of the address that has the most.
"""

from __future__ import annotations

import errno
import logging
import socket
import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import MultiSocketServer, TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from archive.access.rules import network_of
from archive.errors import UsageError

MOST_CONNECTIONS = 500
"""Connections of one process. Each takes a file descriptor, and a process has 1,024 of them unless told otherwise."""

SPARE_CONNECTIONS = 100
"""Connections accepted above that while nothing can be closed because all requests have arrived."""

REQUEST_SECONDS = 20
"""Time for a request to arrive, counted from its first byte, and for a new connection to send one."""

BODY_BYTES_A_SECOND = 500
"""Each so many bytes of a body give a request one more second."""

PORTS_TRIED = 20
"""Ports that are tried one after another, where nobody named one."""

IDLE_SECONDS = 60
"""Time that a connection stays open after an answer, or while a reader takes no byte of one."""

_ACCEPTED_AT_ONCE = 32


class Connection(HTTPChannel):  # type: ignore[misc] # waitress has no types
    """One connection, with the time at which it is closed unless more arrives."""

    _arriving: Any = None
    _arriving_since = 0.0

    @cached_property
    def network(self) -> str:
        """The network of whoever opened it."""
        return network_of(str(self.addr[0]))

    def received(self, data: bytes) -> bool:
        """Take what has arrived, and note when the request it belongs to began."""
        taken: bool = super().received(data)
        if self.request is not self._arriving:
            self._arriving, self._arriving_since = self.request, time.time()
        return taken

    @property
    def waits(self) -> bool:
        """Whether nothing is being answered here."""
        return not self.requests and not self.will_close

    @property
    def is_sending(self) -> bool:
        """Whether there is an answer, or a part of one, that the reader has not taken."""
        return bool(self.total_outbufs_len)

    @property
    def deadline(self) -> float:
        """When it is closed, in seconds since the epoch."""
        arriving = self._arriving
        if self.is_sending:
            return float(self.last_activity) + IDLE_SECONDS
        if arriving is not None:
            return self._arriving_since + REQUEST_SECONDS + float(arriving.body_bytes_received) / BODY_BYTES_A_SECOND
        is_new = self.last_activity == self.creation_time
        return float(self.last_activity) + (REQUEST_SECONDS if is_new else IDLE_SECONDS)


class ConnectionServer(TcpWSGIServer):  # type: ignore[misc] # waitress has no types
    """Waitress on one listening socket, which keeps deadlines and makes room for new connections."""

    channel_class = Connection

    def maintenance(self, now: float) -> None:
        """Close the connections whose deadline has passed."""
        for connection in self.active_channels.values():
            if connection.waits and connection.deadline < now:
                connection.will_close = True

    def handle_accept(self) -> None:
        """Accept connections that wait, closing others where there are too many."""
        for _ in range(_ACCEPTED_AT_ONCE):
            before = len(self.active_channels)
            self._make_room()
            super().handle_accept()
            if len(self.active_channels) == before:
                break

    def _make_room(self) -> None:
        # The loop closes it when it comes to it: closed here, its descriptor could be taken by the next connection
        # while events for the old one are still due.
        open_ = [each for each in self._map.values() if isinstance(each, Connection) and not each.will_close]
        if len(open_) >= MOST_CONNECTIONS and (closed := to_close(open_)) is not None:
            closed.will_close = True


def to_close(connections: Collection[Connection]) -> Connection | None:
    """Return the connection to close so that another finds room; None if all are being answered."""
    waiting = [each for each in connections if each.waits]
    if not waiting:
        return None
    counts = Counter(each.network for each in waiting)
    most = max(counts.values())
    return min(
        (each for each in waiting if counts[each.network] == most), key=lambda each: (each.is_sending, each.deadline)
    )


MAX_HEADER_BYTES = 64 * 1024
"""A search of 2,000 Cyrillic letters takes 12,000 bytes of URL; what is four times longer was not made by our pages."""


_LAST_SECONDS = 5
"""How long a server that is told to stop waits for its threads, and then for its readers."""

_BACKLOG = 1024
"""Connections that may wait to be taken."""

_BELIEVED = {"x-forwarded-for", "x-forwarded-proto"}
"""What a proxy of ours is believed. From any other, waitress takes such headers away."""


def listen(host: str, port: int) -> tuple[socket.socket, ...]:
    """Return sockets that listen on all addresses of ``host``. Processes may share them. Port 0 takes any free port.

    :raises UsageError: we cannot listen there.
    """
    opened: list[socket.socket] = []
    try:
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            opened.append(_listening(family, kind, protocol, address))
    except (OSError, UnicodeError) as error:
        for each in opened:
            each.close()
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error).rstrip(".")
        raise UsageError(
            f"The reading room cannot listen on {host}, port {port}: {reason}.",
            "Choose another with --host and --port, or stop the program that uses it.",
        ) from error
    return tuple(opened)


def listen_near(host: str, port: int) -> tuple[tuple[socket.socket, ...], int]:
    """Return sockets as of :func:`listen`, on ``port`` or, where another program has that, on the next one that is
    free.

    :returns: the sockets, and the port.
    :raises UsageError: we cannot listen there, or all of :data:`PORTS_TRIED` are taken.
    """
    last = min(port + PORTS_TRIED - 1, 65_535)
    for tried in range(port, last):
        try:
            return listen(host, tried), tried
        except UsageError as error:
            if not isinstance(error.__cause__, OSError) or error.__cause__.errno != errno.EADDRINUSE:
                raise
    return listen(host, last), last


def _listening(family: int, kind: int, protocol: int, address: Any) -> socket.socket:
    made = socket.socket(family, kind, protocol)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(address)
        made.listen(_BACKLOG)
    except BaseException:
        made.close()
        raise
    return made


def make_server(app: Flask, host: str, port: int, threads: int) -> Any:
    """Return a server that listens at once and answers from when its ``run()`` is called. Port 0 takes any free port.

    :raises UsageError: it cannot listen there.
    """
    return server_on(app, listen(host, port), threads)


def server_on(
    app: Flask, listening: Sequence[socket.socket], threads: int, channels: dict[int, Any] | None = None
) -> Any:
    """Return a server that answers on sockets that listen already. In ``channels`` it keeps the connections that it
    has."""
    # Several requests at a time are what a page with pictures asks, and nothing to warn of.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    proxies = app.config["PROXIES"]
    trust = (
        {"trusted_proxy": "*", "trusted_proxy_count": proxies, "trusted_proxy_headers": _BELIEVED} if proxies else {}
    )
    settings = Adjustments(
        sockets=list(listening),
        threads=threads,
        ident="Dosije",
        max_request_header_size=MAX_HEADER_BYTES,
        connection_limit=MOST_CONNECTIONS + SPARE_CONNECTIONS,
        cleanup_interval=1,
        asyncore_use_poll=True,  # select() knows no descriptor above 1,023
        **trust,
    )
    return _server(app, {} if channels is None else channels, settings)


def _server(app: Flask, channels: dict[int, Any], settings: Any) -> Any:
    """Return what waitress's ``create_server`` does for sockets, with our kind of server."""
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(settings.threads)
    servers = [
        ConnectionServer(
            app,
            channels,
            _sock=each,
            dispatcher=dispatcher,
            adj=settings,
            bind_socket=False,
            sockinfo=(each.family, each.type, each.proto, each.getsockname()),
        )
        for each in settings.sockets
    ]
    if len(servers) == 1:
        return servers[0]
    listening = [(server.effective_host, server.effective_port) for server in servers]
    return MultiSocketServer(channels, settings, listening, dispatcher, servers[-1].log_info)


def serve(app: Flask, listening: Sequence[socket.socket], threads: int) -> None:
    """Answer requests until the process is told to stop.

    What is being answered then has :data:`_LAST_SECONDS` to come to its end, and as long again to reach a slow reader.
    """
    channels: dict[int, Any] = {}
    server = server_on(app, listening, threads, channels)
    try:
        wasyncore.loop(timeout=1, use_poll=True, map=channels)
    except (SystemExit, KeyboardInterrupt):
        server.task_dispatcher.shutdown(timeout=_LAST_SECONDS)
        _send_the_rest(channels)
    finally:
        server.close()


def _send_the_rest(channels: Mapping[int, Any]) -> None:
    """Send what has been answered and not yet taken. Waitress, left to itself, ends without that."""
    until = time.monotonic() + _LAST_SECONDS
    while time.monotonic() < until:
        unsent = {at: one for at, one in channels.items() if getattr(one, "total_outbufs_len", 0)}
        if not unsent:
            return
        wasyncore.loop(timeout=0.1, use_poll=True, map=unsent, count=1)
