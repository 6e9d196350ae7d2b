"""ZIP archives. Their page lists the names of what they hold; the files themselves are its contents."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyzipper

from archive.errors import DamagedDocument, InputError, Message, sentences
from indexer.formats.encoding import decode
from indexer.formats.flowing import FlowingSource
from indexer.formats.source import Content, UniqueNames, needs_password

_ENCRYPTED = 0x1
_UTF8 = 0x800
"""Bits of a file's general purpose flag (APPNOTE 6.3.10, section 4.4.4)."""

_AES = 99
"""The compression method that stands for AES encryption (APPNOTE, appendix E)."""

_ERRORS = (zipfile.BadZipFile, pyzipper.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)
"""What reading a broken archive raises. A wrong password is a RuntimeError, an unknown method a
NotImplementedError, which is one too."""

_TRIED = 1 << 16
"""Bytes read to see whether a password fits. A wrong one passes the format's own check once in 256 times, but what it
yields does not decompress."""

_CHUNK = 1 << 20

_UNPACK = "Unpack the archive with another program and add what it holds."

_DRIVE = re.compile("[A-Za-z]:")


class ZipSource(FlowingSource):
    """A ZIP archive; an :class:`indexer.formats.source.Container`."""

    agent: Mapping[str, str] = {"reader": "ZIP directory"}

    def __init__(self, path: Path, filename: str, passwords: Sequence[str] = ()) -> None:
        """Read the directory of an archive. ``passwords`` are tried in their order on files that need one.

        :raises DamagedDocument: it has no directory that makes sense.
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
        unique = UniqueNames()
        names = [None if info.is_dir() else unique.of(name) for info, name in zip(infos, _names(infos), strict=True)]
        files = [name for name in names if name is not None]
        self._names = [None if name is None or _is_hidden(name) else name for name in names]
        self._opener: Callable[[Path], Any] = (
            pyzipper.AESZipFile if any(info.compress_type == _AES for info in infos) else zipfile.ZipFile
        )
        super().__init__([files], reason=_reason(len(files), sum(map(_is_hidden, files))))

    def contents(self) -> Iterator[Content]:
        """See :meth:`indexer.formats.source.Container.contents`."""
        with self._opener(self._path) as archive:
            for name, info in zip(self._names, archive.infolist(), strict=True):
                if name is not None:
                    chunks = partial(self._chunks, archive, name, info)
                    yield Content(name, chunks, info.file_size, info.compress_size)

    def _chunks(self, archive: Any, name: str, info: Any) -> Iterator[bytes]:
        _refuse_dangerous(name, info)
        password = self._password(archive, name, info) if info.flag_bits & _ENCRYPTED else None
        try:
            with archive.open(info, pwd=password) as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
        except _ERRORS as error:
            raise DamagedDocument(
                "%(name)s cannot be unpacked: %(error)s.", _UNPACK, name=f"{name} in {self._filename}", error=error
            ) from error

    def _password(self, archive: Any, name: str, info: Any) -> bytes:
        for password in self._passwords:
            try:
                with archive.open(info, pwd=password.encode()) as file:
                    file.read(_TRIED)
            except _ERRORS:
                continue
            # The next file most likely has the same.
            self._passwords.remove(password)
            self._passwords.insert(0, password)
            return password.encode()
        raise needs_password(f"{name} in {self._filename}", self._passwords)


def _names(infos: Sequence[zipfile.ZipInfo]) -> list[str]:
    """The names as they were meant. Old programs wrote them in the code page of their system and do not say in which:
    all are judged together, as one text."""
    undeclared = [info for info in infos if not info.flag_bits & _UTF8 and not info.filename.isascii()]
    decoded = decode("\n".join(info.filename for info in undeclared).encode("cp437")) if undeclared else None
    meant = dict(zip(map(id, undeclared), decoded.text.split("\n"), strict=True)) if decoded else {}
    return [meant.get(id(info), info.filename) for info in infos]


def _is_hidden(name: str) -> bool:
    """Whether a file is what systems leave behind: macOS's second copies of everything, and names with a dot."""
    parts = name.replace("\\", "/").split("/")
    return parts[0] == "__MACOSX" or any(part.startswith(".") and part not in {".", ".."} for part in parts)


def _refuse_dangerous(name: str, info: zipfile.ZipInfo) -> None:
    """An honest archive has none of this. Nothing here uses the names as paths, but whoever made them wanted to."""
    parts = name.replace("\\", "/").split("/")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if stat.S_ISLNK(info.external_attr >> 16):
        what = "%(name)s is a link and not a file; it was not unpacked."
    elif kind not in {0, stat.S_IFREG}:
        what = "%(name)s is a device or the like and not a file; it was not unpacked."
    elif parts[0] == "" or _DRIVE.match(name):
        what = "%(name)s has an absolute name; it was not unpacked."
    elif ".." in parts:
        what = "%(name)s has a name that leads out of the archive; it was not unpacked."
    else:
        return
    raise InputError(what, _UNPACK, name=name)


def _reason(count: int, hidden: int) -> str:
    reason = Message(
        "The page lists the names of the %(count)s files in this archive; each is a document of its own.", count=count
    )
    if not hidden:
        return reason
    return sentences(reason, Message("%(count)s of them are hidden files and were passed over.", count=hidden))
