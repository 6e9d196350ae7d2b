"""Making a file or folder whole or not at all: it grows in a hidden folder beside its place, then takes its name."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import ArchiveBusy, ArchiveError, UsageError
from archive.system.files import rename, sync


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """A place for what becomes ``target`` when the block ends well. Otherwise nothing of it remains.

    Only a process that is killed outright leaves its hidden folder behind; the next one for this target removes it.

    :raises UsageError: ``target`` exists, or the folder it should stand in does not.
    :raises ArchiveBusy: another process makes the same target.
    :raises ArchiveError: it cannot be written, for example because the disk is full.
    """
    target = target.absolute()
    _refuse_existing(target)
    if not target.parent.is_dir():
        raise UsageError(f"There is no folder {target.parent}.", "Make it first.")
    try:
        with _hidden_folder(target) as folder:
            made = folder / target.name
            yield made
            _sync(made)
            _refuse_existing(target)
            rename(made, target)
    except OSError as error:
        raise ArchiveError(
            f"{target} cannot be written: {error.strerror}.", "See that the disk has room and that we may write there."
        ) from error


def _refuse_existing(target: Path) -> None:
    if os.path.lexists(target):
        raise UsageError(f"{target} exists already.", "Give another name; a packet is never changed or overwritten.")


@contextmanager
def _hidden_folder(target: Path) -> Iterator[Path]:
    """A folder of ours alone. Its lock falls with our process, which shows the next one whether it is left over."""
    folder = target.with_name(f".{target.name}.part")
    folder.mkdir(exist_ok=True)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ArchiveBusy(f"Another process is making {target}.", "Wait for it, or give another name.") from error
        try:
            _empty(folder)
            yield folder
        finally:
            shutil.rmtree(folder)
    finally:
        os.close(handle)


def _empty(folder: Path) -> None:
    for left in folder.iterdir():
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink()


def _sync(made: Path) -> None:
    """Make all of it durable before it takes its name."""
    if made.is_dir():
        for above, folders, files in os.walk(made):
            for name in (*files, *folders):
                sync(Path(above, name))
    sync(made)
