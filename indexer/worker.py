"""A reading process that does risky work, and never harms the program that started it.

A document can crash or hang the library that reads it, or take it over. It then takes one process with it, never the
program: the job ends in :class:`archive.errors.ReadingStopped`, and the next is done by another process. What a
process says is believed only as far as it can be checked (:mod:`indexer.wire`, :meth:`indexer.sandbox.Duty.check`).

What is found is sent in parts as they are made (a page at a time), so a part is a sign of life, a long document's
answer is never one huge message, and a process that is ahead of its parent waits for it.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Generic

from archive.confinement import Confinement
from archive.errors import DosijeError, Message, ReadingStopped
from archive.places import without_folders
from archive.visible import import_path
from indexer.formats.scratch import ScratchFolder
from indexer.messages import Inbox
from indexer.sandbox import ENDED, ERROR, RAW, SIGNALLED, SPENT, Duty, Job, Part, Start
from indexer.wire import decode

_GRACE = 5.0
"""Seconds a process gets to end by itself when it has closed its ends."""

_LAST_WORDS = 4096
"""Bytes looked at of what a process said before it died."""

_STARTER = ThreadPoolExecutor(1, thread_name_prefix="starts reading processes")
"""The kernel ends a reading process with the thread that started it. This one lives as long as the program."""

_ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PATH": os.environ.get("PATH", os.defpath),
    "HOME": "/tmp",  # noqa: S108 - where it is shut in, a folder of its own
    "OPENBLAS_NUM_THREADS": "1",
}
"""What a reading process knows of ours: none of the secrets that environments hold."""


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
    """One warm process, started when it is first needed and again whenever it has died."""

    def __init__(self, duty: Duty[Job, Part], timeout: float, confinement: Confinement | None = None) -> None:
        """``duty`` is what to do with jobs. ``timeout`` is seconds without a part. Without a ``confinement``, there
        are the usual limits and no sandbox."""
        self._duty, self.timeout, self._confinement = duty, timeout, confinement or Confinement()
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
        self._check: Callable[[Any], Part] = self._duty.check(job)
        # A process that died this very moment is noticed when it is listened to.
        with suppress(BrokenPipeError, ConnectionResetError):
            self._control.send(job)

    def _spawn(self) -> None:
        self._end()
        ours, theirs = socket.socketpair()
        reading, writing = os.pipe()
        self._control, self._inbox = Connection(ours.detach()), Inbox(reading)
        parent = 0 if self._confinement.is_shut_in else os.getpid()
        environment = {**_ENVIRONMENT, "PYTHONPATH": os.pathsep.join(import_path())}
        if self._confinement.is_restricted:
            self._scratch = ScratchFolder(Path(tempfile.gettempdir()))
            environment |= {"HOME": str(self._scratch.path), "TMPDIR": str(self._scratch.path)}
        arguments = f"{theirs.fileno()}, {writing}, {parent}, {environment['HOME']!r}"
        code = f"from indexer.sandbox import main; main({arguments})"
        command = [*self._confinement.command(), sys.executable, "-c", code]
        try:
            self._process = _STARTER.submit(
                _popen, command, (theirs.fileno(), writing), self._errors.fileno(), environment
            ).result()
        finally:
            theirs.close()
            os.close(writing)
        with suppress(BrokenPipeError, ConnectionResetError):
            self._control.send(Start(self._duty, self._confinement))

    @property
    def pid(self) -> int | None:
        """The number of the process that is there now. Where it is shut in, that of what holds it."""
        return self._process.pid if self._process else None

    @property
    def ends(self) -> tuple[int, Connection]:
        """What becomes readable when the process has said something, or died."""
        return self._inbox.pipe, self._control

    def listen(self) -> Iterator[Made[Job, Part] | Ended[Job]]:
        """What the process has said by now about its job, without waiting for more."""
        job = self._job
        # Looked at first: once the end is told, all that was found is in the pipe.
        told = self._told()
        try:
            while self._inbox.fill():
                for part in self._parts():
                    yield Made(job, part)
                if told is None:
                    return
            if told and not self._inbox.is_empty:
                raise ValueError("half a message")
        except ValueError as error:
            self._end()
            yield Ended(job, _unbelievable(error))
            return
        if told is None:
            return
        if told == SPENT:
            self._end()
        yield Ended(job, self._error if told else self._post_mortem())

    def _told(self) -> bytes | None:
        """What the warm process says of the job: None as long as it says nothing, and nothing if it died."""
        if not self._control.poll():
            return None
        try:
            return self._control.recv_bytes(len(ENDED))
        except (EOFError, OSError):
            return b""

    def _parts(self) -> Iterator[Part]:
        types = self._duty.parts
        for kind, data in self._inbox.messages():
            if self._error is not None:
                raise ValueError("something after the end")
            if kind == ERROR:
                self._error = decode(DosijeError, data)
            elif kind == RAW and bytes in types:
                yield self._check(data)
            elif kind < len(types):
                yield self._check(decode(types[kind], data))
            else:
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
        """What a process died of: a signal, or the error that is the last line of what it said."""
        assert self._process is not None
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_GRACE)
        code = self._process.returncode
        self._end()
        said = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, said - _LAST_WORDS))
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
        if self._process is not None:
            # It leads a group of its own. Once it has been waited for, its number may be somebody else's.
            if self._process.returncode is None:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
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
