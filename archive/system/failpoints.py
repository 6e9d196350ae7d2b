"""Places at which a run can be made to die, so that tests can see that the next one puts everything right.

The environment variable ``DOSIJE_FAILPOINT`` names one of :data:`POINTS` and, after a colon, at which passing of it the
process is killed (1 by default), without any chance to clean up: ``DOSIJE_FAILPOINT=document-stored:3``. It is read
once, when this module is imported; without it, passing a point is one comparison.
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
"""In the order of the steps of adding, committing to the index, rebuilding it, making passages and backing up.
``docs/operations.md`` tells what each step leaves behind."""

VARIABLE = "DOSIJE_FAILPOINT"


def armed(environ: Mapping[str, str]) -> tuple[str | None, int]:
    """Return the point at which to die and at which passing of it.

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
    """Die here, if that was asked for."""
    if point != _point:
        return
    global _left  # noqa: PLW0603  # How often this process has still to pass it is all there is to know.
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
