"""How far the making of an index has come, told by the process that makes it to all others of the machine.

The file is locked as long as somebody is at work, so what a killed process left in it is not taken for progress.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import RawIOBase
from pathlib import Path

Progress = Callable[[int, int], None]
"""Called with the number of documents done and the number of documents to do."""


class Building:
    """The progress of an archive's index, in a file of its home."""

    def __init__(self, path: Path) -> None:
        """:param path: need not exist."""
        self._path = path

    @contextmanager
    def at_work(self, of: int, progress: Progress | None = None) -> Iterator[Progress]:
        """Tell that ``of`` documents are being indexed until this ends. Gives what is to be called on the way, which
        calls ``progress``, too. Where nothing can be written, others learn nothing of it."""
        try:
            file = self._path.open("r+b" if self._path.exists() else "w+b", buffering=0)
        except OSError:
            yield progress or _unheard
            return
        with file:
            # Those who look whether it is locked hold it for a moment.
            fcntl.flock(file, fcntl.LOCK_EX)

            def tell(done: int, of: int) -> None:
                _write(file, done, of)
                if progress:
                    progress(done, of)

            _write(file, 0, of)
            yield tell

    def progress(self) -> tuple[int, int] | None:
        """How many documents are done, of how many; None if no process of this machine is at work."""
        try:
            with self._path.open("rb") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    done, of = map(int, file.read(64).split())
                    return done, of
        except (OSError, ValueError):
            pass
        return None


def _write(file: RawIOBase, done: int, of: int) -> None:
    # That nobody can be told, because the disk is full, must not end the work.
    with suppress(OSError):
        file.seek(0)
        file.write(f"{done:>12} {of:>12}\n".encode())


def _unheard(_done: int, _of: int) -> None:
    """Nobody is told."""
