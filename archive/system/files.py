"""Atomic and durable writing of files.

A new version of a file is written beside it under a hidden name, synced and renamed, and then its folder is synced (see
``man 2 fsync``: without the last step, the new name may be lost).
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
"""Suffix of the hidden name of an incomplete file."""


def sync(path: Path) -> None:
    """Sync a file's content, or the entries of a folder, to the disk.

    :raises OSError: it cannot be opened, or the disk fails.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def replacing(path: Path, mode: int | None = None, folder: Path | None = None) -> Iterator[BinaryIO]:
    """Open a temporary file for writing that replaces ``path`` when the block succeeds.

    Only a killed process leaves its hidden file.

    :param mode: its permissions; by default those of the replaced file, or of a new one.
    :param folder: the folder of the temporary file, on the same file system; by default that of ``path``.
    :raises OSError: it cannot be written.
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
        # Also on Ctrl-C: an unfinished file must not remain.
        unfinished.unlink(missing_ok=True)
        raise


@contextmanager
def written_whole(output: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that is replaced atomically. Other outputs, as a pipe or a terminal, are written
    directly; a link stays one."""
    if output.exists() and not output.is_file():
        with output.open("wb") as file:
            yield file
        return
    with replacing(output.resolve()) as file:
        yield file


def replace_text(path: Path, text: str) -> None:
    """Replace a text file atomically, like :func:`replacing`."""
    with replacing(path) as file:
        file.write(text.encode("utf-8"))


def rename(source: Path, target: Path) -> None:
    """Rename a synced file or folder, durably, replacing an existing file."""
    os.replace(source, target)  # noqa: PTH105 - the one place at which anything is renamed
    sync(target.parent)
    if source.parent != target.parent:
        with suppress(FileNotFoundError):
            sync(source.parent)


_CHUNK = 1 << 20


def scratch_folder() -> str:
    """Return the folder for large temporary files; ``/tmp`` is in memory on some systems."""
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
"""Bytes of a collected file up to which it stays in memory."""


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, read whole."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hashed(chunks: Iterable[bytes], copy: BinaryIO | None = None) -> tuple[str, int]:
    """Hash bytes; return the SHA-256 and their number. They are also written to ``copy``, if given."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
        if copy is not None:
            copy.write(chunk)
    return digest.hexdigest(), size


def make_folders(folder: Path) -> None:
    """Create a folder and its parents, durably."""
    if not folder.is_dir():
        make_folders(folder.parent)
        folder.mkdir(exist_ok=True)
        sync(folder.parent)


def copy_file(source: Path, target: Path, sha256: str | None = None, folder: Path | None = None) -> str:
    """Copy a file atomically, and verify the copy; returns its SHA-256.

    :param sha256: the expected SHA-256.
    :param folder: the folder of the temporary file, as for :func:`replacing`.
    :raises OriginalDamaged: the hash of the source differs, or it cannot be read.
    :raises OSError: it cannot be read or written, or the copy differs.
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
    """Create ``target`` as a hard link to a file; returns whether the file systems support it.

    :raises OriginalDamaged: the hash of the source differs, or it cannot be read.
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
