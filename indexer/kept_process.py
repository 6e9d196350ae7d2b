"""A process of the reading room's that works beside it, started whenever there is something for it to do."""

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
    """Has ``live`` work on the archive in ``home``, in one process at a time, whenever one :meth:`is_due`. Close it to
    end the process, whatever it is doing."""

    pause = 1.0
    """Seconds between the end of a process and the next look whether one is due."""

    def __init__(
        self,
        home: Path,
        live: Callable[[Path], None],
        due: Callable[[Path], bool] | None = None,
        pause: float | None = None,
    ) -> None:
        """``due`` says whether one is, where no subclass does; ``pause`` is another than that of the class."""
        self._due, self.pause = due, pause or self.pause
        self._home, self._live, self._closing = home, live, threading.Event()
        self._process: SpawnProcess | None = None
        self._keeper = threading.Thread(target=self._keep, name=type(self).__name__, daemon=True)
        self._keeper.start()

    @property
    def pid(self) -> int | None:
        """The number of the process that was started last."""
        return self._process.pid if self._process else None

    def is_due(self) -> bool:
        """Return whether there is something to do: always, unless somebody knows better."""
        try:
            return self._due is None or self._due(self._home)
        except DosijeError as error:
            sys.stderr.write(f"dosije: {error}\n")
            return False

    def close(self) -> None:
        """End the process. What it was doing is begun again by the next one."""
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
                # Who closes us sees the process or is seen here.
                if self._closing.is_set():
                    process.kill()
                process.join()
            self._closing.wait(self.pause)


def end_with_room() -> None:
    """Begin such a process: it ends with its parent, which alone decides what Ctrl-C, sent to the group, means."""
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
