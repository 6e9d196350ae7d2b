"""The files of an index: durable writing, and memory-mapped reading.

Whoosh itself never calls fsync; here it is called on every file before the rename that publishes it, and on the folder
after. Whoosh copies mapped files into memory; here they are read in place, so opening an index takes constant time and
memory.
"""

from __future__ import annotations

import mmap
import os
import pickle
import struct
import zlib
from pathlib import Path
from typing import Any, BinaryIO

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile

from archive.errors import IndexDamaged
from archive.system.files import sync

REMEDY = "Rebuild it with: dosije reindex"

_TABLE_OF_CONTENTS = ".toc"
_PICKLED = frozenset(("archive.search.whoosh_engine.codec", name) for name in ("ArraySegment", "ArrayCodec"))
"""The classes that a table of contents may contain."""

# Exceptions of unpickling invalid bytes, besides UnpicklingError.
_UNPICKLABLE = (
    pickle.UnpicklingError, EOFError, ValueError, TypeError, LookupError, AttributeError, ImportError, OverflowError,
    MemoryError, RecursionError,
)  # fmt: skip

# Whoosh reads a table of contents from its start and ignores what follows.
_SEAL = struct.Struct("<4sI")
_SEAL_MAGIC = b"DTOC"


def damaged(name: str) -> IndexDamaged:
    """Return the error of a file whose checksum differs."""
    return IndexDamaged("The file %(name)s of the search index is damaged.", REMEDY, name=name)


class DurableStorage(FileStorage):  # type: ignore[misc]  # Whoosh has no types
    """A folder whose commits are durable when they return.

    Whoosh publishes a commit by renaming its table of contents, and renames nothing else, so all other files must be
    durable before.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self._path = path
        self._unsynced: set[str] = set()

    def create_file(self, name: str, *arguments: Any, **options: Any) -> Any:
        """Open a new file, and remember that it must be synced."""
        self._unsynced.add(name)
        return super().create_file(name, *arguments, **options)

    def delete_file(self, name: str) -> None:
        """Remove a file."""
        super().delete_file(name)
        self._unsynced.discard(name)

    def open_file(self, name: str, *_: Any, **__: Any) -> MappedFile:
        """Map a file."""
        return MappedStorage(self._path).open_file(name)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Publish a commit durably, with the checksum of its table of contents appended."""
        with (self._path / oldname).open("rb+") as table:
            table.write(_SEAL.pack(_SEAL_MAGIC, zlib.crc32(table.read())))
        self.sync_files()
        super().rename_file(oldname, newname, safe=safe)
        sync(self._path)

    def sync_files(self) -> None:
        """Call fsync on every file that was created and closed."""
        for name in sorted(self._unsynced):
            sync(self._path / name)
        self._unsynced.clear()


class MappedStorage(FileStorage):  # type: ignore[misc]  # Whoosh has no types
    """A folder whose files are read from the system's page cache in place."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), readonly=True)
        self._path = path

    def open_file(self, name: str, *_: Any, **__: Any) -> MappedFile:
        """Map a file.

        :raises IndexDamaged: it is a table of contents with a wrong checksum.
        """
        with (self._path / name).open("rb") as opened:
            file = MappedFile(opened, name)
        if name.endswith(_TABLE_OF_CONTENTS):
            _check_seal(file, name)
        return file


def _check_seal(file: MappedFile, name: str) -> None:
    content = file.content
    if len(content) < _SEAL.size:
        raise damaged(name)
    if content[-_SEAL.size :] != _SEAL.pack(_SEAL_MAGIC, zlib.crc32(content[: -_SEAL.size])):
        raise damaged(name)


class _Unpickler(pickle.Unpickler):
    """Loads segment classes only, so that no file can run code."""

    def find_class(self, module: str, name: str) -> Any:
        """Return the class with this name, if it is allowed."""
        if (module, name) not in _PICKLED:
            raise pickle.UnpicklingError(f"{module}.{name} does not belong into a table of contents")
        return super().find_class(module, name)


class MappedFile(BufferFile):  # type: ignore[misc]  # Whoosh has no types
    """A memory-mapped file: numpy arrays refer to it in place, and keep it mapped after it is closed."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        """:param file: may be closed afterwards."""
        super().__init__(b"", name=name)
        self.name = name
        if os.fstat(file.fileno()).st_size:
            # An empty file cannot be mapped; it keeps the empty buffer.
            self.file = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._buf = memoryview(self.file)

    @property
    def content(self) -> memoryview:
        """The whole content."""
        return memoryview(self._buf)

    def read_pickle(self) -> Any:
        """Unpickle segments; no other class or function is loaded.

        :raises IndexDamaged: it names another class, or is invalid.
        """
        try:
            return _Unpickler(self.file).load()
        except _UNPICKLABLE as error:
            raise damaged(self.name) from error

    def close(self) -> None:
        """Close the file. It is unmapped with the last array on it."""
        self.is_closed = True


def open_mapped(storage: Any, name: str) -> MappedFile:
    """Map a file of any Whoosh file storage.

    :raises FileNotFoundError: there is no such file.
    """
    file = storage.open_file(name)
    if isinstance(file, MappedFile):
        return file
    with file:
        return MappedFile(file.file, name)
