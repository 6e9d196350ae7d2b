"""Results on the way to others that need not fit into memory: in a database of this process alone, whose file (in
``TMPDIR`` or ``/var/tmp``) lost its name when it was made and is gone with the process."""

from __future__ import annotations

import errno
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from tempfile import NamedTemporaryFile
from typing import Any

import pysqlite3

from archive.system.files import scratch_folder

_SETTINGS = (
    "PRAGMA cache_size = -16384",
    "PRAGMA locking_mode = EXCLUSIVE",
    # Nobody needs it once this process has failed.
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "BEGIN",
)


class ScratchFile:
    """The database. Rows are to come in the order of a key: pysqlite3 is built to sort in memory, and to keep there
    what is opened without a name. What the system refuses raises :class:`OSError` with the folder."""

    def __init__(self, *tables: str) -> None:
        self._folder = scratch_folder()
        with self._explained(), NamedTemporaryFile(dir=self._folder) as file:
            self._connection: Any = pysqlite3.connect(file.name, isolation_level=None, check_same_thread=False)
        for statement in (*_SETTINGS, *tables):
            self.run(statement)

    def run(self, statement: str, values: Sequence[object] = ()) -> None:
        """Run a statement that changes something."""
        with self._explained():
            self._connection.execute(statement, values)

    def run_for_each(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement with the values of each row."""
        with self._explained():
            self._connection.executemany(statement, rows)

    def rows(self, query: str, values: Sequence[object] = ()) -> Iterator[Any]:
        """Yield what a query finds."""
        with self._explained():
            yield from self._connection.execute(query, values)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except pysqlite3.Error as error:
            raise OSError(errno.EIO, str(error), self._folder) from error


def _range(letter: str) -> tuple[str, str]:
    return letter, chr(ord(letter) + 1)


class OrderedTexts:
    """Texts that come out in the order of their names; those of one name as they came in."""

    def __init__(self) -> None:
        self._file = ScratchFile("CREATE TABLE texts (name TEXT, text TEXT)", "CREATE INDEX names ON texts (name)")

    def add(self, name: str, text: str) -> None:
        """Take in a text."""
        self._file.run("INSERT INTO texts VALUES (?, ?)", (name, text))

    def __iter__(self) -> Iterator[str]:
        return (text for (text,) in self._file.rows("SELECT text FROM texts ORDER BY name, rowid"))


class KeyGroups:
    """Groups of documents: those that have a key in common, and those that others lead to so. What is kept in memory is
    eight bytes a document."""

    def __init__(self) -> None:
        self._file = ScratchFile(
            "CREATE TABLE documents (number INTEGER PRIMARY KEY, id TEXT)",
            "CREATE TABLE keys (key TEXT, number INTEGER, PRIMARY KEY (key, number)) WITHOUT ROWID",
            "CREATE TABLE members (first INTEGER, number INTEGER, PRIMARY KEY (first, number)) WITHOUT ROWID",
        )
        self._count = 0

    def add(self, id_: str, keys: Iterable[str]) -> None:
        """Take in a document with its keys, each once."""
        self._file.run("INSERT INTO documents VALUES (?, ?)", (self._count, id_))
        self._file.run_for_each("INSERT INTO keys VALUES (?, ?)", ((key, self._count) for key in keys))
        self._count += 1

    def beginning(self, letter: str, more_than: int = 0) -> list[str]:
        """Return the keys that begin with a letter and that more than so many documents have."""
        query = "SELECT key FROM keys WHERE key >= ? AND key < ? GROUP BY key HAVING count(*) > ?"
        return [key for (key,) in self._file.rows(query, (*_range(letter), more_than))]

    def remove(self, keys: Iterable[str]) -> None:
        """Let keys join nothing."""
        self._file.run_for_each("DELETE FROM keys WHERE key = ?", ((key,) for key in keys))

    def remove_beginning(self, letter: str) -> None:
        """Let no key that begins with a letter join anything."""
        self._file.run("DELETE FROM keys WHERE key >= ? AND key < ?", _range(letter))

    def unite_beginning(self, letter: str) -> None:
        """Let all keys that begin with a letter be one."""
        self._file.run("UPDATE OR REPLACE keys SET key = ? WHERE key >= ? AND key < ?", (letter, *_range(letter)))

    def portions(self, size: int) -> Iterator[list[str]]:
        """Yield all documents, those of a group together, and as many groups at a time as have no more than ``size``
        documents; a larger one comes alone. Documents of a portion are in the order in which they came."""
        firsts = enumerate(self._first_of_groups())
        self._file.run("DELETE FROM members")
        self._file.run_for_each("INSERT INTO members VALUES (?, ?)", ((first, number) for number, first in firsts))
        query = "SELECT first, number, id FROM members CROSS JOIN documents USING (number) ORDER BY first, number"
        portion: list[tuple[int, str]] = []
        for _, group in groupby(self._file.rows(query), key=itemgetter(0)):
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
        for one, number in self._file.rows("SELECT key, number FROM keys ORDER BY key, number"):
            if one == key:
                lower, higher = sorted((of(before), of(number)))
                first[higher] = lower
            key, before = one, number
        for number in range(self._count):
            first[number] = first[first[number]]
        return first
