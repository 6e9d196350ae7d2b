"""Templates of generated documents: block rules, phrase rules, choices, slots.

A file has rules, each below its heading:

``= name``
    A phrase: every line is one wording. ``= name once``: no line is used twice in a document while others are left.
``== name``
    Blocks: every line is a block of the page; ``%%`` separates alternatives.
``=== name key=value …``
    A family: the blocks of a whole document; ``kind`` of document, ``in`` which countries, ``weight``: its frequency.

A line of blocks begins with any of ``?flag `` (only if the document has that flag; ``?!flag ``, or ``?0.3 `` at random)
and ``*loop `` (once for each), then with the mark of its kind (``# ``, ``| ``, ``@ `` …: :class:`Sort`) or ``+ rule``.
Inside a line ``{a|b|c}`` is a choice (``{?flag a|b}`` by a flag), ``[a]`` is optional, ``<name …>`` is a slot: a phrase
rule (``@0`` in it is the first word after its name), else a value of the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Any, Protocol

HERE = Path(__file__).parent

_PAIRS = {"{": "}", "[": "]", "<": ">"}
_GUARD = re.compile(r"([?*])(\S+) ")


class Sort(StrEnum):
    """The layout of a template line; the value is its prefix."""

    TITLE = "#"
    SUBTITLE = "##"
    CENTRED = "^"
    RIGHT = ">"
    HEADING = "@"
    POINT = "-"
    ROW = "|"
    HEAD_ROW = "||"
    COLUMNS = "~"
    SMALL = "%"
    FIELD = ":"
    NEW_PAGE = "---"
    PARAGRAPH = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """A block of a document with its slots filled: one text, or one per cell."""

    sort: Sort
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of document with its own template. Documents of a family are always on the same side of a split."""

    name: str
    kind: str
    countries: tuple[str, ...]
    weight: float
    settings: dict[str, str]


class Filler(Protocol):
    """The values that a document provides to its template."""

    random: Random
    used: set[str]

    def flag(self, name: str) -> bool:
        """Return whether the document has a property."""

    def loop(self, name: str) -> Iterable[dict[str, Any]]:
        """Return the scopes for which a line is repeated."""

    def inside(self, scope: dict[str, Any]) -> Filler:
        """Return the same document in one of these scopes."""

    def slot(self, name: str, arguments: list[str]) -> str:
        """Return the text of a slot without a phrase rule."""


