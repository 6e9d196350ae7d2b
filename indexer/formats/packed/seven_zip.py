"""7z archives, through py7zr. Files of one solid block are unpacked together, in their order."""

from __future__ import annotations

import lzma
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import py7zr
from py7zr.compressor import SupportedMethods
from py7zr.exceptions import ArchiveError, PasswordRequired

from archive.errors import DamagedDocument
from indexer.formats.packed.listing import (
    CHUNK,
    TRIED,
    UNPACK,
    ItemKind,
    ListingSource,
    refuse_dangerous,
)
from indexer.formats.source import PASSED, Content, needs_password

_ERRORS = (
    *(ArchiveError, PasswordRequired, lzma.LZMAError, zlib.error, struct.error, OSError, EOFError, ValueError),
    *(LookupError, TypeError, AttributeError, AssertionError, ArithmeticError, RuntimeError, MemoryError),
)
"""Errors that py7zr and its decompressors raise on malformed archives; most are undocumented.

MemoryError is raised if a file declares gigabytes of memory for decompression.
"""


class SevenZipSource(ListingSource):
    """A 7z archive; an :class:`indexer.formats.source.Container`."""

    agent: Mapping[str, str] = {"reader": f"py7zr {py7zr.__version__}"}

    def __init__(self, path: Path, filename: str, passwords: Sequence[str] = ()) -> None:
        """Read the names. ``passwords`` are tried in order if the archive is encrypted.

        :raises EncryptedDocument: its names are encrypted, and none of ``passwords`` fits.
        :raises DamagedDocument: its directory is malformed.
        :raises TooLarge: it unpacks to more than the limit.
        """
        self._path, self._filename, self._passwords = path, filename, passwords
        self._password: str | None = None
        try:
            archive = self._listed()
        except _ERRORS as error:
            raise DamagedDocument(
                "%(filename)s is a 7z archive whose directory cannot be read: %(error)s.",
                "Get the file again; it may have been cut off.",
                filename=filename,
                error=error,
            ) from error
        with archive:
            files = _files(archive)
            PASSED.add(filename, sum(file.uncompressed for file in files))
            super().__init__([None if file.is_directory else file.filename for file in files])

    def _listed(self) -> py7zr.SevenZipFile:
        """Return the opened archive, decrypted if its names are encrypted."""
        try:
            return py7zr.SevenZipFile(self._path)
        except PasswordRequired as required:
            for password in self._passwords:
                try:
                    archive = py7zr.SevenZipFile(self._path, password=password)
                except _ERRORS:
                    continue
                self._password = password
                return archive
            raise needs_password(self._filename, self._passwords) from required

    def contents(self) -> Iterator[Content]:
        """See :meth:`indexer.formats.source.Container.contents`."""
        packed = self._path.stat().st_size
        with py7zr.SevenZipFile(self._path, password=self._password) as archive:
            if self._password is None and archive.password_protected:
                self._password = self._fitting()
            if self._password is not None:
                _give_password(archive, self._password)
            blocks = _Blocks(archive)
            for path, file in zip(self.paths, blocks.files, strict=True):
                if path is not None:
                    yield Content(path, partial(self._chunks, blocks, path, file), file.uncompressed, packed)

    def _fitting(self) -> str | None:
        """Return the password that decrypts the first encrypted file, None if none does."""
        for password in self._passwords:
            with py7zr.SevenZipFile(self._path, password=password) as archive:
                blocks = _Blocks(archive)
                first = next(filter(_is_encrypted, blocks.files), None)
                try:
                    if first is None or b"".join(blocks.read(first, most=TRIED)):
                        return password
                except _ERRORS:
                    continue
        return None

    def _chunks(self, blocks: _Blocks, path: str, file: Any) -> Iterator[bytes]:
        refuse_dangerous(path, _kind(file))
        name = f"{path} in {self._filename}"
        try:
            yield from blocks.read(file)
        except PasswordRequired as error:
            raise needs_password(name, self._passwords) from error
        except _ERRORS as error:
            raise DamagedDocument("%(name)s cannot be unpacked: %(error)s.", UNPACK, name=name, error=error) from error


class _Blocks:
    """The solid blocks of an archive. Each holds consecutive files and is decompressed from its beginning."""

    def __init__(self, archive: py7zr.SevenZipFile) -> None:
        self.files = _files(archive)
        self._archive = archive
        self._packed = _packed_places(archive)
        self._starts: dict[int, int] = {}
        ends: dict[int, int] = {}
        for file in self.files:
            self._starts[file.id] = ends.get(id(file.folder), 0)
            ends[id(file.folder)] = self._starts[file.id] + file.uncompressed
        self._block: Any = None
        self._unpacked = 0

    def read(self, file: Any, most: int | None = None) -> Iterator[bytes]:
        """Yield the bytes of a file, or the first ``most`` of them, skipping the files before it in its block."""
        if not file.uncompressed:
            return
        if file.folder is not self._block:
            if id(file.folder) not in self._packed:
                raise ValueError("it is shorter than it says")
            position, size = self._packed[id(file.folder)]
            self._archive.fp.seek(position)
            file.folder.get_decompressor(size, reset=True)
            self._block, self._unpacked = file.folder, 0
        for _ in self._pieces(self._starts[file.id] - self._unpacked):
            pass
        checksum = 0
        for piece in self._pieces(min(file.uncompressed, most or file.uncompressed)):
            checksum = zlib.crc32(piece, checksum)
            yield piece
        if (most is None or file.uncompressed <= most) and file.crc32 is not None and checksum != file.crc32:
            raise ValueError("its checksum is wrong")

    def _pieces(self, size: int) -> Iterator[bytes]:
        packed = self._archive.fp
        decompressor = self._block.decompressor
        while size > 0:
            before = packed.tell()
            piece = decompressor.decompress(packed, min(size, CHUNK))
            if not piece and packed.tell() == before:
                raise ValueError("it is shorter than its header says")
            size -= len(piece)
            self._unpacked += len(piece)
            if piece:
                yield piece


def _packed_places(archive: py7zr.SevenZipFile) -> dict[int, tuple[int, int]]:
    """Return where each block begins in the file, and how many bytes it has there. A block may be packed into several
    streams, which py7zr cannot unpack, but those behind it can be."""
    streams = archive.header.main_streams
    places: dict[int, tuple[int, int]] = {}
    stream = 0
    for block in streams.unpackinfo.folders if streams else ():
        if stream < len(streams.packinfo.packsizes):
            position = archive.afterheader + streams.packinfo.packpositions[stream]
            places[id(block)] = position, streams.packinfo.packsizes[stream]
        stream += len(block.packed_indices)
    return places


def _files(archive: py7zr.SevenZipFile) -> list[Any]:
    """Return the members of an archive; py7zr has no list in an empty one."""
    return list(getattr(archive, "files", ()))


def _is_encrypted(file: Any) -> bool:
    return bool(file.uncompressed) and SupportedMethods.needs_password(file.folder.coders)


def _give_password(archive: py7zr.SevenZipFile, password: str) -> None:
    streams = archive.header.main_streams
    for block in streams.unpackinfo.folders if streams else ():
        block.password = password


def _kind(file: Any) -> ItemKind:
    if file.is_symlink or file.is_junction:
        return "link"
    return "other" if file.is_socket else "file"
