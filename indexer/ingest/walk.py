"""Expand given paths to the files to read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from archive.errors import InputError, LinkLoop, Message, UnreadableInput

HIDDEN_NAMED = 3
"""Maximum number of names in a note about skipped entries; the others are counted."""


@dataclass(frozen=True, slots=True)
class WalkResult:
    """The result of a walk: files in order, refused paths with the error, and skipped entries.

    Skipped are hidden entries, and links that lead out of the given folder.
    """

    files: list[Path] = field(default_factory=list)
    refused: list[tuple[Path, InputError]] = field(default_factory=list)
    hidden: list[Path] = field(default_factory=list)
    links: list[Path] = field(default_factory=list)

    def notes(self) -> list[str]:
        """Return sentences about the skipped entries."""
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
    """Expand folders recursively, sorted by name.

    A given link is followed; one inside a folder only if its target is in the given folder, or if ``follows_links``; a
    cycle never. A path that is not a folder counts as a file, even if it does not exist: adding it raises the error.
    Hidden entries (names that begin with a dot) are read only if given themselves.
    """
    found = WalkResult()
    for path in paths:
        if _is_folder(path):
            # A given link to one of its own parents is a cycle, too.
            around = {_identity(parent) for parent in path.absolute().parents} if path.is_symlink() else set()
            _walk_folder(path, around, found, None if follows_links else path.resolve())
        else:
            found.files.append(path)
    return found


def _walk_folder(named: Path, around: set[tuple[int, int]], found: WalkResult, bounds: Path | None) -> None:
    """Walk a given folder recursively.

    ``around`` identifies its parents if it is a link; ``bounds`` is the folder that links must not lead out of.
    """
    # A stack of open folders, each with its remaining entries.
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
    """An open folder: its identity, and the remaining entries."""

    identity: tuple[int, int]
    left: Iterator[Path]


def _opened(folder: Path, around: set[tuple[int, int]], found: WalkResult) -> _Open | None:
    """Open a folder; None if it cannot be walked, with the error among the refused paths."""
    try:
        here = _identity(folder)
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        reason = Message("The folder %(source)s cannot be read: %(error)s.", source=folder, error=error.strerror)
        found.refused.append((folder, UnreadableInput(reason, "Check its permissions.")))
        return None
    if here in around:
        reason = Message(
            "%(source)s is a link to a folder that contains it, so following it would never end.", source=folder
        )
        found.refused.append((folder, LinkLoop(reason, "Remove the link; what it leads to is read anyway.")))
        return None
    return _Open(here, iter(entries))


def _leads_out(path: Path, bounds: Path) -> bool:
    """Return whether a path is a link to a target outside of a folder."""
    # resolve() raises an error for a link to itself; it counts as an unreadable file.
    return path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(bounds)


def _is_folder(path: Path) -> bool:
    """Return whether a path is a folder; False if the system refuses access, as adding it as a file reports that."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _identity(folder: Path) -> tuple[int, int]:
    status = folder.stat()
    return status.st_dev, status.st_ino
