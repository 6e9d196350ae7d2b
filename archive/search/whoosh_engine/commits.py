"""Following the commits of an index, and verifying a whole commit."""

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
"""Attempts at opening before an index counts as damaged. A commit deletes the files of the previous one, so a reader
that opens at that moment may miss some (0.3 % of the time under constant commits) and must retry."""

PAUSE = 0.05
"""Seconds between attempts."""

SETTLED = 1.0
"""Seconds after which an unchanged modification time of a folder proves that there was no commit: file timestamps are
coarse, and two commits may share one."""

# What readers raise on invalid bytes.
_READ_ERRORS = (OSError, EOFError, struct.error, zlib.error, pickle.UnpicklingError, WhooshIndexError)
# Opening also parses tables of contents, where invalid bytes can raise anything.
OPENING_ERRORS = (
    *_READ_ERRORS, ValueError, TypeError, LookupError, NameError, AttributeError, AssertionError, OverflowError,
    MemoryError,
)  # fmt: skip


class OpenedSegment(Protocol):
    """An open segment."""

    @property
    def files(self) -> Mapping[str, int]:
        """The files that are memory-mapped, with their sizes."""


class CommittedState(Protocol):
    """One opened commit of an index."""

    commit: int

    @property
    def segments(self) -> Sequence[OpenedSegment]:
        """Its segments."""

    @classmethod
    def open(cls, path: Path, known: Self) -> Self:
        """Open the newest commit of the index in a folder, reusing the open segments of a ``known`` one."""


State = TypeVar("State", bound=CommittedState)
Answer = TypeVar("Answer")


class Follower(Generic[State]):
    """Follows the commits of one generation, or of the current one. Thread-safe."""

    def __init__(
        self, nothing: State, generations: Generations, name: Callable[[], str | None], pause: float = PAUSE
    ) -> None:
        """:param nothing: the state of a missing index.
        :param name: returns the name of the generation to follow, or None while there is none.
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
        """Return the newest commit; within :func:`archive.search.engine.one_commit`, that of the first call.

        :raises IndexDamaged: it cannot be opened. Nothing is deleted or repaired.
        """
        seen = seen_commits()
        if seen is None:
            return self.look()
        if self not in seen:
            seen[self] = self.look()
        state: State = seen[self]
        return state

    def look(self) -> State:
        """Return the newest commit, even within :func:`archive.search.engine.one_commit`.

        :raises IndexDamaged: it cannot be opened. Nothing is deleted or repaired.
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
                except OPENING_ERRORS as error:
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
        """Return the newest commit, for one question; translate read errors.

        :raises IndexDamaged: it cannot be opened or read.
        """
        state = self.newest()
        try:
            yield state
        except _READ_ERRORS as error:
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
            except OPENING_ERRORS as error:
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

    :raises FileNotFoundError: a file was deleted, perhaps by a new commit.
    :raises IndexDamaged: one was truncated.
    """
    for segment in state.segments:
        for name, size in segment.files.items():
            if os.stat(f"{path}/{name}").st_size < size:  # noqa: PTH116 - half the time of a Path, for fifty files
                raise damaged(name)


def damaged_files(root: Path, pause: float = PAUSE) -> Iterator[IndexDamaged]:
    """Verify every block of the current generation under ``root``; yield an error for each damaged file. Yields nothing
    if there is no index."""
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
    except OPENING_ERRORS as error:
        yield IndexDamaged(
            "The search index at %(path)s cannot be read: %(error)s.", REMEDY, path=root / (name or ""), error=error
        )
    else:
        for file in files:
            try:
                _read(file)
            except IndexDamaged as error:
                yield error
            except OPENING_ERRORS as error:
                yield IndexDamaged(
                    "The file %(name)s of the search index cannot be read: %(error)s.",
                    REMEDY,
                    name=file.name,
                    error=error,
                )


def _opened(path: Path, pause: float) -> list[MappedFile]:
    """Return the files of the newest commit, opened, so that later commits cannot take them away."""
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
