"""Taking files out of a container, within limits. Runs in a reading process, since containers can be traps.

What a container says of itself is believed only when it is bad news: a declared size beyond the limits is refused
before a byte is unpacked, and what comes out is counted all the same.
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
"""Bytes from which the compression ratio is looked at. A small file harms nobody, however well it was packed."""


@dataclass(frozen=True, slots=True)
class UnpackLimits:
    """How much may be unpacked: a folder to be made for it, and what is left of the limits.

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
    """A file of a container: the path it has there, and the file with its bytes or why there is none."""

    path: str
    file: Path | None
    size: int
    error: InputError | None


def unpack(container: Container, filename: str, room: UnpackLimits) -> Iterator[Unpacked]:
    """Take out one file after the other. One that fails does not stop the rest; beyond the limit of members, the
    first one stands for all."""
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
    """Write a file's bytes to ``file``; returns how many there are."""
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
        raise EmptyInput("%(source)s is empty.", "There is nothing to read in it.", source=within)
    return size


def _too_big(within: str, most: int, left: int) -> TooLarge:
    if most < left:
        return TooLarge(
            "%(name)s was packed so tightly that it may be a trap: it has more than %(most)s bytes.",
            "If it is none, raise the setting max_compression_ratio and add it again with --retry-failed.",
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
    """Make an empty folder in an archive's cache, on the disk where its contents will be kept.

    A killed run leaves it behind. As several may be at work, each locks its own, and the next removes what nobody has
    locked.
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
            # It is just being made, or is what is left of one that was being removed.
            if time.time() - folder.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
