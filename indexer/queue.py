"""Queues of files to be read, and the workers that read them.

There are two kinds of work in the catalog. A *job* is a set of uploaded files. They are in the inbox of the home that a
reading room serves, so its own worker processes them, one job after the other, oldest first; only the holder of the
inbox lock does, however many rooms serve a home. A *task* is a file whose bytes are among the originals (``dosije add
--queue``), read by any free worker on any machine (``dosije work``).

The queue is kept in the catalog, so nothing is lost if a worker is killed: its work is started again, and finished
documents are recognized by their bytes. A task is taken in one short transaction (``FOR UPDATE SKIP LOCKED``), and its
bytes are claimed by a lock of the worker's connection. If the worker, its machine or its network fails, the server
closes the connection, which releases the claim, and another worker takes the task. Members of a container are read by
the worker of the container, because limits apply to all of them together and they are unpacked on its disk.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from archive.archive import Archive, open_worker_lock
from archive.errors import ArchiveBusy, DosijeError, Message, ReadingStopped, UsageError, sentences
from archive.findings.files import readable as readable_findings
from archive.findings.kept.as_of import keep_units
from archive.findings.kept_sentences import sentences_of_all
from archive.model.queue import INSIDE, MOST_ATTEMPTS, FileState, Job, JobFile, Outcome, Task, TaskState
from archive.profiles.bids import keep_counts
from archive.store.sql.locks import WorkClaims
from indexer.formats.source import OcrMode
from indexer.ingest.inputs import Input, NamedInput, Resuming, place, readable
from indexer.ingest.outcomes import Outcomes
from indexer.ingest.parts import ReadJob
from indexer.ingest.progress import AddOptions, FileReport, Progress, Summary
from indexer.ingest.run import Run, add, read, reader_of
from indexer.ingest.unpacking import unpacking_folder
from indexer.kept_process import KeptProcess, end_with_room

SETTLE_SECONDS = 5
"""Seconds between checks of the upload worker for documents that are due for the index."""

PASSAGE_SECONDS = 30
"""Maximum time in seconds for making passages before the next check of the index."""

LONGEST_SECONDS = 600
"""Maximum delay in seconds before another attempt to rebuild the index."""

_PAUSE = 1.0
"""Seconds before a job is retried because the archive was busy."""

_REPORT_SECONDS = 1.0
"""Seconds between updates of the progress of a job."""


class WorkQueue(Protocol):
    """A queue of work for :func:`serve`."""

    poll_seconds: float
    """Seconds between checks for new work."""

    def work(self) -> bool:
        """Do the next piece of work; return False if there is none or the archive is busy."""

    def rest(self) -> bool:
        """Update the index while there is no work; return whether the worker should end."""


def serve(queue: WorkQueue) -> None:
    """Work until the queue says to end.

    Nothing is locked between two pieces of work, so that commands which need exclusive access get it.
    """
    while True:
        if queue.work():
            continue
        if queue.rest():
            return
        time.sleep(queue.poll_seconds)


class JobWorker(KeptProcess):
    """The keeper of the upload worker's process, which is restarted whenever it dies."""

    def __init__(self, home: Path) -> None:
        super().__init__(home, live)


def live(home: Path) -> None:
    """Add uploaded files, in a process of its own."""
    end_with_room()
    try:
        # Wait until no other process works on the jobs of this archive.
        with Archive.open(home) as archive, open_worker_lock(archive.home).awaited():
            archive.uploads.sweep(archive.catalog.jobs.known)
            serve(UploadQueue(archive))
    except DosijeError as error:
        # An unavailable server is reported in a line; the next process tries again.
        sys.exit(f"dosije: {error}")


