"""Intermediate results that may not fit into memory, in a temporary SQLite file (in ``TMPDIR`` or ``/var/tmp``) that is
unlinked when it is opened and so disappears with the process."""

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
    # Durability is not needed: the data are useless after a crash.
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
        """Run a statement that writes."""
        with self._explained():
            self._connection.execute(statement, values)

    def run_for_each(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement for each row of values."""
        with self._explained():
            self._connection.executemany(statement, rows)

    def rows(self, query: str, values: Sequence[object] = ()) -> Iterator[Any]:
        """Yield the rows of a query."""
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
    """Texts that are iterated in the order of their names; those of one name in the order of insertion."""

    def __init__(self) -> None:
        self._file = ScratchFile("CREATE TABLE texts (name TEXT, text TEXT)", "CREATE INDEX names ON texts (name)")

    def add(self, name: str, text: str) -> None:
        """Add a text."""
        self._file.run("INSERT INTO texts VALUES (?, ?)", (name, text))

    def __iter__(self) -> Iterator[str]:
        return (text for (text,) in self._file.rows("SELECT text FROM texts ORDER BY name, rowid"))


class KeyGroups:
    """Connected components of documents that share keys. It keeps eight bytes per document in memory."""

    def __init__(self) -> None:
        self._file = ScratchFile(
            "CREATE TABLE documents (number INTEGER PRIMARY KEY, id TEXT)",
            "CREATE TABLE keys (key TEXT, number INTEGER, PRIMARY KEY (key, number)) WITHOUT ROWID",
            "CREATE TABLE members (first INTEGER, number INTEGER, PRIMARY KEY (first, number)) WITHOUT ROWID",
        )
        self._count = 0

    def add(self, id_: str, keys: Iterable[str]) -> None:
        """Add a document with its distinct keys."""
        self._file.run("INSERT INTO documents VALUES (?, ?)", (self._count, id_))
        self._file.run_for_each("INSERT INTO keys VALUES (?, ?)", ((key, self._count) for key in keys))
        self._count += 1

    def beginning(self, letter: str, more_than: int = 0) -> list[str]:
        """Return the keys with this first letter that more than ``more_than`` documents have."""
        query = "SELECT key FROM keys WHERE key >= ? AND key < ? GROUP BY key HAVING count(*) > ?"
        return [key for (key,) in self._file.rows(query, (*_range(letter), more_than))]

    def remove(self, keys: Iterable[str]) -> None:
        """Delete keys, so that they connect nothing."""
        self._file.run_for_each("DELETE FROM keys WHERE key = ?", ((key,) for key in keys))

    def remove_beginning(self, letter: str) -> None:
        """Delete all keys with this first letter, so that they connect nothing."""
        self._file.run("DELETE FROM keys WHERE key >= ? AND key < ?", _range(letter))

    def unite_beginning(self, letter: str) -> None:
        """Merge all keys with this first letter into one."""
        self._file.run("UPDATE OR REPLACE keys SET key = ? WHERE key >= ? AND key < ?", (letter, *_range(letter)))

    def portions(self, size: int) -> Iterator[list[str]]:
        """Yield all documents in batches of whole groups with at most ``size`` documents; a larger group is a batch of
        its own. Within a batch, documents are in the order of insertion."""
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
        """Return the first document of the group of each document."""
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
