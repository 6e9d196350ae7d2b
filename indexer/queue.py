"""The process beside the reading room that adds what was uploaded: one job after the other, the oldest first.

The catalog alone says what is to be done, so nothing is lost if this process or its parent is killed: a job that was
running is taken up again, and what became a document before is known by its bytes. Only the holder of the worker lock
takes jobs, however many reading rooms are open.

A worker: reads what is queued, beside others on this machine and on others, until nothing is left or for good.

A task is taken in one short transaction of the catalog's server (``FOR UPDATE SKIP LOCKED``), and its bytes are claimed
by a lock of the worker's connection. If the worker is killed, or its machine or network fails, the server ends the
connection, the claim falls, and the task is taken by whoever is free next. What became a document before is known by
its bytes; of a container, what was not read yet is read on. A worker that is asked to end gives back what it holds.

What lies in a container is read by the worker that has the container: the limits on what may come out of it are one
sum, and what was unpacked lies on its disk.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.context import SpawnProcess
from pathlib import Path

from archive.errors import ArchiveBusy, DosijeError, ReadingStopped, UsageError
from archive.home import Archive
from archive.jobs import INSIDE, FileState, Job, JobFile
from archive.opening import open_worker_lock
from archive.processes import end_with_parent
from archive.store.locking import Claims
from archive.tasks import MOST_ATTEMPTS, Outcome, Task, TaskState
from indexer.formats.source import OcrMode
from indexer.ingest.inputs import Input, Named, Resuming, place, readable
from indexer.ingest.outcomes import Outcomes
from indexer.ingest.progress import AddOptions, FileReport, Progress, Summary
from indexer.ingest.reading import Reader, ReadJob
from indexer.ingest.run import Run, add, read, reader_of
from indexer.ingest.unpacking import unpacking_folder

POLL_SECONDS = 0.5
"""How often a worker with nothing to do looks for a job."""

SETTLE_SECONDS = 5
"""How often it makes up for what an interrupted writer left out of the index, or for a lost index."""

LONGEST_SECONDS = 600
"""How long it waits at most to build an index anew that could not be built."""

_PAUSE = 1.0
"""Seconds before a worker that died is started anew, and before a job is tried again that the archive was too busy
for."""

_TOLD_SECONDS = 1.0
_BUSY = "Another process is adding documents; this goes on when that has ended."
_KILLED = f"The process that added it was killed {MOST_ATTEMPTS} times. Look at the server's log, and try again."
_UNTOLD = "Nothing became of it. Try again."


class JobWorker:
    """The worker's process, started at once and again whenever it dies. Close it to end it, whatever it is doing."""

    def __init__(self, home: Path) -> None:
        self._home, self._closing = home, threading.Event()
        self._process = self._started()
        self._keeper = threading.Thread(target=self._keep_alive, name="job worker", daemon=True)
        self._keeper.start()

    @property
    def pid(self) -> int | None:
        """The number of the process that is at work now."""
        return self._process.pid

    def close(self) -> None:
        """End the process. A job that it was doing is taken up again by the next one."""
        self._closing.set()
        self._process.kill()
        self._keeper.join()

    def _started(self) -> SpawnProcess:
        process = get_context("spawn").Process(target=live, args=(self._home,))
        process.start()
        return process

    def _keep_alive(self) -> None:
        self._process.join()
        while not self._closing.wait(_PAUSE):
            self._process = self._started()
            if self._closing.is_set():
                self._process.kill()
            self._process.join()


def live(home: Path) -> None:
    """The life of the worker's process."""
    end_with_parent()
    # Ctrl-C goes to the whole group; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        _work_on(home)
    except DosijeError as error:
        # Servers that do not answer say so in a line; the next process tries again.
        sys.exit(f"dosije: {error}")


def _work_on(home: Path) -> None:
    # Until no other process takes the jobs of this archive.
    with Archive.open(home) as archive, open_worker_lock(archive.home, archive.settings).awaited():
        archive.inbox.sweep()
        settles_at, pause = 0.0, SETTLE_SECONDS
        while True:
            if work_once(archive):
                continue
            if time.monotonic() >= settles_at:
                pause = SETTLE_SECONDS if _keep_index(archive) else min(2 * pause, LONGEST_SECONDS)
                settles_at = time.monotonic() + pause
            time.sleep(POLL_SECONDS)


