"""Warm child processes that do risky work, one job at a time each.

A document can crash or hang the library that reads it. It then takes one child with it, never the program: the job
ends in :class:`archive.errors.ReadingStopped`, and a fresh child takes the next one.

What a child makes is sent in parts as they are made (a page at a time), so a part is a sign of life, a long
document's answer is never one huge message, and a child that is ahead of its parent waits for it. Children are
spawned, never forked: a fork would share the file offsets of open documents and the locks of threads.
"""

from __future__ import annotations

import signal
import tempfile
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from multiprocessing.reduction import DupFd
from typing import Generic

from archive.errors import DosijeError, ReadingStopped
from indexer.sandbox import Job, Part, Sent, Work, live

_GRACE = 5.0
"""Seconds a child gets to end by itself when it is no longer needed."""


@dataclass(frozen=True, slots=True)
class Made(Generic[Job, Part]):
    """A part of a job's answer."""

    job: Job
    part: Part


@dataclass(frozen=True, slots=True)
class Ended(Generic[Job]):
    """A job came to its end, well or with an error."""

    job: Job
    error: DosijeError | None


class Worker(Generic[Job, Part]):
    """One child process, started when it is first needed and again whenever it has died."""

    def __init__(self, prepare: Callable[[], Work[Job, Part]], timeout: float) -> None:
        """``prepare`` is called once in each child and returns its work. ``timeout`` is seconds without a part."""
        self._prepare = prepare
        self.timeout = timeout
        self._process: SpawnProcess | None = None
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close()

    def start(self, job: Job) -> None:
        """Hand a job to the child."""
        if self._process is None or not self._process.is_alive():
            self._spawn()
        self.connection.send(job)

    def _spawn(self) -> None:
        self._end()
        context = get_context("spawn")
        self.connection, far_end = context.Pipe()
        self._errors.seek(0)
        self._errors.truncate()
        self._process = context.Process(
            target=live, args=(self._prepare, far_end, DupFd(self._errors.fileno())), daemon=True
        )
        self._process.start()
        far_end.close()

    def receive(self, job: Job) -> Made[Job, Part] | Ended[Job]:
        """The next message about ``job``, waiting for it."""
        try:
            message = self.connection.recv()
        except (EOFError, OSError):
            return Ended(job, self._post_mortem())
        return Made(job, message.part) if isinstance(message, Sent) else Ended(job, message.error)

    def do(self, job: Job) -> list[Part]:
        """Do one job and wait for all of its parts.

        :raises DosijeError: what the work raised, or :class:`archive.errors.ReadingStopped`.
        """
        self.start(job)
        parts = []
        ended: Ended[Job] | None = None
        while ended is None:
            message = self.receive(job) if self.connection.poll(self.timeout) else self.give_up(job)
            if isinstance(message, Made):
                parts.append(message.part)
            else:
                ended = message
        if ended.error is not None:
            raise ended.error
        return parts

    def give_up(self, job: Job) -> Ended[Job]:
        """Kill the child, which has gone too long without a part."""
        self._end()
        return Ended(
            job,
            ReadingStopped(
                f"Reading was stopped: {self.timeout:.0f} seconds passed without a page being finished.",
                "Try again with a larger setting read_timeout, or leave the file out.",
            ),
        )

    def _post_mortem(self) -> ReadingStopped:
        """What a child died of: a signal, or the error that is the last line of what it said."""
        assert self._process is not None
        self._process.join(_GRACE)
        code = self._process.exitcode
        self._end()
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        last_words = lines[-1].strip() if lines else ""
        cause = signal.strsignal(-code) if code is not None and code < 0 else last_words
        return ReadingStopped(
            f"The process that read it died ({cause or 'no reason given'}).",
            "Save the document anew (print it to PDF) and add that; please report the original if it is public.",
        )

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
            self.connection.close()
            self._process = None

    def close(self) -> None:
        """End the child, whatever it is doing."""
        self._end()
        self._errors.close()


class Pool(Generic[Job, Part]):
    """Several workers. Use it in one thread, as a context manager."""

    def __init__(self, prepare: Callable[[], Work[Job, Part]], size: int, timeout: float) -> None:
        self._workers = [Worker(prepare, timeout) for _ in range(size)]

    def run(self, jobs: Iterable[Job]) -> Generator[Made[Job, Part] | Ended[Job], None, None]:
        """Do all jobs, the next one as soon as a worker is free, and give their messages as they come.

        Messages about one job come in order. ``jobs`` is asked for a job only when a worker is free to take it.
        """
        waiting = iter(jobs)
        idle = list(self._workers)
        busy: dict[Connection, _Running[Job, Part]] = {}
        more = True
        while True:
            while more and idle:
                job = next(waiting, None)
                if job is None:
                    more = False
                else:
                    worker = idle.pop()
                    worker.start(job)
                    busy[worker.connection] = _Running(worker, job, worker.timeout)
            if not busy:
                return
            for connection, message in _listen(busy):
                if isinstance(message, Ended):
                    idle.append(busy.pop(connection).worker)
                yield message

    def close(self) -> None:
        """End all children."""
        for worker in self._workers:
            worker.close()

    def __enter__(self) -> Pool[Job, Part]:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(slots=True)
class _Running(Generic[Job, Part]):
    """A job at work, and the seconds it may still go without a part."""

    worker: Worker[Job, Part]
    job: Job
    patience: float


def _listen(
    busy: dict[Connection, _Running[Job, Part]],
) -> Iterator[tuple[Connection, Made[Job, Part] | Ended[Job]]]:
    """One message of each child that has one.

    Only the time spent waiting here counts against a child's patience: a parent that was busy elsewhere kills nobody.
    """
    began = time.monotonic()
    ready = wait(list(busy), min(running.patience for running in busy.values()))
    waited = time.monotonic() - began
    for connection, running in list(busy.items()):
        if connection in ready:
            running.patience = running.worker.timeout
            yield connection, running.worker.receive(running.job)
        else:
            running.patience -= waited
            if running.patience <= 0:
                yield connection, running.worker.give_up(running.job)
