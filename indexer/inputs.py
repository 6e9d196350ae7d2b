"""What is to be added: a file that a person named, or one that lies in a container, however deep."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from archive.config import Settings
from indexer.unpacking import Room, Unpacked

INSIDE = "!/"
"""Between a container and what it holds, in paths that a person reads: ``mail.eml!/prilozi.zip!/ugovor.pdf``."""


@dataclass(slots=True)
class Budget:
    """What may still be taken out of one file that a person named, and out of all that lies in it."""

    members: int
    bytes: int

    @classmethod
    def of(cls, settings: Settings) -> Budget:
        """The limits that the settings state."""
        return cls(settings.number("max_members"), settings.number("max_unpacked_bytes"))

    def charge(self, unpacked: list[Unpacked]) -> None:
        """Take off what was taken out."""
        self.members = max(self.members - len(unpacked), 0)
        self.bytes = max(self.bytes - sum(one.size for one in unpacked), 0)


@dataclass(frozen=True, slots=True)
class Input:
    """A file to add. ``path`` is where its bytes are now, ``shown`` what reports call it, ``source`` the place that the
    catalog remembers.

    What lies in a container names it and its place there; ``depth`` counts the containers around it. A container that
    an earlier run left unfinished is ``resumed``: nobody named it, so nothing is reported of it.
    """

    path: Path
    shown: str
    source: str
    filename: str
    budget: Budget
    depth: int = 0
    container: str | None = None
    member: str | None = None
    resumed: bool = False

    @classmethod
    def file(cls, path: Path, budget: Budget) -> Input:
        """A file that a person named, or that lies in a folder that was named."""
        # resolve() would follow links, absolute() would keep "..".
        source = readable(os.path.abspath(path))  # noqa: PTH100
        return cls(path, readable(path), source, readable(path.name), budget)

    def holding(self, container: str, path: str, file: Path) -> Input:
        """What this input, which is the document ``container``, holds at ``path``; its bytes are in ``file``."""
        return Input(
            path=file,
            shown=f"{self.shown}{INSIDE}{path}",
            source=f"{self.source}{INSIDE}{path}",
            filename=path.replace("\\", "/").rpartition("/")[2] or path,
            budget=self.budget,
            depth=self.depth + 1,
            container=container,
            member=path,
        )

    def room(self, folder: Path, settings: Settings) -> Room:
        """The room there is for what it holds."""
        return Room(
            folder,
            max(settings.number("max_nesting") - self.depth, 0),
            self.budget.members,
            self.budget.bytes,
            settings.number("max_compression_ratio"),
        )


def readable(path: str | Path) -> str:
    """A path as text. Names that are not UTF-8 (from old archives) get escapes; they could not be stored or shown."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
