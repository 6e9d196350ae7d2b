"""What is to be added: a file that a person named, or one that lies in a container, however deep."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from archive.config import Settings
from indexer.reports import FileReport
from indexer.unpacking import Room, Unpacked

INSIDE = "!/"
"""Between a container and what it holds, in paths that a person reads: ``mail.eml!/prilozi.zip!/ugovor.pdf``."""


@dataclass(slots=True)
class Named:
    """A file that a person named, with all that lies in it: how many files and bytes may still be taken out of it, and
    how far it is.

    ``waiting`` counts the inputs that are not yet dealt with, ``pages`` those of the documents that came of it;
    ``told`` is what became of the file itself. ``held`` lists the containers that are claimed until all is dealt with.
    ``retries`` says whether what lies in it and failed before is read again. ``task`` is its number in the queue, if it
    comes from there.
    """

    collection: str
    members: int
    bytes: int
    retries: bool
    task: int | None = None
    waiting: int = 0
    pages: int = 0
    told: FileReport | None = None
    held: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, settings: Settings, collection: str, *, retries: bool, task: int | None = None) -> Named:
        """With the limits that the settings state."""
        return cls(collection, settings.number("max_members"), settings.number("max_unpacked_bytes"), retries, task)

    def charge(self, unpacked: list[Unpacked]) -> None:
        """Take off what was taken out."""
        self.members = max(self.members - len(unpacked), 0)
        self.bytes = max(self.bytes - sum(one.size for one in unpacked), 0)


@dataclass(frozen=True, slots=True)
class Input:
    """A file to add. ``path`` is where its bytes are now, ``shown`` what reports call it, ``source`` the place that the
    catalog remembers.

    What lies in a container names it and its place there; ``depth`` counts the containers around it. Of what is among
    the originals already, ``kept`` is the id; it is asked for there, in its turn. A container that an earlier run left
    unfinished is ``resumed``: nobody named it, so nothing is reported of it.
    """

    path: Path
    shown: str
    source: str
    filename: str
    named: Named
    depth: int = 0
    container: str | None = None
    member: str | None = None
    kept: str | None = None
    resumed: bool = False

    @classmethod
    def file(cls, path: Path, named: Named) -> Input:
        """A file that a person named, or that lies in a folder that was named."""
        return cls(path, readable(path), source_of(path), readable(path.name), named)

    def holding(self, container: str, path: str, file: Path) -> Input:
        """What this input, which is the document ``container``, holds at ``path``; its bytes are in ``file``."""
        return Input(
            path=file,
            shown=f"{self.shown}{INSIDE}{path}",
            source=f"{self.source}{INSIDE}{path}",
            filename=path.replace("\\", "/").rpartition("/")[2] or path,
            named=self.named,
            depth=self.depth + 1,
            container=container,
            member=path,
        )

    def room(self, folder: Path, settings: Settings) -> Room:
        """The room there is for what it holds."""
        return Room(
            folder,
            max(settings.number("max_nesting") - self.depth, 0),
            self.named.members,
            self.named.bytes,
            settings.number("max_compression_ratio"),
        )


def source_of(path: Path) -> str:
    """The place of a file that the catalog remembers."""
    # resolve() would follow links, absolute() would keep "..".
    return readable(os.path.abspath(path))  # noqa: PTH100


def readable(path: str | Path) -> str:
    """A path as text. Names that are not UTF-8 (from old archives) get escapes; they could not be stored or shown."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
