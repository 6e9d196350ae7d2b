"""Processes forked from one that has imported the command line and the readers, to save start-up time.

Each is in a process group of its own, with its own arguments, environment and files, and can be killed like any other;
only importing, compiling the most frequent SQL statements and loading the tables and word lists of rules is done once.
The warm process reports its exit, and ends it when the process that started it is gone.
"""

from __future__ import annotations

import atexit
import fcntl
import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import traceback
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import archive.system.failpoints
import dosije
from archive.archive import Archive
from archive.config import Settings
from archive.search.request import SearchRequest
from archive.system import confinement
from indexer.ingest.parts import ReadJob
from indexer.ingest.reading import Reader
from indexer.sandbox import workers
from tests import warm_rooms
from tests.archive.upkeep.homes import fill

ROOT = Path(__file__).parent.parent

_address = ""
"""The name of the socket of the forking process; forks inherit it, so that they share it."""

WARM_READERS = "WARM_READERS"
"""The variable that tells commands and scripts to fork their readers, too."""

FOR_SERVERS = {"psycopg", "archive.search.opensearch_engine.engine", "archive.store.sql.postgres.lock", "indexer.queue"}
"""What a command imports only for a catalog or an index on a server: a fifth of a second, and a third."""

_ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("DOSIJE_")}
"""The environment at import, without settings; changes by a test only apply to what it starts."""

_NUMBER = struct.Struct("i")
_start_reader = workers._popen


class WarmProcess:
    """A process that runs Python code: the part of the :class:`subprocess.Popen` interface that is used here."""

    def __init__(
        self, code: str, arguments: Sequence[str], environ: Mapping[str, str], files: Mapping[int, int]
    ) -> None:
        """``environ`` is its whole environment; ``files`` maps its file descriptors to those of this process."""
        self.returncode: int | None = None
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.connect(f"\0{_address or _begin()}")
        told = json.dumps([code, [*arguments], dict(environ), [*files]]).encode()
        socket.send_fds(self._connection, [_NUMBER.pack(len(told))], [*files.values()])
        self._connection.sendall(told)
        pid = _number(self._connection)
        assert pid is not None, "it could not be forked"
        self.pid = pid

    def poll(self) -> int | None:
        """Return its exit code, None if it is running."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it exits, and return its exit code.

        :raises subprocess.TimeoutExpired: it does not.
        """
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return code

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._connection], [], [], timeout)[0]:
            code = _number(self._connection)
            self.returncode = -signal.SIGKILL if code is None else code
            self._connection.close()
        return self.returncode


class WarmScript(WarmProcess):
    """A script in this environment, with pipes to its standard input and from its output."""

    def __init__(self, code: str, *arguments: object, **environ: str) -> None:
        """``environ`` are changes of its environment."""
        reading, stdin = os.pipe()
        stdout, writing = os.pipe()
        try:
            files = {0: reading, 1: writing, 2: 2}
            super().__init__(code, [str(one) for one in arguments], {**os.environ, **environ}, files)
        finally:
            os.close(reading)
            os.close(writing)
            self.stdin, self.stdout = os.fdopen(stdin, "w"), os.fdopen(stdout)

    def __enter__(self) -> WarmScript:
        return self

    def __exit__(self, failed: object, *_: object) -> None:
        if failed:  # It may wait forever for an action of the test.
            self.kill()
        self.stdin.close()
        self.stdout.close()
        self.wait()

    def communicate(self, told: str = "", timeout: float | None = None) -> str:
        """Send the last input, wait until it exits, and return the rest of its output.

        The output must fit into the pipe's buffer.

        :raises subprocess.TimeoutExpired: it does not exit.
        """
        with self.stdin, suppress(BrokenPipeError):
            self.stdin.write(told)
        with self.stdout:
            self.wait(timeout)
            return self.stdout.read()

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal if it is running."""
        if self.poll() is None:
            os.kill(self.pid, number)


def run_script(code: str, *arguments: object, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a script until it exits or is killed."""
    script = WarmScript(code, *arguments, **environ)
    said = script.communicate()
    return subprocess.CompletedProcess([*map(str, arguments)], script.wait(), said)


def start_reader(
    command: list[str], handles: tuple[int, ...], errors: int, environment: Mapping[str, str]
) -> WarmProcess | subprocess.Popen[bytes]:
    """Start a reading process as :mod:`indexer.sandbox.workers` does: as a fork, unless bubblewrap confines it."""
    *python, code = command
    if python != [sys.executable, "-c"]:
        return _start_reader(command, handles, errors, environment)
    # It checks that its parent is the process that started it.
    code = f"import os; os.getppid = lambda: {os.getpid()}; {code}"
    return WarmProcess(code, [], environment, {1: errors, 2: errors} | {handle: handle for handle in handles})


def _number(connection: socket.socket) -> int | None:
    try:
        data = connection.recv(_NUMBER.size, socket.MSG_WAITALL)
    except ConnectionResetError:
        return None
    return int.from_bytes(data, sys.byteorder, signed=True) if data else None


