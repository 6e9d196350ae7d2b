"""TAR archives, compressed or not, through tarfile. They are read sequentially, because the format has no directory."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

from archive.errors import DamagedDocument, Message
from indexer.formats.packed.compressed import ERRORS, decompressed
from indexer.formats.packed.listing import (
    CHUNK,
    UNPACK,
    ItemKind,
    ListingSource,
    meant_names,
    refuse_dangerous,
)
from indexer.formats.source import PASSED, Content

_ERRORS = (tarfile.TarError, RecursionError, *ERRORS)
"""Headers that say more of the next one are read one inside the other; thousands of them are a trap."""


class TarSource(ListingSource):
    """A TAR archive; an :class:`indexer.formats.source.Container`."""

    agent: Mapping[str, str] = {"reader": "Python tarfile"}

    def __init__(self, path: Path, filename: str) -> None:
        """Read all names. Of a truncated archive, the files before the cut are its contents.

        :raises DamagedDocument: not one file can be found.
        :raises TooLarge: it decompresses to more than the limit.
        """
        self._path, self._filename = path, filename
        names: list[str | None] = []
        note = None
        try:
            with self._opened(_Passing) as archive:
                for info in _items(archive):
                    names.append(None if info.isdir() else info.name)
        except _ERRORS as error:
            if not names:
                raise DamagedDocument(
                    "%(filename)s cannot be opened as a TAR archive: %(error)s.",
                    "Get the file again; it may have been cut off.",
                    filename=filename,
                    error=error,
                ) from error
            note = Message("The archive is damaged or cut off after what is listed: %(error)s.", error=error)
        super().__init__(_meant(names), note)

    def contents(self) -> Iterator[Content]:
        """See :meth:`indexer.formats.source.Container.contents`."""
        packed = self._path.stat().st_size
        with self._opened() as archive:
            for path, info in zip(self.paths, _items(archive), strict=False):
                if path is not None:
                    yield Content(path, partial(self._chunks, archive, path, info), info.size, packed)

    @contextmanager
    def _opened(self, around: Callable[[IO[bytes], str], Any] = lambda stream, _: stream) -> Iterator[tarfile.TarFile]:
        with (
            decompressed(self._path) as stream,
            tarfile.open(fileobj=around(stream, self._filename), mode="r|", bufsize=CHUNK) as archive,
        ):
            yield archive

    def _chunks(self, archive: tarfile.TarFile, path: str, info: tarfile.TarInfo) -> Iterator[bytes]:
        refuse_dangerous(path, _kind(info))
        try:
            file = archive.extractfile(info)
            while file is not None and (chunk := file.read(CHUNK)):
                yield chunk
        except _ERRORS as error:
            raise DamagedDocument(
                "%(name)s cannot be unpacked: %(error)s.", UNPACK, name=f"{path} in {self._filename}", error=error
            ) from error


class _Passing(io.RawIOBase):
    """A stream that ends with an error beyond what anybody decompresses to see some names."""

    def __init__(self, stream: IO[bytes], filename: str) -> None:
        super().__init__()
        self._stream, self._filename = stream, filename

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes.

        :raises TooLarge: the limit is exceeded.
        """
        data = self._stream.read(size)
        PASSED.add(self._filename, len(data))
        return data


def _items(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Yield the members of an archive without keeping them, since there may be millions."""
    while info := archive.next():
        archive.members = []  # type: ignore[attr-defined] # no annotation tells of it
        yield info


def _meant(names: list[str | None]) -> list[str | None]:
    """Return the names, decoded where old programs did not write UTF-8."""
    undeclared = [name for name in names if name is not None and not _is_encodable(name)]
    read = meant_names([name.encode("utf-8", "surrogateescape") for name in undeclared])
    meant = dict(zip(undeclared, read, strict=False))
    return [name and meant.get(name, name) for name in names]


def _is_encodable(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _kind(info: tarfile.TarInfo) -> ItemKind:
    if info.issym() or info.islnk():
        return "link"
    return "file" if info.isreg() else "other"
