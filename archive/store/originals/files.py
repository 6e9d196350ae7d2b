"""Originals: the unchanged bytes of every document, addressed by SHA-256, and the folder that stores them.

:class:`OriginalStore` is the interface; :class:`Originals`, a folder, and
    :class:`archive.store.originals.object_store.ObjectStore` implement it and pass the same tests.

A file appears under its name only when all of its bytes are durable: it is written in a folder of unfinished files,
fsynced, renamed, and its folder fsynced. The catalog row is inserted afterwards, so a row never refers to missing
bytes; bytes without a row are a harmless remainder of an interrupted run.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Protocol

from archive.errors import ArchiveError, DiskFull, OriginalDamaged, storage_error
from archive.model import SHA256
from archive.store.originals.source_file import SourceFile, opened
from archive.system.failpoints import passing
from archive.system.files import UNFINISHED, replacing, sync

ORIGINALS_FOLDER, COPIES_FOLDER = LOCAL_FOLDERS = ("originals", "cache/originals")
"""In an archive's home: the folder of originals, and the local cache of originals in an object store."""


_UNFINISHED_FOLDER = ".unfinished"


@dataclass(frozen=True, slots=True)
class AddedOriginal:
    """The result of adding an original: its SHA-256, its size in bytes, and whether it is new."""

    id: str
    size: int
    is_new: bool


class OriginalStore(Protocol):
    """A store of originals. Any number of threads and processes may read and add.

    Every method that is given an id raises :class:`ValueError` if it is not 64 hexadecimal digits, and
    :class:`archive.errors.OriginalsUnavailable` when its server does not answer.
    """

    def add(self, source: Path) -> AddedOriginal:
        """Store the bytes of ``source``, unless they are stored already.

        :raises MissingInput: there is no such file.
        :raises UnreadableInput: the system refuses to read it, or it is not a regular file.
        :raises EmptyInput: it has no bytes.
        :raises ChangedWhileRead: its size, time or bytes changed while it was read.
        :raises ArchiveError: the bytes cannot be written, for example because the disk is full.
        """

    def local(self, sha256: str, *, verifies: bool = False) -> Path:
        """Return the path of a local file with these bytes. It is for reading now: do not change it or keep the path,
        because the store may remove a cached copy that was not requested lately.

        :param verifies: read all bytes and compare their hash, even if that was done before.
        :raises OriginalDamaged: they are missing, unreadable or changed.
        """

    def where(self, sha256: str) -> str:
        """Return the location of these bytes, for messages."""

    def has(self, sha256: str) -> bool:
        """Return whether these bytes are stored."""

    def verify(self, sha256: str) -> int:
        """Read the stored bytes, not a cached copy, and compare their hash; returns their number.

        :raises OriginalDamaged: they are missing, unreadable or changed.
        """

    def ids(self) -> Iterator[str]:
        """Yield the SHA-256 of all originals, in ascending order."""

    def discard(self, sha256: str) -> None:
        """Delete bytes that never became a document. Missing bytes are no error."""

    def sweep(self, *, everywhere: bool = False) -> int:
        """Delete the unfinished files of interrupted runs; returns their number. Only the writing process may call it.

        :param everywhere: also search all folders of originals, where versions before 1.0 wrote unfinished files.
        """


