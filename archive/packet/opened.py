"""A packet that is read: a folder or a zip that somebody sent us, so nothing in it is trusted.

Files are only ever looked up among those that are there, so no name leads out of the packet; nothing is unpacked; a
link is no file of it; and no more is read at once than :data:`MOST_BYTES`.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from archive.errors import UsageError
from archive.packet.layout import BAG_DECLARATION

MOST_BYTES = 64 << 20
"""Of a text, a table or a citation."""

_DAMAGED = (OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError)
"""What reading a file of a zip raises if it is damaged, encrypted, or packed in a way that Python does not know."""


class Unreadable(Exception):
    """A file of a packet cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The files of a packet by their names, counted from the folder that holds ``bagit.txt``.

    ``twice`` names files that the zip holds several times: which one a program shows is its own choice.
    """

    files: Mapping[str, Callable[[], IO[bytes]]]
    twice: tuple[str, ...] = ()

    def digest(self, name: str) -> tuple[str, int]:
        """The SHA-256 and the size of a file.

        :raises Unreadable: it cannot be read.
        """
        digest, size = hashlib.sha256(), 0
        with self._open(name) as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
                size += len(chunk)
        return digest.hexdigest(), size

    def text(self, name: str) -> str:
        """A file as text.

        :raises Unreadable: it is not there, too long, or not in UTF-8.
        """
        with self._open(name) as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise Unreadable("It is too long.")
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            raise Unreadable("It is no text in UTF-8.") from error

    @contextmanager
    def _open(self, name: str) -> Iterator[IO[bytes]]:
        if name not in self.files:
            raise Unreadable("It is missing.")
        try:
            with self.files[name]() as file:
                yield file
        except _DAMAGED as error:
            raise Unreadable(f"It cannot be read: {error}.") from error


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """Open a packet.

    :raises UsageError: there is none at ``path``.
    """
    if path.is_dir():
        yield _rooted(dict(_walk(path)), (), path)
        return
    try:
        with zipfile.ZipFile(path) as file:
            entries = [entry for entry in file.infolist() if not entry.is_dir()]
            counts = Counter(entry.filename for entry in entries)
            twice = tuple(sorted(name for name, count in counts.items() if count > 1))
            yield _rooted({entry.filename: _opener(file, entry) for entry in entries}, twice, path)
    except zipfile.BadZipFile as error:
        raise UsageError(f"{path} is neither a folder nor a whole zip: {error}.", "Get the packet again.") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.", "Give the folder or the zip.") from error


def _walk(folder: Path) -> Iterator[tuple[str, Callable[[], IO[bytes]]]]:
    for above, _, names in os.walk(folder):
        for name in names:
            path = Path(above, name)
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(folder).as_posix(), _opener_of_path(path)


def _opener_of_path(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb")


def _opener(file: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: file.open(entry)


def _rooted(files: Mapping[str, Callable[[], IO[bytes]]], twice: tuple[str, ...], path: Path) -> Opened:
    """The files counted from the bag's own folder, which is the only one in a zip."""
    roots = {name.removesuffix(BAG_DECLARATION) for name in files if name.split("/", 1)[-1] == BAG_DECLARATION}
    if len(roots) != 1:
        raise UsageError(
            f"{path} is no packet: it has no {BAG_DECLARATION}.", "Give the folder that holds it, or a zip."
        )
    (root,) = roots
    inside = {name.removeprefix(root) if name.startswith(root) else f"../{name}": file for name, file in files.items()}
    return Opened(inside, tuple(name.removeprefix(root) for name in twice))
