"""Kill commands at random moments, and see what is lost, doubled or half done.

Usage: ``python -m benchmarks.kills [N=200] [--seed 1] [--documents 12]``

Each round makes up its mind for one command of add, reread, reindex and backup, starts it, and sends SIGKILL to its
whole group after a random part of the time that the command takes when it is left alone. Then ``dosije check`` looks
at the archive. Every 10 kills all commands are run to their end, and the archive is compared with one that nobody
killed; then a new life begins. Commits come every 3 documents.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import signal
import subprocess
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from tests.crash_samples import Life

KILLS_IN_A_LIFE = 10


def killed(life: Life, command: str, pause: float) -> bool:
    """Run a command and kill it after ``pause`` seconds; returns whether it was still at work."""
    process = life.start(command)
    try:
        process.communicate(timeout=pause)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    return process.returncode == -signal.SIGKILL


def comparable(life: Life) -> str:
    """The state of an archive without the folder it was made in."""
    return re.sub(r"/[^' ]*/inputs", "", str(life.state()))


def straight(folder: Path, documents: int) -> tuple[str, dict[str, float]]:
    """The state of an archive whose commands were left alone, and the seconds each took."""
    life, seconds = Life.begin(folder, documents), {}
    for command in life.commands():
        began = time.monotonic()
        life.run(command)
        seconds[command] = time.monotonic() - began
    return comparable(life), seconds


def main() -> None:
    """Print what happened, and every violation."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kills", type=int, nargs="?", default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--documents", type=int, default=12)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as root:
        expected, seconds = straight(Path(root) / "straight", options.documents)
        while counts["kills"] < options.kills:
            life = Life.begin(Path(root) / f"life-{counts['lives']}", options.documents)
            counts["lives"] += 1
            for command in ("add", *chance.choices(list(seconds), k=KILLS_IN_A_LIFE - 1)):
                counts["kills"] += 1
                counts[f"killed amid {command}"] += killed(life, command, chance.uniform(0.1, 1) * seconds[command])
                wrong = life.problems(notices=False)
                counts["checks that found damage"] += bool(wrong)
                print(*wrong, sep="\n", end="\n" if wrong else "")
            for command in seconds:
                life.run(command)
            counts["lives that ended otherwise"] += comparable(life) != expected or bool(life.problems())
            print(", ".join(f"{count} {name}" for name, count in sorted(counts.items())), flush=True)


if __name__ == "__main__":
    main()
