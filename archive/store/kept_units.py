"""A file of what follows from the documents and is counted: papers, their facts by field, and units of them.

It lies in the cache and can be lost: whoever computes a newer state writes what changed of it. A row of papers is known
by the revision of its document; all of the file, by a stamp of the state of the catalog. A file that cannot be read is
as good as none, and is made anew.

It is SQLite with a rollback journal, on its own: the catalog's lock and its log are not touched by those who only read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pysqlite3

_TABLES = """
CREATE TABLE state (stamp TEXT NOT NULL);
CREATE TABLE papers (id TEXT PRIMARY KEY, revision INTEGER NOT NULL, told BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE facts (field TEXT, document TEXT, told TEXT NOT NULL, PRIMARY KEY (field, document)) WITHOUT ROWID;
CREATE INDEX facts_by_document ON facts (document);
CREATE TABLE units (counts TEXT, place INTEGER, told TEXT NOT NULL, PRIMARY KEY (counts, place)) WITHOUT ROWID;
"""
_FORMAT = 1
_WAIT_SECONDS = 2


class KeptUnitsLost(Exception):
    """The file is not there, cannot be read, or is of another state."""


@dataclass(frozen=True, slots=True)
class KeptPaper:
    """A document at a revision; ``facts`` has, by field, what is told of it in JSON."""

    id: str
    revision: int
    told: bytes
    facts: Mapping[str, str]


class KeptUnits:
    """The file of one catalog as some see it. Any number of threads and processes may use it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def stamp(self) -> str | None:
        """The state that the file is of, None where there is none."""
        with suppress(KeptUnitsLost), self._reading() as connection:
            return str(connection.execute("SELECT stamp FROM state").fetchone()[0])
        return None

    def papers(self, stamp: str | None = None) -> list[tuple[str, int, bytes]]:
        """Every paper: its id, revision, and what is told of it.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        return self._rows("SELECT id, revision, told FROM papers", (), stamp)

    def facts(self, fields: Iterable[str], stamp: str) -> list[tuple[str, str, str]]:
        """The facts of these fields: field, document, and the JSON of them.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        wanted = tuple(fields)
        among = ",".join("?" * len(wanted))
        return self._rows(f"SELECT field, document, told FROM facts WHERE field IN ({among})", wanted, stamp)  # noqa: S608

    def all_facts(self) -> list[tuple[str, str, str]]:
        """The facts of all fields.

        :raises KeptUnitsLost: the file is not there.
        """
        return self._rows("SELECT field, document, told FROM facts", (), None)

    def units(self, counts: str, stamp: str) -> list[str]:
        """The JSON of each unit of a kind, in order.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        rows = self._rows("SELECT told FROM units WHERE counts = ? ORDER BY place", (counts,), stamp)
        return [told for (told,) in rows]

    def write(self, stamp: str, changed: Iterable[KeptPaper], units: Mapping[str, Iterable[str]]) -> None:
        """Bring the file to another state: papers that changed or are new, and all units. Where it cannot be written,
        nothing is kept."""
        try:
            with self._writing() as connection:
                _write(connection, stamp, changed, units)
        except (OSError, pysqlite3.Error):
            with suppress(OSError):
                self._path.unlink(missing_ok=True)

    def _rows(self, query: str, values: tuple[str, ...], stamp: str | None) -> list[Any]:
        with self._reading() as connection:
            if stamp is not None and connection.execute("SELECT stamp FROM state").fetchone() != (stamp,):
                raise KeptUnitsLost
            return list(connection.execute(query, values))

    @contextmanager
    def _reading(self) -> Iterator[Any]:
        """One transaction that reads."""
        try:
            address = f"{self._path.absolute().as_uri()}?mode=ro"
            with closing(pysqlite3.connect(address, uri=True, timeout=_WAIT_SECONDS)) as connection:
                connection.execute("BEGIN")
                yield connection
        except pysqlite3.Error as error:
            raise KeptUnitsLost from error

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = pysqlite3.connect(self._path, timeout=_WAIT_SECONDS, isolation_level=None)
        with closing(connection):
            connection.execute("BEGIN IMMEDIATE")
            if connection.execute("PRAGMA user_version").fetchone() != (_FORMAT,):
                for statement in filter(str.strip, _TABLES.split(";")):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {_FORMAT}")
            yield connection
            connection.execute("COMMIT")


def _write(connection: Any, stamp: str, changed: Iterable[KeptPaper], units: Mapping[str, Iterable[str]]) -> None:
    papers = list(changed)
    facts = ((field, paper.id, told) for paper in papers for field, told in paper.facts.items())
    connection.executemany("DELETE FROM facts WHERE document = ?", ((paper.id,) for paper in papers))
    connection.executemany("INSERT INTO facts VALUES (?, ?, ?)", sorted(facts))
    rows = sorted((paper.id, paper.revision, paper.told) for paper in papers)
    connection.executemany("INSERT OR REPLACE INTO papers VALUES (?, ?, ?)", rows)
    for counts, every in units.items():
        told = dict(enumerate(every))
        query = "SELECT place, told FROM units WHERE counts = ?"
        before = dict(connection.execute(query, (counts,)).fetchall())
        connection.executemany(
            "INSERT OR REPLACE INTO units VALUES (?, ?, ?)",
            [(counts, place, one) for place, one in told.items() if before.get(place) != one],
        )
        connection.execute("DELETE FROM units WHERE counts = ? AND place >= ?", (counts, len(told)))
    connection.execute("DELETE FROM state")
    connection.execute("INSERT INTO state VALUES (?)", (stamp,))