class Originals:
    """A folder of originals, an :class:`OriginalStore`. One process may write; any number may read."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, sha256: str) -> Path:
        """Return the path of these bytes, whether they are stored or not.

        :raises ValueError: ``sha256`` is not 64 hexadecimal digits, so the path could be outside of the folder.
        """
        return self._root / relative_name(sha256)

    def unfinished(self) -> Path:
        """Return the folder of unfinished files, created if missing. Because of it, remainders of interrupted runs are
        found without listing all originals."""
        folder = self._root / _UNFINISHED_FOLDER
        folder.mkdir(exist_ok=True)
        return folder

    def where(self, sha256: str) -> str:
        """Return the path of these bytes."""
        return str(self.path(sha256))

    def has(self, sha256: str) -> bool:
        """Return whether these bytes are stored."""
        return self.path(sha256).is_file()

    def local(self, sha256: str, *, verifies: bool = False) -> Path:
        """Return the stored file itself; see :meth:`OriginalStore.local`."""
        if verifies:
            self.verify(sha256)
        path = self.path(sha256)
        if not path.is_file():
            raise missing(sha256)
        return path

    def add(self, source: Path) -> AddedOriginal:
        """Store the bytes of a file; see :meth:`OriginalStore.add`."""
        with opened(source) as given:
            is_new = self.keep(given)
        passing("original-kept")
        return AddedOriginal(given.sha256, given.size, is_new)

    def keep(self, given: SourceFile) -> bool:
        """Store the bytes of an open file, unless they are stored; returns whether they were new. Errors as in
        :meth:`OriginalStore.add`.
        """
        is_new = not self.path(given.sha256).exists()
        with _writing(str(given.path), self._root):
            if is_new:
                self._put(given.sha256, given.copy_to)
            else:
                given.refuse_change()
            # Also for known bytes: the run that stored them may have been killed before this line.
            self._sync_folders(given.sha256)
        return is_new

    def put(self, sha256: str, write: Callable[[BinaryIO], object]) -> Path:
        """Store the bytes that ``write`` writes to a file; it raises if their hash differs.

        :raises ReadOnly: nothing can be written there.
        :raises DiskFull: the disk is full.
        """
        try:
            self._put(sha256, write)
            self._sync_folders(sha256)
        except OSError as error:
            raise storage_error(error) from error
        return self.path(sha256)

    def _put(self, sha256: str, write: Callable[[BinaryIO], object]) -> None:
        target = self.path(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        with replacing(target, mode=0o444, folder=self.unfinished()) as copy:
            write(copy)
        passing("original-renamed")

    def _sync_folders(self, sha256: str) -> None:
        """Make the directory entry of a file durable, and those of its parent folders up to the archive's home."""
        folder = self.path(sha256).parent
        for above in (folder, folder.parent, self._root, self._root.parent):
            sync(above)

    def discard(self, sha256: str) -> None:
        """Delete bytes that never became a document. Missing bytes are no error."""
        path = self.path(sha256)
        if path.exists():
            path.unlink()
            sync(path.parent)

    def ids(self) -> Iterator[str]:
        """Yield the SHA-256 of all originals, in ascending order."""
        for folder in sorted(self._root.glob("??/??")):
            yield from sorted(path.name for path in folder.iterdir() if SHA256.fullmatch(path.name))

    def sweep(self, older_than: float = 0, *, everywhere: bool = False) -> int:
        """Delete the unfinished files of interrupted runs; see :meth:`OriginalStore.sweep`.

        :param older_than: least age in seconds of an unfinished file, for folders that several processes write to.
        """
        count = 0
        folders = [self._root / _UNFINISHED_FOLDER, *(self._root.glob("??/??") if everywhere else ())]
        for unfinished in chain.from_iterable(folder.glob(f".*{UNFINISHED}") for folder in folders):
            with suppress(FileNotFoundError):  # Another process has finished it meanwhile.
                if not older_than or time.time() - unfinished.stat().st_mtime > older_than:
                    unfinished.unlink()
                    count += 1
        return count

    def verify(self, sha256: str) -> int:
        """Read the stored bytes and compare their hash; see :meth:`OriginalStore.verify`."""
        try:
            with self.path(sha256).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
                size = file.tell()
        except FileNotFoundError as error:
            raise missing(sha256) from error
        except OSError as error:
            raise OriginalDamaged(
                "The original %(id)s cannot be read: %(error)s.", _REMEDY, id=sha256, error=error.strerror
            ) from error
        if found != sha256:
            raise changed(sha256, found)
        return size


_REMEDY = "Put the file back from a backup; its SHA-256 is its name."


def relative_name(sha256: str) -> str:
    """Return the path of an original relative to the folder of originals: two folders and its hash.

    :raises ValueError: ``sha256`` is not 64 hexadecimal digits, so the path could be outside of the folder.
    """
    if not SHA256.fullmatch(sha256):
        raise ValueError(f"a document id is 64 hexadecimal digits: {sha256!r}")
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def missing(sha256: str) -> OriginalDamaged:
    """Return the error of missing bytes."""
    return OriginalDamaged("The original %(id)s is missing.", _REMEDY, id=sha256)


def changed(sha256: str, found: str) -> OriginalDamaged:
    """Return the error of bytes with another SHA-256."""
    return OriginalDamaged(
        "The original %(id)s has changed: its SHA-256 is now %(found)s.", _REMEDY, id=sha256, found=found
    )


@contextmanager
def _writing(source: str, root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if isinstance(told := storage_error(error), DiskFull):
            raise told from error
        raise ArchiveError(
            "The bytes of %(source)s cannot be kept in %(path)s: %(error)s.",
            "Check that the disk has room and that Dosije can write to it; then run the command again.",
            source=source,
            path=root,
            error=error.strerror,
        ) from error
