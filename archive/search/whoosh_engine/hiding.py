"""Collections that do not exist for those who search.

Their documents are taken out of the snapshot itself, in the way that deleted ones are. So they are in no total, count
of a facet, suggestion or place in the order, and do not even change a score: how rare a word is, is counted of the
documents that are seen. A search costs no more than on an index of those alone.
"""

from __future__ import annotations

import threading

from archive.search.whoosh_engine.snapshot import Snapshot

_FACET = "collection"


class Hiding:
    """Hides the documents of some collections. It keeps what it made of the newest snapshot; threads may share it."""

    def __init__(self, hidden: frozenset[str]) -> None:
        self._hidden = tuple(sorted(hidden))
        self._lock = threading.Lock()
        self._made: tuple[Snapshot, Snapshot] | None = None

    def applied(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot without them."""
        if not self._hidden:
            return snapshot
        with self._lock:
            if self._made is None or self._made[0] is not snapshot:
                self._made = snapshot, snapshot.without(snapshot.facets[_FACET].mask(self._hidden))
            return self._made[1]
