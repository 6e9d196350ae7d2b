"""Intermediate results that may not fit into memory, in a temporary SQLite file (in ``TMPDIR`` or ``/var/tmp``) that is
unlinked when it is opened and so disappears with the process."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
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


class OrderedTexts:
    """Texts that are iterated in the order of their names; those of one name in the order of insertion."""

    def __init__(self) -> None:
        self._file = ScratchFile("CREATE TABLE texts (name TEXT, text TEXT)", "CREATE INDEX names ON texts (name)")

    def add(self, name: str, text: str) -> None:
        """Add a text."""
        self._file.run("INSERT INTO texts VALUES (?, ?)", (name, text))

    def __iter__(self) -> Iterator[str]:
        return (text for (text,) in self._file.rows("SELECT text FROM texts ORDER BY name, rowid"))
