"""Small archives that many tests begin with: made by the first test of a process that needs one, copied for the others.

Making an archive of ten documents takes a quarter of a second of the processor, copying it a fiftieth.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Hashable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

Told = TypeVar("Told")

_made: dict[Hashable, tuple[Path, Any]] = {}


@cache
def _place() -> Path:
    """Where they are kept until the process ends."""
    place = Path(tempfile.mkdtemp(prefix="dosije-made-once-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place


def copied(folder: Path, make: Callable[..., Told], *arguments: Hashable) -> Told:
    """Put into ``folder`` what ``make(folder, *arguments)`` makes there, and give what it returns.

    It must close what it opens, and what it makes must not depend on anything but its arguments.
    """
    key = (make, arguments)
    if key not in _made:
        first = Path(tempfile.mkdtemp(dir=_place()))
        _made[key] = (first, make(first, *arguments))
    first, told = _made[key]
    shutil.copytree(first, folder, symlinks=True, dirs_exist_ok=True)
    return told  # type: ignore[no-any-return]
