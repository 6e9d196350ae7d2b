"""The cached file of doubts of one catalog view: read page by page, in review order, with counts.

The file follows the documents in the order of their changes (:mod:`archive.store.checkpoints`). :mod:`.doubt_rows`
writes the doubts of a document together with the new place.
"""

# ruff: noqa: S608 - statements are formatted from our own literals only

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from archive.errors import ArchiveBusy
from archive.store.kept.doubt_rows import INDEXES, DoubtedPaper, Score, append, finish, replace
from archive.store.sql.kept_database import FAILURES, KeptDatabase, is_busy

Given = TypeVar("Given")

_TABLES = """
CREATE TABLE state (sequence INTEGER NOT NULL, document TEXT NOT NULL, event INTEGER NOT NULL, hash TEXT NOT NULL,
    is_whole INTEGER NOT NULL);
CREATE TABLE names (number INTEGER PRIMARY KEY, field TEXT NOT NULL, value TEXT NOT NULL, documents INTEGER NOT NULL,
    UNIQUE (field, value));
CREATE TABLE papers (document TEXT PRIMARY KEY, names TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE questions (number INTEGER PRIMARY KEY, name INTEGER NOT NULL, buyer TEXT NOT NULL, doubts INTEGER NOT NULL,
    UNIQUE (name, buyer));
CREATE TABLE doubts (document TEXT, ordinal INTEGER, field TEXT NOT NULL, value TEXT, spelled TEXT NOT NULL,
    name INTEGER, question INTEGER, weight REAL NOT NULL, money REAL NOT NULL, score INTEGER NOT NULL,
    is_first INTEGER NOT NULL, PRIMARY KEY (document, ordinal)) WITHOUT ROWID;
CREATE TABLE doubted_values (field TEXT, spelled TEXT, papers INTEGER NOT NULL, doubts INTEGER NOT NULL,
    worth INTEGER NOT NULL, PRIMARY KEY (field, spelled)) WITHOUT ROWID;
CREATE TABLE fields (field TEXT PRIMARY KEY, questions INTEGER NOT NULL, doubts INTEGER NOT NULL,
    doubted INTEGER NOT NULL) WITHOUT ROWID;
"""
_CACHE = 32_768
"""Page cache of a writing connection, in kibibytes."""


class DoubtsLost(Exception):
    """The file does not exist, or cannot be read or written."""


class Place(NamedTuple):
    """Progress of the file: every document up to this change (sequence number and document id) is in it.

    While the file is being built, ``document`` is the last one in it, in the order of ids. ``event`` and ``hash`` are
    the newest event at that time and identify the catalog.
    """

    sequence: int
    document: str
    event: int
    hash: str
    is_whole: bool


class FieldCounts(NamedTuple):
    """Counts of one field: distinct questions, doubts, and doubted values."""

    questions: int
    doubts: int
    values: int


class QueuedDoubt(NamedTuple):
    """A doubt: number ``ordinal`` of its document, on a ``value`` or, if None, on a missing field. Doubts that are
    answered together share ``question``; None for a doubt alone. Doubts on the same name share ``name``, whoever the
    buyer."""

    document: str
    field: str
    ordinal: int
    value: str | None
    points: int
    name: int | None
    question: int | None

    @property
    def score(self) -> float:
        """How useful it is to review it."""
        return self.points / 1000


class DoubtedValue(NamedTuple):
    """A doubted value of a field in its most useful spelling (None: missing), and the number of documents in which it
    is doubted."""

    field: str
    value: str | None
    papers: int


_COUNT_WAIT = 0.2
"""Seconds that a count for a page waits for a writer."""

_QUEUED = "document, field, ordinal, value, score, name, question"
_FORWARD = "score DESC, document, field, ordinal"
_BACKWARD = "score, document DESC, field DESC, ordinal DESC"


