"""Runs of a script that are killed on the way, as a power cut would."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Sequence

from tests.warm_processes import WarmScript


def stopping_after(reports: int) -> Callable[[object], None]:
    """What tells of each report in a line and stops after so many, so that a kill finds work undone, however late it
    comes."""
    left = iter(range(1, reports))

    def report(_: object) -> None:
        sys.stdout.write("x\n")
        sys.stdout.flush()
        if next(left, None) is None:
            signal.pause()

    return report


def run_and_kill(script: str, arguments: Sequence[object], reports: int | None = None, pause: float = 0) -> int:
    """Run a script, and kill it a moment after so many reports; gives its exit code."""
    with WarmScript(script, *arguments) as process:
        for number, _ in enumerate(process.stdout, start=1):
            if number == reports:
                time.sleep(pause)
                process.kill()
        return process.wait()
