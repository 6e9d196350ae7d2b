"""Folders for work in progress that do not outlast it, however it ends.

A process that is killed cannot remove its folder. It holds a lock on it, though, which falls with it: whoever works
next finds the folders that nobody holds, and removes them.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

_PREFIX = "dosije-work-"


class ScratchFolder:
    """An empty folder at ``path``, until :meth:`remove` is called or this process ends."""

    def __init__(self, root: Path) -> None:
        """Make it in the folder ``root``, where others may be at work too, and clear away what killed ones left."""
        root.mkdir(parents=True, exist_ok=True)
        # Between making a folder and locking it nobody else may look.
        guard = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(guard, fcntl.LOCK_EX)
            for folder in root.glob(f"{_PREFIX}*"):
                _remove_if_left(folder)
            self.path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=root))
            self._lock = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(self._lock, fcntl.LOCK_EX)
        finally:
            os.close(guard)

    def remove(self) -> None:
        """Remove it with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def _remove_if_left(folder: Path) -> None:
    try:
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        # Its owner is just removing it, or is another user of the same temporary folder.
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    else:
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(lock)
