"""Marks in a text while it is made: where a value is written, and what stays in Latin script.

A mark is a character of the private use area on each side of the words, one of a pair of its own, so it outlives every
change of case, dialect and script that is made to the words between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_FIRST, _LAST = 0xE000, 0xF8EF
LATIN_ON, LATIN_OFF = "\uf8f1", "\uf8f2"
ANY = re.compile("[\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A value that a paper writes: what field it is, what part it plays there, and what more is true of it."""

    name: str
    role: str
    value: Any
    more: dict[str, Any] = field(default_factory=dict)


class Marks(list[Mark]):
    """The marks of one paper."""

    def put(self, text: str, name: str, role: str, value: Any, **more: Any) -> str:
        """``text`` between the signs of a new mark."""
        if not text or _FIRST + 2 * len(self) >= _LAST:
            return text
        self.append(Mark(name, role, value, {key: item for key, item in more.items() if item is not None}))
        return opening(len(self) - 1) + text + closing(len(self) - 1)


def opening(mark: int) -> str:
    """The sign that begins a mark."""
    return chr(_FIRST + 2 * mark)


def closing(mark: int) -> str:
    """The sign that ends a mark."""
    return chr(_FIRST + 2 * mark + 1)


def turns(text: str) -> Iterator[tuple[int, bool]]:
    """The marks whose signs stand in a text, each with whether it begins there."""
    for sign in ANY.findall(text):
        mark, ends = divmod(ord(sign) - _FIRST, 2)
        if ord(sign) <= _LAST:
            yield mark, not ends


def latin(text: str) -> str:
    """``text``, to stay in Latin script whatever script its paper is in."""
    return f"{LATIN_ON}{text}{LATIN_OFF}"


def plain(text: str) -> str:
    """``text`` without any signs."""
    return ANY.sub("", text)
