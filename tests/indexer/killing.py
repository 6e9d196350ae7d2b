"""Runs of a script that are killed on the way, as a power cut would."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]


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


def run_and_kill(script: Path, arguments: Sequence[Path], reports: int | None = None, pause: float = 0) -> int:
    """Run the script, and kill it a moment after so many reports; gives its exit code."""
    process = subprocess.Popen(
        [sys.executable, str(script), *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    with process.stdout as lines:
        for number, _ in enumerate(lines, start=1):
            if number == reports:
                time.sleep(pause)
                process.send_signal(signal.SIGKILL)
    return process.wait()
