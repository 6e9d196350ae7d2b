"""Tasks: files whose bytes are kept and that wait to be read by one of several workers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Update, delete, exists, func, insert, select, update

from archive.model.tasks import OPEN, FailedTask, InWork, Outcome, QueueState, Task, TaskState
from archive.store.sql.database import Repository
from archive.store.sql.locks import WorkClaims
from archive.store.sql.postgres.lock import next_task
from archive.store.sql.tables import tasks

_IS_OPEN = tasks.c.state.in_(OPEN)
_HOUR = timedelta(hours=1)


class Tasks(Repository):
    """The queue of files to be read. Workers take tasks while the archive is being written to."""

    @property
    def has_queue(self) -> bool:
        """Whether several workers can take tasks from this catalog."""
        return self._database.has_queue

    def add(self, sha256: str, path: str, filename: str, collection: str) -> None:
        """Queue a file whose bytes are kept, unless they wait under this path. When nothing is left to do, tasks that
        ended are forgotten."""
        row = {"sha256": sha256, "path": path, "filename": filename, "collection": collection}
        state = {"state": TaskState.QUEUED, "attempts": 0, "pages": 0, "queued_at": datetime.now(UTC)}
        with self._database.writing() as connection:
            if connection.scalar(select(exists().where(_IS_OPEN, tasks.c.sha256 == sha256, tasks.c.path == path))):
                return
            if not _has_open(connection):
                connection.execute(delete(tasks))
            connection.execute(insert(tasks).values(row | state))

    def has_open(self) -> bool:
        """Whether a task waits or is in work."""
        with self._database.reading() as connection:
            return _has_open(connection)

    def others_want(self, sha256: str, number: int | None) -> bool:
        """Whether an open task other than ``number`` is for these bytes."""
        other = () if number is None else (tasks.c.number != number,)
        with self._database.reading() as connection:
            return bool(connection.scalar(select(exists().where(_IS_OPEN, tasks.c.sha256 == sha256, *other))))

    def take(self, claims: WorkClaims, worker: str) -> Task | None:
        """Take the next task, whose bytes are claimed from now on; None if there is none, or another worker was
        quicker. Only for catalogs that have a queue."""
        with self._database.queueing() as connection:
            found = next_task(connection)
            if found is None or not claims.take(found[1]):
                return None
            return begin_task(connection, found[0], worker)

    def report(self, number: int, worker: str, pages: int) -> None:
        """Record that something came of a task: so many pages by now. The worker's death from now on is a first one. A
        task that another worker has taken over is left alone, here and below."""
        with self._database.queueing() as connection:
            connection.execute(_of(number, worker).values(pages=pages, attempts=1))

    def finish(self, number: int, worker: str, outcome: Outcome) -> None:
        """Record what became of a task. Its bytes are released after that."""
        with self._database.queueing() as connection:
            connection.execute(_of(number, worker).values(**asdict(outcome), finished_at=datetime.now(UTC)))

    def release(self, numbers: Collection[int], worker: str) -> None:
        """Queue tasks again that the worker had begun; that was no attempt."""
        waits = {"state": TaskState.QUEUED, "worker": None, "started_at": None}
        of_these = (tasks.c.number.in_(numbers), tasks.c.worker == worker, tasks.c.state == TaskState.WORKING)
        with self._database.queueing() as connection:
            connection.execute(update(tasks).where(*of_these).values(**waits, attempts=tasks.c.attempts - 1))

    def state(self) -> QueueState:
        """Return how far the queue is."""
        counted = select(tasks.c.state, func.count()).group_by(tasks.c.state)
        named = (tasks.c.path, tasks.c.worker, tasks.c.started_at.label("since"), tasks.c.attempts, tasks.c.pages)
        at_work = select(*named).where(tasks.c.state == TaskState.WORKING).order_by(tasks.c.number)
        with self._database.reading() as connection:
            counts = {TaskState(state): count for state, count in connection.execute(counted)}
            in_work = tuple(InWork(**row._asdict()) for row in connection.execute(at_work))
            return QueueState(counts, in_work, _pages_an_hour(connection))

    def failed(self, limit: int) -> list[FailedTask]:
        """Return the last tasks that failed, the newest first."""
        query = select(tasks.c.path, tasks.c.reason, tasks.c.finished_at.label("at"))
        query = query.where(tasks.c.state == TaskState.FAILED).order_by(tasks.c.finished_at.desc(), tasks.c.number)
        with self._database.reading() as connection:
            return [FailedTask(**row._asdict()) for row in connection.execute(query.limit(limit))]


def begin_task(connection: Connection, number: int, worker: str) -> Task:
    """Give a task to a worker."""
    begun = {"state": TaskState.WORKING, "worker": worker, "started_at": datetime.now(UTC)}
    of_it = update(tasks).where(tasks.c.number == number)
    columns = (tasks.c[name] for name in Task.__dataclass_fields__)
    row = connection.execute(of_it.values(**begun, attempts=tasks.c.attempts + 1).returning(*columns)).one()
    return Task(**row._asdict())


def _has_open(connection: Connection) -> bool:
    return bool(connection.scalar(select(exists().where(_IS_OPEN))))


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
