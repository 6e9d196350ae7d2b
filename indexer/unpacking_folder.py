"""The folder for what a run takes out of containers."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_LOCK = ".lock"
_STALE_SECONDS = 24 * 60 * 60


@contextmanager
def unpacking_folder(cache: Path) -> Iterator[Path]:
    """An empty folder in an archive's cache, on the disk where its contents will be kept.

    A killed run leaves it behind. As several may be at work, each locks its own, and the next removes what nobody has
    locked.
    """
    every = cache / "unpacked"
    every.mkdir(parents=True, exist_ok=True)
    for left in every.iterdir():
        _remove_unless_locked(left)
    folder = Path(tempfile.mkdtemp(dir=every))
    with (folder / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _remove_unless_locked(folder: Path) -> None:
    with suppress(FileNotFoundError, BlockingIOError):
        try:
            with (folder / _LOCK).open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except FileNotFoundError:
            # It is just being made, or is what is left of one that was being removed.
            if time.time() - folder.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
