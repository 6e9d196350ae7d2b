"""The production server: waitress, which needs nothing beside it and serves many slow readers with few threads."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import MultiSocketServer
from waitress.task import ThreadedTaskDispatcher

from archive.errors import UsageError
from webapp.connections import MOST_CONNECTIONS, SPARE_CONNECTIONS, ConnectionServer

MAX_HEADER_BYTES = 64 * 1024
"""A search of 2,000 Cyrillic letters takes 12,000 bytes of URL; what is four times longer was not made by our pages."""


_LAST_SECONDS = 5
"""How long a server that is told to stop waits for its threads, and then for its readers."""

_BACKLOG = 1024
"""Connections that may wait to be taken."""

_BELIEVED = {"x-forwarded-for", "x-forwarded-proto"}
"""What a proxy of ours is believed. From any other, waitress takes such headers away."""


def listen(host: str, port: int) -> tuple[socket.socket, ...]:
    """Sockets that listen on all addresses of ``host``. Processes may share them. Port 0 takes any free port.

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
    """A server that listens at once and answers from when its ``run()`` is called. Port 0 takes any free port.

    :raises UsageError: it cannot listen there.
    """
    return server_on(app, listen(host, port), threads)


def server_on(
    app: Flask, listening: Sequence[socket.socket], threads: int, channels: dict[int, Any] | None = None
) -> Any:
    """A server that answers on sockets that listen already. In ``channels`` it keeps the connections that it has."""
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
    """What waitress's ``create_server`` does for sockets, with our kind of server."""
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
