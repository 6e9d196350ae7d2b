"""Work for child processes that goes wrong in every way a library can. A child imports it by this module's name."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from collections.abc import Callable, Iterator

from archive.errors import DamagedDocument

BIG = 30_000_000


def prepare() -> Callable[[str], Iterator[object]]:
    """What a worker's child calls first."""
    return work


def work(job: str) -> Iterator[object]:
    """Do what the job says."""
    yield f"began {job}"
    if job == "crash":
        ctypes.string_at(0)
    elif job == "hang":
        # PyDLL calls hold the interpreter's lock, as a library does that never comes back.
        ctypes.PyDLL(None).sleep(600)
    elif job == "bug":
        raise KeyError("a bug of ours")
    elif job == "refuse":
        raise DamagedDocument("dopis.pdf is damaged.", "Get it again.")
    elif job == "exit":
        os._exit(3)
    elif job == "chatter":
        os.write(1, b"a library talks")
        sys.stderr.write("and talks")
    elif job == "big":
        yield "x" * BIG
    elif job == "greedy":
        yield len(bytearray(8 << 30))
    elif job == "slow":
        for step in range(8):
            time.sleep(0.25)
            yield step
    yield os.getpid()


def fail_to_prepare() -> Callable[[str], Iterator[object]]:
    """A preparation that never succeeds."""
    raise RuntimeError("no engine")
