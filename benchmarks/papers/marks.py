"""Marks in a text while it is made: where a value is written, and what stays in Latin script.

A mark is one character of the private use area on each side of the words, so it outlives every change of case, dialect
and script that is made to the words between.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

_FIRST = 0xE000
END = "\uf8ff"
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
        if not text or len(self) >= 0xF0F0 - _FIRST:
            return text
        self.append(Mark(name, role, value, {key: item for key, item in more.items() if item is not None}))
        return f"{chr(_FIRST + len(self) - 1)}{text}{END}"

    def of(self, sign: str) -> Mark | None:
        """The mark that a sign opens, or None where it opens none."""
        at = ord(sign) - _FIRST
        return self[at] if 0 <= at < len(self) else None


def latin(text: str) -> str:
    """``text``, to stay in Latin script whatever script its paper is in."""
    return f"{LATIN_ON}{text}{LATIN_OFF}"


def plain(text: str) -> str:
    """``text`` without any signs."""
    return ANY.sub("", text)
