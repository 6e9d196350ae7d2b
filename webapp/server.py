"""WSGI server with deadlines for requests and a limit on connections.

Waitress counts idle time since the last byte, so it never closes a client that sends a byte now and then, and at its
limit it accepts no connection (Slowloris). Here a request has a deadline, as in Apache's ``mod_reqtimeout``; at the
limit, the connection with the earliest deadline is closed, among those of the network with the most.
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
"""Maximum connections of a process.

Each takes a file descriptor, of which a process has 1,024 by default.
"""

SPARE_CONNECTIONS = 100
"""Connections accepted above the limit while none can be closed because all requests are complete."""

REQUEST_SECONDS = 20
"""Time limit of a request from its first byte, and of a new connection until its first byte."""

BODY_BYTES_A_SECOND = 500
"""Bytes of a body that extend the time limit of a request by one second."""

PORTS_TRIED = 20
"""Consecutive ports to try if no port is given."""

IDLE_SECONDS = 60
"""Time limit of a connection after a response, or while the client does not read."""

_ACCEPTED_AT_ONCE = 32


class Connection(HTTPChannel):  # type: ignore[misc] # waitress has no types
    """A connection with a deadline."""

    _arriving: Any = None
    _arriving_since = 0.0

    @cached_property
    def network(self) -> str:
        """The network of the client."""
        return network_of(str(self.addr[0]))

    def received(self, data: bytes) -> bool:
        """Process received data, and record when its request began."""
        taken: bool = super().received(data)
        if self.request is not self._arriving:
            self._arriving, self._arriving_since = self.request, time.time()
        return taken

    @property
    def waits(self) -> bool:
        """Whether no request is being processed."""
        return not self.requests and not self.will_close

    @property
    def is_sending(self) -> bool:
        """Whether output is waiting for the client to read it."""
        return bool(self.total_outbufs_len)

    @property
    def deadline(self) -> float:
        """The time at which it is closed, in seconds since the epoch."""
        arriving = self._arriving
        if self.is_sending:
            return float(self.last_activity) + IDLE_SECONDS
        if arriving is not None:
            return self._arriving_since + REQUEST_SECONDS + float(arriving.body_bytes_received) / BODY_BYTES_A_SECOND
        is_new = self.last_activity == self.creation_time
        return float(self.last_activity) + (REQUEST_SECONDS if is_new else IDLE_SECONDS)


class ConnectionServer(TcpWSGIServer):  # type: ignore[misc] # waitress has no types
    """A Waitress server on one socket that enforces deadlines and the limit on connections."""

    channel_class = Connection

    def maintenance(self, now: float) -> None:
        """Close the connections past their deadline."""
        for connection in self.active_channels.values():
            if connection.waits and connection.deadline < now:
                connection.will_close = True

    def handle_accept(self) -> None:
        """Accept pending connections; close others if there are too many."""
        for _ in range(_ACCEPTED_AT_ONCE):
            before = len(self.active_channels)
            self._close_one()
            super().handle_accept()
            if len(self.active_channels) == before:
                break

    def _close_one(self) -> None:
        # The event loop closes it later: closed here, its file descriptor could be reused by the next connection while
        # events for the old one are still pending.
        open_ = [each for each in self._map.values() if isinstance(each, Connection) and not each.will_close]
        if len(open_) >= MOST_CONNECTIONS and (closed := to_close(open_)) is not None:
            closed.will_close = True


def to_close(connections: Collection[Connection]) -> Connection | None:
    """Return the connection to close for a new one; None if all are processing requests."""
    waiting = [each for each in connections if each.waits]
    if not waiting:
        return None
    counts = Counter(each.network for each in waiting)
    most = max(counts.values())
    return min(
        (each for each in waiting if counts[each.network] == most), key=lambda each: (each.is_sending, each.deadline)
    )


MAX_HEADER_BYTES = 64 * 1024
"""Maximum bytes of request headers.

A search of 2,000 Cyrillic letters takes 12,000 bytes of URL.
"""


_LAST_SECONDS = 5
"""Grace period of a stopping server for its threads, and again for unsent output."""

_BACKLOG = 1024
"""Maximum pending connections of the socket."""

_BELIEVED = {"x-forwarded-for", "x-forwarded-proto"}
"""Headers trusted from our proxies; waitress removes them from any other client's requests."""


def listen(host: str, port: int) -> tuple[socket.socket, ...]:
    """Return sockets that listen on all addresses of ``host``.

    Processes may share them. Port 0 picks any free port.

    :raises UsageError: an address cannot be bound.
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
    """Return the sockets of :func:`listen` on ``port``, or on the next free port if it is in use.

    :returns: the sockets, and the port.
    :raises UsageError: an address cannot be bound, or all of :data:`PORTS_TRIED` are in use.
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
    """Return a server that listens at once and responds when its ``run()`` is called.

    Port 0 picks any free port.

    :raises UsageError: an address cannot be bound.
    """
    return server_on(app, listen(host, port), threads)


def server_on(
    app: Flask, listening: Sequence[socket.socket], threads: int, channels: dict[int, Any] | None = None
) -> Any:
    """Return a server on listening sockets; it keeps its connections in ``channels``."""
    # A page with images sends several requests at once, which is no reason for a warning.
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
        asyncore_use_poll=True,  # select() supports no descriptor above 1,023
        **trust,
    )
    return _server(app, {} if channels is None else channels, settings)


def _server(app: Flask, channels: dict[int, Any], settings: Any) -> Any:
    """Return a server for the sockets, as waitress's ``create_server`` does, with :class:`ConnectionServer`."""
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
    """Serve requests until the process is stopped.

    Pending requests then have :data:`_LAST_SECONDS` to finish, and their output as long again to be sent.
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
    """Send the remaining output, which waitress would drop."""
    until = time.monotonic() + _LAST_SECONDS
    while time.monotonic() < until:
        unsent = {at: one for at, one in channels.items() if getattr(one, "total_outbufs_len", 0)}
        if not unsent:
            return
        wasyncore.loop(timeout=0.1, use_poll=True, map=unsent, count=1)
