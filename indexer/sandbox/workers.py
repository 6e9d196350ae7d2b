"""Reading processes as seen by their parent: isolated child processes for risky work.

A document can crash, hang or compromise the library that reads it. That ends one process, never the program: the job
ends with :class:`archive.errors.ReadingStopped`, and another process does the next. Answers are validated.

Results are sent in parts as they are made (one per page, buffered for a quarter of a second). So a part proves that the
process is alive, messages stay small, and a process that is ahead of its parent blocks. Jobs are handed out one at a
time, as processes become free.
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Generic

from archive.errors import DosijeError, Message, ReadingStopped
from archive.system.confinement import Confinement
from archive.system.paths import import_path, without_folders
from indexer import stages
from indexer.sandbox.messages import COSTS, END, ERROR, RAW, SPENT, MessageQueue, decode
from indexer.sandbox.process import SIGNALLED, Handler, Job, Part, Start
from indexer.sandbox.scratch import ScratchFolder
from indexer.stages import Cost, Stage

_GRACE = 5.0
"""Seconds that a process has to exit after it has closed its pipes."""

_AHEAD = 1 << 20
"""Size of the pipe in bytes, some forty pages: how far a process may be ahead of its parent."""

_LAST_WORDS = 4096
"""Number of bytes at the end of a dead process's output that are searched for its error."""

_STARTER = ThreadPoolExecutor(1, thread_name_prefix="starts reading processes")
"""The thread that starts reading processes. It lives as long as the program, because the kernel kills them with it."""

_ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PATH": os.environ.get("PATH", os.defpath),
    "HOME": "/tmp",  # noqa: S108 - in a sandbox, a private folder
    "OPENBLAS_NUM_THREADS": "1",
}
"""The environment of a reading process, without secrets of ours."""


Check = Callable[[Job], Callable[[Part], Part]]
"""A function that returns a validator of the parts of a job's answer; it raises :class:`ValueError` for invalid ones.
"""


@dataclass(frozen=True, slots=True)
class AnswerPart(Generic[Job, Part]):
    """A part of the answer to a job."""

    job: Job
    part: Part


@dataclass(frozen=True, slots=True)
class Ended(Generic[Job]):
    """The end of a job, with its error or None."""

    job: Job
    error: DosijeError | None


