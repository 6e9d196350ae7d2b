"""Failpoints: places where a run can be made to die, for testing recovery.

The environment variable ``DOSIJE_FAILPOINT`` names one of :data:`POINTS` and, after a colon, the pass at which the
process is killed (1 by default) without cleanup: ``DOSIJE_FAILPOINT=document-stored:3``. It is read once, when this
module is imported; without it, passing a point is one comparison.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping

POINTS = (
    "original-renamed",
    "original-kept",
    "document-written",
    "document-stored",
    "reading-stored",
    "segments-written",
    "index-published",
    "index-changed",
    "index-marked",
    "generation-built",
    "generation-published",
    "generation-marked",
    "passages-written",
    "passages-committed",
    "backup-catalog",
    "backup-original",
    "backup-manifest",
    "backup-stated",
)
"""The failpoints in the order of steps of adding, committing to the index, rebuilding it, building passages and backing
up. ``docs/operations.md`` describes what each step leaves behind."""

VARIABLE = "DOSIJE_FAILPOINT"


def armed(environ: Mapping[str, str]) -> tuple[str | None, int]:
    """Return the failpoint, and the pass at which to die.

    :raises ValueError: there is no such point, or no such number.
    """
    name, _, times = environ.get(VARIABLE, "").partition(":")
    if not name:
        return None, 0
    if name not in POINTS or (times and not times.isdecimal()):
        raise ValueError(f"{VARIABLE} names no failpoint: {name}:{times}; there are {', '.join(POINTS)}")
    return name, int(times or 1)


_point, _left = armed(os.environ)


def passing(point: str) -> None:
    """Die here, if this failpoint is armed."""
    if point != _point:
        return
    global _left  # noqa: PLW0603  # How often this process has still to pass it is all there is to know.
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
