"""A file that is taken in. It is read twice, for its name and for its bytes, and refused if it changed meanwhile."""

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
    """An open file whose bytes were read once. ``sha256`` is their hash, ``before`` what the system said of it then."""

    path: Path
    file: BinaryIO
    before: os.stat_result
    sha256: str

    @property
    def size(self) -> int:
        """Its bytes."""
        return self.before.st_size

    def copy_to(self, copy: BinaryIO) -> None:
        """Read its bytes again, from the first, into another file.

        :raises ChangedWhileRead: they are not those that were read before.
        :raises UnreadableInput: the system does not give them.
        """
        self.file.seek(0)
        if hashed(_chunks(self.file, self.path), copy)[0] != self.sha256:
            raise _changed(self.path)
        self.refuse_change()

    def refuse_change(self) -> None:
        """See that it is as it was when it was opened.

        :raises ChangedWhileRead: its size or its time is another.
        """
        after = os.fstat(self.file.fileno())
        if (after.st_size, after.st_mtime_ns) != (self.before.st_size, self.before.st_mtime_ns):
            raise _changed(self.path)


@contextmanager
def opened(source: Path) -> Iterator[SourceFile]:
    """Open a file and read it once.

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
        # A device may do something when it is opened, so it is not.
        if not stat.S_ISREG(source.stat().st_mode):
            raise _irregular(source)
        # Without O_NONBLOCK, opening a named pipe would wait for its writer for ever.
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
