"""ZIP archives: the page lists the names, the members are the contents."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyzipper

from archive.errors import DamagedDocument
from indexer.formats.packed.listing import CHUNK, TRIED, UNPACK, ItemKind, ListingSource, meant_names, refuse_dangerous
from indexer.formats.source import Content, needs_password

_ENCRYPTED = 0x1
_UTF8 = 0x800
"""Bits of the general purpose flag of a member (APPNOTE 6.3.10, section 4.4.4)."""

_AES = 99
"""The compression method that denotes AES encryption (APPNOTE, appendix E)."""

_ERRORS = (zipfile.BadZipFile, pyzipper.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)
"""Errors on a malformed archive: a wrong password is a RuntimeError, an unknown method its NotImplementedError."""


class ZipSource(ListingSource):
    """A ZIP archive; an :class:`indexer.formats.source.Container`."""

    agent: Mapping[str, str] = {"reader": "ZIP directory"}

    def __init__(self, path: Path, filename: str, passwords: Sequence[str] = ()) -> None:
        """Read the directory of an archive. ``passwords`` are tried in order on encrypted members.

        :raises DamagedDocument: its directory is malformed.
        """
        self._path, self._filename = path, filename
        self._passwords = list(passwords)
        try:
            with zipfile.ZipFile(path) as archive:
                infos = archive.infolist()
        except _ERRORS as error:
            raise DamagedDocument(
                "%(filename)s is a ZIP archive whose directory cannot be read: %(error)s.",
                "Get the file again; it may have been cut off.",
                filename=filename,
                error=error,
            ) from error
        super().__init__([None if info.is_dir() else name for info, name in zip(infos, _names(infos), strict=True)])
        self._opener: Callable[[Path], Any] = (
            pyzipper.AESZipFile if any(info.compress_type == _AES for info in infos) else zipfile.ZipFile
        )

    def contents(self) -> Iterator[Content]:
        """See :meth:`indexer.formats.source.Container.contents`."""
        with self._opener(self._path) as archive:
            for name, info in zip(self.paths, archive.infolist(), strict=True):
                if name is not None:
                    chunks = partial(self._chunks, archive, name, info)
                    yield Content(name, chunks, info.file_size, info.compress_size)

    def _chunks(self, archive: Any, name: str, info: Any) -> Iterator[bytes]:
        refuse_dangerous(name, _kind(info))
        password = self._password(archive, name, info) if info.flag_bits & _ENCRYPTED else None
        try:
            with archive.open(info, pwd=password) as file:
                while chunk := file.read(CHUNK):
                    yield chunk
        except _ERRORS as error:
            raise DamagedDocument(
                "%(name)s cannot be unpacked: %(error)s.", UNPACK, name=f"{name} in {self._filename}", error=error
            ) from error

    def _password(self, archive: Any, name: str, info: Any) -> bytes:
        for password in self._passwords:
            try:
                with archive.open(info, pwd=password.encode()) as file:
                    file.read(TRIED)
            except _ERRORS:
                continue
            # The next member most likely has the same password.
            self._passwords.remove(password)
            self._passwords.insert(0, password)
            return password.encode()
        raise needs_password(f"{name} in {self._filename}", self._passwords)


def _names(infos: Sequence[zipfile.ZipInfo]) -> list[str]:
    """Return the decoded names; zipfile decodes those without a declared encoding as CP437."""
    undeclared = [info for info in infos if not info.flag_bits & _UTF8 and not info.filename.isascii()]
    names = meant_names([info.filename.encode("cp437") for info in undeclared])
    meant = dict(zip(map(id, undeclared), names, strict=False))
    return [meant.get(id(info), info.filename) for info in infos]


def _kind(info: zipfile.ZipInfo) -> ItemKind:
    if stat.S_ISLNK(info.external_attr >> 16):
        return "link"
    return "file" if stat.S_IFMT(info.external_attr >> 16) in {0, stat.S_IFREG} else "other"
