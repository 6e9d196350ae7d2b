"""Processes that are forks of one that has loaded the command line and what reads documents: many for one start.

Each is a process in a group of its own, with its own arguments, environment and files, and can be killed like any
other; only the second it takes to import everything, to compile the statements of SQL that nearly every command asks
and to load the tables and word lists of rules is spent once. A keeper of its own forks it, tells how it ended, and ends
it when whoever started it is gone.
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
from collections.abc import Mapping, Sequence
from contextlib import suppress
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
"""The name of the socket at which the process that forks is asked: its forks have it, too, so that they share it."""

WARM_READERS = "WARM_READERS"
"""The variable by which commands and scripts know that their readers are to be forks, too."""

_ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("DOSIJE_")}
"""Ours when this was loaded: what a test changes of it is for what that test starts."""

_NUMBER = struct.Struct("i")
_start_reader = workers._popen


class WarmProcess:
    """A process that runs some Python: :class:`subprocess.Popen` as far as it is asked for here, by one thread."""

    def __init__(
        self, code: str, arguments: Sequence[str], environ: Mapping[str, str], files: Mapping[int, int]
    ) -> None:
        """``environ`` is its whole environment; ``files`` says which of our files are its files of what numbers."""
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
        """Give its exit code, if it has ended."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it ends and give its exit code.

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
    """A script in our environment, with a pipe to what it reads and one from what it says."""

    def __init__(self, code: str, *arguments: object, **environ: str) -> None:
        """``environ`` is what is to be otherwise in its environment."""
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
        if failed:  # It may wait for ever for what a test would have done.
            self.kill()
        self.stdin.close()
        self.stdout.close()
        self.wait()

    def communicate(self, told: str = "", timeout: float | None = None) -> str:
        """Tell it the last it is told, wait until it ends, and give what else it says: no more than a pipe holds.

        :raises subprocess.TimeoutExpired: it does not end.
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
        """Send it a signal, if it is there."""
        if self.poll() is None:
            os.kill(self.pid, number)


def run_script(code: str, *arguments: object, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a script to its end, or to what kills it."""
    script = WarmScript(code, *arguments, **environ)
    said = script.communicate()
    return subprocess.CompletedProcess([*map(str, arguments)], script.wait(), said)


def start_reader(
    command: list[str], handles: tuple[int, ...], errors: int, environment: Mapping[str, str]
) -> WarmProcess | subprocess.Popen[bytes]:
    """Start a reading process as :mod:`indexer.sandbox.workers` does: in a fork, if bubblewrap does not shut it in."""
    *python, code = command
    if python != [sys.executable, "-c"]:
        return _start_reader(command, handles, errors, environment)
    # It looks whether it is a child of who started it.
    code = f"import os; os.getppid = lambda: {os.getpid()}; {code}"
    return WarmProcess(code, [], environment, {1: errors, 2: errors} | {handle: handle for handle in handles})


def _number(connection: socket.socket) -> int | None:
    try:
        data = connection.recv(_NUMBER.size, socket.MSG_WAITALL)
    except ConnectionResetError:
        return None
    return int.from_bytes(data, sys.byteorder, signed=True) if data else None


def _begin() -> str:
    """Start the process that forks; it ends with this one."""
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
    """Fork what is asked for at the socket that is this file and has this address."""
    global _address
    _address, listener = address, socket.socket(fileno=file)
    for module in {place.partition(":")[0] for place, _ in dosije.COMMANDS.values() if isinstance(place, str)}:
        importlib.import_module(module)
    _warm_up()
    gc.freeze()
    # Keepers are waited for by nobody.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while 0 not in select.select([listener.fileno(), 0], [], [])[0]:
        connection, _ = listener.accept()
        with connection:
            if os.fork() == 0:
                listener.close()
                _keep(connection)


def _warm_up() -> None:
    """Make an archive, put documents into it, search it and read: what that compiles and loads is there for all."""
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


def _keep(connection: socket.socket) -> NoReturn:
    """Fork the process that is asked for, wait for its end and tell of it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    length, files, _, _ = socket.recv_fds(connection, _NUMBER.size, 100)
    told = connection.recv(int.from_bytes(length, sys.byteorder), socket.MSG_WAITALL)
    code, arguments, environ, numbers = json.loads(told)
    child = os.fork()
    if child == 0:
        os.setsid()
        with connection:
            connection.sendall(_NUMBER.pack(os.getpid()))
        _put(dict(zip(numbers, files, strict=True)))
        os.environ.clear()
        os.environ.update(environ)
        _be(code, arguments)
    for file in files:
        os.close(file)
    end = os.pidfd_open(child)
    if end not in select.select([end, connection.fileno()], [], [])[0]:
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
    ended = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    assert ended is not None
    exit_code = ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
    with suppress(BrokenPipeError, ConnectionResetError):
        connection.sendall(_NUMBER.pack(exit_code))
        # Until whoever started it has heard, its number is its own, so that nobody else can be hit.
        connection.recv(1)
    os.waitpid(child, 0)
    os._exit(0)


def _put(files: Mapping[int, int]) -> None:
    """Give files the numbers that they are to have, and nothing to read if none is named for it."""
    above = max(files) + 1
    moved = {number: fcntl.fcntl(file, fcntl.F_DUPFD, above) for number, file in files.items()}
    for file in files.values():
        os.close(file)
    moved.setdefault(0, os.open(os.devnull, os.O_RDONLY))
    for number, file in sorted(moved.items()):
        os.dup2(file, number)
        os.close(file)


def _be(code: str, arguments: Sequence[str]) -> NoReturn:
    """Be a process that runs this code and no other."""
    # These look at the environment once.
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
    except BaseException:  # noqa: BLE001 - what Python itself would do with it, in a process that must not go on
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(exit_code)
