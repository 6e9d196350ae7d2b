"""Jobs: uploaded files that are to be added."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from archive.errors import UnknownJob, UsageError
from archive.model.jobs import FileState, Job, JobFile, JobState
from archive.store.sql.database import Repository
from archive.store.sql.tables import job_files, jobs

_FILE_COLUMNS = ("path", "size", "state", "document", "pages", "reason")


class Jobs(Repository):
    """Jobs and their files. None needs the archive's writer lock: each method is one short transaction, so that files
    can be uploaded while others are being added."""

    def add(self, job_id: str, collection: str, by: str, files: Sequence[JobFile]) -> None:
        """Queue uploaded files for ``collection``. What failed already (an empty file) is listed with the others."""
        row = {"id": job_id, "collection": collection, "by": by, "created_at": datetime.now(UTC)}
        with self._database.writing() as connection:
            connection.execute(insert(jobs).values(**row, state=JobState.QUEUED, attempts=0, pages_read=0))
            _insert_files(connection, job_id, files, 1)

    def get(self, job_id: str) -> Job:
        """Return the job of this id.

        :raises UnknownJob: there is none.
        """
        with self._database.reading() as connection:
            return _one(connection, job_id)

    def newest(self, limit: int) -> list[Job]:
        """Return the last jobs, the newest first."""
        query = select(jobs).order_by(jobs.c.created_at.desc(), jobs.c.id).limit(limit)
        with self._database.reading() as connection:
            return _load(connection, query)

    def files(self, job_id: str) -> list[JobFile]:
        """Return the files of a job in the order in which they were sent, then what was found in containers."""
        with self._database.reading() as connection:
            return _files(connection, job_id)

    def take(self) -> Job | None:
        """Return the job to do next, marked as running: one whose worker was killed, else the one that has waited
        longest. Only one process may take jobs."""
        with self._database.writing() as connection:
            for state in (JobState.RUNNING, JobState.QUEUED):
                waiting = select(jobs.c.id).where(jobs.c.state == state).order_by(jobs.c.created_at, jobs.c.id).limit(1)
                id_ = connection.scalar(waiting)
                if id_ is not None:
                    begun = {"state": JobState.RUNNING, "note": None, "started_at": datetime.now(UTC)}
                    _update(connection, id_, **begun, attempts=jobs.c.attempts + 1)
                    return _one(connection, id_)
        return None

    def put_back(self, job_id: str, note: str) -> None:
        """Let a job that was taken wait once more, for the reason in ``note``; that was no attempt."""
        with self._database.writing() as connection:
            _update(connection, job_id, state=JobState.QUEUED, attempts=jobs.c.attempts - 1, note=note)

    def report_file(self, job_id: str, file: JobFile) -> None:
        """Record what became of a file of a job; one that lies in a container may be new. As the job has come on, it
        may be begun as often again as a new one."""
        of_file = (job_files.c.job == job_id, job_files.c.path == file.path)
        outcome = {name: getattr(file, name) for name in ("state", "document", "pages", "reason")}
        with self._database.writing() as connection:
            _update(connection, job_id, attempts=1)
            if not connection.execute(update(job_files).where(*of_file).values(outcome)).rowcount:
                last = connection.scalar(select(func.max(job_files.c.ordinal)).where(job_files.c.job == job_id)) or 0
                _insert_files(connection, job_id, [file], last + 1)

    def report_pages(self, job_id: str, pages_read: int) -> None:
        """Record how many pages of a job have been read."""
        with self._database.writing() as connection:
            _update(connection, job_id, pages_read=pages_read)

    def finish(self, job_id: str, reason: str) -> None:
        """End a job; whatever of it still waits has failed for ``reason``."""
        waiting = (job_files.c.job == job_id, job_files.c.state == FileState.WAITING)
        with self._database.writing() as connection:
            connection.execute(update(job_files).where(*waiting).values(state=FileState.FAILED, reason=reason))
            _update(connection, job_id, state=JobState.DONE, finished_at=datetime.now(UTC), note=None)

    def retry(self, job_id: str, paths: Collection[str]) -> None:
        """Queue a job anew for those of these files that failed.

        :raises UnknownJob: there is no such job.
        :raises UsageError: it has not ended, or none of these files failed.
        """
        known = self.get(job_id)
        with self._database.writing() as connection:
            _refuse_unfinished(connection, known.id)
            failed = {file.path for file in _files(connection, known.id) if file.state is FileState.FAILED}
            again = failed.intersection(paths)
            if not again:
                raise UsageError("None of its files can be tried again.", "Upload those that are missing once more.")
            chosen = (job_files.c.job == known.id, job_files.c.path.in_(again))
            connection.execute(update(job_files).where(*chosen).values(state=FileState.WAITING, reason=None))
            _update(connection, known.id, state=JobState.QUEUED, attempts=0, pages_read=0, finished_at=None)

    def remove(self, job_id: str) -> None:
        """Forget a job; its documents stay.

        :raises UnknownJob: there is no such job.
        :raises UsageError: it has not ended.
        """
        known = self.get(job_id)
        with self._database.writing() as connection:
            _refuse_unfinished(connection, known.id)
            connection.execute(delete(job_files).where(job_files.c.job == known.id))
            connection.execute(delete(jobs).where(jobs.c.id == known.id))


def _one(connection: Connection, job_id: str) -> Job:
    found = _load(connection, select(jobs).where(jobs.c.id == job_id))
    if not found:
        raise UnknownJob("There is no such job.", "See the list of jobs.")
    return found[0]


def _files(connection: Connection, job_id: str) -> list[JobFile]:
    columns = (job_files.c[name] for name in _FILE_COLUMNS)
    rows = connection.execute(select(*columns).where(job_files.c.job == job_id).order_by(job_files.c.ordinal))
    return [replace(JobFile(**row._asdict()), state=FileState(row.state)) for row in rows]


def _update(connection: Connection, job_id: str, **values: Any) -> None:
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(values))


def _refuse_unfinished(connection: Connection, job_id: str) -> None:
    if _one(connection, job_id).state is not JobState.DONE:
        raise UsageError("This job has not ended yet.", "Wait until it has.")


def _insert_files(connection: Connection, job_id: str, files: Sequence[JobFile], first: int) -> None:
    rows = [
        {"job": job_id, "ordinal": at} | {name: getattr(file, name) for name in _FILE_COLUMNS}
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
