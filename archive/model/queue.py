"""What waits to be read: jobs and tasks.

A job is files that somebody uploaded, to be added by a process of its own. A task is a file whose bytes are kept, read
by whichever worker of whichever machine is free.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

INSIDE = "!/"
"""Between a container and what it holds, as in the reports of the indexer: ``1/mail.eml!/ugovor.pdf``."""


class JobState(StrEnum):
    """Where a job stands. One whose worker was killed is still ``running`` and is taken up again."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"


class FileState(StrEnum):
    """What became of a file of a job."""

    WAITING = "waiting"
    ADDED = "added"
    DUPLICATE = "duplicate"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class JobFile:
    """A file of a job, or something in a container among them.

    ``path`` names it within the job: its number, a slash and its name. ``size`` is bytes, 0 inside a container.
    ``document`` and ``pages`` are those of the document that it is, ``reason`` says why it is none.
    """

    path: str
    size: int
    state: FileState = FileState.WAITING
    document: str | None = None
    pages: int | None = None
    reason: str | None = None

    @property
    def name(self) -> str:
        """What the person called it."""
        return self.path.partition("/")[2]

    @property
    def is_inside(self) -> bool:
        """Whether it lies in a container."""
        return INSIDE in self.path


@dataclass(frozen=True, slots=True)
class Job:
    """Files to add to ``collection``, sent ``by`` somebody.

    ``attempts`` counts how often a worker has begun it since one of its files came to its end, ``pages_read`` the pages
    read so far; ``note`` says why it waits. ``counts`` has its files by their state.
    """

    id: str
    collection: str
    by: str
    created_at: datetime
    state: JobState
    attempts: int
    pages_read: int
    note: str | None
    started_at: datetime | None
    finished_at: datetime | None
    counts: Mapping[FileState, int]

    @property
    def files(self) -> int:
        """How many files it has."""
        return sum(self.counts.values())


MOST_ATTEMPTS = 3
"""Times a task is begun whose worker dies each time."""


class TaskState(StrEnum):
    """Where a task stands. One whose worker was killed is still ``working``, and is taken up by another."""

    QUEUED = "queued"
    WORKING = "working"
    ADDED = "added"
    DUPLICATE = "duplicate"
    FAILED = "failed"

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do."""
        return self in OPEN


OPEN = (TaskState.QUEUED, TaskState.WORKING)


@dataclass(frozen=True, slots=True)
class Task:
    """A file to read for ``collection``: its bytes by their SHA-256, the path that the catalog will remember, and its
    name.

    ``attempts`` counts how often a worker has begun it since something last came of it; ``pages`` are those that came
    of it before.
    """

    number: int
    sha256: str
    path: str
    filename: str
    collection: str
    attempts: int
    pages: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a task: the document that it is and the pages of it and of all that lay in it, or why it is
    none."""

    state: TaskState
    document: str | None
    pages: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class InWork:
    """A file that ``worker`` has been reading since then, with the pages of what lay in it and is a document by now."""

    path: str
    worker: str
    since: datetime
    attempts: int
    pages: int


@dataclass(frozen=True, slots=True)
class FailedTask:
    """A file of which no document came, why, and when that was told."""

    path: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class QueueState:
    """How far the queue is. Tasks that have ended are counted until new ones come when none is left.

    ``pages_an_hour`` is that of the tasks that ended in the last hour; None if there were none.
    """

    counts: Mapping[TaskState, int]
    in_work: tuple[InWork, ...]
    pages_an_hour: float | None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not any(self.counts.get(state) for state in OPEN)
