"""The inside of a child process: its limits, its life, and how it ends with its parent.

:mod:`indexer.workers` is the outside.
"""

from __future__ import annotations

import fcntl
import os
import resource
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from archive.errors import DosijeError, ReadingStopped

Job = TypeVar("Job")
Part = TypeVar("Part")

Work = Callable[[Job], Iterator[Part]]
"""What a child does: a job in, parts out, one of the errors of :mod:`archive.errors` if it cannot."""

MEMORY_LIMIT = 4 << 30
"""Bytes of address space a child may have. OCR takes 0.4 GB; a document that asks for ten times that is a trap or a
bug."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of a child: a part of the answer to its job."""

    part: Any


@dataclass(frozen=True, slots=True)
class Done:
    """A message of a child: the job is at its end, and it is ready for another."""

    error: DosijeError | None


def live(prepare: Callable[[], Work[Job, Part]], connection: Connection, errors: Any) -> None:
    """The life of a child process."""
    _die_with_parent()
    # Ctrl-C goes to the whole group; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What libraries print must neither break the progress bar nor mix with data; the parent reads it after a crash.
    descriptor = errors.detach()
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    work = prepare()
    while True:
        try:
            job = connection.recv()
        except EOFError:
            return
        connection.send(Done(_do(work, job, connection)))


def _do(work: Work[Job, Part], job: Job, connection: Connection) -> DosijeError | None:
    try:
        for part in work(job):
            connection.send(Sent(part))
    except DosijeError as error:
        return error
    except MemoryError:
        limit = f"{MEMORY_LIMIT >> 30} GiB"
        return ReadingStopped(f"Reading it takes more than {limit} of memory.", "Split it into smaller files.")
    return None


def _die_with_parent() -> None:
    """Have the kernel end this process when its parent is gone, even amid a call into a library that never returns.

    The parent holds one end of a pipe and never writes to it. When it dies, the other end becomes readable, and SIGIO,
    which we leave at its default of ending the process, is sent for that. PR_SET_PDEATHSIG would do the same when the
    *thread* that started us ends, which in a web server is no sign of anything.
    """
    parent = parent_process()
    assert parent is not None
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(parent.sentinel, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(parent.sentinel, fcntl.F_GETFL)
    fcntl.fcntl(parent.sentinel, fcntl.F_SETFL, flags | os.O_ASYNC)
