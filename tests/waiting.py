"""How tests wait for what another process or thread is doing: for a condition, however slow the machine is."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Told = TypeVar("Told")

PATIENCE = 240
"""For how many seconds: then it will not come any more."""


def wait_for(what: Callable[..., Told | None], *arguments: object, never: str = "it never came to that") -> Told:
    """Wait until ``what`` gives something true, and give that; else the test fails and says ``never``."""
    deadline = time.monotonic() + PATIENCE
    while not (told := what(*arguments)):
        assert time.monotonic() < deadline, never
        time.sleep(0.02)
    return told


def state_of(pid: int) -> str:
    """The letter by which the kernel tells what a process does, and "" if there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def is_running(pid: int) -> bool:
    """Whether a process does anything yet; what nobody has waited for is done."""
    return state_of(pid) not in ("", "Z")


def is_group_there(group: int) -> bool:
    """Whether a group of processes has any."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
