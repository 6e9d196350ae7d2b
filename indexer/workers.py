"""Several reading processes at work, and how long each may be silent.

Use it in one thread, as a context manager. Jobs are handed out one at a time, as processes are free.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import Generic

from archive.system.confinement import Confinement
from indexer.sandbox import Duty, Job, Part
from indexer.worker import Ended, Made, Worker

__all__ = ["Ended", "Made", "Pool", "Worker", "do"]

PAUSE = 0.5
"""Seconds after which somebody who had no job is asked again."""


class _NoMore:
    """What an iterator of jobs gives that has come to its end."""


_NO_MORE = _NoMore()


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

    def run(self, jobs: Iterable[Job | None]) -> Generator[Made[Job, Part] | Ended[Job], None, None]:
        """Do all jobs, the next one as soon as a worker is free, and give their messages as they come.

        Messages about one job come in order. ``jobs`` is asked for a job only when a worker is free to take it. A None
        among them says that there is no job just now: it is asked again when one has ended, or in a while.
        """
        waiting = iter(jobs)
        idle = list(self._workers)
        busy: list[_Running[Job, Part]] = []
        more, next_asking = True, 0.0
        while more or busy:
            while more and idle and time.monotonic() >= next_asking:
                job = next(waiting, _NO_MORE)
                if isinstance(job, _NoMore):
                    more = False
                elif job is None:
                    next_asking = time.monotonic() + PAUSE
                else:
                    worker = idle.pop()
                    worker.start(job)
                    busy.append(_Running(worker, job, worker.timeout))
            pause = max(next_asking - time.monotonic(), 0) if more and idle else None
            if busy:
                yield from _listen(busy, pause)
            elif pause:
                time.sleep(pause)
            ended = [running.worker for running in busy if running.has_ended]
            if ended:
                next_asking = 0.0
            idle += ended
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


def _listen(busy: Sequence[_Running[Job, Part]], most: float | None = None) -> Iterator[Made[Job, Part] | Ended[Job]]:
    """What the processes have said, waiting until one has said something, or for ``most`` seconds.

    Only the time spent waiting here counts against a process's patience: a parent that was busy elsewhere kills
    nobody. A piece of a message is no sign of life.
    """
    patience = [one.patience for one in busy] + ([] if most is None else [most])
    began = time.monotonic()
    ready = wait([end for running in busy for end in running.worker.ends], min(patience))
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
