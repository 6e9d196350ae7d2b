"""Connections: how long a request may take to arrive, and which of too many connections is closed.

Waitress counts the time since the last byte, so a client that sends a byte now and then is never closed, and at its
limit it accepts nobody (Slowloris). Here a request has a deadline, as in Apache's ``mod_reqtimeout``, and at the limit
the connection closest to its deadline is closed, among those of the address that has the most.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection
from functools import cached_property
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

from archive.access.networks import network_of

MOST_CONNECTIONS = 500
"""Connections of one process. Each takes a file descriptor, and a process has 1,024 of them unless told otherwise."""

SPARE_CONNECTIONS = 100
"""Connections accepted above that while nothing can be closed because all requests have arrived."""

REQUEST_SECONDS = 20
"""Time for a request to arrive, counted from its first byte, and for a new connection to send one."""

BODY_BYTES_A_SECOND = 500
"""Each so many bytes of a body give a request one more second."""

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
    """The connection to close so that another finds room; None if all are being answered."""
    waiting = [each for each in connections if each.waits]
    if not waiting:
        return None
    counts = Counter(each.network for each in waiting)
    most = max(counts.values())
    return min(
        (each for each in waiting if counts[each.network] == most), key=lambda each: (each.is_sending, each.deadline)
    )
