"""What work in other processes costs, by the clock and by the processors.

A confined process is killed with its sandbox, and nobody of ours waits for it: ``getrusage`` and ``time`` do not count it.
So a program that measures adopts such orphans, and waits for all of them.
"""

from __future__ import annotations

import ctypes
import os
import resource
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

_SET_CHILD_SUBREAPER = 36
"""Operation of prctl(2)."""


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent has ended."""
    ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


@dataclass(slots=True)
class Cost:
    """Seconds on the clock and of the processors."""

    wall: float = 0.0
    cpu: float = 0.0

    def measure(self, work: Callable[[], object]) -> None:
        """Do some work in a process of its own, wait until that and all that it started have ended, and add what it
        cost."""
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        child = os.fork()
        if child == 0:
            try:
                work()
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        self.wall += time.monotonic() - started
        with suppress(ChildProcessError):
            while True:
                os.waitpid(-1, 0)
        if status:
            raise SystemExit(1)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.cpu += after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
