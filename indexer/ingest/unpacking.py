"""Unpack the members of a container, within limits. This runs in a reading process, since containers may be attacks.

A declared size beyond the limits is refused before a byte is unpacked; the actual size is counted in any case.
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from archive.errors import EmptyInput, InputError, TooLarge
from archive.system.paths import told
from indexer.formats.source import MOST_PASSED, Container, Content

_RATIO_COUNTS_FROM = 16 << 20
"""Minimum unpacked size in bytes from which the compression ratio is limited."""


@dataclass(frozen=True, slots=True)
class UnpackLimits:
    """The limits for unpacking one container, and the folder to create for its members.

    ``depth`` is how many containers deeper it may go; at 0, nothing is unpacked. ``passed`` are the bytes that may be
    decompressed before, only to see what there is.
    """

    folder: Path
    depth: int
    members: int
    bytes: int
    ratio: int
    passed: int = MOST_PASSED


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A member of a container: its path there, and the file with its bytes, or the error."""

    path: str
    file: Path | None
    size: int
    error: InputError | None


def unpack(container: Container, filename: str, room: UnpackLimits) -> Iterator[Unpacked]:
    """Unpack one member after the other; a failing one does not stop the rest.

    Beyond the limit of members, a single failure stands for all further ones.
    """
    room.folder.mkdir(parents=True)
    left = room.bytes
    for number, content in enumerate(container.contents()):
        if number == room.members:
            yield Unpacked(content.path, None, 0, _too_many(content.path, filename, number))
            return
        file = room.folder / f"{number:06}"
        try:
            if room.depth == 0:
                raise _too_deep(content.path, filename)
            size = _take_out(content, file, filename, left, room.ratio)
        except InputError as error:
            file.unlink(missing_ok=True)
            yield Unpacked(content.path, None, 0, told(error))
        else:
            left -= size
            yield Unpacked(content.path, file, size, None)


def _take_out(content: Content, file: Path, filename: str, left: int, ratio: int) -> int:
    """Write the bytes of a member to ``file``, and return their number."""
    within = f"{content.path} in {filename}"
    most = left
    if content.packed is not None:
        most = min(left, max(content.packed * ratio, _RATIO_COUNTS_FROM))
    if content.size is not None and content.size > most:
        raise _too_big(within, most, left)
    size = 0
    with file.open("wb") as target:
        for chunk in content.chunks():
            size += len(chunk)
            if size > most:
                raise _too_big(within, most, left)
            target.write(chunk)
    if not size:
        raise EmptyInput("%(source)s is empty.", "It holds nothing to read.", source=within)
    return size


def _too_big(within: str, most: int, left: int) -> TooLarge:
    if most < left:
        return TooLarge(
            "%(name)s was packed so tightly that it may be a trap: it has more than %(most)s bytes.",
            "If it is not, raise the setting max_compression_ratio and add it again with --retry-failed.",
            name=within,
            most=most,
        )
    return TooLarge(
        "%(name)s would exceed the bytes that a file's contents may have.",
        "Raise the setting max_unpacked_bytes and add it again with --retry-failed, or unpack it yourself.",
        name=within,
    )


def _too_deep(path: str, filename: str) -> TooLarge:
    return TooLarge(
        "%(path)s lies in %(filename)s, which lies too deep in other containers; it was not unpacked.",
        "Raise the setting max_nesting and add it again with --retry-failed, or unpack it yourself.",
        path=path,
        filename=filename,
    )


def _too_many(path: str, filename: str, number: int) -> TooLarge:
    return TooLarge(
        "%(path)s and whatever follows it in %(filename)s were not unpacked: %(number)s files"
        " were, which is the limit.",
        "Raise the setting max_members and add it again with --retry-failed, or unpack it yourself.",
        path=path,
        filename=filename,
        number=number,
    )


_LOCK = ".lock"
_STALE_SECONDS = 24 * 60 * 60


@contextmanager
def unpacking_folder(cache: Path) -> Iterator[Path]:
    """Create an empty folder in the cache of an archive, on the disk of the originals.

    A killed run leaves it behind. Each run locks its own folder; the next run removes those that are not locked.
    """
    every = cache / "unpacked"
    every.mkdir(parents=True, exist_ok=True)
    for left in every.iterdir():
        _remove_unless_locked(left)
    folder = Path(tempfile.mkdtemp(dir=every))
    with (folder / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _remove_unless_locked(folder: Path) -> None:
    with suppress(FileNotFoundError, BlockingIOError):
        try:
            with (folder / _LOCK).open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except FileNotFoundError:
            # It is being created, or was partly removed.
            if time.time() - folder.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
