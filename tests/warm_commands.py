"""The command line in forks of one process that has loaded it: many runs for the price of one start.

Each run is a process of its own, in a group of its own, that goes through :func:`dosije.main` with its own arguments
and environment and can be killed like any other; only the second it takes to import everything, and what it takes to
compile the statements of SQL that nearly every command asks, is spent once. So is the trial whether there can be a
sandbox, for which each process that reads documents starts two others.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import archive.system.failpoints
import dosije
from archive.archive import Archive
from archive.search.request import SearchRequest
from archive.system.confinement import why_not
from tests import warm_rooms
from tests.archive.upkeep.homes import fill

ROOT = Path(__file__).parent.parent


class WarmCommands:
    """The process that forks, seen from the test."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Start it, with this environment."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.warm_commands"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**environ, "OPENBLAS_NUM_THREADS": "1"},
            text=True,
        )

    def run(
        self, arguments: Sequence[str], environ: Mapping[str, str], *, apart: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """Run ``dosije`` with these arguments to its end, or to what kills it.

        :param environ: what is to be otherwise in the environment of the process that forks.
        :param apart: whether to tell what it wrote to stdout and stderr apart; else both are the whole of it.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([arguments, dict(environ), apart]) + "\n")
        self._process.stdin.flush()
        code, said, warned = json.loads(self._process.stdout.readline())
        return subprocess.CompletedProcess(arguments, code, said, warned)

    def close(self) -> None:
        """Let it end."""
        self._process.communicate()


def _serve() -> None:
    for module in {place.partition(":")[0] for place, _ in dosije.COMMANDS.values() if isinstance(place, str)}:
        importlib.import_module(module)
    _warm_up()
    for line in sys.stdin:
        arguments, environ, apart = json.loads(line)
        with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as warned:
            told = warned if apart else said
            child = os.fork()
            if child == 0:
                _be(arguments, environ, said.fileno(), told.fileno())
            _, status = os.waitpid(child, 0)
            texts = [_text(said), _text(told)]
        sys.stdout.write(json.dumps([os.waitstatus_to_exitcode(status), *texts]) + "\n")
        sys.stdout.flush()


def _warm_up() -> None:
    """Make an archive, put documents into it and search it: what is compiled for that is compiled for all commands."""
    why_not()
    warm_rooms.share()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        fill(home)
        with Archive.open(home) as opened:
            opened.search.search(SearchRequest("nabavka"))


def _text(file: BinaryIO) -> str:
    file.seek(0)
    # As subprocess has it: every end of line is one character.
    return file.read().decode("utf-8", "replace").replace("\r\n", "\n")


def _be(arguments: Sequence[str], environ: Mapping[str, str], said: int, warned: int) -> None:
    """Be the command, in a fork."""
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(said, 1)
    os.dup2(warned, 2)
    os.environ.update(environ)
    # It looks at the environment once, when it is loaded.
    importlib.reload(archive.system.failpoints)
    sys.argv = ["dosije", *arguments]
    code = 1
    try:
        dosije.main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - what Python itself would do with it, in a process that must not go on
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve()
