"""Results on the way to others that need not fit into memory: in a database of this process alone, which SQLite keeps
in a file without a name (in ``SQLITE_TMPDIR``, ``TMPDIR`` or ``/var/tmp``) and which is gone with the process."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

import pysqlite3


def _scratch(*statements: str) -> Any:
    connection = pysqlite3.connect("", isolation_level=None, check_same_thread=False)
    # Nobody needs it once this process has failed.
    for statement in ("PRAGMA journal_mode = OFF", *statements):
        connection.execute(statement)
    return connection


def _range(letter: str) -> tuple[str, str]:
    return letter, chr(ord(letter) + 1)


class OrderedTexts:
    """Texts that come out in the order of their names; those of one name as they came in."""

    def __init__(self) -> None:
        self._file = _scratch("CREATE TABLE texts (name TEXT, text TEXT)")

    def add(self, name: str, text: str) -> None:
        """Take in a text."""
        self._file.execute("INSERT INTO texts VALUES (?, ?)", (name, text))

    def __iter__(self) -> Iterator[str]:
        self._file.execute("CREATE INDEX IF NOT EXISTS names ON texts (name)")
        return (text for (text,) in self._file.execute("SELECT text FROM texts ORDER BY name, rowid"))


class KeyGroups:
    """Groups of documents: those that have a key in common, and those that others lead to so. What is kept in memory is
    eight bytes a document."""

    def __init__(self) -> None:
        self._file = _scratch(
            "CREATE TABLE documents (number INTEGER PRIMARY KEY, id TEXT)",
            "CREATE TABLE keys (key TEXT, number INTEGER)",
            "CREATE TABLE members (first INTEGER, number INTEGER)",
        )
        self._count = 0

    def add(self, id_: str, keys: Iterable[str]) -> None:
        """Take in a document with its keys, each once."""
        self._file.execute("INSERT INTO documents VALUES (?, ?)", (self._count, id_))
        self._file.executemany("INSERT INTO keys VALUES (?, ?)", ((key, self._count) for key in keys))
        self._count += 1

    def index(self) -> None:
        """Put the keys in order, once all documents are there."""
        self._file.execute("CREATE INDEX by_key ON keys (key, number)")

    def beginning(self, letter: str, more_than: int = 0) -> list[str]:
        """Return the keys that begin with a letter and that more than so many documents have."""
        query = "SELECT key FROM keys WHERE key >= ? AND key < ? GROUP BY key HAVING count(*) > ?"
        return [key for (key,) in self._file.execute(query, (*_range(letter), more_than))]

    def remove(self, keys: Iterable[str]) -> None:
        """Let keys join nothing."""
        self._file.executemany("DELETE FROM keys WHERE key = ?", ((key,) for key in keys))

    def remove_beginning(self, letter: str) -> None:
        """Let no key that begins with a letter join anything."""
        self._file.execute("DELETE FROM keys WHERE key >= ? AND key < ?", _range(letter))

    def unite_beginning(self, letter: str) -> None:
        """Let all keys that begin with a letter be one."""
        self._file.execute("UPDATE keys SET key = ? WHERE key >= ? AND key < ?", (letter, *_range(letter)))

    def portions(self, size: int) -> Iterator[list[str]]:
        """Yield all documents, those of a group together, and as many groups at a time as have no more than ``size``
        documents; a larger one comes alone. Documents of a portion are in the order in which they came."""
        firsts = enumerate(self._first_of_groups())
        self._file.execute("DELETE FROM members")
        self._file.executemany("INSERT INTO members VALUES (?, ?)", ((first, number) for number, first in firsts))
        query = "SELECT first, number, id FROM members JOIN documents USING (number) ORDER BY first, number"
        portion: list[tuple[int, str]] = []
        for _, group in groupby(self._file.execute(query), key=itemgetter(0)):
            of_group = [(number, id_) for _, number, id_ in group]
            if portion and len(portion) + len(of_group) > size:
                yield [id_ for _, id_ in sorted(portion)]
                portion = []
            portion += of_group
        if portion:
            yield [id_ for _, id_ in sorted(portion)]

    def _first_of_groups(self) -> array[int]:
        """Return, for each document, the first one of its group."""
        first = array("q", range(self._count))

        def of(number: int) -> int:
            while first[number] != number:
                first[number] = first[first[number]]
                number = first[number]
            return number

        key, before = None, 0
        for one, number in self._file.execute("SELECT key, number FROM keys ORDER BY key, number"):
            if one == key:
                lower, higher = sorted((of(before), of(number)))
                first[higher] = lower
            key, before = one, number
        for number in range(self._count):
            first[number] = first[first[number]]
        return first
