"""Paths of this computer: programs and libraries that reading documents needs, and removal of paths from messages.

Of the folders on Python's path, only those of libraries and our own packages are visible to a reader: the rest of a
checkout, or the current folder, may contain anything.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from archive.errors import DosijeError

Error = TypeVar("Error", bound=DosijeError)

_END = r"[^\s/'\"`,;:()<>\[\]]+"


# Read at import, because a sandboxed process cannot do so later.
_TOPS = "|".join(sorted(map(re.escape, os.listdir("/")), key=len, reverse=True))  # noqa: PTH208 - names only
_ABSOLUTE = re.compile(rf"(?<![\w./])/(?:{_TOPS})(?:/{_END})*/({_END})")


def without_folders(text: str) -> str:
    """Replace each path of this computer in a text by its last part."""
    return _ABSOLUTE.sub(r"\1", text)


def told(error: Error) -> Error:
    """Return an error without paths, for readers who may not see where a document is."""
    return type(error)(without_folders(error.message), error.remedy and without_folders(error.remedy))


_SYSTEM = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/opt", "/var/cache/fontconfig"),
    *("/etc/alternatives", "/etc/fonts", "/etc/ld.so.cache", "/etc/libreoffice", "/etc/localtime", "/etc/papersize"),
)
"""Programs, libraries and fonts that reading needs."""

_OURS = ("archive", "indexer")
_LIBRARIES = ("site-packages", "dist-packages")


def import_path() -> list[str]:
    """Return the folders on Python's path, our own first: an editable installation is not found by the path."""
    places = [_root(), *(Path(place).absolute() for place in sys.path if place)]
    return list(dict.fromkeys(str(place) for place in places if os.path.exists(place)))  # noqa: PTH110 - also where we may not look


def programs() -> frozenset[Path]:
    """Return the folders that a reading process must see; some may not exist."""
    libraries = {Path(place) for place in import_path() if Path(place).name in _LIBRARIES}
    ours = (_root() / name for name in _OURS)
    return frozenset({*map(Path, _SYSTEM), Path(sys.prefix), Path(sys.base_prefix), *libraries, *ours})


def around(place: Path, hidden: Path) -> Iterator[Path]:
    """Yield the parts of ``place`` outside of the folder ``hidden``: itself, if it is elsewhere."""
    place, hidden = place.resolve(), hidden.resolve()
    if place not in (hidden, *hidden.parents):
        yield place
    elif place != hidden:
        for part in place.iterdir():
            if not part.is_symlink():
                yield from around(part, hidden)


def _root() -> Path:
    return Path(__file__).parents[2]
