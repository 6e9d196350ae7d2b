"""Jobs for reading processes that fail in every way a library can, or act like a compromised process.

Reading processes import it by this module's name.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import socket
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar, NoReturn

from archive.errors import DamagedDocument
from indexer import stages
from indexer.sandbox.messages import COSTS, HEADER
from indexer.sandbox.process import Handler
from indexer.stages import Cost, Stage, stage

BIG = 30_000_000


@dataclass(frozen=True, slots=True)
class Misbehaviour(Handler[str, object]):
    """A handler whose jobs are words; its parts are strings and integers."""

    parts: ClassVar[tuple[type, ...]] = (str, int)

    def load(self) -> Callable[[str], Iterator[object]]:
        """Return the job function."""
        return work


def check(_: str) -> Callable[[object], object]:
    """Accept parts of the right type except negative numbers."""

    def taken(part: object) -> object:
        if isinstance(part, int) and part < 0:
            raise ValueError("a number below 0")
        return part

    return taken


@dataclass(frozen=True, slots=True)
class Unprepared(Misbehaviour):
    """A handler whose loading always fails."""

    def load(self) -> Callable[[str], Iterator[object]]:
        """Raise an error."""
        raise RuntimeError("no engine")


def work(job: str) -> Iterator[object]:
    """Run the job."""
    yield f"began {job}"
    name, _, argument = job.partition(" ")
    if name in _DEEDS:
        yield from _DEEDS[name](argument)
    yield os.getpid()


def _crash(_: str) -> Iterable[object]:
    ctypes.string_at(0)
    return ()


def _hang(_: str) -> Iterable[object]:
    # PyDLL calls hold the GIL, as a library that never returns does.
    ctypes.PyDLL(None).sleep(600)
    return ()


def _spend(_: str) -> Iterable[object]:
    with stage(Stage.FACTS):
        began = time.process_time()
        while time.process_time() < began + 0.2:
            pass
    return ()


def _exaggerate(_: str) -> Iterable[object]:
    stages.count(Stage.FACTS, Cost(1e9, 1e9))
    return ()


def _account(_: str) -> NoReturn:
    """Send cost reports endlessly, which are no parts of an answer."""
    while True:
        os.write(_pipe(), HEADER.pack(COSTS, 2) + b"{}")


def _account_at_length(_: str) -> Iterable[object]:
    os.write(_pipe(), HEADER.pack(COSTS, 1 << 20))
    return ()


def _spin(_: str) -> NoReturn:
    while True:
        pass


def _bug(_: str) -> NoReturn:
    raise KeyError("a bug of ours")


def _refuse(_: str) -> NoReturn:
    raise DamagedDocument("dopis.pdf is damaged.", "Get it again.")


def _shut_out(_: str) -> NoReturn:
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/srv/home/originals/ab/tajna.pdf")


def _betray(_: str) -> NoReturn:
    raise DamagedDocument("x.pdf: cannot open file /srv/home/originals/ab/tajna.pdf.", "See /usr/bin/soffice.")


def _exit(_: str) -> NoReturn:
    os._exit(3)


def _chatter(_: str) -> Iterable[object]:
    os.write(1, b"a library talks")
    sys.stderr.write("and talks")
    return ()


def _big(_: str) -> Iterator[object]:
    yield "x" * BIG


def _greedy(_: str) -> Iterator[object]:
    yield len(bytearray(8 << 30))


def _slow(_: str) -> Iterator[object]:
    for step in range(8):
        time.sleep(0.25)
        yield step


def _lie(_: str) -> Iterator[object]:
    yield -1


def _say(argument: str) -> Iterable[object]:
    """Write raw bytes, given in hexadecimal, to the pipe after the header of a text."""
    said = bytes.fromhex(argument)
    os.write(_pipe(), HEADER.pack(0, len(said)) + said)
    return ()


def _stammer(_: str) -> Iterable[object]:
    """Announce a message, send half of it, and stop."""
    os.write(_pipe(), HEADER.pack(0, 100) + b'"half')
    time.sleep(600)
    return ()


def _boast(_: str) -> Iterable[object]:
    os.write(_pipe(), HEADER.pack(0, 4_000_000_000))
    return ()


def _pipe() -> int:
    """Return the pipe to the parent, which is the last argument but one of this process."""
    return int(Path("/proc/self/cmdline").read_bytes().split(b"main(")[1].split(b",")[1])


def _connect(argument: str) -> Iterator[object]:
    """Try to connect to a server on this machine."""
    try:
        with socket.socket() as end:
            end.settimeout(2)
            yield end.connect_ex(("127.0.0.1", int(argument)))
    except PermissionError as error:
        yield error.errno


def _write(argument: str) -> Iterator[object]:
    """Try to write a file."""
    try:
        Path(argument).write_text("written", encoding="utf-8")
    except OSError as error:
        yield f"refused: {error.strerror}"
    else:
        yield "written"


def _read(argument: str) -> Iterator[object]:
    """Try to read a file."""
    try:
        yield Path(argument).read_text(encoding="utf-8")
    except OSError as error:
        yield f"refused: {error.strerror}"


def _fill(argument: str) -> Iterator[object]:
    """Write a file larger than a limit."""
    with Path(argument).open("wb") as file:
        file.truncate(1 << 40)
    yield "written"


def _multiply(_: str) -> Iterator[object]:
    """Start processes that leave their group and keep running; yield their number."""
    count = 0
    while count < 40:
        try:
            child = os.fork()
        except OSError:
            break
        if child == 0:
            os.setsid()
            time.sleep(600)
            os._exit(0)
        count += 1
    yield count


def _open(_: str) -> Iterator[object]:
    """Open files until it fails; yield their number."""
    handles = []
    try:
        while True:
            handles.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        pass
    for handle in handles:
        os.close(handle)
    yield len(handles)


def _secrets(_: str) -> Iterator[object]:
    """Yield the names in the environment."""
    yield " ".join(sorted(os.environ))


def _attack(argument: str) -> Iterator[object]:
    """Try the attacks of a compromised process; yield the names of those that succeeded."""
    asked = json.loads(argument)
    attempts: dict[str, Callable[[], object]] = {
        **{f"open {path}": partial(_opened, path, os.O_RDONLY) for path in asked["secrets"]},
        **{f"write {path}": partial(_opened, path, os.O_WRONLY) for path in asked["files"]},
        **{f"make {path}": partial(_opened, path, os.O_WRONLY | os.O_CREAT) for path in asked["new"]},
        **{f"change {path}": partial(os.chmod, path, 0o777) for path in asked["files"]},
        "network": lambda: socket.socket(socket.AF_INET),
        "raw network": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW),
        "netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
        "a server's socket": lambda: socket.socket(socket.AF_UNIX).connect(asked["socket"]),
        "a message to a server": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"x", asked["socket"]),
        "root": lambda: os.setresuid(0, 0, 0) if os.getuid() else _refused(),
        "to see processes": lambda: os.kill(asked["parent"], 0),
        "another user": lambda: os.setuid(4242),
        "the environment of others": lambda: _environments(asked["password"]),
        "descriptors of others": _descriptors,
        **{name: partial(_called, *call) for name, call in _CALLS.items()},
    }
    for name, attempt in attempts.items():
        try:
            attempt()
        except OSError:
            continue
        yield name


_PTRACE_SEIZE = 0x4206
_NEW_USER, _SIGCHLD = 0x10000000, 17
_CLONE = 56
_CALLS: dict[str, tuple[int, ...]] = {
    # numbers of x86-64 below 334, of all architectures above
    "ptrace": (101, _PTRACE_SEIZE, 1, 0, 0),
    "process_vm_readv": (310, 1, 0, 0, 0, 0, 0),
    "unshare": (272, _NEW_USER),
    "clone": (_CLONE, _NEW_USER | _SIGCHLD, 0, 0, 0, 0),
    "mount": (165, 0, 0, 0, 0, 0),
    "keyctl": (250, 0, -3, 1),
    "bpf": (321, 0, 0, 0),
    "perf_event_open": (298, 0, 0, -1, -1, 0),
    "userfaultfd": (323, 0),
    "io_uring_setup": (425, 1, 0),
    "reboot": (169, 0, 0, 0),
    "clone3": (435, 0, 0),
}


def _called(number: int, *arguments: int) -> None:
    """Make a system call; one that passed the filter but failed for its arguments counts as successful."""
    library = ctypes.CDLL(None, use_errno=True)
    if library.syscall(number, *(ctypes.c_long(argument) for argument in arguments)) == 0 and number == _CLONE:
        os._exit(0)
    if ctypes.get_errno() in (errno.EPERM, errno.ENOSYS):
        _refused()


def _opened(path: str, flags: int) -> None:
    os.close(os.open(path, flags | os.O_NONBLOCK))


def _environments(password: str) -> None:
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if password in (folder / "environ").read_text(errors="replace"):
                return
    _refused()


def _descriptors() -> None:
    """Look for open file descriptors besides standard streams and the pipe to the parent."""
    kinds = []
    for number in range(3, 256):
        with suppress(OSError):
            kinds.append(stat.S_IFMT(os.fstat(number).st_mode))
    if [kind for kind in kinds if kind != stat.S_IFIFO] == []:
        _refused()


def _refused() -> NoReturn:
    raise PermissionError


_DEEDS: dict[str, Callable[[str], Iterable[object]]] = {
    deed.__name__.removeprefix("_"): deed
    for deed in (
        *(
            _crash,
            _hang,
            _spin,
            _spend,
            _exaggerate,
            _account,
            _account_at_length,
            _bug,
            _refuse,
            _shut_out,
            _betray,
            _exit,
            _chatter,
            _big,
            _greedy,
            _slow,
            _lie,
            _say,
            _stammer,
            _boast,
        ),
        *(_connect, _write, _read, _fill, _multiply, _open, _secrets, _attack),
    )
}
