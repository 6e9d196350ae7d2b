"""Files that are on the disk for good, with the SHA-256 of their bytes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import IO

from archive.errors import OriginalDamaged
from archive.system.files import replacing, sync

_CHUNK = 1 << 20


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, read whole."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def make_folders(folder: Path) -> None:
    """Make a folder and those above it, so that their names are on the disk."""
    if not folder.is_dir():
        make_folders(folder.parent)
        folder.mkdir(exist_ok=True)
        sync(folder.parent)


def owned_files(home: Path) -> list[Path]:
    """The files of an archive that its owner wrote: settings, watchlist, findings."""
    return [*sorted(home.glob("*.toml")), *sorted(home.glob("findings/*.toml"))]


def copy_file(source: Path, target: Path, sha256: str | None = None) -> str:
    """Copy a file and read the copy back; returns its SHA-256. It has its name only once it is whole.

    :param sha256: what its bytes must have.
    :raises OriginalDamaged: the source has other bytes, or the disk does not give them.
    :raises OSError: the system refuses to read or write, or what was written is not what is read back.
    """
    digest = hashlib.sha256()
    with source.open("rb") as original, replacing(target, mode=0o444) as copy:
        while chunk := _read(original, source):
            digest.update(chunk)
            copy.write(chunk)
        found = digest.hexdigest()
        if sha256 not in (None, found):
            raise OriginalDamaged(f"{source} has changed: its SHA-256 is now {found}.", "Put it back from a backup.")
        copy.flush()
        if sha256_of(Path(copy.name)) != found:
            raise OSError(None, "what was written is not what is read back", str(target))
    return found


def _read(original: IO[bytes], source: Path) -> bytes:
    try:
        return original.read(_CHUNK)
    except OSError as error:
        raise _unreadable(source, error) from error


def _unreadable(source: Path, error: OSError) -> OriginalDamaged:
    return OriginalDamaged(f"{source} cannot be read: {error.strerror or error}.", "Put it back from a backup.")


def link_file(source: Path, target: Path, sha256: str) -> bool:
    """Make ``target`` another name of a file; returns whether the file systems allow it.

    :raises OriginalDamaged: the source has other bytes, or the disk does not give them.
    """
    try:
        found = sha256_of(source)
    except OSError as error:
        raise _unreadable(source, error) from error
    if found != sha256:
        raise OriginalDamaged(f"{source} has changed: its SHA-256 is now {found}.", "Put it back from a backup.")
    try:
        os.link(source, target)
    except OSError:
        return False
    sync(target.parent)
    return True
