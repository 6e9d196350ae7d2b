"""The inside of a reading process: a warm one that opens nothing, and a fork of it for each document.

The warm process has the libraries, rules and OCR models loaded. Each job is done by a fork of it, which has limits, and
which ends with its document: what a document did to the process that read it is gone before the next is read. Only
the warm process hears of jobs and says that one has ended; the fork has nothing but a pipe for what it found.

:mod:`indexer.sandbox.workers` is the outside.
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
"""What a fork does: a job in, parts out, one of the errors of :mod:`archive.errors` if it cannot."""

SIGNALLED = 128
"""Added to the number of the signal that a fork died of, to make the exit code: the custom of shells, and of
bubblewrap."""

_SCRATCH = "/tmp"  # noqa: S108 - the sandbox's own, in memory

_SET_DEATH_SIGNAL, _SET_DUMPABLE = 1, 4
"""Operations of prctl(2)."""


class Handler(Generic[Job, Part]):
    """What a warm process does with jobs. It is sent there once, and its methods are called there."""

    parts: ClassVar[tuple[type, ...]] = (bytes,)
    """The types of parts there may be: dataclasses, or types that JSON has."""

    def load(self) -> Work[Job, Part]:
        """Load what is needed, and return the work."""
        raise NotImplementedError

    def prepare(self, job: Job) -> None:
        """Load what this job will need and is not there yet, without opening a document."""


@dataclass(frozen=True, slots=True)
class Start:
    """The first message to a warm process."""

    handler: Handler[Any, Any]
    confinement: Confinement


def main(control: int, parts: int, parent: int, scratch: str = _SCRATCH) -> None:
    """Run a warm process. ``control`` is a socket to its parent, ``parts`` a pipe that its forks write to.

    ``parent`` is the number of the process that started it, or 0 if it is not to be seen from here. ``scratch`` is the
    folder for temporary files.
    """
    library = ctypes.CDLL(None)
    # The kernel ends us with the thread that started us. Shut in, bubblewrap sees to that.
    library.prctl(_SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if parent and os.getppid() != parent:
        return
    # Ctrl-C goes to the whole group; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    connection = Connection(control)
    stages.begin(Stage.START)
    with stages.stage(Stage.START):
        start: Start = connection.recv()
        start.confinement.take_effect(Path(scratch))
    # A fork that was taken over must not look into this process, or put words into its mouth.
    library.prctl(_SET_DUMPABLE, 0, 0, 0, 0)
    # To become another user undoes it.
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
            # What is loaded stays shared with the fork, whose garbage collector would otherwise write to all of it.
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
    """Return the end of a job, with what it cost this process and its fork since the last. The fork's word is not
    taken."""
    spent = stages.costs()
    loading, work = spent.get(Stage.START, NOTHING), spent.get(Stage.REST, NOTHING)
    stages.restart()
    return END.pack(how, loading.cpu, loading.clock, work.cpu, work.clock)


def _do_and_end(start: Start, work: Work[Any, Any], job: Any, pipe: int) -> None:
    """Do a job and end this process: with 0 also if it could not be done for a reason."""
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


def _ended(child: int) -> int:
    """Wait for a fork, end what stayed in its group, and return its exit code. Until it is reaped, its number is its
    own, so that nobody else can be hit."""
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _empty(scratch: Path) -> None:
    """Remove what a document left behind, so that the next one does not see it."""
    for left in scratch.iterdir():
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _surroundings() -> tuple[set[str], set[str]]:
    """Return the processes and the scratch files that there are besides this one. Asked for only where we are shut in,
    and both are of this sandbox alone."""
    processes = {path.name for path in Path("/proc").iterdir() if path.name.isdecimal()}
    return processes, {path.name for path in Path(_SCRATCH).iterdir()}
