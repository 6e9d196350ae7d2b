"""Sandboxing of processes that read documents: their rights, and whether this system enforces them.

Resource limits on time, memory, files and processes are always set. If bubblewrap works, the process also runs in a
sandbox: no network, its own process table, and of the file system only programs and libraries, read-only, and its
writable folders. Otherwise Landlock restricts it to the same files. In both cases it has no privileges, and seccomp
refuses system calls that no reader needs (:mod:`archive.system.restraints`). As root, documents are never read without
one of these, and in a sandbox as another user.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from archive.config import Settings
from archive.errors import Message, UsageError
from archive.system.paths import around, import_path, programs
from archive.system.restraints import drop_privileges, filter_system_calls, landlock_version, restrict_files

_NAMESPACES_OF_ROOT = ("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try")
_SETUID_CAPABILITIES = ("--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID")
_ALONE = ("--die-with-parent", "--new-session", "--cap-drop", "ALL")
_KERNEL = ("--proc", "/proc", "--remount-ro", "/proc", "--dev", "/dev", "--remount-ro", "/dev")
"""Makes ``/proc`` read-only, because root may write to ``/proc/sys`` without any capability."""

_DEVICES = tuple(map(Path, ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")))
_FACTS_OF_MACHINE = tuple(map(Path, ("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/sys/devices/system/cpu")))
"""Files that a process without a sandbox may open besides programs."""

_OF_OTHERS = ("/etc/passwd", "/etc/shadow", "/run", "/var/lib", "/var/spool", "/srv")
"""Paths that no process that reads documents needs."""

SCRATCH_BYTES = 1 << 30
"""Size of the ``/tmp`` of a sandboxed process, in bytes. It is in memory, and is freed with the process."""

OPEN_FILES = 256
PROCESSES = 256
"""Most processes, including threads; LibreOffice takes 30. The kernel does not apply it to root."""

PROCESSES_OF_ALL = 4096
"""The same if all readers run as one system user."""

STRANGER = 2_000_000_000
"""The id of the user as which documents are read for root; no system assigns it."""

_USUAL_MASK = 0o022
_OTHERS = 0o005
"""Permissions of a folder for others to list it."""


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """Resource limits per document: bytes of memory, bytes of one file, and seconds of processor time for one part."""

    memory: int = 4 << 30
    file_bytes: int = 4 << 30
    cpu_seconds: int = 180

    @classmethod
    def of(cls, settings: Settings) -> ProcessLimits:
        """Return the limits of the settings."""
        return cls(
            settings.number("max_read_memory"), settings.number("max_unpacked_bytes"), settings.number("read_timeout")
        )

    def apply(self, *, processes: int | None) -> None:
        """Set the limits for this process and its children.

        :param processes: also limit the number of processes. The kernel counts per user, so this requires an own user
            namespace, or an own user.
        """
        resource.setrlimit(resource.RLIMIT_AS, (self.memory, self.memory))
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.file_bytes, self.file_bytes))
        resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if processes is not None:
            hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
            most = processes if hard == resource.RLIM_INFINITY else min(processes, hard)
            resource.setrlimit(resource.RLIMIT_NPROC, (most, most))
        self.allow_time()

    def allow_time(self) -> None:
        """Renew the processor time of this process, counted from what it has used so far."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        soft = int(used.ru_utime + used.ru_stime) + self.cpu_seconds + 1
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


