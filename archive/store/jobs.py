"""Queries on jobs and their files, and on collections."""

from __future__ import annotations

from collections.abc import Collection as AnyCollection
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from archive.errors import UnknownJob, UsageError
from archive.jobs import Collection, FileState, Job, JobFile, JobState
from archive.store.sql.tables import documents, job_files, jobs


def add(connection: Connection, job_id: str, collection: str, by: str, files: Sequence[JobFile]) -> None:
    """Queue files. What failed already (an empty file) is told of with the others."""
    row = {"id": job_id, "collection": collection, "by": by, "created_at": datetime.now(UTC), "state": JobState.QUEUED}
    connection.execute(insert(jobs).values(attempts=0, pages_read=0, **row))
    _insert_files(connection, job_id, files, 1)


def one(connection: Connection, job_id: str) -> Job:
    """The job of this id.

    :raises UnknownJob: there is none.
    """
    found = _load(connection, select(jobs).where(jobs.c.id == job_id))
    if not found:
        raise UnknownJob("There is no such job.", "See the list of jobs.")
    return found[0]


def newest(connection: Connection, limit: int) -> list[Job]:
    """The last jobs, the newest first."""
    return _load(connection, select(jobs).order_by(jobs.c.created_at.desc(), jobs.c.id).limit(limit))


def files_of(connection: Connection, job_id: str) -> list[JobFile]:
    """The files of a job, in the order in which they were sent, and what was found in containers after them."""
    columns = (job_files.c[name] for name in ("path", "size", "state", "document", "pages", "reason"))
    rows = connection.execute(select(*columns).where(job_files.c.job == job_id).order_by(job_files.c.ordinal))
    return [replace(JobFile(**row._asdict()), state=FileState(row.state)) for row in rows]


def take(connection: Connection) -> Job | None:
    """The job to do next, marked as running: one whose worker was killed, else the one that has waited longest."""
    for state in (JobState.RUNNING, JobState.QUEUED):
        waiting = select(jobs.c.id).where(jobs.c.state == state).order_by(jobs.c.created_at, jobs.c.id).limit(1)
        id_ = connection.scalar(waiting)
        if id_ is not None:
            now = datetime.now(UTC)
            begun = {"state": JobState.RUNNING, "attempts": jobs.c.attempts + 1, "note": None, "started_at": now}
            connection.execute(update(jobs).where(jobs.c.id == id_).values(begun))
            return one(connection, id_)
    return None


def put_back(connection: Connection, job_id: str, note: str) -> None:
    """Let a job that was taken wait once more, for the reason in ``note``; that was no attempt."""
    waits = {"state": JobState.QUEUED, "attempts": jobs.c.attempts - 1, "note": note}
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(waits))


def tell_file(connection: Connection, job_id: str, file: JobFile) -> None:
    """What became of a file; one that lies in a container may be news. With that the job has come on, and may be begun
    as often again as one that is new."""
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(attempts=1))
    of_file = (job_files.c.job == job_id, job_files.c.path == file.path)
    told: dict[str, Any] = {"state": file.state, "document": file.document, "pages": file.pages, "reason": file.reason}
    if not connection.execute(update(job_files).where(*of_file).values(told)).rowcount:
        last = connection.scalar(select(func.max(job_files.c.ordinal)).where(job_files.c.job == job_id)) or 0
        _insert_files(connection, job_id, [file], last + 1)


def tell_pages(connection: Connection, job_id: str, pages_read: int) -> None:
    """How many pages have been read."""
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(pages_read=pages_read))


def finish(connection: Connection, job_id: str, reason: str) -> None:
    """End a job; whatever still waits has failed for ``reason``."""
    waiting = (job_files.c.job == job_id, job_files.c.state == FileState.WAITING)
    connection.execute(update(job_files).where(*waiting).values(state=FileState.FAILED, reason=reason))
    ended = {"state": JobState.DONE, "finished_at": datetime.now(UTC), "note": None}
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(ended))


def retry(connection: Connection, job_id: str, paths: AnyCollection[str]) -> None:
    """Queue a job anew for those of its files that failed.

    :raises UnknownJob: there is no such job.
    :raises UsageError: it has not ended, or none of these files failed.
    """
    if one(connection, job_id).state is not JobState.DONE:
        raise UsageError("This job has not ended yet.", "Wait until it has.")
    again = {file.path for file in files_of(connection, job_id) if file.state is FileState.FAILED}.intersection(paths)
    if not again:
        raise UsageError("None of its files can be tried again.", "Upload those that are missing once more.")
    chosen = (job_files.c.job == job_id, job_files.c.path.in_(again))
    connection.execute(update(job_files).where(*chosen).values(state=FileState.WAITING, reason=None))
    fresh = {"state": JobState.QUEUED, "attempts": 0, "pages_read": 0, "finished_at": None}
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(fresh))


def remove(connection: Connection, job_id: str) -> None:
    """Forget a job that has ended; its documents stay.

    :raises UnknownJob: there is no such job.
    :raises UsageError: it has not ended.
    """
    if one(connection, job_id).state is not JobState.DONE:
        raise UsageError("This job has not ended yet.", "Wait until it has.")
    connection.execute(delete(job_files).where(job_files.c.job == job_id))
    connection.execute(delete(jobs).where(jobs.c.id == job_id))


def collections(connection: Connection) -> list[Collection]:
    """Every collection, by name."""
    counted = (func.count(), func.sum(documents.c.page_count), func.max(documents.c.added_at))
    query = select(documents.c.collection, *counted).group_by(documents.c.collection)
    return [Collection(*row) for row in connection.execute(query.order_by(documents.c.collection))]


def _insert_files(connection: Connection, job_id: str, files: Sequence[JobFile], first: int) -> None:
    names = ("path", "size", "state", "document", "pages", "reason")
    rows = [
        {"job": job_id, "ordinal": at} | {name: getattr(file, name) for name in names}
        for at, file in enumerate(files, start=first)
    ]
    connection.execute(insert(job_files), rows)


def _load(connection: Connection, query: Any) -> list[Job]:
    rows = connection.execute(query).all()
    counts = _counts(connection, [row.id for row in rows])
    return [_job(row, counts.get(row.id, {})) for row in rows]


def _job(row: Row[Any], counts: dict[FileState, int]) -> Job:
    return Job(**{**row._asdict(), "state": JobState(row.state), "counts": counts})


def _counts(connection: Connection, ids: Iterable[str]) -> dict[str, dict[FileState, int]]:
    query = select(job_files.c.job, job_files.c.state, func.count()).where(job_files.c.job.in_(list(ids)))
    found: dict[str, dict[FileState, int]] = {}
    for id_, state, number in connection.execute(query.group_by(job_files.c.job, job_files.c.state)):
        found.setdefault(id_, {})[FileState(state)] = number
    return found
