"""The part of the catalog that knows the queue of files to be read by several workers."""

from __future__ import annotations

from collections.abc import Collection

from archive.store import tasks
from archive.store.sql.database import Database
from archive.store.sql.locks import Claims
from archive.store.sql.postgres.claims import next_task
from archive.tasks import FailedTask, Outcome, QueueState, Task


class Queueing:
    """Methods of :class:`archive.store.catalog.Catalog`, kept apart for their number.

    Workers take tasks while the archive is being written to; the others' documents do not wait for that.
    """

    _database: Database

    @property
    def has_queue(self) -> bool:
        """Whether several workers can take tasks from this catalog."""
        return self._database.has_queue

    def add_task(self, sha256: str, path: str, filename: str, collection: str) -> None:
        """Queue a file whose bytes are kept, for ``collection``. One that waits already is not queued again."""
        with self._database.writing() as connection:
            tasks.add(connection, sha256, path, filename, collection)

    def has_tasks(self) -> bool:
        """Whether a task waits or is in work."""
        with self._database.reading() as connection:
            return tasks.are_open(connection)

    def others_want(self, sha256: str, number: int | None) -> bool:
        """Whether a task other than ``number`` waits for these bytes."""
        with self._database.reading() as connection:
            return tasks.others_want(connection, sha256, number)

    def take_task(self, claims: Claims, worker: str) -> Task | None:
        """The task to do next, whose bytes are claimed from now on; None if there is none, or another worker was
        quicker. Only for catalogs that have a queue."""
        with self._database.queueing() as connection:
            found = next_task(connection)
            if found is None or not claims.take(found[1]):
                return None
            return tasks.begin(connection, found[0], worker)

    def tell_task(self, number: int, worker: str, pages: int) -> None:
        """Record that something came of a task: so many pages by now. One that another worker has taken over is left
        alone, here and below."""
        with self._database.queueing() as connection:
            tasks.tell(connection, number, worker, pages)

    def finish_task(self, number: int, worker: str, outcome: Outcome) -> None:
        """Record what became of a task. Its bytes are let go after that."""
        with self._database.queueing() as connection:
            tasks.finish(connection, number, worker, outcome)

    def give_tasks_back(self, numbers: Collection[int], worker: str) -> None:
        """Let tasks that were begun wait once more."""
        with self._database.queueing() as connection:
            tasks.give_back(connection, numbers, worker)

    def queue_state(self) -> QueueState:
        """How far the queue is."""
        with self._database.reading() as connection:
            return tasks.survey(connection)

    def failed_tasks(self, limit: int) -> list[FailedTask]:
        """The last tasks that failed, the newest first."""
        with self._database.reading() as connection:
            return tasks.failed(connection, limit)
