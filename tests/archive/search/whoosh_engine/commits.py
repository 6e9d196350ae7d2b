"""A process that changes an index and is killed at each of its steps in turn. It is a program run by tests."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from archive.search.whoosh_engine.engine import WhooshEngine
from archive.search.whoosh_engine.layout import SEGMENT_LIMITS, SectionsWriter
from archive.search.whoosh_engine.storage import DurableStorage
from archive.search.whoosh_engine.writer import commit
from tests.archive.search.whoosh_engine.papers import Paper, State, entries

BEFORE = {f"d{number}": Paper(f"d{number}", ["staro", "isto"]) for number in range(SEGMENT_LIMITS.merge_factor - 1)}
"""Documents committed one by one, so that the commit that is killed also merges."""

AFTER = {
    **{f"d{number}": Paper(f"d{number}", ["novo", "isto"], revision=2, reading=2) for number in range(3)},
    **{f"d{number}": BEFORE[f"d{number}"] for number in range(4, SEGMENT_LIMITS.merge_factor - 1)},
    "new": Paper("new", ["novo"]),
}


def change(path: Path) -> None:
    """Make the commit that is killed: it replaces, removes, adds, and merges."""
    changed = [AFTER["d0"], AFTER["d1"], AFTER["d2"], AFTER["new"]]
    commit(path, entries(changed), ["d3"], lambda: State(path))


def first(root: Path) -> None:
    """Add the first documents, which create the first generation."""
    WhooshEngine(root).add(entries(AFTER.values()))


def swap(root: Path) -> None:
    """Publish a new generation in place of the old one."""
    rebuild = WhooshEngine(root).rebuild()
    rebuild.add(entries(AFTER.values()))
    rebuild.publish({paper.id: paper.revision for paper in AFTER.values()})


def kill_at(step: int) -> None:
    """Make this process kill itself before the file operation number ``step``."""
    done = 0

    def counted(action: Callable[..., Any]) -> Callable[..., Any]:
        def act(*arguments: Any, **options: Any) -> Any:
            nonlocal done
            if done == step:
                os.kill(os.getpid(), signal.SIGKILL)
            done += 1
            return action(*arguments, **options)

        return act

    for name in ("fsync", "rename", "replace", "remove", "unlink", "mkdir", "rmdir"):
        setattr(os, name, counted(getattr(os, name)))
    DurableStorage.create_file = counted(DurableStorage.create_file)  # type: ignore[method-assign]
    SectionsWriter.close = counted(SectionsWriter.close)  # type: ignore[method-assign]


def main(action: Callable[[Path], None], index: Path, into: Path) -> None:
    """Kill the action at its first step, its second, and so on until it completes; copy the state after each kill."""
    step = 0
    killed = True
    while killed:
        copy = into / str(step)
        shutil.copytree(index, copy)
        child = os.fork()
        if not child:
            kill_at(step)
            action(copy)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status)
        assert killed or not status, f"step {step} failed"
        step += 1


if __name__ == "__main__":
    main({"change": change, "first": first, "swap": swap}[sys.argv[1]], Path(sys.argv[2]), Path(sys.argv[3]))
