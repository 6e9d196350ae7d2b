"""What e-mails and archives share: they hold files, and each of those becomes a document of its own.

The names of what they hold come from strangers. They are shown and stored as text and never used as file paths.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from indexer.formats.source import Source

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters could command a terminal, direction marks could turn "exe.fdp" around; neither is shown."""

LONGEST_PATH = 400
"""Characters of a path inside a container. A ZIP takes ten thousands, PostgreSQL's indexes some two thousand bytes."""

_ENDING = 12
"""Characters at the end of a longer one that stay: they say what the file is."""


@dataclass(frozen=True, slots=True)
class Content:
    """A file inside a container.

    ``path`` is its printable name there, unlike any other in the container. ``chunks`` gives its bytes piece by piece,
    or raises :class:`archive.errors.InputError` if they cannot or must not be had. ``size`` is what the container says
    it is, ``packed`` the bytes it takes up there; either is None where nothing is said or nothing is packed.
    """

    path: str
    chunks: Callable[[], Iterator[bytes]]
    size: int | None = None
    packed: int | None = None


@runtime_checkable
class Container(Source, Protocol):
    """A source that holds files besides its pages."""

    @property
    def is_listing(self) -> bool:
        """Whether its pages only list what it holds, so that no facts are to be found on them."""

    def contents(self) -> Iterator[Content]:
        """The files it holds, also after it was closed."""


def printable(name: str) -> str:
    """A name that can be shown and stored."""
    return _UNPRINTABLE.sub("\ufffd", name).strip()


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_PATH else f"{name[: LONGEST_PATH - _ENDING - 1]}…{name[-_ENDING:]}"


class UniqueNames:
    """Gives every file of a container a path of its own: of several called alike, the later ones get a number."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, name: str) -> str:
        """``name`` made printable, of moderate length, and numbered if it was given out before."""
        wanted = unique = _cut(printable(name)) or "unnamed"
        number = 1
        while unique in self._taken:
            number += 1
            stem, dot, suffix = wanted.rpartition(".")
            unique = f"{stem} ({number}).{suffix}" if dot and "/" not in suffix else f"{wanted} ({number})"
        self._taken.add(unique)
        return unique
