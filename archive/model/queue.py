"""Jobs and tasks of the queue.

A job is a set of uploaded files that a single process adds. A task is a stored file that any free worker on any machine
reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

INSIDE = "!/"
"""Separator of the path of a container and that of its member, as in the reports of the indexer:
``1/mail.eml!/ugovor.pdf``."""


class JobState(StrEnum):
    """States of a job. A job whose worker was killed stays ``running`` until it is resumed."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"


class FileState(StrEnum):
    """States of a file of a job."""

    WAITING = "waiting"
    ADDED = "added"
    DUPLICATE = "duplicate"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class JobFile:
    """A file of a job, or a member of a container among them.

    ``path`` is unique within the job: its number, a slash and its name. ``size`` is in bytes, 0 for a member.
    ``document`` and ``pages`` are those of the resulting document, ``reason`` says why there is none.
    """

    path: str
    size: int
    state: FileState = FileState.WAITING
    document: str | None = None
    pages: int | None = None
    reason: str | None = None

    @property
    def name(self) -> str:
        """Its original name."""
        return self.path.partition("/")[2]

    @property
    def is_inside(self) -> bool:
        """Whether it is a member of a container."""
        return INSIDE in self.path


@dataclass(frozen=True, slots=True)
class Job:
    """Files to add to ``collection``, sent ``by`` somebody.

    ``attempts`` counts the attempts since the last finished file, ``pages_read`` the pages read so far; ``note`` says
    why it waits. ``counts`` is the number of files by state.
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
"""Most attempts at a task whose worker dies each time."""


class TaskState(StrEnum):
    """States of a task. A task whose worker was killed stays ``working`` until another one takes it over."""

    QUEUED = "queued"
    WORKING = "working"
    ADDED = "added"
    DUPLICATE = "duplicate"
    FAILED = "failed"

    @property
    def is_open(self) -> bool:
        """Whether it is not finished."""
        return self in OPEN


OPEN = (TaskState.QUEUED, TaskState.WORKING)


@dataclass(frozen=True, slots=True)
class Task:
    """A file to read for ``collection``: the SHA-256 of its bytes, its source path, and its name.

    ``attempts`` counts the attempts since the last progress; ``pages`` are the pages read before.
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
    """The outcome of a task: the resulting document and the number of pages including all members, or the reason why
    there is none."""

    state: TaskState
    document: str | None
    pages: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class InWork:
    """A file that ``worker`` has been reading since then, and the pages of its members that are documents by now."""

    path: str
    worker: str
    since: datetime
    attempts: int
    pages: int


@dataclass(frozen=True, slots=True)
class FailedTask:
    """A file that failed, with the reason and time."""

    path: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class QueueState:
    """The state of the queue. Finished tasks are counted until the next one is added to an empty queue.

    ``pages_an_hour`` is the rate of the tasks finished in the last hour; None if there were none.
    """

    counts: Mapping[TaskState, int]
    in_work: tuple[InWork, ...]
    pages_an_hour: float | None

    @property
    def is_empty(self) -> bool:
        """Whether there are no open tasks."""
        return not any(self.counts.get(state) for state in OPEN)
