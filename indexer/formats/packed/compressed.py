"""A single compressed file (gzip, bzip2, XZ, Zstandard): a container with one member."""

from __future__ import annotations

import bz2
import gzip
import lzma
import sys
import zlib
from collections.abc import Iterator, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import IO, Any

from archive.errors import DamagedDocument, Message
from indexer.formats import media_types
from indexer.formats.packed.listing import CHUNK, UNPACK, ListingSource
from indexer.formats.source import Content

MARKS: Mapping[bytes, str] = MappingProxyType(
    {
        b"\x1f\x8b": media_types.GZIP,
        b"BZh": media_types.BZIP2,
        b"\xfd7zXZ\0": media_types.XZ,
        b"\x28\xb5\x2f\xfd": media_types.ZSTD,
    }
)
"""Magic numbers of compressed files, with their media types."""

_ENDINGS = frozenset({".gz", ".bz2", ".xz", ".zst"})

_zstd: Any = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")

ERRORS = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, _zstd.ZstdError, MemoryError)
"""Errors on malformed files; MemoryError if a file declares gigabytes of memory for decompression."""

_OPENERS = {media_types.GZIP: gzip.open, media_types.BZIP2: bz2.open, media_types.XZ: lzma.open}


def compression_of(head: bytes) -> str | None:
    """Return the media type of a compressed file by its first bytes, None if it is not compressed."""
    return next((media_type for mark, media_type in MARKS.items() if head.startswith(mark)), None)


def decompressed(path: Path) -> IO[bytes]:
    """Open a file that may be compressed, and return its decompressed stream."""
    with path.open("rb") as file:
        media_type = compression_of(file.read(16))
    if media_type is None:
        return path.open("rb")
    stream: IO[bytes] = _OPENERS.get(media_type, _zstd.open)(path, "rb")
    return stream


class CompressedSource(ListingSource):
    """A compressed file; an :class:`indexer.formats.source.Container`."""

    agent: Mapping[str, str] = {"reader": "Python's decompressors"}

    def __init__(self, path: Path, filename: str) -> None:
        """Name the member by the name of the file without the suffix of its compression.

        :raises DamagedDocument: not one byte can be decompressed.
        """
        self._path, self._filename = path, filename
        name = PurePath(filename)
        super().__init__([name.stem if name.suffix.lower() in _ENDINGS else f"{name.name} (unpacked)"])
        if any(self.paths):
            self.reason = Message(
                "The page names the file that is compressed in this one; it is a document of its own."
            )
        next(self._chunks(filename), None)

    def contents(self) -> Iterator[Content]:
        """See :meth:`indexer.formats.source.Container.contents`."""
        for path in filter(None, self.paths):
            yield Content(path, partial(self._chunks, f"{path} in {self._filename}"), packed=self._path.stat().st_size)

    def _chunks(self, name: str) -> Iterator[bytes]:
        try:
            with decompressed(self._path) as stream:
                while chunk := stream.read(CHUNK):
                    yield chunk
        except ERRORS as error:
            raise DamagedDocument("%(name)s cannot be unpacked: %(error)s.", UNPACK, name=name, error=error) from error
