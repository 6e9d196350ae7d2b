"""The queue: jobs (uploaded files to be added) and tasks (stored files to be read by one of several workers)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Update, delete, exists, func, insert, select, update

from archive.errors import UnknownJob, UsageError
from archive.model.queue import (
    OPEN,
    FailedTask,
    FileState,
    InWork,
    Job,
    JobFile,
    JobState,
    Outcome,
    QueueState,
    Task,
    TaskState,
)
from archive.store.sql.database import Repository, in_transaction
from archive.store.sql.locks import WorkClaims
from archive.store.sql.postgres.lock import next_task
from archive.store.sql.tables import job_files, jobs, tasks

_FILE_COLUMNS = ("path", "size", "state", "document", "pages", "reason")


def _one(connection: Connection, job_id: str) -> Job:
    """Return the job of this id."""
    found = _load(connection, select(jobs).where(jobs.c.id == job_id))
    if not found:
        raise UnknownJob("There is no such job.", "See the list of jobs.")
    return found[0]


def _files(connection: Connection, job_id: str) -> list[JobFile]:
    """Return the files of a job in the order of upload, followed by members of containers."""
    columns = (job_files.c[name] for name in _FILE_COLUMNS)
    rows = connection.execute(select(*columns).where(job_files.c.job == job_id).order_by(job_files.c.ordinal))
    return [replace(JobFile(**row._asdict()), state=FileState(row.state)) for row in rows]


class Jobs(Repository):
    """Jobs and their files. No method needs the writer lock: each is one short transaction, so that files can be
    uploaded while others are being added."""

    def add(self, job_id: str, collection: str, by: str, files: Sequence[JobFile]) -> None:
        """Queue uploaded files for ``collection``. Files that have failed already (empty ones) are listed, too."""
        row = {"id": job_id, "collection": collection, "by": by, "created_at": datetime.now(UTC)}
        with self._database.writing() as connection:
            connection.execute(insert(jobs).values(**row, state=JobState.QUEUED, attempts=0, pages_read=0))
            _insert_files(connection, job_id, files, 1)

    get = in_transaction(_one)

    def newest(self, limit: int) -> list[Job]:
        """Return the last jobs, the newest first."""
        query = select(jobs).order_by(jobs.c.created_at.desc(), jobs.c.id).limit(limit)
        with self._database.reading() as connection:
            return _load(connection, query)

    files = in_transaction(_files)

    def take(self, among: Collection[str] | None = None) -> Job | None:
        """Return the next job, marked as running: one whose worker was killed, else the one that waited longest. Only
        one process may take jobs (of those ``among`` some, if given)."""
        chosen = () if among is None else (jobs.c.id.in_(among),)
        with self._database.writing() as connection:
            for state in (JobState.RUNNING, JobState.QUEUED):
                waiting = select(jobs.c.id).where(jobs.c.state == state, *chosen)
                id_ = connection.scalar(waiting.order_by(jobs.c.created_at, jobs.c.id).limit(1))
                if id_ is not None:
                    begun = {"state": JobState.RUNNING, "note": None, "started_at": datetime.now(UTC)}
                    _update(connection, id_, **begun, attempts=jobs.c.attempts + 1)
                    return _one(connection, id_)
        return None

    def are_waiting(self, among: Collection[str] | None = None) -> bool:
        """Return whether a job is waiting, optionally ``among`` some."""
        chosen = () if among is None else (jobs.c.id.in_(among),)
        with self._database.reading() as connection:
            return bool(connection.scalar(select(exists().where(jobs.c.state == JobState.QUEUED, *chosen))))

    def known(self, ids: Collection[str]) -> set[str]:
        """Return which of these ids are jobs."""
        with self._database.reading() as connection:
            return set(connection.scalars(select(jobs.c.id).where(jobs.c.id.in_(ids))))

    def put_back(self, job_id: str, note: str) -> None:
        """Return a taken job to the queue, for the reason in ``note``, without counting an attempt."""
        with self._database.writing() as connection:
            _update(connection, job_id, state=JobState.QUEUED, attempts=jobs.c.attempts - 1, note=note)

    def report_file(self, job_id: str, file: JobFile) -> None:
        """Record the result of a file of a job; a member of a container may be new. Progress resets the count of
        attempts."""
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
        """Finish a job; its waiting files fail for ``reason``."""
        waiting = (job_files.c.job == job_id, job_files.c.state == FileState.WAITING)
        with self._database.writing() as connection:
            connection.execute(update(job_files).where(*waiting).values(state=FileState.FAILED, reason=reason))
            _update(connection, job_id, state=JobState.DONE, finished_at=datetime.now(UTC), note=None)

    def retry(self, job_id: str, paths: Collection[str]) -> None:
        """Queue a job again for those of these files that failed.

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
        """Delete a job; its documents are kept.

        :raises UnknownJob: there is no such job.
        :raises UsageError: it has not ended.
        """
        known = self.get(job_id)
        with self._database.writing() as connection:
            _refuse_unfinished(connection, known.id)
            connection.execute(delete(job_files).where(job_files.c.job == known.id))
            connection.execute(delete(jobs).where(jobs.c.id == known.id))


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


_IS_OPEN = tasks.c.state.in_(OPEN)
_HOUR = timedelta(hours=1)


def _has_open(connection: Connection) -> bool:
    """Return whether a task is waiting or running."""
    return bool(connection.scalar(select(exists().where(_IS_OPEN))))


