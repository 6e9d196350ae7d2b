"""Tasks: files whose bytes are kept and that wait to be read, by whichever worker of whichever machine is free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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
