"""What is to be added: a file that a person named, or one that lies in a container, however deep."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from archive.config import Settings
from archive.store.catalog import Catalog
from archive.text.storable import storable
from indexer.formats.source import MOST_PASSED
from indexer.ingest.progress import FileReport
from indexer.ingest.unpacking import Unpacked, UnpackLimits

INSIDE = "!/"
"""Between a container and what it holds, in paths that a person reads: ``mail.eml!/prilozi.zip!/ugovor.pdf``."""

LONGEST_PLACE = 2000
"""Bytes of a place that the catalog keeps. PostgreSQL's indexes take 2,704; three containers in each other can have
more."""

_HEAD, _TAIL = 1300, 600
_SHORTENED = re.compile(r"\[…shortened [0-9a-f]{16}…\]")


@dataclass(slots=True)
class NamedInput:
    """A file that a person named, with all that lies in it: how many files and bytes may still be taken out of it, and
    how far it is.

    ``passed`` are the bytes that may still be decompressed only to see names. ``waiting`` counts the inputs that are
    not yet dealt with, ``pages`` those of the documents that came of it; ``report`` says what became of the file
    itself. ``held`` lists the containers that are claimed until all is done. ``retries`` says whether what lies in it
    and failed before is read again. ``task`` is its number in the queue, if it comes from there.
    """

    collection: str
    members: int
    bytes: int
    retries: bool
    task: int | None = None
    waiting: int = 0
    pages: int = 0
    passed: int = MOST_PASSED
    report: FileReport | None = None
    held: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, settings: Settings, collection: str, *, retries: bool, task: int | None = None) -> NamedInput:
        """Return one with the limits of the settings."""
        return cls(collection, settings.number("max_members"), settings.number("max_unpacked_bytes"), retries, task)

    def charge(self, unpacked: list[Unpacked]) -> None:
        """Subtract what was taken out from the limits."""
        self.members = max(self.members - len(unpacked), 0)
        self.bytes = max(self.bytes - sum(one.size for one in unpacked), 0)


@dataclass(frozen=True, slots=True)
class Input:
    """A file to add. ``path`` is where its bytes are now, ``shown`` what reports call it, ``source`` the place that the
    catalog remembers (:func:`place`).

    What lies in a container names it and its place there; ``depth`` counts the containers around it. Of what is among
    the originals already, ``kept`` is the id; it is asked for there, in its turn. A container that an earlier run left
    unfinished is ``resumed``: nobody named it, so nothing is reported of it.
    """

    path: Path
    shown: str
    source: str
    filename: str
    named: NamedInput
    depth: int = 0
    container: str | None = None
    member: str | None = None
    kept: str | None = None
    resumed: bool = False

    @classmethod
    def file(cls, path: Path, named: NamedInput) -> Input:
        """Return a file that a person named, or that lies in a folder that was named."""
        return cls(path, readable(path), source_of(path), readable(path.name), named)

    def holding(self, container: str, path: str, file: Path) -> Input:
        """Return what this input, which is the document ``container``, holds at ``path``; its bytes are in ``file``."""
        return Input(
            path=file,
            shown=f"{self.shown}{INSIDE}{path}",
            source=place(f"{self.source}{INSIDE}{path}"),
            filename=path.replace("\\", "/").rpartition("/")[2] or path,
            named=self.named,
            depth=self.depth + 1,
            container=container,
            member=path,
        )

    def room(self, folder: Path, settings: Settings) -> UnpackLimits:
        """Return the room there is for what it holds."""
        return UnpackLimits(
            folder,
            max(settings.number("max_nesting") - self.depth, 0),
            self.named.members,
            self.named.bytes,
            settings.number("max_compression_ratio"),
            max(self.named.passed, 0),
        )


def source_of(path: Path) -> str:
    """Return the place of a file that the catalog remembers."""
    # resolve() would follow links, absolute() would keep "..".
    return place(readable(os.path.abspath(path)))  # noqa: PTH100


def place(whole: str) -> str:
    """Return a place as the catalog keeps it. Of one beyond :data:`LONGEST_PLACE` the middle gives way to a mark, which
    says so and tells it from others; what is left names the file a person gave and the one that lies in it."""
    kept = whole.encode()
    if len(kept) <= LONGEST_PLACE:
        return whole
    head, tail = kept[:_HEAD].decode("utf-8", "ignore"), kept[-_TAIL:].decode("utf-8", "ignore")
    return f"{head}[…shortened {hashlib.sha256(kept).hexdigest()[:16]}…]{tail}"


def is_shortened(source: str) -> bool:
    """Return whether this is a place that is not kept whole."""
    return _SHORTENED.search(source) is not None


def readable(path: str | Path) -> str:
    """Return a path as text. Names that are not UTF-8 (from old archives) get escapes, since they could not be stored
    or shown, and so do ends of lines, since in a list such a name would look like two."""
    return storable(os.fspath(path)).replace("\n", "\\n").replace("\r", "\\r")


class Resuming:
    """Finds them in a catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def container(self, container: str, named: NamedInput) -> Input:
        """Return a container as an input, as deep in others as it was."""
        source = self._catalog.documents.sources(container)[0].path
        filename = self._catalog.documents.find(container).filename
        depth = len(self._around(container))
        return Input(Path(), source, source, filename, named, depth=depth, kept=container, resumed=True)

    def unfinished(self, retried: Sequence[Path] | None = None) -> list[str]:
        """Return the containers with members that are due, or failed and lie in one of the files and folders
        ``retried``; in any, if that is empty."""
        found = set(self._catalog.members.unfinished())
        if retried is not None:
            places = tuple(map(source_of, retried))
            failures = self._catalog.failures.all()
            found |= {one.container for one in failures if one.container and _lies_in(one.path, places)}
        return sorted(found)

    def unfinished_in(self, container: str, *, retries: bool) -> list[str]:
        """Return those in a container, itself among them; with ``retries``, also those with members that failed."""
        found = self.unfinished(() if retries else None)
        return [one for one in found if container in (one, *self._around(one))]

    def _around(self, container: str) -> list[str]:
        """Return the containers around a container, the innermost first. It may lie in several; the first counts."""
        found: list[str] = []
        while places := self._catalog.members.containers((found or [container])[-1]):
            if places[0].container in (container, *found):
                break
            found.append(places[0].container)
        return found


def _lies_in(path: str, places: Sequence[str]) -> bool:
    """Return whether a failure lies in one of these files or folders; in any, if none is named."""
    return not places or any(path.startswith((f"{place}/", f"{place}{INSIDE}")) for place in places)
