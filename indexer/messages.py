"""Telling apart what comes through the pipe of a reading process: messages, each with a header before it.

Nothing here waits: a process that says half a message and falls silent holds up nobody but itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from indexer.sandbox import ERROR, HEADER, RAW

MOST_JSON = 64 << 20
"""Bytes of a part in JSON. A page of the 200,000 words that the settings permit takes 6 MB."""

MOST_RAW = 1 << 30
"""Bytes of a part that is bytes: an image of a page, or a PDF of many."""

_MOST_ERROR = 1 << 20
_CHUNK = 1 << 20


class Inbox:
    """What has come from one process so far and was not taken yet."""

    def __init__(self, pipe: int) -> None:
        """Read from ``pipe``, which is closed with this."""
        os.set_blocking(pipe, False)
        self.pipe = pipe
        self._bytes = bytearray()

    def fill(self) -> bool:
        """Take in what is there, up to a megabyte; returns whether there was anything."""
        try:
            chunk = os.read(self.pipe, _CHUNK)
        except BlockingIOError:
            return False
        self._bytes += chunk
        return bool(chunk)

    def messages(self) -> Iterator[tuple[int, bytes]]:
        """The messages that are whole: what each is, and its bytes.

        :raises ValueError: one announces more than a message may have.
        """
        while len(self._bytes) >= HEADER.size:
            kind, size = HEADER.unpack_from(self._bytes)
            if size > {RAW: MOST_RAW, ERROR: _MOST_ERROR}.get(kind, MOST_JSON):
                raise ValueError(f"a message of {size} bytes")
            end = HEADER.size + size
            if len(self._bytes) < end:
                return
            message = bytes(self._bytes[HEADER.size : end])
            del self._bytes[:end]
            yield kind, message

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left over, not even a piece of a message."""
        return not self._bytes

    def close(self) -> None:
        """Close the pipe."""
        os.close(self.pipe)
