"""A worker: reads what is queued, beside others on this machine and on others, until nothing is left or for good.

A task is taken in one short transaction of the catalog's server (``FOR UPDATE SKIP LOCKED``), and its bytes are claimed
by a lock of the worker's connection. If the worker is killed, or its machine or network fails, the server ends the
connection, the claim falls, and the task is taken by whoever is free next. What became a document before is known by
its bytes; of a container, what was not read yet is read on. A worker that is asked to end gives back what it holds.

What lies in a container is read by the worker that has the container: the limits on what may come out of it are one
sum, and what was unpacked lies on its disk.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from archive.errors import ArchiveBusy, ReadingStopped, UsageError
from archive.home import Archive
from archive.store.locking import Claims
from archive.tasks import MOST_ATTEMPTS, Outcome, Task, TaskState
from indexer.adding import Run
from indexer.formats.source import OcrMode
from indexer.inputs import Input, Named
from indexer.outcomes import Outcomes
from indexer.pipeline import read, reader_of
from indexer.progress import Progress
from indexer.reading import Reader, ReadJob
from indexer.reports import AddOptions, FileReport, Summary
from indexer.resuming import Resuming
from indexer.unpacking_folder import unpacking_folder

POLL_SECONDS = 2.0
"""How often a worker with nothing to do looks for a task."""


@dataclass(frozen=True, slots=True)
class WorkOptions:
    """How to work: documents read at once, when to use OCR, and whether to end when nothing is left to do: when all
    that was queued has been read, here or by others."""

    jobs: int
    ocr: OcrMode
    until_empty: bool


def work(
    archive: Archive, options: WorkOptions, report: Callable[[FileReport], None], progress: Progress
) -> Iterator[Summary]:
    """Read what is queued; gives a summary each time the queue is empty, and then waits for more, unless told not to.

    ``report`` is called once for each file, as soon as it is known what became of it. Between two rounds nothing is
    locked, so that commands which need the archive to themselves can have it; then we wait for them.

    :raises archive.errors.UsageError: the catalog has no queue, OCR is wanted and its language data are not there, or
        the archive's own watchlist cannot be read.
    :raises archive.errors.CatalogUnavailable: the server is gone, and with it our claims. Tasks are taken by others.
    """
    if not archive.catalog.has_queue:
        raise UsageError("Reading by several workers needs a catalog on PostgreSQL.", "Set catalog_url, or use: add")
    adding = AddOptions(options.jobs, options.ocr, archive.settings.text("default_collection"), retry_failed=True)
    reader = reader_of(archive, adding)
    while True:
        if archive.catalog.has_tasks():
            # Whoever has the archive to himself is done in a while.
            with suppress(ArchiveBusy):
                yield _round(archive, adding, reader, report, progress)
                continue
        # A worker that died may have read what was never indexed.
        elif (archive.settle() or archive.index_trouble) and options.until_empty:
            return
        time.sleep(POLL_SECONDS)


def _round(
    archive: Archive, options: AddOptions, reader: Reader, report: Callable[[FileReport], None], progress: Progress
) -> Summary:
    """Work until no task is left, here or with another worker, who may die."""
    with archive.adding() as claims, unpacking_folder(archive.cache) as folder:
        tasks = _Tasks(archive, claims)
        outcomes = Outcomes(archive, claims, report, progress, tasks)
        run = Run(archive, claims, options, outcomes, folder)
        try:
            read(archive, reader, options.jobs, folder, run, tasks.jobs(run, outcomes), progress)
        finally:
            tasks.give_back()
        archive.index(claims)
        return outcomes.summary()


class _Tasks:
    """The tasks that a worker has taken and not finished."""

    def __init__(self, archive: Archive, claims: Claims) -> None:
        self._archive, self._catalog, self._claims = archive, archive.catalog, claims
        self._resuming = Resuming(archive.catalog)
        self._worker = f"{socket.gethostname()}:{os.getpid()}"
        self._taken: dict[int, Task] = {}

    def jobs(self, run: Run, outcomes: Outcomes) -> Iterator[ReadJob | None]:
        """What is to be read, of one task after the other; None while others may have something left for us."""
        while True:
            yield from run.jobs()
            task = self._catalog.take_task(self._claims, self._worker)
            if task:
                self._taken[task.number] = task
                outcomes.expect(1)
                self._begin(task, run, outcomes)
            elif run.is_busy or self._catalog.has_tasks():
                yield None
            else:
                return

    def _begin(self, task: Task, run: Run, outcomes: Outcomes) -> None:
        # What failed in a file before its worker died is not read again: it may be what killed it.
        retries = task.attempts == 1
        named = Named.of(self._archive.settings, task.collection, retries=retries, task=task.number)
        named.pages = task.pages
        given = Input(Path(), task.path, task.path, task.filename, named, kept=task.sha256)
        is_known = self._catalog.known(task.sha256)
        if is_known and self._catalog.sources(task.sha256)[0].path == task.path:
            self._go_on(task, given, run, outcomes)
        elif task.attempts > MOST_ATTEMPTS and not is_known:
            outcomes.line_up(given)
            outcomes.discard(given, task.sha256)
            outcomes.fail(given, task.sha256, _killed())
            outcomes.settle(given)
        else:
            run.line_up(given)

    def _go_on(self, task: Task, given: Input, run: Run, outcomes: Outcomes) -> None:
        """A file that is a document already, because its worker died later, or because something in it is to be tried
        again."""
        outcomes.line_up(given)
        outcomes.known(given, task.sha256)
        for container in self._resuming.unfinished_in(task.sha256, retries=given.named.retries):
            if task.attempts <= MOST_ATTEMPTS:
                run.resume(container, given.named)
            else:
                self._fail_due(container, given.named, outcomes)
        outcomes.settle(given)

    def _fail_due(self, container: str, named: Named, outcomes: Outcomes) -> None:
        holder = self._resuming.container(container, named)
        for member in self._catalog.members(container):
            if member.is_due:
                outcomes.expect(1)
                outcomes.fail(holder.holding(container, member.path, Path()), None, _killed())

    def went_on(self, named: Named) -> None:
        """See :class:`indexer.outcomes.Watcher`: so the death of its worker is a first one again."""
        if named.task is not None:
            self._catalog.tell_task(named.task, self._worker, named.pages)

    def finished(self, named: Named) -> None:
        """See :class:`indexer.outcomes.Watcher`: record it, and let go."""
        task = self._taken.get(named.task or 0)
        if task is None:
            return
        told = named.told
        assert told is not None
        outcome = Outcome(TaskState(told.status), told.id, named.pages, told.reason)
        self._catalog.finish_task(task.number, self._worker, outcome)
        del self._taken[task.number]
        self._claims.let_go(task.sha256)

    def give_back(self) -> None:
        """Let others have what is not finished."""
        if self._taken:
            self._catalog.give_tasks_back(list(self._taken), self._worker)


def _killed() -> ReadingStopped:
    return ReadingStopped(
        "The worker that read it died %(count)s times.",
        "See whether the machine had enough memory, then add it again with --retry-failed.",
        count=MOST_ATTEMPTS,
    )
