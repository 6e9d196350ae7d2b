"""Putting what was written on the disk, so that it is there whole or not at all, and a power cut does not undo it.

What takes the place of a file grows beside it under a hidden name, is put on the disk, renamed, and then its folder is
put on the disk (see ``man 2 fsync``: without the last step, the new name may be lost).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

UNFINISHED = ".part"
"""The end of the hidden name that a file has until it is whole."""


def sync(path: Path) -> None:
    """Have a file's content, or the entries of a folder, put on the disk.

    :raises OSError: it cannot be opened, or the disk fails.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def replacing(path: Path, mode: int | None = None) -> Iterator[BinaryIO]:
    """A file to write, which takes the place of ``path`` when the block ends well. Otherwise nothing changes.

    Only a process that is killed outright leaves its hidden file behind.

    :param mode: its permissions; by default those of the file that was there, or what the system gives a new one.
    :raises OSError: the system does not let us write it.
    """
    unfinished = path.with_name(f".{secrets.token_hex(8)}{UNFINISHED}")
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
