"""What all archive formats share: the page that lists member names, and checks of members that are not extracted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from archive.errors import InputError, Message, sentences
from indexer.formats.encoding import decode
from indexer.formats.flowing import FlowingSource
from indexer.formats.source import UniqueNames

ItemKind = Literal["file", "link", "other"]

CHUNK = 1 << 20
"""Number of bytes extracted at a time."""

TRIED = 1 << 16
"""Number of bytes read to test a password: a wrong one may pass the check of the format, but the data is garbage."""

UNPACK = "Unpack the archive with another program and add what it holds."

_DRIVE = re.compile("[A-Za-z]:")


class ListingSource(FlowingSource):
    """The base class of archive formats."""

    def __init__(self, names: Sequence[str | None], note: str | None = None) -> None:
        """Take the names of all members, None for folders.

        ``self.paths`` then has a unique name for each, None for those that are skipped.
        """
        unique = UniqueNames()
        paths = [None if name is None else unique.of(name) for name in names]
        files = [path for path in paths if path is not None]
        self.paths = [None if path is None or _is_hidden(path) else path for path in paths]
        super().__init__([files], note, _reason(len(files), sum(map(_is_hidden, files))))


def refuse_dangerous(name: str, kind: ItemKind) -> None:
    """Raise an error for a member that no regular archive has.

    Names are not used as paths here, but such a member indicates an attack.

    :raises InputError: it is a link or device, or its name is absolute or leads out of the archive.
    """
    parts = name.replace("\\", "/").split("/")
    if kind == "link":
        what = "%(name)s is a link and not a file; it was not unpacked."
    elif kind == "other":
        what = "%(name)s is a device or the like and not a file; it was not unpacked."
    elif parts[0] == "" or _DRIVE.match(name):
        what = "%(name)s has an absolute name; it was not unpacked."
    elif ".." in parts:
        what = "%(name)s has a name that leads out of the archive; it was not unpacked."
    else:
        return
    raise InputError(what, UNPACK, name=name)


def meant_names(undeclared: Sequence[bytes]) -> list[str]:
    """Return names in an undeclared code page, detected for all of them together; [] if it cannot be detected."""
    decoded = decode(b"\n".join(undeclared)) if undeclared else None
    names = decoded.text.split("\n") if decoded else []
    return names if len(names) == len(undeclared) else []


def _is_hidden(name: str) -> bool:
    """Return whether a file is hidden by convention: the copies of macOS, and names that begin with a dot."""
    parts = name.replace("\\", "/").split("/")
    return parts[0] == "__MACOSX" or any(part.startswith(".") and part not in {".", ".."} for part in parts)


def _reason(count: int, hidden: int) -> str:
    reason = Message(
        "The page lists the names of the %(count)s files in this archive; each is a document of its own.", count=count
    )
    if not hidden:
        return reason
    return sentences(reason, Message("%(count)s of them are hidden files and were skipped.", count=hidden))
