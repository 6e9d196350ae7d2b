"""Keep the newest commit of an index open, and look through a whole commit for damage."""

from __future__ import annotations

import os
import pickle
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, Protocol, Self, TypeVar

from whoosh.index import EmptyIndexError
from whoosh.index import IndexError as WhooshIndexError

from archive.errors import IndexDamaged
from archive.search.engine import seen_commits
from archive.search.whoosh_engine.codec import read_contents
from archive.search.whoosh_engine.generations import NO_GENERATION, Generations
from archive.search.whoosh_engine.layout import FILES, Sections
from archive.search.whoosh_engine.snapshot import newest_commit
from archive.search.whoosh_engine.storage import REMEDY, MappedFile, MappedStorage, damaged, open_mapped

OPEN_ATTEMPTS = 5
"""How often opening is tried before an index counts as damaged. A commit deletes the files of the one before it, so a
reader that opens at that moment finds some missing (0.3 % of the time under constant commits) and need only repeat."""

PAUSE = 0.05
"""Seconds between attempts."""

SETTLED = 1.0
"""Seconds after which an unchanged time of a folder proves that nothing was committed: clocks of files are coarse, and
two commits in one tick look like one."""

# What readers raise on bytes that make no sense.
_SENSELESS = (OSError, EOFError, struct.error, zlib.error, pickle.UnpicklingError, WhooshIndexError)
# Opening also interprets tables of contents, where senseless bytes can come out as anything.
SENSELESS_AT_OPENING = (
    *_SENSELESS, ValueError, TypeError, LookupError, NameError, AttributeError, AssertionError, OverflowError,
    MemoryError,
)  # fmt: skip


class OpenedSegment(Protocol):
    """A segment that is open."""

    @property
    def files(self) -> Mapping[str, int]:
        """The files that it is mapped from, with their sizes."""


class CommittedState(Protocol):
    """One committed state of an index, opened."""

    commit: int

    @property
    def segments(self) -> Sequence[OpenedSegment]:
        """Its segments."""

    @classmethod
    def open(cls, path: Path, known: Self) -> Self:
        """Open the newest state of the index in a folder; the segments of a ``known`` one are open already."""


State = TypeVar("State", bound=CommittedState)
Answer = TypeVar("Answer")


class Follower(Generic[State]):
    """Follows one generation, or the current one as it changes. Safe to share between threads."""

    def __init__(
        self, nothing: State, generations: Generations, name: Callable[[], str | None], pause: float = PAUSE
    ) -> None:
        """:param nothing: the state of an index that is not there, of the kind that is opened.
        :param name: names the generation to follow, or None while there is none.
        :param pause: the seconds between two attempts to open it.
        """
        self._generations = generations
        self._name = name
        self._pause = pause
        self._nothing = nothing
        self._opened: tuple[str, State] = (NO_GENERATION, nothing)
        self._seen = 0
        self._lock = threading.Lock()

    def newest(self) -> State:
        """Give the newest committed state; within :func:`archive.search.engine.one_commit` that of the first look.

        :raises IndexDamaged: it cannot be opened. Nothing is removed or repaired because of that.
        """
        seen = seen_commits()
        if seen is None:
            return self.look()
        if self not in seen:
            seen[self] = self.look()
        state: State = seen[self]
        return state

    def look(self) -> State:
        """Give the newest committed state, whatever was seen before.

        :raises IndexDamaged: it cannot be opened. Nothing is removed or repaired because of that.
        """
        with self._lock:
            failure: Exception | None = None
            for _ in range(OPEN_ATTEMPTS):
                name = self._name() or NO_GENERATION
                try:
                    return self._following(name)
                except (FileNotFoundError, EmptyIndexError) as error:
                    failure = error
                    time.sleep(self._pause)
                except SENSELESS_AT_OPENING as error:
                    raise self._damaged(error) from error
            raise self._damaged(failure) from failure

    def _following(self, name: str) -> State:
        opened, state = self._opened
        if name == NO_GENERATION:
            self._opened = (NO_GENERATION, self._nothing)
            return self._nothing
        path = self._generations.path(name)
        changed = path.stat().st_mtime_ns
        if opened != name or (changed != self._seen and newest_commit(path) != state.commit):
            self._generations.check_version(name)
            state = type(state).open(path, state)
            self._opened = (name, state)
        _check_files(path, state)
        self._remember(changed)
        return state

    def _remember(self, changed: int) -> None:
        self._seen = changed if time.time_ns() - changed > SETTLED * 1e9 else 0

    @contextmanager
    def reading(self) -> Iterator[State]:
        """Give the newest committed state, for one question.

        :raises IndexDamaged: it cannot be opened or read.
        """
        state = self.newest()
        try:
            yield state
        except _SENSELESS as error:
            raise self._damaged(error) from error

    def asked(self, question: Callable[[State], Answer]) -> Answer:
        """Return the answer to a question for which files are opened: that of a newer state, where a commit has
        removed one before it was open.

        :raises IndexDamaged: it cannot be opened or read.
        """
        failure: Exception | None = None
        for attempt in range(OPEN_ATTEMPTS):
            state = self.look() if attempt else self.newest()
            try:
                return question(state)
            except FileNotFoundError as error:
                failure = error
                time.sleep(self._pause)
            except SENSELESS_AT_OPENING as error:
                raise self._damaged(error) from error
        raise self._damaged(failure) from failure

    def _damaged(self, error: Exception | None) -> IndexDamaged:
        where = self._generations.path(self._name() or NO_GENERATION)
        return IndexDamaged("The search index at %(path)s cannot be read: %(error)s.", REMEDY, path=where, error=error)

    def close(self) -> None:
        """Release files and memory."""
        with self._lock:
            self._opened = (NO_GENERATION, self._nothing)