class Tasks(Repository):
    """The queue of files to be read. Workers take tasks while other processes write."""

    @property
    def has_queue(self) -> bool:
        """Whether the database supports several workers."""
        return self._database.has_queue

    def add(self, sha256: str, path: str, filename: str, collection: str, *, urgent: bool = False) -> None:
        """Queue a stored file, unless it is queued under this path. If the queue is empty, finished tasks are deleted
        first.

        Its turn is after the last task of its collection or, if there is none, equal to that of the first waiting task,
        so that collections take turns. ``urgent`` tasks precede all others.
        """
        row = {"sha256": sha256, "path": path, "filename": filename, "collection": collection, "urgent": urgent}
        state = {"state": TaskState.QUEUED, "attempts": 0, "pages": 0, "queued_at": datetime.now(UTC)}
        with self._database.writing() as connection:
            if connection.scalar(select(exists().where(_IS_OPEN, tasks.c.sha256 == sha256, tasks.c.path == path))):
                return
            if not _has_open(connection):
                connection.execute(delete(tasks))
            connection.execute(insert(tasks).values(row | state | {"turn": _next_turn(connection, collection)}))

    has_open = in_transaction(_has_open)

    def others_want(self, sha256: str, number: int | None) -> bool:
        """Return whether an open task other than ``number`` is for these bytes."""
        other = () if number is None else (tasks.c.number != number,)
        with self._database.reading() as connection:
            return bool(connection.scalar(select(exists().where(_IS_OPEN, tasks.c.sha256 == sha256, *other))))

    def take(self, claims: WorkClaims, worker: str) -> Task | None:
        """Take the next task and claim its bytes; None if there is none, or another worker claimed it first. Only if
        :attr:`has_queue`.
        """
        with self._database.queueing() as connection:
            found = next_task(connection)
            if found is None or not claims.take(found[1]):
                return None
            return begin_task(connection, found[0], worker)

    def report(self, number: int, worker: str, pages: int) -> None:
        """Record progress of a task, in pages read. It resets the count of workers that died on it. Here and below, a
        task that another worker has taken over is left unchanged."""
        with self._database.queueing() as connection:
            connection.execute(_of(number, worker).values(pages=pages, attempts=1))

    def finish(self, number: int, worker: str, outcome: Outcome) -> None:
        """Record the outcome of a task; its bytes are released afterwards."""
        with self._database.queueing() as connection:
            connection.execute(_of(number, worker).values(**asdict(outcome), finished_at=datetime.now(UTC)))

    def release(self, numbers: Collection[int], worker: str) -> None:
        """Return a worker's tasks to the queue, without counting an attempt."""
        waits = {"state": TaskState.QUEUED, "worker": None, "started_at": None}
        of_these = (tasks.c.number.in_(numbers), tasks.c.worker == worker, tasks.c.state == TaskState.WORKING)
        with self._database.queueing() as connection:
            connection.execute(update(tasks).where(*of_these).values(**waits, attempts=tasks.c.attempts - 1))

    def state(self) -> QueueState:
        """Return the state of the queue."""
        counted = select(tasks.c.state, func.count()).group_by(tasks.c.state)
        named = (tasks.c.path, tasks.c.worker, tasks.c.started_at.label("since"), tasks.c.attempts, tasks.c.pages)
        at_work = select(*named).where(tasks.c.state == TaskState.WORKING).order_by(tasks.c.number)
        with self._database.reading() as connection:
            counts = {TaskState(state): count for state, count in connection.execute(counted)}
            in_work = tuple(InWork(**row._asdict()) for row in connection.execute(at_work))
            return QueueState(counts, in_work, _pages_an_hour(connection))

    def failed(self, limit: int) -> list[FailedTask]:
        """Return the latest failed tasks, the newest first."""
        query = select(tasks.c.path, tasks.c.reason, tasks.c.finished_at.label("at"))
        query = query.where(tasks.c.state == TaskState.FAILED).order_by(tasks.c.finished_at.desc(), tasks.c.number)
        with self._database.reading() as connection:
            return [FailedTask(**row._asdict()) for row in connection.execute(query.limit(limit))]


def _next_turn(connection: Connection, collection: str) -> int:
    """Return the turn of a new task of a collection (virtual time of fair queueing, Demers et al. 1989)."""
    of_collection = select(func.max(tasks.c.turn)).where(_IS_OPEN, tasks.c.collection == collection)
    # Two queries, because the minimum of each state is an index lookup; a combined one reads all waiting tasks.
    least = [select(func.min(tasks.c.turn)).where(_IS_OPEN, tasks.c.urgent.is_(urgent)) for urgent in (False, True)]
    first = min((turn for query in least if (turn := connection.scalar(query)) is not None), default=0)
    last = connection.scalar(of_collection)
    return first if last is None else max(first, last + 1)


def begin_task(connection: Connection, number: int, worker: str) -> Task:
    """Assign a task to a worker."""
    begun = {"state": TaskState.WORKING, "worker": worker, "started_at": datetime.now(UTC)}
    of_it = update(tasks).where(tasks.c.number == number)
    columns = (tasks.c[name] for name in Task.__dataclass_fields__)
    row = connection.execute(of_it.values(**begun, attempts=tasks.c.attempts + 1).returning(*columns)).one()
    return Task(**row._asdict())


def _pages_an_hour(connection: Connection) -> float | None:
    hour_ago = datetime.now(UTC) - _HOUR
    known = select(func.sum(tasks.c.pages), func.min(tasks.c.started_at), func.max(tasks.c.finished_at))
    pages, first, last = connection.execute(known.where(tasks.c.finished_at > hour_ago)).one()
    if pages is None:
        return None
    return float(pages * (_HOUR / max(last - max(first, hour_ago), timedelta(seconds=1))))


def _of(number: int, worker: str) -> Update:
    mine = (tasks.c.number == number, tasks.c.worker == worker, tasks.c.state == TaskState.WORKING)
    return update(tasks).where(*mine)
