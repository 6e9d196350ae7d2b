"""Jobs: files that somebody uploaded, to be added by a process of its own, and what became of each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from archive.errors import UsageError

LONGEST_COLLECTION = 100
"""Characters of the name of a collection."""

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


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection, with its documents and their pages counted, and when the last one came."""

    name: str
    documents: int
    pages: int
    newest: datetime


def checked_collection(name: str) -> str:
    """The name of a collection.

    :raises UsageError: it is empty, too long, or runs over more than one line.
    """
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > LONGEST_COLLECTION or not wanted.isprintable():
        raise UsageError("The name of a collection has 1 to %(most)s characters.", most=LONGEST_COLLECTION)
    return wanted
