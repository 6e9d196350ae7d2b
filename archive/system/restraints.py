"""Self-restriction of a process by the kernel: privileges, system calls (seccomp) and files (Landlock).

Restrictions are irrevocable and inherited by child processes. They require no privilege, so they also work without
namespaces, as in most containers.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import socket
import struct
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)

_SET_NO_NEW_PRIVS, _CAPBSET_DROP, _CAP_AMBIENT, _CLEAR_ALL = 38, 24, 47, 4
"""Operations of prctl(2)."""

_CAPABILITY_VERSION_3 = 0x20080522

_REFUSED = (
    # other processes, and what the kernel stores for them
    *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_getfd", "kcmp"),
    *("add_key", "request_key", "keyctl"),
    # namespaces, mounts, and access to files other than by path
    *("unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "open_tree", "move_mount", "mount_setattr"),
    *("fsopen", "fsconfig", "fsmount", "fspick", "open_by_handle_at", "name_to_handle_at", "fanotify_init"),
    # kernel subsystems that no reader needs, and that often had vulnerabilities
    *(
        "bpf",
        "perf_event_open",
        "userfaultfd",
        "io_uring_setup",
        "io_uring_enter",
        "io_uring_register",
        "lookup_dcookie",
    ),
    *("modify_ldt", "vmsplice", "personality"),
    # the machine
    *("init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff"),
    *("acct", "quotactl", "quotactl_fd", "syslog", "vhangup", "ioperm", "iopl", "sethostname", "setdomainname"),
    *("settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "mknod", "mknodat"),
    # servers, also those that are reached through a file
    *("connect", "sendmsg", "sendmmsg"),
)

_REFUSED_WITHOUT_SANDBOX = (
    *("chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat"),
    *("setxattr", "lsetxattr", "fsetxattr", "setxattrat", "removexattr", "lremovexattr", "fremovexattr"),
)
"""Changes of files that Landlock does not cover. In a sandbox these files are absent or read-only."""

_NEW_NAMESPACES = 0x00000080, 0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000
"""Flags of clone(2)."""

_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_NOT_EQUAL, _MASKED_EQUAL = 1, 7
"""Constants of libseccomp."""

_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
"""System calls, with the same numbers on all architectures."""

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_TRUNCATE, _IOCTL_DEVICE = 1 << 14, 1 << 15
_SHOW = _EXECUTE | _READ_FILE | _READ_DIR
_MAKE_SOCKETS, _REMOVE_FILES = 1 << 9, 1 << 5
_MAKE_DEVICES = 1 << 6 | 1 << 11
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEVICE
"""Landlock rights; the last ones are those that apply to single files."""

_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
"""All file rights of each Landlock version."""

_HAS_SCOPES = 6
_SCOPES = 0b11
"""Scopes from version 6: abstract sockets and signals are restricted to processes in the same domain."""


class _Comparison(ctypes.Structure):
    _fields_ = (("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64))


def drop_privileges(user: int | None = None) -> None:
    """Drop all capabilities and the ability to gain any, and become ``user``, if given.

    :raises OSError: the kernel refuses.
    """
    _prctl(_SET_NO_NEW_PRIVS, 1)
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    with suppress(OSError):  # Without CAP_SETPCAP it cannot be dropped; no_new_privs makes it useless anyway.
        for capability in range(64):
            _prctl(_CAPBSET_DROP, capability)
    _prctl(_CAP_AMBIENT, _CLEAR_ALL)
    header, none = struct.pack("Ii", _CAPABILITY_VERSION_3, 0), bytes(24)
    if _LIBC.capset(header, none):
        raise _failure("capset")


def _prctl(operation: int, argument: int) -> None:
    if _LIBC.prctl(operation, argument, 0, 0, 0):
        raise _failure("prctl")


def _failure(what: str) -> OSError:
    number = ctypes.get_errno()
    return OSError(number, f"{what}: {os.strerror(number)}")


@cache
def _libseccomp() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        return None
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_init.argtypes = (ctypes.c_uint32,)
    library.seccomp_rule_add_array.argtypes = (
        *(ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint),
        ctypes.POINTER(_Comparison),
    )
    library.seccomp_load.argtypes = library.seccomp_release.argtypes = (ctypes.c_void_p,)
    return library


def filter_system_calls(*, is_shut_in: bool) -> bool:
    """Install a system call filter; returns whether it is supported (libseccomp is installed, and the kernel has
    seccomp).

    :param is_shut_in: there is a sandbox, in which no relevant file can be changed.
    """
    library = _libseccomp()
    if library is None:
        return False
    rules = library.seccomp_init(_ALLOW)
    try:
        for name in (*_REFUSED, *(() if is_shut_in else _REFUSED_WITHOUT_SANDBOX)):
            _refuse(library, rules, name)
        # Arguments in memory cannot be inspected: glibc falls back to clone(2), whose flags can.
        _refuse(library, rules, "clone3", error=errno.ENOSYS)
        for flag in _NEW_NAMESPACES:
            _refuse(library, rules, "clone", _Comparison(0, _MASKED_EQUAL, flag, flag))
        _refuse(library, rules, "socket", _Comparison(0, _NOT_EQUAL, socket.AF_UNIX, 0))
        _refuse(library, rules, "sendto", _Comparison(4, _NOT_EQUAL, 0, 0))
        return bool(library.seccomp_load(rules) == 0)
    finally:
        library.seccomp_release(rules)


def _refuse(library: ctypes.CDLL, rules: int, name: str, *when: _Comparison, error: int = errno.EPERM) -> None:
    number = library.seccomp_syscall_resolve_name(name.encode())
    # System calls that this architecture lacks, or that this libseccomp does not know yet.
    if number >= 0 and library.seccomp_rule_add_array(
        rules, _ERRNO | error, number, len(when), (_Comparison * len(when))(*when)
    ):
        raise OSError(f"seccomp takes no rule for {name}")


@cache
def landlock_version() -> int:
    """Return the version of Landlock in the kernel, or 0."""
    return max(0, int(_LIBC.syscall(_LANDLOCK_CREATE, None, 0, 1)))


def restrict_files(readable: Iterable[Path], writable: Iterable[Path]) -> None:
    """Restrict file access to these folders and files. Missing ones are skipped.

    :raises OSError: the kernel does not support Landlock.
    """
    version = landlock_version()
    rights = _RIGHTS.get(version, _RIGHTS[max(_RIGHTS)])
    attributes = struct.pack("QQQ", rights, 0, _SCOPES)
    size = len(attributes) if version >= _HAS_SCOPES else 8
    rules = _LIBC.syscall(_LANDLOCK_CREATE, attributes, size, 0)
    if rules < 0:
        raise _failure("landlock_create_ruleset")
    try:
        for place in readable:
            _permit(rules, place, _SHOW & rights)
        # LibreOffice needs its own socket there, wherever its other files are, to start.
        if shutil.which("soffice"):
            _permit(rules, Path("/tmp"), _MAKE_SOCKETS | _REMOVE_FILES)  # noqa: S108 - nothing is written
        for place in writable:
            _permit(rules, place, rights & ~_MAKE_DEVICES)
        if _LIBC.syscall(_LANDLOCK_RESTRICT, rules, 0):
            raise _failure("landlock_restrict_self")
    finally:
        os.close(rules)


def _permit(rules: int, place: Path, rights: int) -> None:
    try:
        handle = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        about = rights if place.is_dir() else rights & _OF_FILES
        if _LIBC.syscall(_LANDLOCK_ADD, rules, 1, struct.pack("=Qi", about, handle), 0):
            raise _failure(f"landlock_add_rule for {place}")
    finally:
        os.close(handle)
