"""Several reading processes at work, and how long each may be silent.

Use it in one thread, as a context manager. Jobs are handed out one at a time, as processes are free.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import Generic

from archive.confinement import Confinement
from indexer.sandbox import Duty, Job, Part
from indexer.worker import Ended, Made, Worker

__all__ = ["Ended", "Made", "Pool", "Worker", "do"]


def do(worker: Worker[Job, Part], job: Job) -> list[Part]:
    """Do one job and wait for all of its parts.

    :raises DosijeError: what the work raised, or :class:`archive.errors.ReadingStopped`.
    """
    worker.start(job)
    running = _Running(worker, job, worker.timeout)
    parts = []
    while True:
        for message in _listen([running]):
            if isinstance(message, Made):
                parts.append(message.part)
            elif message.error is not None:
                raise message.error
            else:
                return parts


class Pool(Generic[Job, Part]):
    """Several workers."""

    def __init__(
        self, duty: Duty[Job, Part], size: int, timeout: float, confinement: Confinement | None = None
    ) -> None:
        """As :class:`indexer.worker.Worker`, ``size`` times."""
        self._workers = [Worker(duty, timeout, confinement) for _ in range(size)]

    def run(self, jobs: Iterable[Job]) -> Generator[Made[Job, Part] | Ended[Job], None, None]:
        """Do all jobs, the next one as soon as a worker is free, and give their messages as they come.

        Messages about one job come in order. ``jobs`` is asked for a job only when a worker is free to take it.
        """
        waiting = iter(jobs)
        idle = list(self._workers)
        busy: list[_Running[Job, Part]] = []
        more = True
        while True:
            while more and idle:
                job = next(waiting, None)
                if job is None:
                    more = False
                else:
                    worker = idle.pop()
                    worker.start(job)
                    busy.append(_Running(worker, job, worker.timeout))
            if not busy:
                return
            yield from _listen(busy)
            idle += [running.worker for running in busy if running.has_ended]
            busy = [running for running in busy if not running.has_ended]

    def close(self) -> None:
        """End all processes."""
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
    has_ended: bool = False


def _listen(busy: Sequence[_Running[Job, Part]]) -> Iterator[Made[Job, Part] | Ended[Job]]:
    """What the processes have said, waiting until one has said something.

    Only the time spent waiting here counts against a process's patience: a parent that was busy elsewhere kills
    nobody. A piece of a message is no sign of life.
    """
    began = time.monotonic()
    ready = wait([end for running in busy for end in running.worker.ends], min(one.patience for one in busy))
    waited = time.monotonic() - began
    for running in busy:
        running.patience -= waited
        if any(end in ready for end in running.worker.ends):
            for message in running.worker.listen():
                running.patience = running.worker.timeout
                running.has_ended = isinstance(message, Ended)
                yield message
        if running.patience <= 0 and not running.has_ended:
            running.has_ended = True
            yield Ended(running.job, running.worker.give_up())