@dataclass(slots=True)
class Grammar:
    """All rules of the templates."""

    phrases: dict[str, list[str]] = field(default_factory=dict)
    blocks: dict[str, list[list[str]]] = field(default_factory=dict)
    once: set[str] = field(default_factory=set)
    families: dict[str, Family] = field(default_factory=dict)

    @classmethod
    def read(cls, folders: Iterable[Path] = (HERE / "wordings", HERE / "families")) -> Grammar:
        """Read every file of the folders.

        :raises ValueError: a rule is defined twice.
        """
        grammar = cls()
        for folder in folders:
            for path in sorted(folder.glob("*.txt")):
                grammar._read(path)
        return grammar

    def _read(self, path: Path) -> None:
        target: list[Any] = []
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith(("= ", "== ", "=== ")):
                mark, _, heading = line.partition(" ")
                name, *settings = heading.split()
                if name in self.phrases or name in self.blocks:
                    raise ValueError(f"{path.name}: the rule {name} is defined twice")
                target = self.phrases.setdefault(name, []) if mark == "=" else self.blocks.setdefault(name, [[]])
                if "once" in settings:
                    self.once.add(name)
                if mark == "===":
                    self.families[name] = _family(name, dict(item.split("=", 1) for item in settings))
            elif line.strip() == "%%":
                target.append([])
            elif line.strip() and not line.startswith("// "):
                (target[-1] if target and isinstance(target[-1], list) else target).append(line.strip())

    def paper(self, family: str, filler: Filler) -> list[Filled]:
        """Return the blocks of a document of a family."""
        return list(self._rule(family, filler))

    def _rule(self, name: str, filler: Filler) -> Iterator[Filled]:
        if name not in self.blocks:
            raise ValueError(f"there is no block rule {name}")
        for line in filler.random.choice(self.blocks[name]):
            yield from self._line(line, filler)

    def _line(self, line: str, filler: Filler) -> Iterator[Filled]:
        if guard := _GUARD.match(line):
            rest = line[guard.end() :]
            if guard[1] == "*":
                for scope in filler.loop(guard[2]):
                    yield from self._line(rest, filler.inside(scope))
            elif self._holds(guard[2], filler):
                yield from self._line(rest, filler)
            return
        mark, _, rest = line.partition(" ")
        if mark == "+":
            yield from self._rule(self.fill(rest, filler), filler)
        elif mark in {Sort.ROW, Sort.HEAD_ROW, Sort.COLUMNS}:
            yield Filled(Sort(mark), tuple(self.fill(cell, filler).strip() for cell in _split(f" {rest} ", " | ")))
        else:
            sort = Sort(mark) if mark and mark in list(Sort) else Sort.PARAGRAPH
            text = self.fill(line if sort is Sort.PARAGRAPH else rest, filler).strip()
            if text or sort is Sort.NEW_PAGE:
                yield Filled(sort, (text,))

    def fill(self, text: str, filler: Filler) -> str:
        """Return a line of a template with its choices made and its slots filled."""
        pieces, at = [], 0
        while at < len(text):
            sign = text[at]
            if sign not in _PAIRS:
                pieces.append(sign)
                at += 1
                continue
            end = _closing(text, at)
            pieces.append(self._bracket(sign, text[at + 1 : end], filler))
            at = end + 1
        return "".join(pieces)

    def _bracket(self, sign: str, inner: str, filler: Filler) -> str:
        if sign == "[":
            return self.fill(inner, filler) if filler.random.random() < 0.5 else ""
        if sign == "<":
            name, *arguments = (self.fill(inner, filler) if "{" in inner else inner).split()
            if name in self.phrases:
                wording = self._wording(name, filler)
                return self.fill(wording.replace("@0", arguments[0]) if arguments else wording, filler)
            return filler.slot(name, arguments)
        options = _split(inner, "|")
        if guard := _GUARD.match(options[0]):
            options[0] = options[0][guard.end() :]
            chosen = options[0] if self._holds(guard[2], filler) else options[1] if options[1:] else ""
            return self.fill(chosen, filler)
        return self.fill(filler.random.choice(options), filler)

    def _wording(self, name: str, filler: Filler) -> str:
        wordings = self.phrases[name]
        if name in self.once:
            wordings = [wording for wording in wordings if wording not in filler.used] or wordings
        wording = filler.random.choice(wordings)
        filler.used.add(wording)
        return wording

    @staticmethod
    def _holds(condition: str, filler: Filler) -> bool:
        if condition[0].isdigit():
            return filler.random.random() < float(condition)
        return not filler.flag(condition[1:]) if condition[0] == "!" else filler.flag(condition)


def _family(name: str, settings: dict[str, str]) -> Family:
    countries = tuple(settings.pop("in", "rs").split(","))
    return Family(name, settings.pop("kind"), countries, float(settings.pop("weight", "1")), settings)


def _closing(text: str, start: int) -> int:
    """Return the position of the bracket that closes the one at ``start``.

    :raises ValueError: there is none.
    """
    expected = [_PAIRS[text[start]]]
    for at in range(start + 1, len(text)):
        if text[at] == expected[-1]:
            expected.pop()
            if not expected:
                return at
        elif text[at] in _PAIRS:
            expected.append(_PAIRS[text[at]])
    raise ValueError(f"a bracket does not close: {text[start : start + 80]}")


def _split(text: str, divider: str) -> list[str]:
    """Return the parts of a text between dividers outside brackets."""
    parts, depth, last, at = [], 0, 0, 0
    while at < len(text):
        if text[at] in _PAIRS:
            depth += 1
        elif text[at] in _PAIRS.values():
            depth -= 1
        elif not depth and text.startswith(divider, at):
            parts.append(text[last:at])
            last = at + len(divider)
            at = last - 1
        at += 1
    return [*parts, text[last:]]
