"""Generations of the index on disk.

::

    index/current          names the current generation; replaced atomically
    index/gen-000001-5e…/  one Whoosh index, with the version of its layout and analysis

A new generation is built beside the old one and takes over by one rename.
"""

from __future__ import annotations

import re
import secrets
import shutil
from pathlib import Path

from whoosh.index import FileIndex

from archive.errors import IndexDamaged
from archive.search.engine import of_another_version
from archive.search.whoosh_engine.schema import INDEX_VERSION, OLDER_VERSIONS, SCHEMA
from archive.search.whoosh_engine.storage import REMEDY, DurableStorage
from archive.system.files import UNFINISHED, replace_text, sync

NO_GENERATION = "gen-000000"
"""The name of the empty generation of an archive without an index. It is never on disk."""

_NAME = re.compile(r"gen-(\d{6,})(-[0-9a-f]{8})?")
_POINTER = "current"
_VERSION = "version"


class Generations:
    """The generations in a folder. Only the writing process may change them."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, name: str) -> Path:
        """Return the folder of a generation."""
        return self._root / name

    def current(self) -> str | None:
        """Return the current generation, or None before the first.

        :raises IndexDamaged: the pointer file is invalid.
        """
        try:
            name = (self._root / _POINTER).read_text(encoding="ascii", errors="replace").strip()
        except FileNotFoundError:
            return None
        if not _NAME.fullmatch(name):
            raise IndexDamaged(
                "%(path)s names no index: %(name)s.", REMEDY, path=self._root / _POINTER, name=repr(name[:40])
            )
        return name

    def published(self) -> float | None:
        """Return when the current generation was swapped in, in seconds since 1970; None before the first."""
        try:
            return (self._root / _POINTER).stat().st_mtime
        except FileNotFoundError:
            return None

    def create(self) -> str:
        """Create an empty generation, which is not searched yet, and return its name."""
        self._root.mkdir(parents=True, exist_ok=True)
        numbers = [int(match[1]) for path in self._root.iterdir() if (match := _NAME.fullmatch(path.name))]
        # Archives on several machines may share a catalog, which keeps records per generation, so names must be unique.
        name = f"gen-{max(numbers, default=0) + 1:06}-{secrets.token_hex(4)}"
        path = self.path(name)
        path.mkdir()
        try:
            replace_text(path / _VERSION, INDEX_VERSION)
            FileIndex.create(DurableStorage(path), SCHEMA)
        except BaseException:
            # On a full disk, an incomplete folder would remain.
            shutil.rmtree(path, ignore_errors=True)
            raise
        return name

    def is_of_before(self) -> bool:
        """Return whether the current generation is of an older but readable version."""
        name = self.current()
        file = None if name is None else self.path(name) / _VERSION
        return file is not None and file.exists() and file.read_text("ascii", errors="replace") in OLDER_VERSIONS

    def check_version(self, name: str) -> None:
        """Refuse a generation of another version.

        :raises FileNotFoundError: the generation was deleted meanwhile.
        :raises IndexDamaged: its layout or analysis has another version.
        """
        version = (self.path(name) / _VERSION).read_text(encoding="ascii", errors="replace")
        if version not in (INDEX_VERSION, *OLDER_VERSIONS):
            raise of_another_version(version, INDEX_VERSION, self.path(name), REMEDY)

    def publish(self, name: str) -> None:
        """Make a generation the current one, durably."""
        sync(self._root)
        replace_text(self._root / _POINTER, name)

    def drop(self, name: str) -> None:
        """Delete a generation from the disk. Processes that have it open keep their files."""
        shutil.rmtree(self.path(name))

    def drop_all_but(self, keep: str) -> None:
        """Delete every other generation: the old one, and remainders of interrupted rebuilds."""
        for path in self._root.iterdir():
            if _NAME.fullmatch(path.name) and path.name != keep:
                shutil.rmtree(path)
            elif path.name.endswith(UNFINISHED):
                path.unlink(missing_ok=True)