class UploadQueue:
    """The jobs of an archive, as a :class:`WorkQueue`. Only the holder of the worker lock may use it."""

    poll_seconds = 0.5

    def __init__(self, archive: Archive) -> None:
        self._archive, self._catalog = archive, archive.catalog
        self._settles_at, self._pause = 0.0, SETTLE_SECONDS
        self._passage_trouble = self._counted = self._told = ""

    def work(self) -> bool:
        """Do the next job; return whether there was one."""
        job = self._catalog.jobs.take(self._here())
        if job is None:
            return False
        if job.attempts > MOST_ATTEMPTS:
            killed = Message("The process that added it was killed %(count)s times.", count=MOST_ATTEMPTS)
            self._finish(job, sentences(killed, Message("Check the server's log, and try again.")))
            return True
        try:
            self._add(job)
        except ArchiveBusy:
            note = Message("Another process is adding documents; this goes on when that has ended.")
            self._catalog.jobs.put_back(job.id, note)
            time.sleep(_PAUSE)
            return True
        except DosijeError as error:
            self._finish(job, str(error))
        else:
            self._finish(job, sentences(Message("Nothing became of it."), Message("Try again.")))
        for file in self._catalog.jobs.files(job.id):
            # A failed file may be retried, so only files that are in the archive are deleted.
            if file.state in (FileState.ADDED, FileState.DUPLICATE) and not file.is_inside:
                self._archive.uploads.discard(job.id, file.path)
        return True

    def _here(self) -> set[str] | None:
        """Return the jobs whose uploads are in this home; None for all, if no other home shares the catalog."""
        return self._archive.uploads.jobs() if self._catalog.tasks.has_queue else None

    def _add(self, job: Job) -> None:
        folder = self._archive.uploads.folder(job.id)
        due = self._due(job)
        if due:
            # One processor is left to the readers.
            processes = max(1, (os.cpu_count() or 1) - 1)
            options = AddOptions(
                jobs=processes, ocr="auto", collection=job.collection, retry_failed=True, is_watched=True
            )
            progress = _JobProgress(self._archive, job, f"{readable(folder)}/")
            add(self._archive, [folder / file.path for file in due], options, progress.file, progress)
            progress.pages()

    def _due(self, job: Job) -> list[JobFile]:
        """Return the uploaded files that are pending, and the containers with pending members.

        Such a container is a document already if a worker was killed before its members were read.
        """
        files = self._catalog.jobs.files(job.id)
        unfinished = set(self._catalog.members.unfinished())
        holding = {file.path.partition(INSIDE)[0] for file in files if file.document in unfinished}
        return [
            file for file in files if not file.is_inside and (file.state is FileState.WAITING or file.path in holding)
        ]

    def _finish(self, job: Job, reason: str) -> None:
        """End a job. Pending files have failed for ``reason``, and are kept for another attempt."""
        for file in self._due(job):
            self._catalog.jobs.report_file(job.id, replace(file, state=FileState.FAILED, reason=reason))
        self._catalog.jobs.finish(job.id, reason)

    def rest(self) -> bool:
        """Update the index every few seconds, and rebuild it if it is missing or damaged; return False.

        The interval grows while its disk or servers fail. After the index, findings are updated and passages made,
        until a job is waiting or the time is up.
        """
        if time.monotonic() >= self._settles_at:
            try:
                self._archive.keep_index()
                self._keep_findings()
                self._make_passages()
                self._pause = SETTLE_SECONDS
            except DosijeError as error:
                sys.stderr.write(f"dosije: {error}\n")
                self._pause = min(2 * self._pause, LONGEST_SECONDS)
            self._settles_at = time.monotonic() + self._pause
        return False

    def _keep_findings(self) -> None:
        state = self._catalog.history.stamp()
        # If it cannot be done in portions, or another process does it, findings are updated on request.
        if state != self._counted:
            if keep_counts(self._archive.home, self._catalog, self._are_waiting) or not self._are_waiting():
                self._counted = state
        elif state != self._told:
            # Nothing has changed since the last time: while somebody decides one fact after another, nothing is told.
            archive = self._archive
            sentences_of_all(readable_findings(archive.home)[0], self._catalog, archive.search, archive.engine)
            self._told = state

    def _are_waiting(self) -> bool:
        return self._catalog.jobs.are_waiting(self._here())

    def _make_passages(self) -> None:
        """Make passages. A failure of the model is reported once, and does not delay the index."""
        meaning, ends = self._archive.meaning, time.monotonic() + PASSAGE_SECONDS
        try:
            if meaning and meaning.is_due():
                meaning.make(until=lambda: time.monotonic() > ends or self._are_waiting())
        except ArchiveBusy:
            # A command is making passages.
            return
        except DosijeError as error:
            if str(error) != self._passage_trouble:
                self._passage_trouble = str(error)
                sys.stderr.write(f"dosije: {error}\n")


