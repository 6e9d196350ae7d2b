"""RAR archives (version 4 and 5), through libarchive, the free library that reads them."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from archive.errors import DamagedDocument, EncryptedDocument, Message, UnsupportedFormat
from indexer.formats.packed.listing import UNPACK, ItemKind, ListingSource, meant_names, refuse_dangerous
from indexer.formats.source import Content

_LIBRARY = "libarchive.so.13"
"""The file name of the library: searching for it would start programs, which the sandbox forbids."""

_VERSION_5 = b"Rar!\x1a\x07\x01\x00"


class RarSource(ListingSource):
    """A RAR archive; an :class:`indexer.formats.source.Container`."""

    agent: Mapping[str, str] = {"reader": "libarchive"}

    def __init__(self, path: Path, filename: str) -> None:
        """Read all names. Of a truncated archive, the files before the cut are its contents.

        :raises UnsupportedFormat: libarchive is not installed.
        :raises EncryptedDocument: its names are encrypted.
        :raises DamagedDocument: not one file can be found.
        """
        self._path, self._filename = path, filename
        self._library = _library(filename)
        self.agent = {"reader": _version(self._library.ffi.version_number())}
        with path.open("rb") as file:
            self._format = "rar5" if file.read(len(_VERSION_5)) == _VERSION_5 else "rar"
        names: list[str | None] = []
        note = None
        try:
            with self._opened() as archive:
                names.extend(None if entry.isdir else _name(entry) for entry in archive)
        except self._library.ArchiveError as error:
            if _is_encrypted(error):
                raise _encrypted(filename) from error
            if not names:
                raise DamagedDocument(
                    "%(filename)s cannot be opened as a RAR archive: %(error)s.",
                    "Get the file again; it may have been cut off.",
                    filename=filename,
                    error=_reason(error),
                ) from error
            note = Message("The archive is damaged or cut off after what is listed: %(error)s.", error=_reason(error))
        super().__init__(names, note)

    def contents(self) -> Iterator[Content]:
        """See :meth:`indexer.formats.source.Container.contents`."""
        packed = self._path.stat().st_size
        with self._opened() as archive:
            for path, entry in zip(self.paths, archive, strict=False):
                if path is not None:
                    yield Content(path, partial(self._chunks, path, entry), entry.size, packed)

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        with self._path.open("rb") as file, self._library.fd_reader(file.fileno(), self._format) as archive:
            yield archive

    def _chunks(self, path: str, entry: Any) -> Iterator[bytes]:
        refuse_dangerous(path, _kind(entry))
        name = f"{path} in {self._filename}"
        if _is_data_encrypted(self._library.ffi, entry):
            # In version 4 the library would return the encrypted bytes.
            raise _encrypted(name)
        try:
            yield from entry.get_blocks()
        except self._library.ArchiveError as error:
            if _is_encrypted(error):
                raise _encrypted(name) from error
            raise DamagedDocument(
                "%(name)s cannot be unpacked: %(error)s.", UNPACK, name=name, error=_reason(error)
            ) from error


def is_installed() -> bool:
    """Return whether libarchive is installed."""
    try:
        _library("")
    except UnsupportedFormat:
        return False
    return True


def _library(filename: str) -> Any:
    os.environ.setdefault("LIBARCHIVE", _LIBRARY)
    try:
        import libarchive  # noqa: PLC0415 - it fails where the system's library is not installed
    except (OSError, TypeError) as error:
        raise UnsupportedFormat(
            "%(filename)s is a RAR archive, which cannot be read without another program.",
            "Install the Debian package %(packages)s and add it with --retry-failed, or unpack it yourself.",
            filename=filename,
            packages="libarchive13",
        ) from error
    return libarchive


def _version(number: int) -> str:
    return f"libarchive {number // 1_000_000}.{number // 1000 % 1000}.{number % 1000}"


def _name(entry: Any) -> str:
    name = entry.pathname
    return name if isinstance(name, str) else next(iter(meant_names([name])), name.decode("utf-8", "replace"))


def _kind(entry: Any) -> ItemKind:
    if entry.issym or entry.islnk:
        return "link"
    return "file" if entry.isreg else "other"


def _is_data_encrypted(ffi: Any, entry: Any) -> bool:
    asked = ffi.ffi("entry_is_data_encrypted", [ffi.c_archive_entry_p], ctypes.c_int)
    return bool(asked(entry._entry_p))


def _reason(error: Any) -> str:
    return error.msg or "it ends too early"


def _is_encrypted(error: Any) -> bool:
    return "encrypt" in str(error.msg).lower()


def _encrypted(name: str) -> EncryptedDocument:
    """Return the error for an encrypted archive, which no free library can decrypt."""
    return EncryptedDocument(
        "%(name)s needs a password, and RAR archives with passwords cannot be opened here.",
        "Unpack it with another program, or pack it as ZIP or 7z and use: dosije add FILE --password-file "
        "PASSWORDS (one on each line)",
        name=name,
    )