def _keep_index(archive: Archive) -> bool:
    """Index what is due, and build anew an index that is gone or damaged. Returns whether that need not wait longer
    than usual: what failed for its disk or its servers is not tried all the time."""
    try:
        archive.keep_index()
    except DosijeError as error:
        sys.stderr.write(f"dosije: {error}\n")
        return False
    return True


def work_once(archive: Archive) -> bool:
    """Do the next job, if there is one. Returns whether there was. Only the holder of the worker lock may call it."""
    job = archive.catalog.take_job()
    if job is None:
        return False
    if job.attempts > MOST_ATTEMPTS:
        _finish(archive, job, _KILLED)
        return True
    try:
        _add(archive, job)
    except ArchiveBusy:
        archive.catalog.put_job_back(job.id, _BUSY)
        time.sleep(_PAUSE)
        return True
    except DosijeError as error:
        _finish(archive, job, str(error))
    else:
        _finish(archive, job, _UNTOLD)
    for file in archive.catalog.job_files(job.id):
        # Somebody may have asked meanwhile for a failed one to be tried again, so only what is in the archive goes.
        if file.state in (FileState.ADDED, FileState.DUPLICATE) and not file.is_inside:
            archive.inbox.discard(job.id, file.path)
    return True


def _add(archive: Archive, job: Job) -> None:
    folder = archive.inbox.folder(job.id)
    due = [file.path for file in _due(archive, job)]
    if not due:
        return
    # One processor is left to the readers.
    processes = max(1, (os.cpu_count() or 1) - 1)
    options = AddOptions(jobs=processes, ocr="auto", collection=job.collection, retry_failed=True)
    told = _Told(archive, job, f"{readable(folder)}/")
    add(archive, [folder / path for path in due], options, told.file, told)
    told.pages()


def _due(archive: Archive, job: Job) -> list[JobFile]:
    """The uploaded files that wait, and the containers of which something is still to be read. Such a container is a
    document already, if a worker was killed between it and what it holds."""
    files = archive.catalog.job_files(job.id)
    unfinished = set(archive.catalog.unfinished_containers())
    holding = {file.path.partition(INSIDE)[0] for file in files if file.document in unfinished}
    return [file for file in files if not file.is_inside and (file.state is FileState.WAITING or file.path in holding)]


def _finish(archive: Archive, job: Job, reason: str) -> None:
    """End a job. What is still due has failed for ``reason``, and is kept to be tried again."""
    for file in _due(archive, job):
        archive.catalog.tell_job_file(job.id, replace(file, state=FileState.FAILED, reason=reason))
    archive.catalog.finish_job(job.id, reason)


class _Told(Progress):
    """Records in the catalog how far a job has come."""

    def __init__(self, archive: Archive, job: Job, prefix: str) -> None:
        self._archive, self._job, self._prefix = archive, job, prefix
        self._pages, self._told = job.pages_read, time.monotonic()

    def file(self, report: FileReport) -> None:
        """What became of a file. Those of other jobs, such as a container that was left unfinished, are not ours."""
        if not report.path.startswith(self._prefix):
            return
        path = place(report.path.removeprefix(self._prefix))
        state = FileState(report.status)
        if state is FileState.DUPLICATE and self._is_ours(report):
            state = FileState.ADDED
        file = JobFile(path, 0, state, report.id, report.pages, report.reason)
        self._archive.catalog.tell_job_file(self._job.id, file)

    def _is_ours(self, report: FileReport) -> bool:
        """Whether a file that is known already became a document by this very job, whose worker was killed then."""
        if report.id is None or INSIDE in report.path:
            return False
        return self._archive.catalog.sources(report.id)[0].path == report.path

    def page(self, number: int, of: int) -> None:
        """See :class:`indexer.ingest.progress.Progress`."""
        self._pages += 1
        if time.monotonic() - self._told > _TOLD_SECONDS:
            self.pages()

    def pages(self) -> None:
        """Record how many pages have been read."""
        self._archive.catalog.tell_job_pages(self._job.id, self._pages)
        self._told = time.monotonic()


TASK_POLL_SECONDS = 2.0
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
        time.sleep(TASK_POLL_SECONDS)


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
        """See :class:`indexer.ingest.outcomes.Watcher`: so the death of its worker is a first one again."""
        if named.task is not None:
            self._catalog.tell_task(named.task, self._worker, named.pages)

    def finished(self, named: Named) -> None:
        """See :class:`indexer.ingest.outcomes.Watcher`: record it, and let go."""
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
        f"The worker that read it died {MOST_ATTEMPTS} times.",
        "See whether the machine had enough memory, then add it again with --retry-failed.",
    )