@dataclass(frozen=True, slots=True)
class Confinement:
    """The sandbox of a process: ``is_shut_in`` by bubblewrap, or ``is_restricted`` to files by Landlock, or neither.

    ``readable`` and ``writable`` are the folders that it sees besides programs; the latter must exist. Everything else
    in the folder ``home`` is hidden. ``user`` is the user that the process becomes, if started by root.
    """

    limits: ProcessLimits = ProcessLimits()
    is_shut_in: bool = False
    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    home: Path | None = None
    user: int | None = None
    is_restricted: bool = False
    programs: frozenset[Path] = field(default_factory=programs)

    @classmethod
    def of(
        cls,
        settings: Settings,
        readable: tuple[Path, ...] = (),
        writable: tuple[Path, ...] = (),
        home: Path | None = None,
    ) -> Confinement:
        """Return the confinement of the settings, as far as this system supports it.

        :raises UsageError: the setting ``sandbox`` is "always", and bubblewrap does not work; or this is root, no
            mechanism works, and the setting is not "never".
        """
        wanted = settings.text("sandbox")
        if wanted not in ("auto", "always", "never"):
            raise UsageError("The setting sandbox must be auto, always or never, not %(value)s.", value=repr(wanted))
        asked = cls(ProcessLimits.of(settings), readable=readable, writable=writable, home=home)
        if wanted == "never":
            return asked
        _refuse_to_hide_programs(home)
        reason = why_not()
        if reason is None:
            return replace(asked, is_shut_in=True, user=_reading_user(home, readable))
        if wanted == "always":
            raise UsageError(
                "Documents are to be read in a sandbox, and there is none: %(our_reason)s.",
                "Install bubblewrap and permit user namespaces, or set sandbox to auto.",
                our_reason=reason,
            )
        if os.geteuid() == 0 and not landlock_version():
            raise UsageError(
                "Documents would be read with the rights of root and without a sandbox.",
                "Install bubblewrap, be another user, or set sandbox to never if you trust every document.",
            )
        return replace(asked, is_restricted=landlock_version() > 0)

    @property
    def is_confined(self) -> bool:
        """Whether the process is restricted to its files."""
        return self.is_shut_in or self.is_restricted

    @property
    def processes(self) -> int | None:
        """The limit of processes, if they can be counted."""
        if not self.is_shut_in:
            return None
        return PROCESSES if self.user is None else PROCESSES_OF_ALL

    def command(self) -> list[str]:
        """Return the prefix of a command that runs it in the sandbox. Writable folders are created and, as root, given
        to the reading user; readable ones of ``home`` are created, too, because one made later would not be seen."""
        if self.is_confined:
            for place in self.readable:
                if self.home is not None and place.is_relative_to(self.home):
                    with suppress(OSError):  # In a home that cannot be written to, nothing will be made later either.
                        place.mkdir(parents=True, exist_ok=True)
            for place in self.writable:
                place.mkdir(parents=True, exist_ok=True)
                if os.geteuid() == 0:
                    _change_owner(place, self.user or 0)
        if not self.is_shut_in:
            return []
        namespaces = ["--unshare-all"] if self.user is None else [*_NAMESPACES_OF_ROOT]
        capabilities = () if self.user is None else _SETUID_CAPABILITIES
        command = [_bubblewrap(), *namespaces, *_ALONE, *capabilities, *_KERNEL, "--chdir", "/"]
        command += ["--perms", "1777", "--size", str(SCRATCH_BYTES), "--tmpfs", "/tmp"]  # noqa: S108 - the sandbox's own
        # Nested folders are mounted after their parents.
        places = dict.fromkeys((*self.programs, *self.readable), "--ro-bind-try") | dict.fromkeys(
            self.writable, "--bind"
        )
        hidden = [] if self.home is None else [self.home.resolve()]
        made: set[Path] = set()
        for place in sorted({*places, *hidden}):
            # Bubblewrap would create them for root only.
            for above in reversed(place.parents[:-1]):
                if above not in made:
                    made.add(above)
                    command += ["--perms", "0755", "--dir", str(above)]
            command += [places[place], str(place), str(place)] if place in places else ["--tmpfs", str(place)]
        for place in (*hidden, Path("/")):
            command += ["--remount-ro", str(place)]
        return command

    def take_effect(self, scratch: Path) -> None:
        """Apply the restrictions that a process must set itself, irrevocably.

        :param scratch: its own folder for temporary files.
        """
        if not self.is_confined:
            return
        drop_privileges(self.user)
        filter_system_calls(is_shut_in=self.is_shut_in)
        if self.is_restricted:
            shown = [*self.programs, *_FACTS_OF_MACHINE]
            if self.home is not None:
                shown = [part for place in shown for part in around(place, self.home)]
            restrict_files([*shown, *self.readable], [*self.writable, *_DEVICES, scratch])