def _check_files(path: Path, state: CommittedState) -> None:
    """Check that files are there and whole: reading a mapped one beyond its end, once it is cut off, kills the process.

    :raises FileNotFoundError: a file is gone, perhaps by a new commit.
    :raises IndexDamaged: one has been cut off.
    """
    for segment in state.segments:
        for name, size in segment.files.items():
            if os.stat(f"{path}/{name}").st_size < size:  # noqa: PTH116 - half the time of a Path, for fifty files
                raise damaged(name)


def damaged_files(root: Path, pause: float = PAUSE) -> Iterator[IndexDamaged]:
    """Read every block of the generation under ``root`` that answers searches; an error for each file that is not as
    it was written. Without an index there is none."""
    generations = Generations(root)
    name: str | None = None
    try:
        name = generations.current()
        if name is None:
            return
        generations.check_version(name)
        files = _opened(generations.path(name), pause)
    except IndexDamaged as error:
        yield error
    except SENSELESS_AT_OPENING as error:
        yield IndexDamaged(
            "The search index at %(path)s cannot be read: %(error)s.", REMEDY, path=root / (name or ""), error=error
        )
    else:
        for file in files:
            try:
                _read(file)
            except IndexDamaged as error:
                yield error
            except SENSELESS_AT_OPENING as error:
                yield IndexDamaged(
                    "The file %(name)s of the search index cannot be read: %(error)s.",
                    REMEDY,
                    name=file.name,
                    error=error,
                )


def _opened(path: Path, pause: float) -> list[MappedFile]:
    """Return the files of the newest commit. Once they are open, no commit can take them away."""
    for attempt in range(OPEN_ATTEMPTS):
        try:
            storage = MappedStorage(path)
            segments = read_contents(storage).segments
            return [
                open_mapped(storage, segment.make_filename(extension)) for segment in segments for extension in FILES
            ]
        except (FileNotFoundError, EmptyIndexError):
            if attempt == OPEN_ATTEMPTS - 1:
                raise
            time.sleep(pause)
    raise AssertionError("there is at least one attempt")


def _read(file: MappedFile) -> None:
    outer = Sections(file.content, file.name)
    places = outer.directory.get("columns", {}).values()
    inner = [Sections(file.content[first : first + length], file.name) for first, length in places]
    for sections in (outer, *inner):
        for name in sections.directory["arrays"]:
            sections.lazy(name).all()
