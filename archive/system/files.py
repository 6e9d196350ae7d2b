"""Putting what was written on the disk, so that it is there whole or not at all, and a power cut does not undo it.

What takes the place of a file grows beside it under a hidden name, is put on the disk, renamed, and then its folder is
put on the disk (see ``man 2 fsync``: without the last step, the new name may be lost).
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import SpooledTemporaryFile, gettempdir
from typing import IO, BinaryIO

from archive.errors import OriginalDamaged

UNFINISHED = ".part"
"""The end of the hidden name that a file has until it is whole."""


def sync(path: Path) -> None:
    """Put a file's content, or the entries of a folder, on the disk.

    :raises OSError: it cannot be opened, or the disk fails.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def replacing(path: Path, mode: int | None = None, folder: Path | None = None) -> Iterator[BinaryIO]:
    """Open a file to write, which takes the place of ``path`` when the block ends well. Otherwise nothing changes.

    Only a process that is killed outright leaves its hidden file behind.

    :param mode: its permissions; by default those of the file that was there, or what the system gives a new one.
    :param folder: where it grows, on the same file system; by default beside ``path``.
    :raises OSError: the system does not let us write it.
    """
    unfinished = (folder or path.parent) / f".{secrets.token_hex(8)}{UNFINISHED}"
    if mode is None:
        with suppress(FileNotFoundError):
            mode = path.stat().st_mode & 0o7777
    try:
        with unfinished.open("xb") as file:
            if mode is not None:
                os.fchmod(file.fileno(), mode)
            yield file
            file.flush()
            os.fsync(file.fileno())
        rename(unfinished, path)
    except BaseException:
        # Also on Ctrl-C: whatever ends the writing, its unfinished file must not stay.
        unfinished.unlink(missing_ok=True)
        raise


@contextmanager
def written_whole(output: Path) -> Iterator[BinaryIO]:
    """Open a file to write, which takes its place when all of it is on the disk, or not at all. What is no file, as a
    pipe or a terminal, is written to as it is; a link stays one."""
    if output.exists() and not output.is_file():
        with output.open("wb") as file:
            yield file
        return
    with replacing(output.resolve()) as file:
        yield file


def replace_text(path: Path, text: str) -> None:
    """Write a text file as :func:`replacing` does."""
    with replacing(path) as file:
        file.write(text.encode("utf-8"))


def rename(source: Path, target: Path) -> None:
    """Give a file or a folder whose content is on the disk another name, durably. A file that has the name goes."""
    os.replace(source, target)  # noqa: PTH105 - the one place at which anything is renamed
    sync(target.parent)
    if source.parent != target.parent:
        with suppress(FileNotFoundError):
            sync(source.parent)


_CHUNK = 1 << 20


def scratch_folder() -> str:
    """Return where files go that need room for a while. ``/tmp`` is in memory on some systems."""
    folder = os.environ.get("TMPDIR") or "/var/tmp"  # noqa: S108 - files there have no name, or are made anew for us
    return folder if os.access(folder, os.W_OK | os.X_OK) else gettempdir()


def collected(pieces: Iterable[str | bytes]) -> IO[bytes]:
    """Return a file without a name that has all of these, to be read from its beginning; a small one is in memory.

    :raises OSError: the system does not let us write it. It names the folder.
    """
    folder = scratch_folder()
    with ExitStack() as until_whole:
        file = until_whole.enter_context(SpooledTemporaryFile(_IN_MEMORY, dir=folder))
        for piece in pieces:
            try:
                # Not by `writelines`, which leaves memory only when all is there.
                file.write(piece.encode() if isinstance(piece, str) else piece)
            except OSError as error:
                raise OSError(error.errno, error.strerror, folder) from error
        file.seek(0)
        until_whole.pop_all()
    return file


_IN_MEMORY = 4 << 20
"""Bytes."""


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, read whole."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hashed(chunks: Iterable[bytes], copy: BinaryIO | None = None) -> tuple[str, int]:
    """Return the SHA-256 of bytes and how many they are; ``copy`` is a file that they are written to."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
        if copy is not None:
            copy.write(chunk)
    return digest.hexdigest(), size


def make_folders(folder: Path) -> None:
    """Make a folder and those above it, so that their names are on the disk."""
    if not folder.is_dir():
        make_folders(folder.parent)
        folder.mkdir(exist_ok=True)
        sync(folder.parent)


def copy_file(source: Path, target: Path, sha256: str | None = None, folder: Path | None = None) -> str:
    """Copy a file and read the copy back; returns its SHA-256. It has its name only once it is whole.

    :param sha256: what its bytes must have.
    :param folder: where the copy grows, as for :func:`replacing`.
    :raises OriginalDamaged: the source has other bytes, or the disk does not give them.
    :raises OSError: the system refuses to read or write, or what was written is not what is read back.
    """
    with source.open("rb") as original, replacing(target, mode=0o444, folder=folder) as copy:
        found, _ = hashed(iter(partial(_read, original, source), b""), copy)
        if sha256 not in (None, found):
            raise _changed(source, found)
        copy.flush()
        if sha256_of(Path(copy.name)) != found:
            raise OSError(None, "what was written is not what is read back", str(target))
    return found


def _read(original: IO[bytes], source: Path) -> bytes:
    try:
        return original.read(_CHUNK)
    except OSError as error:
        raise _unreadable(source, error) from error


def _changed(source: Path, found: str) -> OriginalDamaged:
    message = "%(source)s has changed: its SHA-256 is now %(found)s."
    return OriginalDamaged(message, "Put it back from a backup.", source=source, found=found)


def _unreadable(source: Path, error: OSError) -> OriginalDamaged:
    return OriginalDamaged(
        "%(source)s cannot be read: %(error)s.",
        "Put it back from a backup.",
        source=source,
        error=error.strerror or error,
    )


def link_file(source: Path, target: Path, sha256: str) -> bool:
    """Make ``target`` another name of a file; returns whether the file systems allow it.

    :raises OriginalDamaged: the source has other bytes, or the disk does not give them.
    """
    try:
        found = sha256_of(source)
    except OSError as error:
        raise _unreadable(source, error) from error
    if found != sha256:
        raise _changed(source, found)
    try:
        os.link(source, target)
    except OSError:
        return False
    sync(target.parent)
    return True
