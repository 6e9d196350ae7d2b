"""The cached file of printed numbers by what they have in common: the file of the number.

It is shared by everybody and never forgets a number, so it may have some that no document states any more; who has a
number is asked of the catalog. It follows the documents in the order of their changes
(:mod:`archive.store.checkpoints`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, TypeVar

from archive.errors import ArchiveBusy
from archive.store.sql.database import batches
from archive.store.sql.kept_database import FAILURES, KeptDatabase, is_busy, is_damaged

Given = TypeVar("Given")

_TABLES = """
CREATE TABLE place (sequence INTEGER NOT NULL, document TEXT NOT NULL, event INTEGER NOT NULL, hash TEXT NOT NULL);
CREATE TABLE numbers (file TEXT, printed TEXT, PRIMARY KEY (file, printed)) WITHOUT ROWID;
"""

_WAIT = 0.2
"""Seconds that a page waits for a writer."""


class NumbersLost(Exception):
    """The file does not exist, is empty, or cannot be read or written."""


class NumbersPlace(NamedTuple):
    """Progress of the file: the numbers of every document up to this change (sequence number and document id) are in
    it. ``event`` and ``hash`` are the newest event at that time and identify the catalog."""

    sequence: int
    document: str
    event: int
    hash: str


class KeptNumbers:
    """The file of printed numbers. Any number of threads and processes may use it.

    Methods raise :class:`NumbersLost`, and remove a damaged file, or :class:`archive.errors.ArchiveBusy` if another
    process holds it for long.
    """

    def __init__(self, path: Path) -> None:
        self._file = KeptDatabase(path, _TABLES)

    def place(self) -> NumbersPlace | None:
        """Return the progress of the file; None if it has none that can be read."""
        with suppress(NumbersLost):
            return self.printed(())[0]
        return None

    def printed(self, files: Collection[str]) -> tuple[NumbersPlace, list[str]]:
        """Return all notations of the numbers of these files, and the place up to which they are all."""
        found = list[str]()
        with self._failing(self._file.reading(_WAIT)) as connection:
            row = connection.execute("SELECT * FROM place").fetchone()
            if row is None:
                raise NumbersLost
            for some in batches(files):
                among = ",".join("?" * len(some))
                query = f"SELECT printed FROM numbers WHERE file IN ({among})"  # noqa: S608 - question marks only
                found += (printed for (printed,) in connection.execute(query, some))
        return NumbersPlace(*row), found

    def alone(self) -> AbstractContextManager[None]:
        """Hold the lock of the process that writes; wait for it."""
        return self._failing(self._file.alone())

    def write(self, place: NumbersPlace, numbers: Collection[tuple[str, str]]) -> None:
        """Add pairs of file and number, and move to ``place``; only with :meth:`alone`."""
        with self._failing(self._file.writing()) as connection:
            connection.executemany("INSERT OR IGNORE INTO numbers VALUES (?, ?)", numbers)
            connection.execute("DELETE FROM place")
            connection.execute("INSERT INTO place VALUES (?, ?, ?, ?)", place)

    @contextmanager
    def _failing(self, work: AbstractContextManager[Given]) -> Iterator[Given]:
        try:
            with work as given:
                yield given
        except FAILURES as error:
            if is_busy(error):
                raise ArchiveBusy(
                    "Another process is writing the file of numbers.", "Try again in a moment."
                ) from error
            if is_damaged(error):
                with suppress(OSError):
                    self._file.remove()
            raise NumbersLost from error
