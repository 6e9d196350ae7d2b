"""The queue of files that wait to be read, and its workers, which read them until nothing is left or for good.

Two kinds of work wait in the catalog. A *job* is files that somebody uploaded. They lie in the inbox of the home that a
reading room serves, so the worker beside the room does one after the other of the jobs whose files are there, the
oldest first; only the holder of the inbox's lock takes jobs, however many rooms serve a home. A *task* is a file whose
bytes are among the originals (``dosije add --queue``), read by whichever worker of whichever machine is free (``dosije
work``).

The catalog alone says what is to be done, so nothing is lost if a worker is killed: what it had begun is taken up
again, and what became a document before is known by its bytes. A task is taken in one short transaction of the
catalog's server (``FOR UPDATE SKIP LOCKED``), and its bytes are claimed by a lock of the worker's connection. If the
worker, its machine or its network fails, the server ends the connection, the claim falls, and the task is taken by
whoever is free next. What lies in a container is read by the worker that has the container: the limits on what may
come out of it are one sum, and what was unpacked lies on its disk.
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
from archive.findings.counting import keep_findings
from archive.findings.files import readable as readable_findings
from archive.findings.kept.as_of import keep_units
from archive.model.queue import INSIDE, MOST_ATTEMPTS, FileState, Job, JobFile, Outcome, Task, TaskState
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
"""How often the worker of uploads makes up for what an interrupted writer left out of the index."""

PASSAGE_SECONDS = 30
"""How long it makes passages before it looks after the index again."""

LONGEST_SECONDS = 600
"""How long it waits at most to build an index anew that could not be built."""

_PAUSE = 1.0
"""Seconds before a job is tried again that the archive was too busy for."""

_REPORT_SECONDS = 1.0
"""How often a job's pages are recorded."""


class WorkQueue(Protocol):
    """Work that waits, for :func:`serve`."""

    poll_seconds: float
    """How often a worker with nothing to do looks for more."""

    def work(self) -> bool:
        """Do the next piece of work, if there is one and the archive is free for it; returns whether there was."""

    def rest(self) -> bool:
        """See to the index while there is nothing to do; returns whether the worker should end."""


def serve(queue: WorkQueue) -> None:
    """Work until the queue says that it is enough. Between two pieces of work nothing is locked, so that commands which
    need the archive to themselves can have it."""
    while True:
        if queue.work():
            continue
        if queue.rest():
            return
        time.sleep(queue.poll_seconds)


class JobWorker(KeptProcess):
    """The worker's process, started at once and again whenever it dies."""

    def __init__(self, home: Path) -> None:
        super().__init__(home, live)


def live(home: Path) -> None:
    """Add what is uploaded, in a process of its own."""
    end_with_room()
    try:
        # Until no other process takes the jobs of this archive.
        with Archive.open(home) as archive, open_worker_lock(archive.home).awaited():
            archive.uploads.sweep(archive.catalog.jobs.known)
            serve(UploadQueue(archive))
    except DosijeError as error:
        # Servers that do not answer say so in a line; the next process tries again.
        sys.exit(f"dosije: {error}")


class UploadQueue:
    """The jobs of an archive, as a :class:`WorkQueue`. Only the holder of the worker lock may work on them."""

    poll_seconds = 0.5

    def __init__(self, archive: Archive) -> None:
        self._archive, self._catalog = archive, archive.catalog
        self._settles_at, self._pause = 0.0, SETTLE_SECONDS
        self._passage_trouble = self._counted = ""

    def work(self) -> bool:
        """Do the next job, if there is one; returns whether there was."""
        job = self._catalog.jobs.take(self._here())
        if job is None:
            return False
        if job.attempts > MOST_ATTEMPTS:
            killed = Message("The process that added it was killed %(count)s times.", count=MOST_ATTEMPTS)
            self._finish(job, sentences(killed, Message("Look at the server's log, and try again.")))
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
            # Somebody may have asked meanwhile for a failed one to be tried again, so only what is in the archive goes.
            if file.state in (FileState.ADDED, FileState.DUPLICATE) and not file.is_inside:
                self._archive.uploads.discard(job.id, file.path)
        return True

    def _here(self) -> set[str] | None:
        """Return the jobs that are ours: all, unless rooms with other homes may serve the catalog, whose uploads lie
        there."""
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
        """Return the uploaded files that wait, and the containers of which something is still to be read. Such a
        container is a document already, if a worker was killed between it and what it holds."""
        files = self._catalog.jobs.files(job.id)
        unfinished = set(self._catalog.members.unfinished())
        holding = {file.path.partition(INSIDE)[0] for file in files if file.document in unfinished}
        return [
            file for file in files if not file.is_inside and (file.state is FileState.WAITING or file.path in holding)
        ]

    def _finish(self, job: Job, reason: str) -> None:
        """End a job. What is still due has failed for ``reason``, and is kept to be tried again."""
        for file in self._due(job):
            self._catalog.jobs.report_file(job.id, replace(file, state=FileState.FAILED, reason=reason))
        self._catalog.jobs.finish(job.id, reason)

    def rest(self) -> bool:
        """Index what is due, and build anew an index that is gone or damaged, every few seconds; less often as long as
        its disk or its servers fail. Then bring up to date what findings count, until a job waits, and make passages
        for search by meaning, until a job waits or it is time to look at the index again. The worker goes on."""
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
        if state != self._counted:
            definitions, _ = readable_findings(self._archive.home)
            # Where it cannot be done in portions, or somebody is at it, that is left to who asks for a finding.
            if keep_findings(definitions, self._catalog, self._are_waiting) or not self._are_waiting():
                self._counted = state

    def _are_waiting(self) -> bool:
        return self._catalog.jobs.are_waiting(self._here())

    def _make_passages(self) -> None:
        """Make passages. What is wrong with the model is told once: it must not keep the index waiting."""
        meaning, ends = self._archive.meaning, time.monotonic() + PASSAGE_SECONDS
        try:
            if meaning and meaning.is_due():
                meaning.make(until=lambda: time.monotonic() > ends or self._are_waiting())
        except ArchiveBusy:
            # Somebody else is at it, at a terminal.
            return
        except DosijeError as error:
            if str(error) != self._passage_trouble:
                self._passage_trouble = str(error)
                sys.stderr.write(f"dosije: {error}\n")