class _JobProgress(Progress):
    """The progress of a job, recorded in the catalog; ``prefix`` begins the paths of its files."""

    def __init__(self, archive: Archive, job: Job, prefix: str) -> None:
        self._archive, self._job, self._prefix = archive, job, prefix
        self._pages, self._recorded_at = job.pages_read, time.monotonic()

    def file(self, report: FileReport) -> None:
        """Record the outcome of a file; those of other jobs, such as resumed containers, are ignored."""
        if not report.path.startswith(self._prefix):
            return
        path = place(report.path.removeprefix(self._prefix))
        state = FileState(report.status)
        if state is FileState.DUPLICATE and self._is_ours(report):
            state = FileState.ADDED
        file = JobFile(path, 0, state, report.id, report.pages, report.reason)
        self._archive.catalog.jobs.report_file(self._job.id, file)

    def _is_ours(self, report: FileReport) -> bool:
        """Return whether a duplicate was added by an earlier attempt of this job, whose worker was killed."""
        if report.id is None or INSIDE in report.path:
            return False
        return self._archive.catalog.documents.sources(report.id)[0].path == report.path

    def page(self, number: int, of: int) -> None:
        """See :meth:`indexer.ingest.progress.Progress.page`."""
        self._pages += 1
        if time.monotonic() - self._recorded_at > _REPORT_SECONDS:
            self.pages()

    def pages(self) -> None:
        """Record the number of pages read."""
        self._archive.catalog.jobs.report_pages(self._job.id, self._pages)
        self._recorded_at = time.monotonic()


@dataclass(frozen=True, slots=True)
class WorkOptions:
    """Options of ``work``.

    ``jobs`` is the number of documents read in parallel; ``until_empty`` says to end when all queued files were read,
    here or by other workers.
    """

    jobs: int
    ocr: OcrMode
    until_empty: bool


class TaskQueue:
    """The tasks of an archive, as a :class:`WorkQueue` shared with other workers and machines.

    ``report`` is called once for each file, as soon as its outcome is known; ``finished`` each time no task is left,
    here or with another worker.

    :raises archive.errors.UsageError: the catalog has no tasks, OCR is wanted and its language data are missing, or the
    archive's own watchlist cannot be read.
    """

    poll_seconds = 2.0

    def __init__(
        self,
        archive: Archive,
        options: WorkOptions,
        report: Callable[[FileReport], None],
        finished: Callable[[Summary], None],
        progress: Progress,
    ) -> None:
        if not archive.catalog.tasks.has_queue:
            raise UsageError(
                "Reading by several workers needs a catalog on PostgreSQL.", "Set catalog_url, or use: add"
            )
        collection = archive.settings.text("default_collection")
        self._archive, self._until_empty = archive, options.until_empty
        self._options = AddOptions(options.jobs, options.ocr, collection, retry_failed=True)
        self._report, self._finished, self._progress = report, finished, progress
        self._reader, self._counted = reader_of(archive, self._options), ""

    def work(self) -> bool:
        """Read tasks until none is left; return False if there is none, or if the archive is busy.

        :raises archive.errors.CatalogUnavailable: the connection to the server was lost, and with it our claims; other
        workers take the tasks.
        """
        if not self._archive.catalog.tasks.has_open():
            return False
        try:
            summary = self._round()
        except ArchiveBusy:
            return False
        self._finished(summary)
        return True

    def _round(self) -> Summary:
        archive = self._archive
        with archive.adding() as claims, unpacking_folder(archive.cache) as folder:
            taken = _ClaimedTasks(archive, claims)
            outcomes = Outcomes(archive, claims, self._report, self._progress, taken)
            run = Run(archive, claims, self._options, outcomes, folder)
            try:
                read(archive, self._reader, self._options.jobs, folder, run, taken.jobs(run, outcomes), self._progress)
            finally:
                taken.give_back()
            archive.index(claims)
            return outcomes.summary()

    def rest(self) -> bool:
        """Index documents read by workers that died; return whether all is done and the worker should end."""
        if self._archive.catalog.tasks.has_open():
            return False
        is_settled = self._archive.settle() or self._archive.index_trouble is not None
        if is_settled:
            self._keep_units()
        return is_settled and self._until_empty

    def _keep_units(self) -> None:
        catalog = self._archive.catalog
        state = catalog.history.stamp()
        # As in UploadQueue._keep_findings.
        if state != self._counted and (keep_units(catalog, catalog.tasks.has_open) or not catalog.tasks.has_open()):
            self._counted = state


