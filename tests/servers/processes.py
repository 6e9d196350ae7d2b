"""Server processes that run as an unprivileged user and stop with the process that started them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

USER, GROUP = "nobody", "nogroup"


class ServerFailed(Exception):
    """A server is unavailable, did not start, or has exited; the message has the end of its log."""


def unprivileged() -> list[str]:
    """Return the command prefix for running as an unprivileged user: both servers refuse to run as root."""
    return ["setpriv", "--reuid", USER, "--regid", GROUP, "--clear-groups"] if os.geteuid() == 0 else []


def readable_folder(path: Path) -> Path:
    """Create a folder that the unprivileged user can enter, whatever the umask."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for folder in missing:
        folder.chmod(0o755)
    return path


def own_folder(path: Path) -> Path:
    """Create a folder that the unprivileged user can write to."""
    readable_folder(path)
    if os.geteuid() == 0:
        subprocess.run(["chown", f"{USER}:{GROUP}", str(path)], check=True)
    return path


def free_port() -> int:
    """Return an unused port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its URL, its process, and what is needed to restart it with the same data."""

    url: str
    process: subprocess.Popen[bytes]
    command: tuple[str, ...]
    folder: Path
    stop_signal: signal.Signals

    @classmethod
    def start(cls, url: str, command: Sequence[str], folder: Path, stop_signal: signal.Signals) -> Server:
        """Start ``command`` in ``folder``, in a session of its own so that Ctrl-C reaches the tests first.

        The kernel sends ``stop_signal`` to it when this process dies, so no server outlives the run that started it.
        """
        guard = ["setpriv", "--pdeathsig", stop_signal.name.removeprefix("SIG")]
        with (folder / "output.log").open("ab") as output:
            process = subprocess.Popen(
                [*unprivileged(), *guard, *command],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        return cls(url, process, tuple(command), folder, stop_signal)

    def start_again(self) -> Server:
        """Restart it after it was stopped or killed, with the same ports and data."""
        return Server.start(self.url, self.command, self.folder, self.stop_signal)

    def wait(self, answers: Callable[[], bool], seconds: float = 90.0) -> None:
        """Wait until ``answers`` returns True.

        :raises ServerFailed: the process has exited, or did not respond within ``seconds``.
        """
        end = time.monotonic() + seconds
        while not answers():
            if self.process.poll() is not None or time.monotonic() > end:
                self.kill()
                log = self.folder / "output.log"
                tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-30:])
                raise ServerFailed(f"{self.url} does not answer. The end of {log}:\n{tail}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop it; kill it after 20 seconds."""
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Kill it, as a power failure would."""
        self.process.kill()
        self.process.wait()
