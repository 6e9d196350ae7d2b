"""A background process beside the reading room, started whenever there is work."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.context import SpawnProcess
from pathlib import Path

from archive.errors import DosijeError
from archive.system.processes import end_with_parent


class KeptProcess:
    """A keeper of one background process at a time, which runs ``live`` on the archive in ``home`` when :meth:`is_due`.

    :meth:`close` kills the process.
    """

    pause = 1.0
    """Seconds between the end of a process and the next check."""

    def __init__(
        self,
        home: Path,
        live: Callable[[Path], None],
        due: Callable[[Path], bool] | None = None,
        pause: float | None = None,
    ) -> None:
        """Start the keeper; ``due`` replaces :meth:`is_due`, ``pause`` that of the class."""
        self._due, self.pause = due, pause or self.pause
        self._home, self._live, self._closing = home, live, threading.Event()
        self._process: SpawnProcess | None = None
        self._keeper = threading.Thread(target=self._keep, name=type(self).__name__, daemon=True)
        self._keeper.start()

    @property
    def pid(self) -> int | None:
        """The id of the last process started, None before the first."""
        return self._process.pid if self._process else None

    def is_due(self) -> bool:
        """Return whether there is work; True by default."""
        try:
            return self._due is None or self._due(self._home)
        except DosijeError as error:
            sys.stderr.write(f"dosije: {error}\n")
            return False

    def close(self) -> None:
        """Kill the process. The next one starts its work anew."""
        self._closing.set()
        if self._process is not None:
            self._process.kill()
        self._keeper.join()

    def _keep(self) -> None:
        while not self._closing.is_set():
            if self.is_due():
                process = get_context("spawn").Process(target=self._live, args=(self._home,))
                process.start()
                self._process = process
                # Either close() sees the process, or the event is seen here.
                if self._closing.is_set():
                    process.kill()
                process.join()
            self._closing.wait(self.pause)


def end_with_room() -> None:
    """Set up a background process: it ends with its parent and ignores Ctrl-C, which the parent handles."""
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
