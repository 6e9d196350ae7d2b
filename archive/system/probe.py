"""The probe: a process confined like those that read documents, which tries what it can still do.

:func:`archive.system.confinement.tried` starts it.
"""

from __future__ import annotations

import ctypes
import json
import os
import socket
import struct
import sys
from pathlib import Path

from archive.system.confinement import Confinement

_GET_SECCOMP, _GET_NO_NEW_PRIVS, _FILTERED = 21, 39, 2
"""Operations of prctl(2), and the result of the first if there is a filter."""

_LIBC = ctypes.CDLL(None)

_OF_KERNEL = "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/sysrq-trigger"


def main() -> None:
    """Confine this process as the first argument says, and print what it can still do as one JSON value."""
    asked = json.loads(sys.argv[1])
    home = Path(asked["home"]) if asked["home"] else None
    confinement = Confinement(
        is_shut_in=asked["is_shut_in"],
        home=home,
        user=asked["user"],
        is_restricted=asked["is_restricted"],
        programs=frozenset(map(Path, asked["programs"])),
    )
    confinement.take_effect(Path(sys.argv[2]))
    # The new user must still be able to access programs, or no document could be read.
    for needed in (__file__, os.__file__):
        Path(needed).read_bytes()
    said = {
        "user": os.getuid(),
        "privileges": _has_privileges(),
        "network": _reaches_network(),
        "kernel_settings": any(_opens(path, os.O_WRONLY) for path in _OF_KERNEL),
        "other_files": [path for path in asked["others"] if _opens(path, os.O_RDONLY)],
        "catalog": home is not None and _opens(str(home / "catalog.sqlite"), os.O_RDONLY),
        "files_by": "bubblewrap" if confinement.is_shut_in else "landlock" if confinement.is_restricted else None,
        "system_calls_filtered": _LIBC.prctl(_GET_SECCOMP, 0, 0, 0, 0) == _FILTERED,
    }
    print(json.dumps(said))  # noqa: T201 - it is read by the parent


def _opens(path: str, mode: int) -> bool:
    try:
        os.close(os.open(path, mode | os.O_NONBLOCK))
    except OSError:
        return False
    return True


def _has_privileges() -> bool:
    """Return whether it has a capability, or can gain one by starting a program."""
    sets = ctypes.create_string_buffer(24)
    _LIBC.capget(struct.pack("Ii", 0x20080522, 0), sets)
    return any(sets.raw) or not _LIBC.prctl(_GET_NO_NEW_PRIVS, 0, 0, 0, 0)


def _reaches_network() -> bool:
    """Return whether it can reach another machine, or a server on this one."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname(), timeout=2).close()
    except OSError:
        pass
    else:
        # A sandbox may have its own loopback without servers.
        return len(socket.if_nameindex()) > 1
    return False
