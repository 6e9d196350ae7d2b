"""Inputs: files given by the user, and files nested in containers."""

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
"""Separator of a container and its member in displayed paths: ``mail.eml!/prilozi.zip!/ugovor.pdf``."""

LONGEST_PLACE = 2000
"""Maximum length in bytes of a path in the catalog; indexes of PostgreSQL take 2,704."""

_HEAD, _TAIL = 1300, 600
_SHORTENED = re.compile(r"\[…shortened [0-9a-f]{16}…\]")


@dataclass(slots=True)
class NamedInput:
    """A file given by the user with everything nested in it: remaining limits and progress.

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
        """Subtract unpacked files from the limits."""
        self.members = max(self.members - len(unpacked), 0)
        self.bytes = max(self.bytes - sum(one.size for one in unpacked), 0)


@dataclass(frozen=True, slots=True)
class Input:
    """A file to add.

    ``path`` is where its bytes are, ``shown`` its name in reports, ``source`` its path in the catalog (:func:`place`).
    A member has ``container`` and ``member``, its path there; ``depth`` is the nesting depth. ``kept`` is its id if it
    is already among the originals. A container left unfinished by an earlier run is ``resumed``: it is not reported,
    since the user did not give it.
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
        """Return a file that the user gave, or one in a given folder."""
        return cls(path, readable(path), source_of(path), readable(path.name), named)

    def holding(self, container: str, path: str, file: Path) -> Input:
        """Return the member ``path`` of this input, whose document is ``container``; its bytes are in ``file``."""
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
        """Return the limits for unpacking it."""
        return UnpackLimits(
            folder,
            max(settings.number("max_nesting") - self.depth, 0),
            self.named.members,
            self.named.bytes,
            settings.number("max_compression_ratio"),
            max(self.named.passed, 0),
        )


def source_of(path: Path) -> str:
    """Return the path of a file for the catalog."""
    # resolve() would follow links, absolute() would keep "..".
    return place(readable(os.path.abspath(path)))  # noqa: PTH100


def place(whole: str) -> str:
    """Return a path for the catalog; one over :data:`LONGEST_PLACE` is shortened in the middle.

    A marker with a hash keeps it unique; its beginning and end name the given file and the member.
    """
    kept = whole.encode()
    if len(kept) <= LONGEST_PLACE:
        return whole
    head, tail = kept[:_HEAD].decode("utf-8", "ignore"), kept[-_TAIL:].decode("utf-8", "ignore")
    return f"{head}[…shortened {hashlib.sha256(kept).hexdigest()[:16]}…]{tail}"


def is_shortened(source: str) -> bool:
    """Return whether a path of the catalog is shortened."""
    return _SHORTENED.search(source) is not None


def readable(path: str | Path) -> str:
    """Return a path as text that can be stored and shown on one line.

    Bytes that are not UTF-8 (from old archives) and line breaks are escaped.
    """
    return storable(os.fspath(path)).replace("\n", "\\n").replace("\r", "\\r")


class Resuming:
    """Queries for containers that earlier runs left unfinished."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def container(self, container: str, named: NamedInput) -> Input:
        """Return a container as an input, with its nesting depth."""
        source = self._catalog.documents.sources(container)[0].path
        filename = self._catalog.documents.find(container).filename
        depth = len(self._around(container))
        return Input(Path(), source, source, filename, named, depth=depth, kept=container, resumed=True)

    def unfinished(self, retried: Sequence[Path] | None = None) -> list[str]:
        """Return the containers with members that are due, or that failed and are in ``retried`` (empty: any)."""
        found = set(self._catalog.members.unfinished())
        if retried is not None:
            places = tuple(map(source_of, retried))
            failures = self._catalog.failures.all()
            found |= {one.container for one in failures if one.container and _is_in(one.path, places)}
        return sorted(found)

    def unfinished_in(self, container: str, *, retries: bool) -> list[str]:
        """Return the unfinished containers that are ``container`` or inside it.

        With ``retries``, containers with failed members are included.
        """
        found = self.unfinished(() if retries else None)
        return [one for one in found if container in (one, *self._around(one))]

    def _around(self, container: str) -> list[str]:
        """Return the containers around a container, innermost first; if it is in several, the first counts."""
        found: list[str] = []
        while places := self._catalog.members.containers((found or [container])[-1]):
            if places[0].container in (container, *found):
                break
            found.append(places[0].container)
        return found


def _is_in(path: str, places: Sequence[str]) -> bool:
    """Return whether a path is in one of the files or folders; True if none is given."""
    return not places or any(path.startswith((f"{place}/", f"{place}{INSIDE}")) for place in places)
