"""The inside of a child process: its limits, its life, and how it ends with its parent.

:mod:`indexer.workers` is the outside.
"""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from archive.errors import DosijeError, ReadingStopped
from archive.processes import end_with_parent

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
    end_with_parent()
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
