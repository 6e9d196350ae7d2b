"""What processes that open documents may see and do, and whether this system lets us hold them to it.

Two layers. Limits of the kernel on time, memory, files and processes are always there. Where bubblewrap works (user
namespaces are permitted), such a process also has no network, its own process table, none of our rights, and sees of
the disk only programs and libraries, read-only, and the few folders it writes to.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from archive.config import Settings
from archive.errors import UsageError

_SYSTEM = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/opt", "/var/cache/fontconfig"),
    *("/etc/alternatives", "/etc/fonts", "/etc/ld.so.cache", "/etc/libreoffice", "/etc/localtime", "/etc/papersize"),
)
"""Programs, libraries and fonts: what reading needs of a system. Nobody's own files are among them."""

_ALONE = ("--unshare-all", "--die-with-parent", "--cap-drop", "ALL", "--proc", "/proc", "--dev", "/dev")

SCRATCH_BYTES = 1 << 30
"""Bytes that the ``/tmp`` of a confined process may hold. It is memory, and goes with the process."""

OPEN_FILES = 256
PROCESSES = 256
"""Threads count, too; LibreOffice takes 30. The kernel does not hold the superuser to it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may take: bytes of memory, bytes of one file, and seconds of processor time for one part."""

    memory: int = 4 << 30
    file_bytes: int = 4 << 30
    cpu_seconds: int = 180

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """The limits that the settings state."""
        return cls(
            settings.number("max_read_memory"), settings.number("max_unpacked_bytes"), settings.number("read_timeout")
        )

    def apply(self, *, counts_processes: bool) -> None:
        """Hold this process and its children to them from now on.

        :param counts_processes: limit processes, too. They are counted for the user, so that is for those who have a
            user namespace of their own.
        """
        resource.setrlimit(resource.RLIMIT_AS, (self.memory, self.memory))
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.file_bytes, self.file_bytes))
        resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if counts_processes:
            resource.setrlimit(resource.RLIMIT_NPROC, (PROCESSES, PROCESSES))
        self.allow_time()

    def allow_time(self) -> None:
        """Give this process its time anew, counted from what it has used so far."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        soft = int(used.ru_utime + used.ru_stime) + self.cpu_seconds + 1
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


@dataclass(frozen=True, slots=True)
class Confinement:
    """How a process is shut in. ``is_shut_in`` is false where bubblewrap does not work or is not wanted.

    ``readable`` and ``writable`` are the folders it sees besides programs; the latter must exist.
    """

    limits: Limits = Limits()
    is_shut_in: bool = False
    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()

    @classmethod
    def of(cls, settings: Settings, readable: tuple[Path, ...] = (), writable: tuple[Path, ...] = ()) -> Confinement:
        """The confinement that the settings ask for, as far as this system permits it.

        :raises UsageError: the setting ``sandbox`` is "always", and bubblewrap does not work.
        """
        wanted = settings.text("sandbox")
        if wanted not in ("auto", "always", "never"):
            raise UsageError(f"The setting sandbox must be auto, always or never, not {wanted!r}.")
        reason = None if wanted == "never" else why_not()
        if wanted == "always" and reason:
            raise UsageError(
                f"Documents are to be read in a sandbox, and there is none: {reason}.",
                "Install bubblewrap and permit user namespaces, or set sandbox to auto.",
            )
        return cls(Limits.of(settings), wanted != "never" and reason is None, readable, writable)

    def command(self) -> list[str]:
        """The words to put before a command, so that it runs shut in."""
        if not self.is_shut_in:
            return []
        command = [_bubblewrap(), *_ALONE, "--size", str(SCRATCH_BYTES), "--tmpfs", "/tmp", "--chdir", "/"]  # noqa: S108
        for place in sorted({*map(Path, _SYSTEM), *_python(), *self.readable}):
            command += ["--ro-bind-try", str(place), str(place)]
        for place in sorted(self.writable):
            place.mkdir(parents=True, exist_ok=True)
            command += ["--bind", str(place), str(place)]
        return command


def import_path() -> list[str]:
    """The folders that Python modules come from, ours first: an editable installation is not found by its path."""
    places = [Path(__file__).parents[1], *(Path(place).absolute() for place in sys.path if place)]
    return list(dict.fromkeys(str(place) for place in places if place.exists()))


def _python() -> set[Path]:
    """Where Python, its libraries and we ourselves are."""
    return {Path(sys.prefix), Path(sys.base_prefix), *map(Path, import_path())}


def _bubblewrap() -> str:
    return shutil.which("bwrap") or "bwrap"


@cache
def why_not() -> str | None:
    """Why bubblewrap cannot be used, or None if it can. Found out once, by using it."""
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed"
    command = [*Confinement(is_shut_in=True).command(), sys.executable, "-I", "-S", "-c", ""]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=30)  # noqa: S603 - no shell sees the paths
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip().splitlines()
        return f"bubblewrap failed ({said[-1] if said else f'exit code {error.returncode}'})"
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap failed ({error})"
    return None


def protection(settings: Settings) -> dict[str, str | bool | None]:
    """What protects us from documents, as ``dosije status`` tells it: whether each is ``sandboxed``, and if not,
    ``why``."""
    if settings.text("sandbox") == "never":
        return {"sandboxed": False, "why": "the setting sandbox is never"}
    reason = why_not()
    return {"sandboxed": reason is None, "why": reason}
