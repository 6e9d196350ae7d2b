"""Originals: the bytes of every document as they came, kept in files named by their SHA-256.

A file appears under its name only when all of its bytes are on the disk: it is written beside its place, fsynced,
renamed, and the folder fsynced. The catalog row comes after, so a row never points at bytes that are not there; bytes
without a row are the harmless rest of an interrupted run.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from archive.errors import (
    ArchiveError,
    ChangedWhileRead,
    EmptyInput,
    MissingInput,
    OriginalDamaged,
    UnreadableInput,
)
from archive.failpoints import passing
from archive.model import SHA256

_CHUNK = 1 << 20
_UNFINISHED = ".part"


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of an input: its SHA-256, its size in bytes, and whether its bytes were new to us."""

    id: str
    size: int
    is_new: bool


class Originals:
    """The folder of originals. One process may write; any number may read."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, sha256: str) -> Path:
        """Where the bytes named ``sha256`` are, or would be.

        :raises ValueError: ``sha256`` is not 64 hexadecimal digits, so it could lead out of the folder.
        """
        if not SHA256.fullmatch(sha256):
            raise ValueError(f"a document id is 64 hexadecimal digits: {sha256!r}")
        return self._root / sha256[:2] / sha256[2:4] / sha256

    def take_in(self, source: Path) -> TakenIn:
        """Keep the bytes of ``source``. Bytes that are already kept are recognised and not copied again.

        :raises MissingInput: there is no such file.
        :raises UnreadableInput: the system refuses to read it, or it is not a regular file.
        :raises EmptyInput: it has no bytes.
        :raises ChangedWhileRead: its size, time or bytes changed while we read it.
        :raises ArchiveError: the bytes cannot be written, for example because the disk is full.
        """
        with _opened(source) as file:
            before = os.fstat(file.fileno())
            if before.st_size == 0:
                raise EmptyInput(f"{source} is empty.", "Copy it again from where it came from.")
            digest = hashlib.sha256()
            for chunk in _chunks(file, source):
                digest.update(chunk)
            sha256 = digest.hexdigest()
            is_new = not self.path(sha256).exists()
            with _writing(source, self._root):
                if is_new:
                    file.seek(0)
                    self._copy(file, source, sha256, before)
                else:
                    _refuse_change(file, source, before)
                # Known bytes too: the run that put them there may have been killed before this line.
                self._sync_folders(sha256)
        passing("original-kept")
        return TakenIn(sha256, before.st_size, is_new)

    def _copy(self, file: BinaryIO, source: Path, sha256: str, before: os.stat_result) -> None:
        target = self.path(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=_UNFINISHED, dir=target.parent)
        unfinished = Path(name)
        try:
            digest = hashlib.sha256()
            with os.fdopen(handle, "wb") as copy:
                for chunk in _chunks(file, source):
                    digest.update(chunk)
                    copy.write(chunk)
                copy.flush()
                os.fchmod(copy.fileno(), 0o444)
                os.fsync(copy.fileno())
            if digest.hexdigest() != sha256:
                raise _changed(source)
            _refuse_change(file, source, before)
            unfinished.rename(target)
            passing("original-renamed")
        except BaseException:
            # Also on Ctrl-C: whatever ends the copy, its unfinished file must not stay.
            unfinished.unlink(missing_ok=True)
            raise

    def _sync_folders(self, sha256: str) -> None:
        """Make the entry of a file durable, and those of the folders above it up to the archive's own."""
        folder = self.path(sha256).parent
        for above in (folder, folder.parent, self._root, self._root.parent):
            _sync_folder(above)

    def discard(self, sha256: str) -> None:
        """Remove bytes that never became a document. Absent bytes are no error."""
        path = self.path(sha256)
        if path.exists():
            path.unlink()
            _sync_folder(path.parent)

    def ids(self) -> Iterator[str]:
        """The SHA-256 of everything kept, in ascending order."""
        for folder in sorted(self._root.glob("??/??")):
            yield from sorted(path.name for path in folder.iterdir() if SHA256.fullmatch(path.name))

    def sweep(self) -> int:
        """Remove the unfinished files of interrupted runs; returns how many. Only the writing process may call it."""
        count = 0
        for unfinished in self._root.glob(f"??/??/.*{_UNFINISHED}"):
            unfinished.unlink()
            count += 1
        return count

    def verify(self, sha256: str) -> None:
        """Read the kept bytes named ``sha256`` and compare them with their name.

        :raises OriginalDamaged: they are missing, unreadable or changed.
        """
        path = self.path(sha256)
        remedy = "Put the file back from a backup; its SHA-256 is its name."
        try:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError as error:
            raise OriginalDamaged(f"The original {sha256} is missing.", remedy) from error
        except OSError as error:
            raise OriginalDamaged(f"The original {sha256} cannot be read: {error.strerror}.", remedy) from error
        if found != sha256:
            raise OriginalDamaged(f"The original {sha256} has changed: its SHA-256 is now {found}.", remedy)


@contextmanager
def _opened(source: Path) -> Iterator[BinaryIO]:
    try:
        # Without O_NONBLOCK, opening a named pipe would wait for its writer for ever.
        handle = os.open(source, os.O_RDONLY | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise MissingInput(f"{source} does not exist.", "Check the path.") from error
    except OSError as error:
        raise UnreadableInput(f"{source} cannot be read: {error.strerror}.", "Check its permissions.") from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise UnreadableInput(f"{source} is not a regular file.", "Name a file or a folder of files.")
    with os.fdopen(handle, "rb", buffering=0) as file:
        yield file


def _chunks(file: BinaryIO, source: Path) -> Iterator[bytes]:
    while True:
        try:
            chunk = file.read(_CHUNK)
        except OSError as error:
            raise UnreadableInput(f"{source} cannot be read: {error.strerror}.", "Check the disk it is on.") from error
        if not chunk:
            return
        yield chunk


@contextmanager
def _writing(source: Path, root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ArchiveError(
            f"The bytes of {source} cannot be kept in {root}: {error.strerror}.",
            "See that the disk has room and that we may write to it; then run the command again.",
        ) from error


def _refuse_change(file: BinaryIO, source: Path, before: os.stat_result) -> None:
    after = os.fstat(file.fileno())
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise _changed(source)


def _changed(source: Path) -> ChangedWhileRead:
    return ChangedWhileRead(f"{source} changed while it was read.", "Wait until it is complete, then add it again.")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