def _begin() -> str:
    """Start the forking process, which ends with this one, and return its address."""
    global _address  # noqa: PLW0603 - there is one for all of this process
    address = f"dosije-{uuid.uuid4()}"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"\0{address}")
        listener.listen(100)
        process = subprocess.Popen(
            [sys.executable, "-c", f"from {__name__} import serve; serve({listener.fileno()}, {address!r})"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env={**_ENVIRONMENT, "OPENBLAS_NUM_THREADS": "1"},
            pass_fds=[listener.fileno()],
            start_new_session=True,
        )
    atexit.register(process.communicate)
    _address = address
    return address


def serve(file: int, address: str) -> None:
    """Fork processes on request at this socket, and report their exits."""
    global _address
    _address, listener = address, socket.socket(fileno=file)
    gc.disable()  # What is loaded stays.
    commands = {place.partition(":")[0] for place, _ in dosije.COMMANDS.values() if isinstance(place, str)}
    for module in commands | FOR_SERVERS:
        importlib.import_module(module)
    _warm_up()
    gc.freeze()
    gc.enable()
    kept: list[_Kept] = []
    while 0 not in (ready := select.select([listener, 0, *(file for one in kept for file in one.awaited)], [], [])[0]):
        kept = [one for one in kept if not one.is_over(ready)]
        if listener in ready:
            connection, _ = listener.accept()
            kept += _forked(connection, [listener, *(one.connection for one in kept)])
    for one in kept:
        one.kill()


def _warm_up() -> None:
    """Create an archive, add documents, search and read them, so that code and tables are loaded."""
    confinement.why_not()
    warm_rooms.share()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        fill(home)
        with Archive.open(home) as opened:
            opened.search.search(SearchRequest("nabavka"))
        reader, paper = Reader.of(Settings(), "never"), Path(folder, "paper.txt")
        reader.prepare(ReadJob("0" * 64, paper, "paper.pdf"))
        paper.write_text("Ugovor o nabavci kamera", encoding="utf-8")
        list(reader.load()(ReadJob("0" * 64, paper, paper.name)))


@dataclass(slots=True)
class _Kept:
    """A forked process, until its starter knows of its exit."""

    pid: int
    connection: socket.socket
    end: int
    is_reported: bool = False

    @property
    def awaited(self) -> list[socket.socket | int]:
        return [self.connection] if self.is_reported else [self.end, self.connection]

    def is_over(self, ready: Sequence[object]) -> bool:
        """Report its exit; kill it if its starter is gone; tell whether both are done with."""
        if self.is_reported and self.connection in ready:
            # Its id is not released before, so that no other process can get its signals.
            os.waitpid(self.pid, 0)
            os.close(self.end)
            self.connection.close()
            return True
        if not self.is_reported and (self.end in ready or self.connection in ready):
            if self.end not in ready:
                self.kill()
            ended = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
            assert ended is not None
            self.is_reported = True
            with suppress(BrokenPipeError, ConnectionResetError):
                code = ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
                self.connection.sendall(_NUMBER.pack(code))
        return False

    def kill(self) -> None:
        """Kill it and all that it started; at its very beginning it is no group yet."""
        os.kill(self.pid, signal.SIGKILL)
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)


def _forked(connection: socket.socket, of_others: Sequence[socket.socket]) -> Iterator[_Kept]:
    """Fork the requested process, unless who asked for it is gone."""
    length, files, _, _ = socket.recv_fds(connection, _NUMBER.size, 100)
    told = connection.recv(int.from_bytes(length, sys.byteorder), socket.MSG_WAITALL) if length else b""
    if not told:
        connection.close()
        return
    code, arguments, environ, numbers = json.loads(told)
    child = os.fork()
    if child == 0:
        for other in of_others:
            other.close()
        os.setsid()
        with connection:
            connection.sendall(_NUMBER.pack(os.getpid()))
        _put(dict(zip(numbers, files, strict=True)))
        os.environ.clear()
        os.environ.update(environ)
        _be(code, arguments)
    for file in files:
        os.close(file)
    yield _Kept(child, connection, os.pidfd_open(child))


def _put(files: Mapping[int, int]) -> None:
    """Set up the file descriptors; standard input is empty unless it is given."""
    above = max(files) + 1
    moved = {number: fcntl.fcntl(file, fcntl.F_DUPFD, above) for number, file in files.items()}
    for file in files.values():
        os.close(file)
    moved.setdefault(0, os.open(os.devnull, os.O_RDONLY))
    for number, file in sorted(moved.items()):
        os.dup2(file, number)
        os.close(file)


def _be(code: str, arguments: Sequence[str]) -> NoReturn:
    """Run this code, and exit."""
    # These read the environment only once.
    importlib.reload(archive.system.failpoints)
    tempfile.tempdir = None
    if WARM_READERS in os.environ:
        confinement.why_not = lambda: WARM_READERS
        workers._popen = start_reader  # type: ignore[assignment]
    sys.argv = ["dosije", *arguments]
    exit_code = 1
    try:
        exec(code, {"__name__": "__main__"})
        exit_code = 0
    except SystemExit as end:
        exit_code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - print it as Python would, in a process that must exit
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(exit_code)
