"""Inject disk faults into each command, and check its message and the archive.

Usage: ``python -m benchmarks.faults [--documents 6] [--step 7]``; needs ``strace``.

For each command that writes, each fault (no space left, input/output error) and each kind of system call (writing to
the catalog, syncing, writing anything else), the command is run repeatedly under ``strace``, which makes the call fail
from the n-th on, for n = 1, 1 + step, ... until the command is no longer hit. After each run ``dosije check`` must find
no damage, and the command must have reported the fault in a message of its own; at the end it must succeed, and the
archive must equal one without faults.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.kills import comparable
from tests.crash_samples import Life

FAULTS = ("ENOSPC", "EIO")
CALLS = {
    "writing to the catalog": "pwrite64",
    "putting on the disk": "fsync,fdatasync",
    "writing other files": "write",
}
"""System calls by their kind."""

SILENT = "write"
"""If these calls fail, messages cannot be printed either; the exit code must report the fault."""

UNCONFINED = {"DOSIJE_SANDBOX": "never"}
"""Environment without a sandbox; reading processes make none of these calls, and strace has less to trace."""

MOST_RUNS = 40
"""Maximum runs of a command with a fault, at intervals of the step."""


def injecting(fault: str, calls: str, first: int) -> Sequence[str]:
    """Return the command prefix that makes the calls fail from the ``first`` on."""
    inject = f"inject={calls}:error={fault}:when={first}+"
    return ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={calls}", "-e", inject]


def one(life: Life, command: str, fault: str, calls: str, first: int, counts: Counter[str]) -> bool:
    """Run a command with a fault; return whether it was hit."""
    ended: subprocess.CompletedProcess[str] = life.run(command, UNCONFINED, injecting(fault, calls, first))
    expected = {0, 3} if command == "add" else {0}
    if ended.returncode in expected and "No space" not in ended.stderr and "Input/output" not in ended.stderr:
        return False
    counts["runs hit"] += 1
    is_told = calls == SILENT or re.search(r"dosije: |failed ", ended.stderr)
    if "Traceback" in ended.stderr or not is_told:
        counts["without a clear error"] += 1
        print(f"--- {command}, {fault} from call {first} on: exit {ended.returncode}\n{ended.stderr[-1500:]}")
    damage = life.problems(notices=False)
    counts["with damage"] += bool(damage)
    print(*damage, sep="\n", end="\n" if damage else "")
    return True


def left_alone(life: Life) -> str:
    """Return the state of an archive after all commands without faults."""
    for command in life.commands():
        ended = life.run(command)
        if ended.returncode not in {0, 3}:
            raise SystemExit(f"{command} ended with {ended.returncode}: {ended.stderr}")
    return comparable(life)


def main() -> None:
    """Print a table of the faults, the messages and the damage."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=6)
    parser.add_argument("--step", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        expected = left_alone(Life.begin(Path(root) / "straight", options.documents))
        print("| command | fault | call | runs hit | without a clear error | with damage |")
        print("| --- | --- | --- | --- | --- | --- |")
        for number, (fault, (kind, calls)) in enumerate((f, c) for f in FAULTS for c in CALLS.items()):
            life = Life.begin(Path(root) / f"life-{number}", options.documents)
            for command in life.commands():
                counts: Counter[str] = Counter()
                for run in range(MOST_RUNS):
                    if not one(life, command, fault, calls, 1 + run * options.step, counts):
                        break
                life.run(command)
                row = [counts[name] for name in ("runs hit", "without a clear error", "with damage")]
                print(f"| {command} | {fault} | {kind} |", *(f"{count} |" for count in row), flush=True)
            unhurt = comparable(life) == expected and not life.problems()
            print(f"all commands, {fault}, {kind}: ended {'as unhurt' if unhurt else 'OTHERWISE'}", flush=True)


if __name__ == "__main__":
    main()
