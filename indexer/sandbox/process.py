"""The code of a reading process: a warm process that opens no document, and a fork of it for each.

The warm process has imported libraries, rules and OCR models. Each job is done by a fork with resource limits, which
ends with its document, so that its effects do not reach the next one. Only the warm process receives jobs and reports
their end; a fork has only a pipe for its results. :mod:`indexer.sandbox.workers` is the side of the parent.
"""

from __future__ import annotations

import ctypes
import gc
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from archive.errors import DosijeError, ReadingStopped
from archive.system.confinement import Confinement, ProcessLimits
from archive.system.paths import told
from indexer import stages
from indexer.sandbox.messages import COSTS, END, ENDED, ERROR, RAW, SPENT, Outbox, encode
from indexer.stages import NOTHING, Stage

Job = TypeVar("Job")
Part = TypeVar("Part")

Work = Callable[[Job], Iterator[Part]]
"""The function of a fork: it takes a job and yields parts, or raises an error of :mod:`archive.errors`."""

SIGNALLED = 128
"""Added to the number of the signal that killed a fork to make the exit code, as shells and bubblewrap do."""

_SCRATCH = "/tmp"  # noqa: S108 - the sandbox's own, in memory

_SET_DEATH_SIGNAL, _SET_DUMPABLE = 1, 4
"""Operations of prctl(2)."""


class Handler(Generic[Job, Part]):
    """What a warm process does with jobs. It is pickled once, and its methods are called in that process."""

    parts: ClassVar[tuple[type, ...]] = (bytes,)
    """Allowed types of parts: dataclasses, or types that JSON has."""

    def load(self) -> Work[Job, Part]:
        """Import what is needed, and return the work function."""
        raise NotImplementedError

    def prepare(self, job: Job) -> None:
        """Import what this job will need, without opening the document."""


@dataclass(frozen=True, slots=True)
class Start:
    """The first message to a warm process."""

    handler: Handler[Any, Any]
    confinement: Confinement


def main(control: int, parts: int, parent: int, scratch: str = _SCRATCH) -> None:
    """Run a warm process.

    :param control: a socket to its parent.
    :param parts: a pipe that its forks write to.
    :param parent: the id of the parent process, 0 if it is invisible from here.
    :param scratch: the folder for temporary files.
    """
    library = ctypes.CDLL(None)
    # The kernel kills this process with the thread that started it; in a sandbox bubblewrap does.
    library.prctl(_SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if parent and os.getppid() != parent:
        return
    # Ctrl-C goes to the whole process group; the parent handles it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    connection = Connection(control)
    stages.begin(Stage.START)
    with stages.stage(Stage.START):
        start: Start = connection.recv()
        start.confinement.take_effect(Path(scratch))
    # A compromised fork must not read or write the memory of this process.
    library.prctl(_SET_DUMPABLE, 0, 0, 0, 0)
    # Changing the user resets it.
    library.prctl(_SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    with stages.stage(Stage.START):
        work = start.handler.load()
    clean = _surroundings() if start.confinement.is_shut_in else None
    while True:
        try:
            with stages.stage(Stage.WAITING):
                job = connection.recv()
        except EOFError:
            return
        with stages.stage(Stage.START):
            start.handler.prepare(job)
            # Keep memory shared with forks, whose garbage collector would otherwise write to all of it.
            gc.freeze()
        child = os.fork()
        if child == 0:
            connection.close()
            library.prctl(_SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
            _do_and_end(start, work, job, parts)
        code = _ended(child)
        if code:
            os._exit(code if code > 0 else SIGNALLED - code)
        if start.confinement.is_restricted:
            _empty(Path(scratch))
        is_clean = not start.confinement.is_shut_in or _surroundings() == clean
        connection.send_bytes(_end(ENDED if is_clean else SPENT))


def _end(how: bytes) -> bytes:
    """Return the end message of a job, with the costs of this process and its fork since the last one.

    They are measured here, not reported by the fork.
    """
    spent = stages.costs()
    loading, work = spent.get(Stage.START, NOTHING), spent.get(Stage.REST, NOTHING)
    stages.restart()
    return END.pack(how, loading.cpu, loading.clock, work.cpu, work.clock)


def _do_and_end(start: Start, work: Work[Any, Any], job: Any, pipe: int) -> None:
    """Do a job and exit, with code 0 also if it raised one of our errors."""
    stages.restart()
    os.setsid()
    limits, types = start.confinement.limits, start.handler.parts
    limits.apply(processes=start.confinement.processes)
    code, outbox = 1, Outbox(pipe)
    try:
        for part in work(job):
            with stages.stage(Stage.TRANSFER):
                if isinstance(part, bytes):
                    outbox.put(RAW, part)
                else:
                    outbox.put(types.index(type(part)), encode(part))
            limits.allow_time()
        outbox.put(COSTS, encode(stages.costs()))
        outbox.send()
        code = 0
    except DosijeError as error:
        outbox.put(COSTS, encode(stages.costs()))
        outbox.put(ERROR, encode(told(error)))
        outbox.send()
        code = 0
    except MemoryError:
        outbox.put(ERROR, encode(_too_greedy(limits)))
        outbox.send()
        code = 0
    except PermissionError as error:
        # Not the document's fault: a disk mounted for one user, or originals that only their owner may read.
        outbox.put(ERROR, encode(told(_not_permitted(error))))
        outbox.send()
        code = 0
    finally:
        # An exception of any other kind is a bug; its last line is what the parent reports.
        if code and (bug := sys.exception()):
            sys.excepthook(type(bug), bug, bug.__traceback__)
        sys.stderr.flush()
        os._exit(code)


def _too_greedy(limits: ProcessLimits) -> ReadingStopped:
    return ReadingStopped(
        "Reading it takes more than %(limit)s GiB of memory.",
        "Split it into smaller files, or raise the setting max_read_memory.",
        limit=f"{limits.memory / (1 << 30):g}",
    )


def _not_permitted(error: PermissionError) -> ReadingStopped:
    return ReadingStopped(
        "The process that reads it, as user %(user)s, may not open %(file)s.",
        "Let that user read the originals (mount their disk with allow_other), or run this as their owner; "
        "then --retry-failed.",
        user=os.geteuid(),
        file=error.filename or error.strerror,
    )


def _ended(child: int) -> int:
    """Wait for a fork, kill its process group, and return its exit code.

    Until it is reaped its id is not reused, so no other process is killed.
    """
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _empty(scratch: Path) -> None:
    """Remove files left behind by a document."""
    for left in scratch.iterdir():
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _surroundings() -> tuple[set[str], set[str]]:
    """Return the other processes and scratch files; used only in a sandbox, where both belong to it."""
    processes = {path.name for path in Path("/proc").iterdir() if path.name.isdecimal()}
    return processes, {path.name for path in Path(_SCRATCH).iterdir()}