def _refuse_to_hide_programs(home: Path | None) -> None:
    """Refuse a home that is a folder of programs, because the home is hidden from readers, which need programs."""
    if home is not None and home.resolve() in {place.resolve() for place in programs()}:
        raise UsageError(
            "The archive is in %(place)s, which is a folder of programs that reading needs.",
            "Move it to a folder of its own, and name that with --home.",
            place=home,
        )


def _reading_user(home: Path | None, readable: tuple[Path, ...]) -> int | None:
    """Return the user that a reader becomes if this is root: the archive's owner, or nobody. None if it stays root,
    because another user could not access programs or documents."""
    if os.geteuid() != 0 or _fails(Confinement(is_shut_in=True, user=STRANGER)):
        return None
    user = (home.stat().st_uid if home is not None and home.exists() else 0) or STRANGER
    mask = os.umask(_USUAL_MASK)
    os.umask(mask)
    folders = (one for place in readable if place.is_dir() for one in (place, *filter(Path.is_dir, place.iterdir())))
    return user if mask & _OTHERS == 0 and all(_is_open_to(user, folder) for folder in folders) else None


def _is_open_to(user: int, folder: Path) -> bool:
    about = folder.stat()
    return about.st_uid == user or about.st_mode & _OTHERS == _OTHERS


def _change_owner(folder: Path, user: int) -> None:
    """Change the owner of a folder and its content, the folder last, to mark completion."""
    if folder.stat().st_uid == user:
        return
    for above, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(Path(above, name), user, -1, follow_symlinks=False)
    os.chown(folder, user, -1)


def _bubblewrap() -> str:
    return shutil.which("bwrap") or "bwrap"


def why_not() -> str | None:
    """Return why bubblewrap cannot be used, or None if it can. Cached after one attempt."""
    if shutil.which("bwrap") is None:
        return Message("bubblewrap is not installed")
    reason = _fails(Confinement(is_shut_in=True))
    if reason and os.geteuid() == 0:
        return _fails(Confinement(is_shut_in=True, user=STRANGER))
    return reason


@cache
def _fails(confinement: Confinement) -> str | None:
    try:
        tried(confinement)
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().splitlines()
        if not said:
            return Message("bubblewrap failed (exit code %(code)s)", code=error.returncode)
        return Message("bubblewrap failed (%(error)s)", error=said[-1])
    except (OSError, subprocess.TimeoutExpired) as error:
        return Message("bubblewrap failed (%(error)s)", error=error)
    return None


def tried(confinement: Confinement) -> dict[str, Any]:
    """Run the probe in a process confined like this and return what it found (:mod:`archive.system.probe`).

    :raises subprocess.SubprocessError: the process cannot be started, or does not end.
    :raises OSError: the same.
    """
    asked = {
        "is_shut_in": confinement.is_shut_in,
        "is_restricted": confinement.is_restricted,
        "programs": [str(place) for place in confinement.programs],
        "home": str(confinement.home or ""),
        "user": confinement.user,
        "others": [*_OF_OTHERS, *_files_of_ours()],
    }
    code = "from archive.system.probe import main; main()"
    with tempfile.TemporaryDirectory() as scratch:
        run = subprocess.run(  # noqa: S603 - no shell sees the paths
            [*confinement.command(), sys.executable, "-c", code, json.dumps(asked), scratch],
            check=True,
            capture_output=True,
            text=True,
            timeout=30,
            env={"PYTHONPATH": os.pathsep.join(import_path()), "LANG": "C.UTF-8"},
        )
    said: dict[str, Any] = json.loads(run.stdout)
    return said


def _files_of_ours() -> list[str]:
    """Return the files in the home directory of the current user."""
    try:
        return [entry.path for entry in os.scandir(Path.home()) if entry.is_file()]
    except (OSError, RuntimeError):
        return []


def protection(settings: Settings, home: Path | None = None) -> dict[str, Any]:
    """Return the protection status for ``dosije status``: whether readers are ``sandboxed``, and if not, ``why``; and
    the results of a probe in a process started like readers."""
    wanted = settings.text("sandbox")
    why = "the setting sandbox is never" if wanted == "never" else why_not()
    try:
        confinement = Confinement.of(settings, home=home)
        said = tried(confinement)
    except UsageError as error:
        return {"sandboxed": False, "why": why, "refused": str(error)}
    return {"sandboxed": confinement.is_shut_in, "why": why, **said}