class KeptDoubts:
    """The file of doubts. Any number of threads and processes may use it.

    Every method but :meth:`last_counts` raises :class:`archive.errors.ArchiveBusy` if a writer holds the file for long.
    Writing methods raise :class:`DoubtsLost`; reading methods remove a file that cannot be read and raise
    :class:`archive.errors.ArchiveBusy`.
    """

    def __init__(self, path: Path | None) -> None:
        self._file = KeptDatabase(path, _TABLES)
        self._last: tuple[Hashable, dict[str, FieldCounts] | None] = (None, None)

    def place(self) -> Place | None:
        """Return the progress of the file; None if it does not exist."""
        with suppress(DoubtsLost), self._reading() as connection:
            row = connection.execute("SELECT * FROM state").fetchone()
            return None if row is None else Place(*row)
        return None

    def alone(self) -> AbstractContextManager[None]:
        """Hold the lock of the process that builds the file from all documents; wait for it."""
        return self._failing(self._file.alone())

    def start(self, place: Place, after: Place | None) -> None:
        """Start a new file at ``place``, unless the file has changed since its place was ``after``."""
        with self._at(after) as connection:
            if connection is not None:
                for index in INDEXES:
                    connection.execute(f"DROP INDEX IF EXISTS {index}")
                for table in ("names", "papers", "questions", "doubts", "doubted_values", "fields"):
                    connection.execute(f"DELETE FROM {table}")
                _go_to(connection, place)

    def write(self, place: Place, papers: Sequence[DoubtedPaper], score: Score, after: Place) -> None:
        """Replace the doubts of these documents and move to ``place``. Does nothing if the place is no longer
        ``after``, because another process has updated the file."""
        with self._at(after) as connection:
            if connection is not None:
                (replace if after.is_whole else append)(connection, papers, score)
                if place.is_whole and not after.is_whole:
                    finish(connection, score)
                _go_to(connection, place)

    def counts(self) -> dict[str, FieldCounts]:
        """Return the counts of each field."""
        with self._reading_or_busy() as connection:
            return _counts(connection)

    def last_counts(self) -> dict[str, FieldCounts] | None:
        """Return the counts of the last update, without waiting; None if there was none or the file is locked. Cached
        until the file changes, because every page shows them."""
        stamp, (kept_at, counts) = self._file.stamp(), self._last
        if stamp is not None and stamp == kept_at:
            return counts
        with suppress(DoubtsLost, ArchiveBusy), self._reading(_COUNT_WAIT) as connection:
            is_whole = connection.execute("SELECT 1 FROM state WHERE is_whole").fetchone()
            counts = _counts(connection) if is_whole else None
            self._last = stamp, counts
            return counts
        return None

    def questions(self, field: str | None, first: int, most: int | None, total: int) -> list[QueuedDoubt]:
        """Return one doubt for each question, from index ``first`` (0..) of ``total``."""
        return self._part("is_first", field, None, first, most, total)

    def doubts(
        self, field: str | None, spelled: str | None, first: int, most: int | None, total: int
    ) -> list[QueuedDoubt]:
        """Return every doubt of a field, or of one value of it, from index ``first`` (0..) of ``total``."""
        return self._part("TRUE", field, spelled, first, most, total)

    def _part(
        self, condition: str, field: str | None, spelled: str | None, first: int, most: int | None, total: int
    ) -> list[QueuedDoubt]:
        asked = {"field": field, "spelled": spelled}
        given = {name: value for name, value in asked.items() if value is not None}
        where = " AND ".join((condition, *(f"{name} = :{name}" for name in given)))
        last = total if most is None else min(first + most, total)
        # Read from the end, if that is nearer: an offset steps through all rows before it.
        is_far = first > total - last
        order, skipped = (_BACKWARD, total - last) if is_far else (_FORWARD, first)
        # The offset steps through the index; only the doubts of the page are read from the table.
        part = f"SELECT document, ordinal FROM doubts WHERE {where} ORDER BY {order} LIMIT :most OFFSET :skipped"
        query = f"SELECT {_QUEUED} FROM doubts WHERE (document, ordinal) IN ({part}) ORDER BY {order}"
        with self._reading_or_busy() as connection:
            rows = connection.execute(query, {**given, "most": max(last - first, 0), "skipped": skipped}).fetchall()
        return [QueuedDoubt(*row) for row in (reversed(rows) if is_far else rows)]

    def values(self, field: str | None, first: int, most: int, total: int) -> list[DoubtedValue]:
        """Return the doubted values, those with the highest total score first."""
        is_far = first > total - min(first + most, total)
        order = "worth, field DESC, spelled DESC" if is_far else "worth DESC, field, spelled"
        skipped = max(total - first - most, 0) if is_far else first
        where = "TRUE" if field is None else "field = :field"
        query = f"SELECT field, spelled, papers FROM doubted_values WHERE {where} ORDER BY {order}"
        given = {"field": field, "most": max(min(most, total - first), 0), "skipped": skipped}
        with self._reading_or_busy() as connection:
            rows = connection.execute(f"{query} LIMIT :most OFFSET :skipped", given).fetchall()
            return [
                DoubtedValue(of_field, _first_value(connection, of_field, spelled), papers)
                for of_field, spelled, papers in (reversed(rows) if is_far else rows)
            ]

    def count_of_value(self, field: str, spelled: str) -> int:
        """Return the number of doubts on a value in any spelling."""
        query = "SELECT doubts FROM doubted_values WHERE field = ? AND spelled = ?"
        with self._reading_or_busy() as connection:
            return int((connection.execute(query, (field, spelled)).fetchone() or (0,))[0])

    def same(self, doubt: QueuedDoubt) -> tuple[str, ...]:
        """Return the other documents that share the question, in order."""
        if doubt.question is None:
            return ()
        query = (
            "SELECT document FROM doubts WHERE question = ? AND document <> ? ORDER BY score DESC, document, ordinal"
        )
        with self._reading_or_busy() as connection:
            rows = connection.execute(query, (doubt.question, doubt.document))
            return tuple(dict.fromkeys(document for (document,) in rows))

    def elsewhere(self, doubt: QueuedDoubt, most: int) -> tuple[str, ...]:
        """Return at most ``most`` documents with a doubt on the same name under another question, in order."""
        if doubt.name is None or most <= 0:
            return ()
        others = "SELECT document FROM doubts WHERE name = ? AND document <> ?"
        given: tuple[int | str, ...] = (doubt.name, doubt.document)
        if doubt.question is not None:
            others += (
                " AND question IS NOT ? AND NOT EXISTS (SELECT 1 FROM doubts AS same "
                "WHERE same.document = doubts.document AND same.question = ?)"
            )
            given = (*given, doubt.question, doubt.question)
        with self._reading_or_busy() as connection:
            rows = connection.execute(f"{others} ORDER BY score DESC, document, ordinal LIMIT ?", (*given, most))
            return tuple(dict.fromkeys(document for (document,) in rows))

    def named(self, field: str, value: str, documents: Collection[str]) -> list[str]:
        """Return those of these documents in which a name is doubted, whoever the buyer."""
        query = (
            "SELECT 1 FROM doubts JOIN names ON names.number = doubts.name "
            "WHERE doubts.document = ? AND doubts.field = ? AND doubts.value = ?"
        )
        with self._reading_or_busy() as connection:
            return [one for one in documents if connection.execute(query, (one, field, value)).fetchone()]

    def of_document(self, document: str, field: str, value: str) -> list[QueuedDoubt]:
        """Return the doubts of a document on a value."""
        query = f"SELECT {_QUEUED} FROM doubts WHERE document = ? AND field = ? AND value = ? ORDER BY ordinal"
        with self._reading_or_busy() as connection:
            return [QueuedDoubt(*row) for row in connection.execute(query, (document, field, value))]

    @contextmanager
    def _reading_or_busy(self) -> Iterator[Any]:
        try:
            with self._reading() as connection:
                yield connection
        except DoubtsLost as error:
            self.remove()
            raise ArchiveBusy(
                "The list of doubts cannot be read and is being rebuilt.", "Try again in a moment."
            ) from error

    def _reading(self, wait: float | None = None) -> AbstractContextManager[Any]:
        return self._failing(self._file.reading(wait))

    @contextmanager
    def _at(self, place: Place | None) -> Iterator[Any]:
        """Begin a writing transaction; yields None if the file is at another place."""
        with self._failing(self._file.writing()) as connection:
            connection.execute(f"PRAGMA cache_size = -{_CACHE}")
            row = connection.execute("SELECT * FROM state").fetchone()
            yield connection if row == place else None

    @contextmanager
    def _failing(self, work: AbstractContextManager[Given]) -> Iterator[Given]:
        try:
            with work as given:
                yield given
        except FAILURES as error:
            if is_busy(error):
                raise ArchiveBusy(
                    "Another process has been bringing the doubts up to date for long.", "Try again in a moment."
                ) from error
            raise DoubtsLost from error

    def remove(self) -> None:
        """Remove the damaged file."""
        with suppress(OSError):
            self._file.remove()


def _counts(connection: Any) -> dict[str, FieldCounts]:
    rows = connection.execute("SELECT field, questions, doubts, doubted FROM fields")
    return {field: FieldCounts(*counts) for field, *counts in rows}


def _go_to(connection: Any, place: Place) -> None:
    connection.execute("DELETE FROM state")
    connection.execute("INSERT INTO state VALUES (?, ?, ?, ?, ?)", place)


def _first_value(connection: Any, field: str, spelled: str) -> str | None:
    query = "SELECT value FROM doubts WHERE field = ? AND spelled = ? ORDER BY score DESC, document, ordinal LIMIT 1"
    (value,) = connection.execute(query, (field, spelled)).fetchone()
    return None if value is None else str(value)
