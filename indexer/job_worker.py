"""The process beside the reading room that adds what was uploaded: one job after the other, the oldest first.

The catalog alone says what is to be done, so nothing is lost if this process or its parent is killed: a job that was
running is taken up again, and what became a document before is known by its bytes. Only the holder of the worker lock
takes jobs, however many reading rooms are open.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.context import SpawnProcess
from pathlib import Path

from archive.errors import ArchiveBusy, DosijeError, Message, sentences
from archive.home import Archive
from archive.jobs import INSIDE, FileState, Job, JobFile
from archive.opening import open_worker_lock
from archive.processes import end_with_parent
from indexer.inputs import place, readable
from indexer.pipeline import AddOptions, FileReport, add
from indexer.progress import Silence

MOST_ATTEMPTS = 3
"""Times a job is begun whose worker dies each time."""

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
_BUSY = Message("Another process is adding documents; this goes on when that has ended.")
_KILLED = sentences(
    Message("The process that added it was killed %(count)s times.", count=MOST_ATTEMPTS),
    Message("Look at the server's log, and try again."),
)
_UNTOLD = sentences(Message("Nothing became of it."), Message("Try again."))


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


class _Told(Silence):
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
        """See :class:`indexer.progress.Progress`."""
        self._pages += 1
        if time.monotonic() - self._told > _TOLD_SECONDS:
            self.pages()

    def pages(self) -> None:
        """Record how many pages have been read."""
        self._archive.catalog.tell_job_pages(self._job.id, self._pages)
        self._told = time.monotonic()
