"""Validated reading of TOML values; an error names the file and the line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from archive.errors import Message, UsageError, sentences


class Section:
    """A table of a TOML file that validates the values that are read, and that all keys were read.

    ``place`` is its index, from 0, among tables of the same name.
    """

    def __init__(self, file: Path, text: str, values: Mapping[str, Any], name: str = "", place: int = 0) -> None:
        self.file, self.source, self.name, self.place = file, text, name, place
        self._values = values
        self._known: set[str] = set()

    @classmethod
    def of_file(cls, file: Path, text: str | None = None) -> Section:
        """Return the root table of a file; ``text`` is its content, if known.

        :raises UsageError: it is not TOML in UTF-8.
        """
        try:
            text = file.read_text(encoding="utf-8-sig") if text is None else text
            return cls(file, text, tomllib.loads(text))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise UsageError(
                "%(file)s is not TOML: %(error)s.", "Put texts in quotes and lists in brackets.", file=file, error=error
            ) from error

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text, which is required unless there is a default."""
        value = self._take(key, default)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, "%(our_where)s: %(our_key)s has to be a text in quotes that is not empty.")
        return value

    def choice(self, key: str, allowed: Collection[str], default: str | None = None) -> str:
        """Return one of these values."""
        value = self.text(key, default)
        self._check(key, [value], allowed)
        return value

    def texts(self, key: str, allowed: Collection[str] | None = None) -> tuple[str, ...]:
        """Return a list of texts, empty by default; a single text is a list of one."""
        value = self._take(key, [])
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not all(isinstance(one, str) and one for one in listed):
            raise self.wrong(key, "%(our_where)s: %(our_key)s has to be a list of texts.")
        if allowed is not None:
            self._check(key, listed, allowed)
        return tuple(listed)

    def number(self, key: str, default: int | None = None) -> int | None:
        """Return a whole number that is not negative, or the default."""
        value = self._take(key, default)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            raise self.wrong(key, "%(our_where)s: %(our_key)s has to be a whole number.")
        return value

    def flag(self, key: str) -> bool:
        """Return true or false; false by default."""
        value = self._take(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, "%(our_where)s: %(our_key)s has to be true or false.")
        return value

    def section(self, key: str) -> Section:
        """Return an inner table, empty if there is none."""
        value = self._take(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, "%(our_where)s: %(our_key)s has to be a table: %(name)s.", name=f"[{key}]")
        return Section(self.file, self.source, value, key)

    def sections(self, key: str) -> list[Section]:
        """Return the tables of an array of tables."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self.wrong(key, "%(our_where)s: %(our_key)s has to be a list of tables.")
        return [Section(self.file, self.source, one, key, place) for place, one in enumerate(value)]

    def is_section(self, key: str) -> bool:
        """Return whether a value is a table."""
        return isinstance(self._values.get(key), dict)

    def given(self) -> tuple[str, ...]:
        """Return its keys."""
        return tuple(self._values)

    def finish(self) -> None:
        """Check that every key was read.

        :raises UsageError: an unknown key is left.
        """
        for key in self._values:
            if key not in self._known:
                near = get_close_matches(key, self._known, n=1)
                hint = (
                    Message("Did you mean %(name)s?", name=near[0])
                    if near
                    else Message("Keys are: %(names)s.", names=", ".join(sorted(self._known)))
                )
                raise self.wrong(key, "%(our_where)s: %(our_key)s is not a known key.", hint)

    def wrong(self, key: str, template: str, hint: str | None = None, **values: object) -> UsageError:
        """Return the error of an invalid key: in the template, ``our_where`` is its place and ``our_key`` its name."""
        where = (
            Message("%(file)s, line %(line)s", file=self.file, line=line)
            if (line := self._line(key))
            else str(self.file)
        )
        named = Message("%(key)s of [%(table)s]", key=repr(key), table=self.name) if self.name else repr(key)
        return UsageError(template, hint, our_where=where, our_key=named, **values)

    def _take(self, key: str, default: Any) -> Any:
        self._known.add(key)
        return self._values.get(key, default)

    def _check(self, key: str, values: Collection[str], allowed: Collection[str]) -> None:
        for value in values:
            if value not in allowed:
                near = get_close_matches(value, allowed, n=1)
                hint = Message("It may be: %(names)s.", names=", ".join(allowed))
                if near:
                    hint = sentences(Message("Did you mean %(name)s?", name=near[0]), hint)
                raise self.wrong(key, "%(our_where)s: %(our_key)s cannot be %(value)s.", hint, value=repr(value))

    def _line(self, key: str) -> int | None:
        """Return the line of a key: its first one within the table, or that of the table's header if the key is
        missing."""
        seen, is_here, line_of_head = 0, not self.name, None
        wanted = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]")
        for number, line in enumerate(self.source.splitlines(), start=1):
            if found := re.match(r"\s*\[+\s*([\w.-]+)\s*\]+", line):
                parent, _, name = found[1].rpartition(".")
                if name == key and parent.rpartition(".")[2] == self.name:
                    return number
                is_here = name == self.name and seen == self.place
                seen += name == self.name
                line_of_head = number if is_here else line_of_head
            elif is_here and wanted.match(line):
                return number
        return line_of_head