class _JobProgress(Progress):
    """Records in the catalog how far a job has come. ``prefix`` begins the paths of its files."""

    def __init__(self, archive: Archive, job: Job, prefix: str) -> None:
        self._archive, self._job, self._prefix = archive, job, prefix
        self._pages, self._recorded_at = job.pages_read, time.monotonic()

    def file(self, report: FileReport) -> None:
        """Record what became of a file. Those of other jobs, such as a container that was left unfinished, are not
        ours."""
        if not report.path.startswith(self._prefix):
            return
        path = place(report.path.removeprefix(self._prefix))
        state = FileState(report.status)
        if state is FileState.DUPLICATE and self._is_ours(report):
            state = FileState.ADDED
        file = JobFile(path, 0, state, report.id, report.pages, report.reason)
        self._archive.catalog.jobs.report_file(self._job.id, file)

    def _is_ours(self, report: FileReport) -> bool:
        """Return whether a file that is known already became a document by this very job, whose worker was killed
        then."""
        if report.id is None or INSIDE in report.path:
            return False
        return self._archive.catalog.documents.sources(report.id)[0].path == report.path

    def page(self, number: int, of: int) -> None:
        """See :class:`indexer.ingest.progress.Progress`."""
        self._pages += 1
        if time.monotonic() - self._recorded_at > _REPORT_SECONDS:
            self.pages()

    def pages(self) -> None:
        """Record how many pages have been read."""
        self._archive.catalog.jobs.report_pages(self._job.id, self._pages)
        self._recorded_at = time.monotonic()


@dataclass(frozen=True, slots=True)
class WorkOptions:
    """How to work: documents read at once, when to use OCR, and whether to end when nothing is left to do: when all
    that was queued has been read, here or by others."""

    jobs: int
    ocr: OcrMode
    until_empty: bool


class TaskQueue:
    """The tasks of an archive, as a :class:`WorkQueue`, shared with other workers here and on other machines.

    ``report`` is called once for each file, as soon as it is known what became of it; ``finished`` each time when no
    task is left, here or with another worker, who may die.

    :raises archive.errors.UsageError: the catalog has no tasks, OCR is wanted and its language data are not there, or
        the archive's own watchlist cannot be read.
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
        """Read until no task is left, unless somebody has the archive to himself, who is done in a while.

        :raises archive.errors.CatalogUnavailable: the server is gone, and with it our claims; others take the tasks.
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
            taken = _Taken(archive, claims)
            outcomes = Outcomes(archive, claims, self._report, self._progress, taken)
            run = Run(archive, claims, self._options, outcomes, folder)
            try:
                read(archive, self._reader, self._options.jobs, folder, run, taken.jobs(run, outcomes), self._progress)
            finally:
                taken.give_back()
            archive.index(claims)
            return outcomes.summary()

    def rest(self) -> bool:
        """Index what a worker that died may have read; returns whether all is done and nobody waits for more."""
        if self._archive.catalog.tasks.has_open():
            return False
        is_settled = self._archive.settle() or self._archive.index_trouble is not None
        if is_settled:
            self._keep_units()
        return is_settled and self._until_empty

    def _keep_units(self) -> None:
        catalog = self._archive.catalog
        state = catalog.history.stamp()
        # As for uploads.
        if state != self._counted and (keep_units(catalog, catalog.tasks.has_open) or not catalog.tasks.has_open()):
            self._counted = state


class _Taken:
    """The tasks that a worker has taken and not finished."""

    def __init__(self, archive: Archive, claims: WorkClaims) -> None:
        self._archive, self._catalog, self._claims = archive, archive.catalog, claims
        self._resuming = Resuming(archive.catalog)
        self._worker = f"{socket.gethostname()}:{os.getpid()}"
        self._taken: dict[int, Task] = {}

    def jobs(self, run: Run, outcomes: Outcomes) -> Iterator[ReadJob | None]:
        """Yield what is to be read, of one task after the other; None while others may have something left for us."""
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
        # What failed in a file before its worker died is not read again: it may be what killed it.
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
        """Go on with a file that is a document already, because its worker died later, or because something in it is to
        be tried again."""
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
        """See :class:`indexer.ingest.outcomes.Watcher`: so the death of its worker is a first one again."""
        if named.task is not None:
            self._catalog.tasks.report(named.task, self._worker, named.pages)

    def finished(self, named: NamedInput) -> None:
        """See :class:`indexer.ingest.outcomes.Watcher`: record it, and let go."""
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
        """Let others have what is not finished."""
        if self._taken:
            self._catalog.tasks.release(list(self._taken), self._worker)


def _killed() -> ReadingStopped:
    return ReadingStopped(
        "The worker that read it died %(count)s times.",
        "See whether the machine had enough memory, then add it again with --retry-failed.",
        count=MOST_ATTEMPTS,
    )
