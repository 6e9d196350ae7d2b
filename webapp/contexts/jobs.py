"""What the pages show on which documents are added: the form, the jobs, and the collections."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.contexts.common import Link
from webapp.search_state import SearchState


@dataclass(frozen=True, slots=True)
class AddContext:
    """The form that takes files. ``limits`` says how many and how large they may be; ``is_open`` is false where
    uploading is switched off."""

    state: SearchState
    is_open: bool
    limits: str
    collection: str
    collections: tuple[str, ...]
    by: str
    problem: str | None


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job: who sent what when, and how far it is. ``trouble`` says how many files failed."""

    job: Link
    about: tuple[str, ...]
    stands: str
    trouble: str | None


@dataclass(frozen=True, slots=True)
class QueuedFile:
    """A file that was queued: how it ``stands``, or the ``trouble`` why it is no document."""

    path: str
    stands: str
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class QueueShown:
    """The files that workers read. ``counts`` says how many wait and how many ended in which way; ``hidden`` how many
    of those that failed are not listed."""

    counts: tuple[str, ...]
    in_work: tuple[QueuedFile, ...]
    failed: tuple[QueuedFile, ...]
    hidden: str | None


@dataclass(frozen=True, slots=True)
class JobsContext:
    """The last jobs, and the queue where there is one to be seen."""

    state: SearchState
    rows: tuple[JobRow, ...]
    queue: QueueShown | None
    is_live: bool


@dataclass(frozen=True, slots=True)
class JobFileRow:
    """A file of a job: the document that it became, or the ``trouble`` why it is none."""

    name: str
    stands: str
    document: Link | None
    trouble: str | None


@dataclass(frozen=True, slots=True)
class JobContext:
    """The page of a job. ``done`` and ``total`` count its files; ``is_live`` says that it has not ended. ``retries``
    says how many of those that failed can be tried again, ``hidden`` how many files are not listed."""

    state: SearchState
    id: str
    title: str
    about: tuple[str, ...]
    note: str | None
    done: int
    total: int
    stands: str
    failed: tuple[JobFileRow, ...]
    others: tuple[JobFileRow, ...]
    hidden: str | None
    retries: str | None
    is_live: bool


@dataclass(frozen=True, slots=True)
class CollectionRow:
    """A collection, whose link leads to its documents."""

    collection: Link
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CollectionsContext:
    """All collections."""

    state: SearchState
    count: str
    rows: tuple[CollectionRow, ...]
