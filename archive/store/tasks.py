"""Queries on tasks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Update, delete, exists, func, insert, select, update

from archive.store.sql.tables import tasks
from archive.tasks import OPEN, FailedTask, InWork, Outcome, QueueState, Task, TaskState

_IS_OPEN = tasks.c.state.in_(OPEN)
_HOUR = timedelta(hours=1)


def add(connection: Connection, sha256: str, path: str, filename: str, collection: str) -> None:
    """Queue a file, unless its bytes wait under this path. When none is left to do, those that ended are forgotten."""
    if connection.scalar(select(exists().where(_IS_OPEN, tasks.c.sha256 == sha256, tasks.c.path == path))):
        return
    if not are_open(connection):
        connection.execute(delete(tasks))
    row = {"sha256": sha256, "path": path, "filename": filename, "collection": collection}
    state = {"state": TaskState.QUEUED, "attempts": 0, "pages": 0, "queued_at": datetime.now(UTC)}
    connection.execute(insert(tasks).values(row | state))


def are_open(connection: Connection) -> bool:
    """Whether there is something to do, or in work."""
    return bool(connection.scalar(select(exists().where(_IS_OPEN))))


def others_want(connection: Connection, sha256: str, number: int | None) -> bool:
    """Whether an open task other than this one is for these bytes."""
    other = () if number is None else (tasks.c.number != number,)
    return bool(connection.scalar(select(exists().where(_IS_OPEN, tasks.c.sha256 == sha256, *other))))


def begin(connection: Connection, number: int, worker: str) -> Task:
    """Give a task to a worker."""
    begun = {"state": TaskState.WORKING, "worker": worker, "started_at": datetime.now(UTC)}
    of_it = update(tasks).where(tasks.c.number == number)
    columns = (tasks.c[name] for name in Task.__dataclass_fields__)
    row = connection.execute(of_it.values(**begun, attempts=tasks.c.attempts + 1).returning(*columns)).one()
    return Task(**row._asdict())


def tell(connection: Connection, number: int, worker: str, pages: int) -> None:
    """Something came of a task, if the worker still has it: so its worker's death from now on is a first one."""
    connection.execute(_of(number, worker).values(pages=pages, attempts=1))


def finish(connection: Connection, number: int, worker: str, outcome: Outcome) -> None:
    """A task has ended, if the worker still has it."""
    connection.execute(_of(number, worker).values(**asdict(outcome), finished_at=datetime.now(UTC)))


def give_back(connection: Connection, numbers: Collection[int], worker: str) -> None:
    """Queue again what the worker had begun; that was no attempt."""
    waits = {"state": TaskState.QUEUED, "worker": None, "started_at": None}
    of_these = (tasks.c.number.in_(numbers), tasks.c.worker == worker, tasks.c.state == TaskState.WORKING)
    connection.execute(update(tasks).where(*of_these).values(**waits, attempts=tasks.c.attempts - 1))


def survey(connection: Connection) -> QueueState:
    """How far the queue is."""
    counted = select(tasks.c.state, func.count()).group_by(tasks.c.state)
    counts = {TaskState(state): count for state, count in connection.execute(counted)}
    named = (tasks.c.path, tasks.c.worker, tasks.c.started_at.label("since"), tasks.c.attempts, tasks.c.pages)
    at_work = select(*named).where(tasks.c.state == TaskState.WORKING).order_by(tasks.c.number)
    in_work = tuple(InWork(**row._asdict()) for row in connection.execute(at_work))
    return QueueState(counts, in_work, _pages_an_hour(connection))


def failed(connection: Connection, limit: int) -> list[FailedTask]:
    """The last tasks that failed, the newest first."""
    columns = (tasks.c.path, tasks.c.reason, tasks.c.finished_at.label("at"))
    newest = (
        select(*columns).where(tasks.c.state == TaskState.FAILED).order_by(tasks.c.finished_at.desc(), tasks.c.number)
    )
    return [FailedTask(**row._asdict()) for row in connection.execute(newest.limit(limit))]


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
