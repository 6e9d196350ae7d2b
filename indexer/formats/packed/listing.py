"""What all archives share: a page that lists the names of what they hold, and what of it must not be taken out."""

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
"""Bytes taken out of an archive at a time."""

TRIED = 1 << 16
"""Bytes read to see whether a password fits: a wrong one may pass the check of its format, but what it yields does not
decompress."""

UNPACK = "Unpack the archive with another program and add what it holds."

_DRIVE = re.compile("[A-Za-z]:")


class ListingSource(FlowingSource):
    """The common part of archives."""

    def __init__(self, names: Sequence[str | None], note: str | None = None) -> None:
        """``names`` has one of each item, None of folders. ``self.paths`` then has what each is to be known by, None
        of those that are passed over."""
        unique = UniqueNames()
        paths = [None if name is None else unique.of(name) for name in names]
        files = [path for path in paths if path is not None]
        self.paths = [None if path is None or _is_hidden(path) else path for path in paths]
        super().__init__([files], note, _reason(len(files), sum(map(_is_hidden, files))))


def refuse_dangerous(name: str, kind: ItemKind) -> None:
    """Refuse what no honest archive has. Nothing here uses the names as paths, but whoever made them wanted to.

    :raises InputError: it has.
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
    """Return names that old programs wrote in the code page of their system, without saying in which: all are judged
    together, as one text. None if it cannot be told."""
    decoded = decode(b"\n".join(undeclared)) if undeclared else None
    names = decoded.text.split("\n") if decoded else []
    return names if len(names) == len(undeclared) else []


def _is_hidden(name: str) -> bool:
    """Return whether a file is what systems leave behind: macOS's second copies of everything, and names with a dot."""
    parts = name.replace("\\", "/").split("/")
    return parts[0] == "__MACOSX" or any(part.startswith(".") and part not in {".", ".."} for part in parts)


def _reason(count: int, hidden: int) -> str:
    reason = Message(
        "The page lists the names of the %(count)s files in this archive; each is a document of its own.", count=count
    )
    if not hidden:
        return reason
    return sentences(reason, Message("%(count)s of them are hidden files and were passed over.", count=hidden))
