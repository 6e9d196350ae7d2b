"""Keeping the newest committed state of an index open, whichever process committed it."""

from __future__ import annotations

import pickle
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from whoosh.index import EmptyIndexError
from whoosh.index import IndexError as WhooshIndexError

from archive.errors import IndexDamaged
from archive.search.whoosh_engine.generations import NO_GENERATION, REMEDY, Generations
from archive.search.whoosh_engine.reader import Snapshot

OPEN_ATTEMPTS = 5
"""How often opening is tried before an index counts as damaged. A commit deletes the files of the one before it, so a
reader that opens at that moment finds some missing (0.3 % of the time under constant commits) and need only repeat."""

PAUSE = 0.05
"""Seconds between attempts."""

# What Whoosh's readers raise on bytes that make no sense: they use struct, pickle and zlib.
_SENSELESS = (OSError, EOFError, struct.error, zlib.error, pickle.UnpicklingError, WhooshIndexError)
# Opening also interprets tables of contents, where senseless bytes can come out as anything.
_SENSELESS_AT_OPENING = (
    *_SENSELESS, ValueError, TypeError, LookupError, NameError, AttributeError, AssertionError, OverflowError,
    MemoryError,
)  # fmt: skip


class Follower:
    """Follows one generation, or the current one as it changes. Not safe to share between threads."""

    def __init__(self, generations: Generations, name: Callable[[], str | None]) -> None:
        """:param name: names the generation to follow, or None while there is none."""
        self._generations = generations
        self._name = name
        self._opened: tuple[str, Snapshot] = (NO_GENERATION, Snapshot())

    def newest(self) -> Snapshot:
        """The newest committed state.

        :raises IndexDamaged: it cannot be opened. Nothing is removed or repaired because of that.
        """
        failure: Exception | None = None
        for _ in range(OPEN_ATTEMPTS):
            name = self._name() or NO_GENERATION
            opened, snapshot = self._opened
            if opened == name and (name == NO_GENERATION or snapshot.is_newest()):
                return snapshot
            try:
                self._replace(name)
            except (FileNotFoundError, EmptyIndexError) as error:
                failure = error
                time.sleep(PAUSE)
            except _SENSELESS_AT_OPENING as error:
                raise self._damaged(error) from error
        raise self._damaged(failure) from failure

    def _replace(self, name: str) -> None:
        old = self._opened[1]
        if name == NO_GENERATION:
            new = Snapshot()
        else:
            self._generations.check_version(name)
            new = Snapshot.open(self._generations.path(name), old.by_segment)
        self._opened = (name, new)
        old.close()

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """The newest committed state, for one question.

        :raises IndexDamaged: it cannot be opened or read.
        """
        snapshot = self.newest()
        try:
            yield snapshot
        except _SENSELESS as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception | None) -> IndexDamaged:
        where = self._generations.path(self._name() or NO_GENERATION)
        return IndexDamaged(f"The search index at {where} cannot be read: {error}.", REMEDY)

    def close(self) -> None:
        """Let go of files and memory."""
        self._opened[1].close()
        self._opened = (NO_GENERATION, Snapshot())