class Worker(Generic[Job, Part]):
    """A warm process, started on first use and restarted after it has died."""

    def __init__(
        self,
        handler: Handler[Job, Part],
        check: Check[Job, Part],
        timeout: float,
        confinement: Confinement | None = None,
    ) -> None:
        """Take the settings.

        :param timeout: seconds without a part after which the process is killed.
        :param confinement: by default resource limits without a sandbox.
        """
        self._handler, self._check_of, self.timeout = handler, check, timeout
        self._confinement = confinement or Confinement()
        self._process: subprocess.Popen[bytes] | None = None
        self._scratch: ScratchFolder | None = None
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close()

    def wake(self) -> None:
        """Start the process if there is none."""
        if self._process is None or self._process.poll() is not None:
            self._spawn()

    def start(self, job: Job) -> None:
        """Send a job to the process, which is started if necessary."""
        self.wake()
        self._errors.seek(0)
        self._errors.truncate()
        self._job: Job = job
        self._error: DosijeError | None = None
        self._costs: Mapping[Stage, Cost] | None = None
        self._check: Callable[[Any], Part] = self._check_of(job)
        # If the process has just died, listen() notices.
        with suppress(BrokenPipeError, ConnectionResetError):
            self._control.send(job)

    def _spawn(self) -> None:
        self._end()
        ours, theirs = socket.socketpair()
        reading, writing = os.pipe()
        self._control, self._inbox = Connection(ours.detach()), MessageQueue(reading)
        parent = 0 if self._confinement.is_shut_in else os.getpid()
        environment = {**_ENVIRONMENT, "PYTHONPATH": os.pathsep.join(import_path())}
        if self._confinement.is_restricted:
            self._scratch = ScratchFolder(Path(tempfile.gettempdir()))
            environment |= {"HOME": str(self._scratch.path), "TMPDIR": str(self._scratch.path)}
        arguments = f"{theirs.fileno()}, {writing}, {parent}, {environment['HOME']!r}"
        code = f"from indexer.sandbox.process import main; main({arguments})"
        command = [*self._confinement.command(), sys.executable, "-c", code]
        with suppress(OSError):
            # Set the pipe size; the system may permit less.
            fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, _AHEAD)
        try:
            self._process = _STARTER.submit(
                _popen, command, (theirs.fileno(), writing), self._errors.fileno(), environment
            ).result()
        finally:
            theirs.close()
            os.close(writing)
        with suppress(BrokenPipeError, ConnectionResetError):
            self._control.send(Start(self._handler, self._confinement))

    @property
    def pid(self) -> int | None:
        """The id of the current process (in a sandbox, that of bubblewrap), None without one."""
        return self._process.pid if self._process else None

    @property
    def ends(self) -> tuple[int, Connection]:
        """The pipes that become readable when the process has written something, or died."""
        return self._inbox.pipe, self._control

    def listen(self) -> Iterator[AnswerPart[Job, Part] | Ended[Job]]:
        """Yield the messages about the job received so far, without blocking."""
        job = self._job
        # Checked first: once the end is announced, all results are in the pipe.
        end = self._end_message()
        try:
            while self._fill():
                for part in self._parts():
                    yield AnswerPart(job, part)
                if end is None:
                    return
            if end and not self._inbox.is_empty:
                raise ValueError("an incomplete message")
        except ValueError as error:
            self._end()
            yield Ended(job, _unbelievable(error))
            return
        if end is None:
            return
        if end:
            self._count_costs()
        if end == SPENT:
            self._end()
        yield Ended(job, self._error if end else self._post_mortem())

    def _end_message(self) -> bytes | None:
        """Return how the warm process ended the job: None if it has not, b"" if it died."""
        if not self._control.poll():
            return None
        try:
            how, *spent = END.unpack(self._control.recv_bytes(END.size))
        except (EOFError, OSError, struct.error):
            return b""
        self._spent = Cost(*spent[:2]), Cost(*spent[2:])
        return bytes(how)

    def _count_costs(self) -> None:
        """Count the costs of the job; those reported by the fork are used if they do not exceed the measured total."""
        loading, work = self._spent
        said = self._costs or {}
        told = stages.total(said)
        if not told <= work:
            said, told = {}, stages.NOTHING
        for name, cost in said.items():
            stages.count(name, cost)
        stages.count(Stage.START, loading)
        stages.count(Stage.REST, work - told)

    def _fill(self) -> bool:
        with stages.stage(Stage.TRANSFER):
            return self._inbox.fill()

    def _parts(self) -> Iterator[Part]:
        for kind, data in self._inbox.messages():
            if self._error is not None:
                raise ValueError("a message after the end")
            if kind == ERROR:
                self._error = decode(DosijeError, data)
            elif kind == COSTS and self._costs is None:
                # Only once: it is no part, and a process that repeated it for ever would block this one.
                self._costs = {Stage(name): cost for name, cost in decode(Mapping[str, Cost], data).items()}
            else:
                with stages.stage(Stage.TRANSFER):
                    part = self._part(kind, data)
                yield part

    def _part(self, kind: int, data: bytes) -> Part:
        types = self._handler.parts
        if kind == RAW and bytes in types:
            return self._check(data)
        if kind < len(types):
            return self._check(decode(types[kind], data))
        raise ValueError(f"a part of kind {kind}")

    def give_up(self) -> DosijeError:
        """Kill the process after a timeout, and return the error of the job."""
        self._end()
        return ReadingStopped(
            "Reading was stopped: %(seconds)s seconds passed without a page being finished.",
            "Try again with a larger setting read_timeout, or leave the file out.",
            seconds=f"{self.timeout:.0f}",
        )

    def _post_mortem(self) -> ReadingStopped:
        """Return the cause of death of a process: a signal, or the error in the last line of its output."""
        assert self._process is not None
        with suppress(subprocess.TimeoutExpired), stages.uncounted():
            self._process.wait(_GRACE)
        code = self._process.returncode
        self._end()
        length = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, length - _LAST_WORDS))
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        last_words = without_folders(lines[-1].strip()) if lines else ""
        number = 0 if code is None else -code if code < 0 else code - SIGNALLED
        cause = signal.strsignal(number) if 0 < number < signal.NSIG else last_words
        return ReadingStopped(
            "The process that read it died (%(our_cause)s).",
            "Save the document again (print it to PDF) and add that; please report the original if it is public.",
            our_cause=cause or Message("no reason given"),
        )

    def _end(self) -> None:
        with stages.uncounted():
            self._kill()

    def _kill(self) -> None:
        if self._process is not None:
            # It leads a process group. Once it was waited for, its id may be reused.
            if self._process.returncode is None:
                os.killpg(self._process.pid, signal.SIGKILL)
                # With a timeout: Ctrl-C during wait() may leave the lock of Popen acquired (bpo-29988).
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(_GRACE)
            self._control.close()
            self._inbox.close()
            self._process = None
        if self._scratch is not None:
            self._scratch.remove()
            self._scratch = None

    def close(self) -> None:
        """Kill the process."""
        self._end()
        self._errors.close()


