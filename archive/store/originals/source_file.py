"""An input file. It is read twice, to hash and to copy it, and refused if it changed in between."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from archive.errors import ChangedWhileRead, EmptyInput, MissingInput, UnreadableInput
from archive.system.files import hashed

CHUNK = 1 << 20
"""Bytes read at a time."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """An open file that was hashed. ``sha256`` is its hash, ``before`` its stat result at that time."""

    path: Path
    file: BinaryIO
    before: os.stat_result
    sha256: str

    @property
    def size(self) -> int:
        """Its size in bytes."""
        return self.before.st_size

    def copy_to(self, copy: BinaryIO) -> None:
        """Copy its bytes to another file.

        :raises ChangedWhileRead: their hash has changed.
        :raises UnreadableInput: the system refuses to read them.
        """
        self.file.seek(0)
        if hashed(_chunks(self.file, self.path), copy)[0] != self.sha256:
            raise _changed(self.path)
        self.refuse_change()

    def refuse_change(self) -> None:
        """Compare its stat result with that of opening.

        :raises ChangedWhileRead: its size or time has changed.
        """
        after = os.fstat(self.file.fileno())
        if (after.st_size, after.st_mtime_ns) != (self.before.st_size, self.before.st_mtime_ns):
            raise _changed(self.path)


@contextmanager
def opened(source: Path) -> Iterator[SourceFile]:
    """Open a file and hash it.

    :raises MissingInput: there is no such file.
    :raises UnreadableInput: the system refuses to read it, or it is not a regular file.
    :raises EmptyInput: it has no bytes.
    """
    with _open(source) as file:
        before = os.fstat(file.fileno())
        if before.st_size == 0:
            raise EmptyInput("%(source)s is empty.", "Copy it again from where it came from.", source=source)
        yield SourceFile(source, file, before, hashed(_chunks(file, source))[0])


@contextmanager
def _open(source: Path) -> Iterator[BinaryIO]:
    try:
        # Opening a device may have side effects.
        if not stat.S_ISREG(source.stat().st_mode):
            raise _irregular(source)
        # Without O_NONBLOCK, opening a named pipe would block until it has a writer.
        handle = os.open(source, os.O_RDONLY | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise MissingInput("%(source)s does not exist.", "Check the path.", source=source) from error
    except OSError as error:
        raise UnreadableInput(
            "%(source)s cannot be read: %(error)s.", "Check its permissions.", source=source, error=error.strerror
        ) from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise _irregular(source)
    with os.fdopen(handle, "rb", buffering=0) as file:
        yield file


def _chunks(file: BinaryIO, source: Path) -> Iterator[bytes]:
    while True:
        try:
            chunk = file.read(CHUNK)
        except OSError as error:
            raise UnreadableInput(
                "%(source)s cannot be read: %(error)s.", "Check the disk it is on.", source=source, error=error.strerror
            ) from error
        if not chunk:
            return
        yield chunk


def _irregular(source: Path) -> UnreadableInput:
    return UnreadableInput("%(source)s is not a regular file.", "Name a file or a folder of files.", source=source)


def _changed(source: Path) -> ChangedWhileRead:
    return ChangedWhileRead(
        "%(source)s changed while it was read.", "Wait until it is complete, then add it again.", source=source
    )