class _ClaimedTasks:
    """The tasks that a worker has taken and not finished."""

    def __init__(self, archive: Archive, claims: WorkClaims) -> None:
        self._archive, self._catalog, self._claims = archive, archive.catalog, claims
        self._resuming = Resuming(archive.catalog)
        self._worker = f"{socket.gethostname()}:{os.getpid()}"
        self._taken: dict[int, Task] = {}

    def jobs(self, run: Run, outcomes: Outcomes) -> Iterator[ReadJob | None]:
        """Yield the jobs of one task after the other; None while other workers may return tasks to the queue."""
        while True:
            yield from run.jobs()
            task = self._catalog.tasks.take(self._claims, self._worker)
            if task:
                self._taken[task.number] = task
                outcomes.expect(1)
                self._begin(task, run, outcomes)
            elif run.is_busy or self._catalog.tasks.has_open():
                yield None
            else:
                return

    def _begin(self, task: Task, run: Run, outcomes: Outcomes) -> None:
        # Members that failed before the worker died are not read again: one may have killed it.
        retries = task.attempts == 1
        named = NamedInput.of(self._archive.settings, task.collection, retries=retries, task=task.number)
        named.pages = task.pages
        given = Input(Path(), task.path, task.path, task.filename, named, kept=task.sha256)
        is_known = self._catalog.documents.has(task.sha256)
        if is_known and self._catalog.documents.sources(task.sha256)[0].path == task.path:
            self._go_on(task, given, run, outcomes)
        elif task.attempts > MOST_ATTEMPTS and not is_known:
            outcomes.line_up(given)
            outcomes.discard(given, task.sha256)
            outcomes.fail(given, task.sha256, _killed())
            outcomes.finish(given)
        else:
            run.line_up(given)

    def _go_on(self, task: Task, given: Input, run: Run, outcomes: Outcomes) -> None:
        """Continue with a file that is a document already, because its worker died or a member is retried."""
        outcomes.line_up(given)
        outcomes.known(given, task.sha256)
        for container in self._resuming.unfinished_in(task.sha256, retries=given.named.retries):
            if task.attempts <= MOST_ATTEMPTS:
                run.resume(container, given.named)
            else:
                self._fail_due(container, given.named, outcomes)
        outcomes.finish(given)

    def _fail_due(self, container: str, named: NamedInput, outcomes: Outcomes) -> None:
        holder = self._resuming.container(container, named)
        for member in self._catalog.members.of(container):
            if member.is_due:
                outcomes.expect(1)
                outcomes.fail(holder.holding(container, member.path, Path()), None, _killed())

    def went_on(self, named: NamedInput) -> None:
        """See :class:`indexer.ingest.outcomes.Watcher`: record the progress, which resets the count of attempts."""
        if named.task is not None:
            self._catalog.tasks.report(named.task, self._worker, named.pages)

    def finished(self, named: NamedInput) -> None:
        """See :class:`indexer.ingest.outcomes.Watcher`: record the outcome, and release the claim."""
        task = self._taken.get(named.task or 0)
        if task is None:
            return
        report = named.report
        assert report is not None
        outcome = Outcome(TaskState(report.status), report.id, named.pages, report.reason)
        self._catalog.tasks.finish(task.number, self._worker, outcome)
        del self._taken[task.number]
        self._claims.release(task.sha256)

    def give_back(self) -> None:
        """Return unfinished tasks to the queue."""
        if self._taken:
            self._catalog.tasks.release(list(self._taken), self._worker)


def _killed() -> ReadingStopped:
    return ReadingStopped(
        "The worker that read it died %(count)s times.",
        "Check whether the machine had enough memory, then add it again with --retry-failed.",
        count=MOST_ATTEMPTS,
    )
