"""The command line in forks of a process that has loaded it (:mod:`tests.warm_processes`)."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from typing import BinaryIO

from tests.warm_processes import WarmProcess

_MAIN = "import dosije; dosije.main()"


class WarmCommand:
    """A command that runs beside us."""

    def __init__(self, arguments: Sequence[str], environ: Mapping[str, str], *, apart: bool) -> None:
        """``environ`` is its whole environment. What it says goes to one file, or to two that are ``apart``."""
        self._arguments = arguments
        self._said: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - closed in ended()
        self._warned: BinaryIO = tempfile.TemporaryFile() if apart else self._said  # noqa: SIM115 - as above
        self._process = WarmProcess(_MAIN, arguments, environ, {1: self._said.fileno(), 2: self._warned.fileno()})
        self.pid = self._process.pid

    def ended(self, timeout: float | None = None) -> subprocess.CompletedProcess[str]:
        """Wait for its end, and give what it said.

        :raises subprocess.TimeoutExpired: it does not end.
        """
        with self._said, self._warned:
            code = self._process.wait(timeout)
            return subprocess.CompletedProcess(self._arguments, code, _text(self._said), _text(self._warned))


def start(arguments: Sequence[str], environ: Mapping[str, str] | None = None, *, apart: bool = False) -> WarmCommand:
    """Run ``dosije`` with these arguments beside us.

    :param environ: what is to be otherwise in its environment than in ours.
    :param apart: whether to tell what it wrote to stdout and stderr apart; else both are the whole of it.
    """
    return WarmCommand(arguments, {**os.environ, **(environ or {})}, apart=apart)


def run(
    arguments: Sequence[str], environ: Mapping[str, str] | None = None, *, apart: bool = False
) -> subprocess.CompletedProcess[str]:
    """As :func:`start`, to its end or to what kills it."""
    return start(arguments, environ, apart=apart).ended()


def _text(file: BinaryIO) -> str:
    file.seek(0)
    # As subprocess has it: every end of line is one character.
    return file.read().decode("utf-8", "replace").replace("\r\n", "\n")