def _popen(
    command: list[str], handles: tuple[int, ...], errors: int, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    # Output of libraries must not mix with the progress bar or data; the parent reads it after a crash.
    return subprocess.Popen(  # noqa: S603 - no shell sees the paths
        command,
        stdin=subprocess.DEVNULL,
        stdout=errors,
        stderr=errors,
        pass_fds=handles,
        env=environment,
        start_new_session=True,
    )


def _unbelievable(error: ValueError) -> ReadingStopped:
    return ReadingStopped(
        "The process that read it gave an invalid answer (%(error)s). The document may have taken it over.",
        "Do not open the file elsewhere before somebody has looked at it.",
        error=error,
    )


PAUSE = 0.5
"""Seconds before an iterator that yielded None is asked again."""


class _NoMore:
    """The sentinel for an exhausted iterator of jobs."""


_NO_MORE = _NoMore()


def do(worker: Worker[Job, Part], job: Job) -> list[Part]:
    """Do one job, and return all of its parts.

    :raises DosijeError: the error raised by the work function, or :class:`archive.errors.ReadingStopped`.
    """
    worker.start(job)
    running = _Running(worker, job, worker.timeout)
    parts = []
    while True:
        for message in _listen([running]):
            if isinstance(message, AnswerPart):
                parts.append(message.part)
            elif message.error is not None:
                raise message.error
            else:
                return parts


class Pool(Generic[Job, Part]):
    """A pool of workers."""

    def __init__(
        self,
        handler: Handler[Job, Part],
        check: Check[Job, Part],
        size: int,
        timeout: float,
        confinement: Confinement | None = None,
        pause: float = PAUSE,
    ) -> None:
        """Create ``size`` workers with the arguments of :class:`Worker`.

        :param pause: seconds before an iterator that yielded None is asked again.
        """
        self._pause = pause
        self._workers = [Worker(handler, check, timeout, confinement) for _ in range(size)]

    def run(self, jobs: Iterable[Job | None]) -> Generator[AnswerPart[Job, Part] | Ended[Job], None, None]:
        """Do all jobs, each as soon as a worker is free, and yield their messages as they arrive.

        Messages about one job come in order. ``jobs`` is iterated only when a worker is free: the next job of a worker
        is begun before the end of the last one is yielded, so that it is done while that result is stored. A None
        means that there is no job now: the iterator is asked again when a job has ended, or after a pause.
        """
        waiting = iter(jobs)
        idle = list(self._workers)
        busy: list[_Running[Job, Part]] = []
        more, next_asking = True, 0.0

        def hand_out() -> None:
            nonlocal more, next_asking
            while more and idle and time.monotonic() >= next_asking:
                job = next(waiting, _NO_MORE)
                if isinstance(job, _NoMore):
                    more = False
                elif job is None:
                    next_asking = time.monotonic() + self._pause
                else:
                    worker = idle.pop()
                    worker.start(job)
                    busy.append(_Running(worker, job, worker.timeout))

        while more or busy:
            hand_out()
            pause = max(next_asking - time.monotonic(), 0) if more and idle else None
            if not busy and pause:
                time.sleep(pause)
            for message in _listen(tuple(busy), pause) if busy else ():
                if isinstance(message, Ended):
                    idle += [running.worker for running in busy if running.has_ended]
                    busy[:] = [running for running in busy if not running.has_ended]
                    hand_out()
                    next_asking = 0.0
                yield message

    def close(self) -> None:
        """Kill all processes."""
        for worker in self._workers:
            worker.close()

    def __enter__(self) -> Pool[Job, Part]:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(slots=True)
class _Running(Generic[Job, Part]):
    """A running job, and the seconds left until its timeout."""

    worker: Worker[Job, Part]
    job: Job
    patience: float
    has_ended: bool = False


def _listen(
    busy: Sequence[_Running[Job, Part]], most: float | None = None
) -> Iterator[AnswerPart[Job, Part] | Ended[Job]]:
    """Yield the messages of the processes; wait for the first one, or at most ``most`` seconds.

    Only time spent waiting here counts towards a timeout, so that a busy parent kills no process. An incomplete message
    does not reset it.
    """
    patience = [one.patience for one in busy] + ([] if most is None else [most])
    began = time.monotonic()
    with stages.stage(Stage.WAITING):
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
