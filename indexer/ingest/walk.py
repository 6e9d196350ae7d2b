"""From the paths a person names to the files to read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from archive.errors import InputError, LinkLoop, Message, UnreadableInput

HIDDEN_NAMED = 3
"""Entries named in a note about what was passed over; the rest are counted."""


@dataclass(frozen=True, slots=True)
class WalkResult:
    """What a walk found: files in order, paths that were refused with the reason, and what was passed over: hidden
    entries, and links that lead out of the folder that was named."""

    files: list[Path] = field(default_factory=list)
    refused: list[tuple[Path, InputError]] = field(default_factory=list)
    hidden: list[Path] = field(default_factory=list)
    links: list[Path] = field(default_factory=list)

    def notes(self) -> list[str]:
        """Return sentences about the entries that were passed over."""
        notes = []
        if self.hidden:
            notes.append(f"Passed over, because they are hidden: {_named(self.hidden)}. Name them to add them.")
        if self.links:
            links = f"{len(self.links)} {'link leads' if len(self.links) == 1 else 'links lead'} out of the folder"
            notes.append(f"Passed over: {links}: {_named(self.links)}. With --follow-links they are followed.")
        return notes


def _named(entries: list[Path]) -> str:
    names = ", ".join(path.name for path in entries[:HIDDEN_NAMED])
    return (
        Message("%(values)s and %(count)s more", values=names, count=len(entries) - HIDDEN_NAMED)
        if len(entries) > HIDDEN_NAMED
        else names
    )


def walk(paths: Iterable[Path], *, follows_links: bool = False) -> WalkResult:
    """Expand folders, each sorted by name and with everything below it. A link that is named is followed; one that lies
    in a folder only if it leads to a place in the same folder, or ``follows_links``. One that leads in a circle never.

    A path that is no folder counts as a file, also if nothing is there: taking it in will say what is wrong with it. A
    hidden entry (its name begins with a dot) is read only if it is named itself.
    """
    found = WalkResult()
    for path in paths:
        if _is_folder(path):
            # A named link to a folder around it is a circle too.
            around = {_identity(parent) for parent in path.absolute().parents} if path.is_symlink() else set()
            _walk_folder(path, around, found, None if follows_links else path.resolve())
        else:
            found.files.append(path)
    return found


def _walk_folder(named: Path, around: set[tuple[int, int]], found: WalkResult, bounds: Path | None) -> None:
    """Walk a folder that was named and all below it. ``around`` identifies the folders around it, if it is a link;
    ``bounds`` is the folder that links must not lead out of."""
    # The folders that are being walked, each in the one before it, with what is still to be looked at in each.
    open_folders = [_Open((0, 0), iter([named]))]
    while open_folders:
        path = next(open_folders[-1].left, None)
        if path is None:
            around.discard(open_folders.pop().identity)
        elif path.name.startswith(".") and path is not named:
            found.hidden.append(path)
        elif bounds is not None and path is not named and _leads_out(path, bounds):
            found.links.append(path)
        elif not _is_folder(path):
            found.files.append(path)
        elif opened := _opened(path, around, found):
            around.add(opened.identity)
            open_folders.append(opened)


@dataclass(frozen=True, slots=True)
class _Open:
    """A folder that is being walked: its identity, and the entries that are left."""

    identity: tuple[int, int]
    left: Iterator[Path]


def _opened(folder: Path, around: set[tuple[int, int]], found: WalkResult) -> _Open | None:
    """Begin to walk a folder; None if it cannot be walked, which is then among what was refused."""
    try:
        here = _identity(folder)
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        reason = Message("The folder %(source)s cannot be read: %(error)s.", source=folder, error=error.strerror)
        found.refused.append((folder, UnreadableInput(reason, "Check its permissions.")))
        return None
    if here in around:
        reason = Message(
            "%(source)s is a link to a folder that it stands in, so walking it would never end.", source=folder
        )
        found.refused.append((folder, LinkLoop(reason, "Remove the link; what it leads to is read anyway.")))
        return None
    return _Open(here, iter(entries))


def _leads_out(path: Path, bounds: Path) -> bool:
    """Return whether it is a link to something outside of a folder."""
    # resolve() refuses a link to itself, which is a file that cannot be read.
    return path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(bounds)


def _is_folder(path: Path) -> bool:
    """Return whether it is a folder. Where the system refuses to say, taking it in as a file will tell the reason."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _identity(folder: Path) -> tuple[int, int]:
    status = folder.stat()
    return status.st_dev, status.st_ino
