"""Marks in generated text: where a value is written, and what stays in Latin script.

A mark is a private use character on each side of the words, of a pair of its own, so it survives every change of case,
dialect and script of the words between.
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
    """A value in a document: its field, its role, and further attributes."""

    name: str
    role: str
    value: Any
    more: dict[str, Any] = field(default_factory=dict)


class Marks(list[Mark]):
    """The marks of a document."""

    def put(self, text: str, name: str, role: str, value: Any, **more: Any) -> str:
        """Return ``text`` between the signs of a new mark."""
        if not text or _FIRST + 2 * len(self) >= _LAST:
            return text
        self.append(Mark(name, role, value, {key: item for key, item in more.items() if item is not None}))
        return opening(len(self) - 1) + text + closing(len(self) - 1)


def opening(mark: int) -> str:
    """Return the sign that begins a mark."""
    return chr(_FIRST + 2 * mark)


def closing(mark: int) -> str:
    """Return the sign that ends a mark."""
    return chr(_FIRST + 2 * mark + 1)


def turns(text: str) -> Iterator[tuple[int, bool]]:
    """Yield the marks with a sign in a text, each with whether it begins there."""
    for sign in ANY.findall(text):
        mark, ends = divmod(ord(sign) - _FIRST, 2)
        if ord(sign) <= _LAST:
            yield mark, not ends


def latin(text: str) -> str:
    """Return ``text`` marked to stay in Latin script."""
    return f"{LATIN_ON}{text}{LATIN_OFF}"


def plain(text: str) -> str:
    """Return ``text`` without signs."""
    return ANY.sub("", text)
