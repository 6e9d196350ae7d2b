"""Sending many changes: in requests of bounded size, again where the servers are busy, until each was taken in."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from typing import Any

from archive.errors import EngineUnavailable, IndexDamaged
from archive.search.opensearch_engine.client import BLOCKED, Client, NotAnswering, blocked

MOST_BYTES = 8 << 20
MOST_CHANGES = 2000
"""Of one request. Larger ones index no faster, and make a busy server refuse more at once."""

ATTEMPTS = 12
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0
"""Seconds between two attempts at the same changes, each twice as long as the one before: together a minute."""

_BUSY = frozenset({429, 502, 503, 504})
_EXISTS = 409


class Bulk:
    """Changes of one index. The next request is sent when the one before has been answered, so that a busy server slows
    us down; what it refuses for being busy is sent again. Every change may be made twice without harm."""

    def __init__(self, client: Client, index: str) -> None:
        self._client = client
        self._path = json.dumps(index)
        self._lines: list[bytes] = []
        self._bytes = 0

    def send(self, changes: Iterable[bytes]) -> None:
        """Send changes, each a line or two as the bulk interface has them; some may be held back for :meth:`finish`.

        :raises EngineUnavailable: the servers do not answer, or refuse a change for another reason than being busy.
        :raises IndexDamaged: the index is gone. It is not made again where the servers' setting
            ``action.auto_create_index`` is false (docs/deployment.md); elsewhere they make one.
        """
        for change in changes:
            if self._lines and (self._bytes + len(change) > MOST_BYTES or len(self._lines) >= MOST_CHANGES):
                self.finish()
            self._lines.append(self._addressed(change))
            self._bytes += len(change)

    def finish(self) -> None:
        """Return when all changes that were sent are kept on the disks of the servers; errors as in :meth:`send`."""
        lines, self._lines, self._bytes = self._lines, [], 0
        pause = FIRST_PAUSE
        for attempt in range(1, ATTEMPTS + 1):
            if not lines:
                return
            try:
                answer = self._client.bulk(b"".join(lines))
            except NotAnswering as error:
                if attempt == ATTEMPTS:
                    raise
                reason = error.message
            else:
                lines, reason = _refused(lines, answer)
            if lines:
                time.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
        if lines:
            raise EngineUnavailable(
                "The search server did not take in %(count)s changes: %(reason)s.",
                "Try again when it is less busy; what it took in is kept.",
                count=len(lines),
                reason=reason,
            )

    def _addressed(self, change: bytes) -> bytes:
        action, end, source = change.partition(b"\n")
        return action[:-2] + b', "_index": ' + self._path.encode() + b"}}" + end + source


def _refused(lines: list[bytes], answer: dict[str, Any]) -> tuple[list[bytes], str]:
    """The changes that have to be sent again, and why the last of them was refused."""
    if not answer["errors"]:
        return [], ""
    again: list[bytes] = []
    reason = ""
    for line, item in zip(lines, answer["items"], strict=True):
        (what, told), *_ = item.items()
        error = told.get("error")
        if error is None or (what == "create" and told["status"] == _EXISTS):
            continue
        if error.get("type") == "index_not_found_exception":
            raise IndexDamaged(
                "The search index %(name)s is gone: it was removed while it was written.",
                "Rebuild it with: dosije reindex",
                name=told["_index"],
            )
        why = str(error.get("reason"))[:300]
        if error.get("type") == BLOCKED:
            # It lasts until somebody makes room, so waiting for a minute brings nothing.
            raise blocked(why)
        if told["status"] not in _BUSY:
            raise EngineUnavailable(
                "The search server refuses document %(name)s: %(reason)s.",
                "Rebuild it with: dosije reindex",
                name=told["_id"],
                reason=why,
            )
        again.append(line)
        reason = why
    return again, reason
