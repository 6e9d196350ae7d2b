"""Reading processes, which do risky work and never harm the program that started them.

A document can crash or hang the library that reads it, or take it over. It then takes one process with it, never the
program: the job ends in :class:`archive.errors.ReadingStopped`, and the next is done by another process. What a
process says is believed only as far as it can be checked.

What is found is sent in parts as they are made (a page each; those of a quarter of a second together), so a part is a
sign of life, a long document's answer is never one huge message, and a process that is ahead of its parent waits for
it. Jobs are handed out one at a time, as processes are free.
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
"""Seconds a process gets to end by itself when it has closed its ends."""

_AHEAD = 1 << 20
"""Bytes of an answer that may wait while the parent stores and indexes: some forty pages."""

_LAST_WORDS = 4096
"""Bytes of the output of a process that died which are searched for its error."""

_STARTER = ThreadPoolExecutor(1, thread_name_prefix="starts reading processes")
"""The kernel ends a reading process with the thread that started it. This one lives as long as the program."""

_ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PATH": os.environ.get("PATH", os.defpath),
    "HOME": "/tmp",  # noqa: S108 - in a sandbox, a private folder
    "OPENBLAS_NUM_THREADS": "1",
}
"""What a reading process knows of ours: none of the secrets that environments hold."""


Check = Callable[[Job], Callable[[Part], Part]]
"""Returns for a job what looks at each part of its answer in the parent and passes it on. It raises :class:`ValueError`
at what no honest process says."""


@dataclass(frozen=True, slots=True)
class AnswerPart(Generic[Job, Part]):
    """A part of a job's answer."""

    job: Job
    part: Part


@dataclass(frozen=True, slots=True)
class Ended(Generic[Job]):
    """A job came to its end, well or with an error."""

    job: Job
    error: DosijeError | None


class Worker(Generic[Job, Part]):
    """One warm process, started when it is first needed and again whenever it has died."""

    def __init__(
        self,
        handler: Handler[Job, Part],
        check: Check[Job, Part],
        timeout: float,
        confinement: Confinement | None = None,
    ) -> None:
        """``timeout`` is seconds without a part. Without a ``confinement``, there are the usual limits and no
        sandbox."""
        self._handler, self._check_of, self.timeout = handler, check, timeout
        self._confinement = confinement or Confinement()
        self._process: subprocess.Popen[bytes] | None = None
        self._scratch: ScratchFolder | None = None
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close()

    def start(self, job: Job) -> None:
        """Hand a job to the process."""
        if self._process is None or self._process.poll() is not None:
            self._spawn()
        self._errors.seek(0)
        self._errors.truncate()
        self._job: Job = job
        self._error: DosijeError | None = None
        self._costs: Mapping[Stage, Cost] | None = None
        self._check: Callable[[Any], Part] = self._check_of(job)
        # A process that died this very moment is noticed when it is listened to.
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
            # What is read may be ahead of its parent by so much. The system may permit less.
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
        """The number of the process that is there now. Where it is shut in, that of what holds it."""
        return self._process.pid if self._process else None

    @property
    def ends(self) -> tuple[int, Connection]:
        """What becomes readable when the process has written something, or died."""
        return self._inbox.pipe, self._control

    def listen(self) -> Iterator[AnswerPart[Job, Part] | Ended[Job]]:
        """Return the messages that have come by now about the job, without waiting for more."""
        job = self._job
        # Looked at first: once the end is announced, all that was found is in the pipe.
        end = self._end_message()
        try:
            while self._fill():
                for part in self._parts():
                    yield AnswerPart(job, part)
                if end is None:
                    return
            if end and not self._inbox.is_empty:
                raise ValueError("half a message")
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
        """Return how the warm process ended the job: None as long as it has not, and no bytes if it died."""
        if not self._control.poll():
            return None
        try:
            how, *spent = END.unpack(self._control.recv_bytes(END.size))
        except (EOFError, OSError, struct.error):
            return b""
        self._spent = Cost(*spent[:2]), Cost(*spent[2:])
        return bytes(how)

    def _count_costs(self) -> None:
        """Count what the job has cost. What the fork says of its stages is taken if it is no more than the whole."""
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
                raise ValueError("something after the end")
            if kind == ERROR:
                self._error = decode(DosijeError, data)
            elif kind == COSTS and self._costs is None:
                # Once: it is no sign of life, and whoever said it for ever would hold up this process for ever.
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
        """Kill the process, which has gone too long without a part. Returns what to say of the job."""
        self._end()
        return ReadingStopped(
            "Reading was stopped: %(seconds)s seconds passed without a page being finished.",
            "Try again with a larger setting read_timeout, or leave the file out.",
            seconds=f"{self.timeout:.0f}",
        )

    def _post_mortem(self) -> ReadingStopped:
        """Return what a process died of: a signal, or the error that is the last line of its output."""
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
            "Save the document anew (print it to PDF) and add that; please report the original if it is public.",
            our_cause=cause or Message("no reason given"),
        )

    def _end(self) -> None:
        with stages.uncounted():
            self._kill()

    def _kill(self) -> None:
        if self._process is not None:
            # It leads a group of its own. Once it has been waited for, its number may be somebody else's.
            if self._process.returncode is None:
                os.killpg(self._process.pid, signal.SIGKILL)
                # Not for ever: Ctrl-C in a wait may leave the lock of Popen taken (bpo-29988) for good.
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(_GRACE)
            self._control.close()
            self._inbox.close()
            self._process = None
        if self._scratch is not None:
            self._scratch.remove()
            self._scratch = None

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._end()
        self._errors.close()


def _popen(
    command: list[str], handles: tuple[int, ...], errors: int, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    # What libraries print must neither break the progress bar nor mix with data; the parent reads it after a crash.
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
        "The process that read it answered what cannot be (%(error)s). The document may have taken it over.",
        "Do not open the file elsewhere before somebody has looked at it.",
        error=error,
    )


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
            if isinstance(message, AnswerPart):
                parts.append(message.part)
            elif message.error is not None:
                raise message.error
            else:
                return parts


class Pool(Generic[Job, Part]):
    """Several workers."""

    def __init__(
        self,
        handler: Handler[Job, Part],
        check: Check[Job, Part],
        size: int,
        timeout: float,
        confinement: Confinement | None = None,
        pause: float = PAUSE,
    ) -> None:
        """As :class:`Worker`, ``size`` times.

        :param pause: the seconds after which somebody who had no job is asked again.
        """
        self._pause = pause
        self._workers = [Worker(handler, check, timeout, confinement) for _ in range(size)]

    def run(self, jobs: Iterable[Job | None]) -> Generator[AnswerPart[Job, Part] | Ended[Job], None, None]:
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
                    next_asking = time.monotonic() + self._pause
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


def _listen(
    busy: Sequence[_Running[Job, Part]], most: float | None = None
) -> Iterator[AnswerPart[Job, Part] | Ended[Job]]:
    """Yield the messages of the processes, waiting for the first one, or for ``most`` seconds.

    Only the time spent waiting here counts against a process's patience: a parent that was busy elsewhere kills
    nobody. A piece of a message is no sign of life.
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
