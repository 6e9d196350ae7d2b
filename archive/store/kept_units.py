"""A file of what follows from the documents and is counted: papers, their facts by field, and units of them.

It lies in the cache and can be lost: whoever computes a newer state writes what changed of it. A row of papers is known
by the revision of its document; all of the file, by a stamp of the state of the catalog. A file that cannot be read is
as good as none, and is made anew.

It is SQLite with a rollback journal, on its own: the catalog's lock and its log are not touched by those who only read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
CREATE TABLE units (counts TEXT, place INTEGER, id TEXT NOT NULL, municipality TEXT, told TEXT NOT NULL,
    PRIMARY KEY (counts, place)) WITHOUT ROWID;
CREATE INDEX units_by_id ON units (counts, id);
CREATE INDEX units_by_municipality ON units (counts, municipality);
CREATE TABLE unit_papers (document TEXT, counts TEXT, unit TEXT, PRIMARY KEY (document, counts, unit)) WITHOUT ROWID;
"""
_FORMAT = 2
_AT_ONCE = 500
"""Keys that are asked for with one statement."""

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


@dataclass(frozen=True, slots=True)
class KeptUnit:
    """A unit in JSON, and what it is found by: its id, its municipality, those of its ``papers`` that lead to it."""

    id: str
    municipality: str | None
    told: str
    papers: tuple[str, ...] = ()


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

    def units_in(self, counts: str, municipality: str, stamp: str) -> list[str]:
        """The JSON of each unit of a kind that is of a municipality.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        query = "SELECT told FROM units WHERE counts = ? AND municipality = ? ORDER BY place"
        return [told for (told,) in self._rows(query, (counts, municipality), stamp)]

    def units_with(self, counts: str, documents: Iterable[str], stamp: str) -> list[str]:
        """The JSON of each unit of a kind to which one of these documents leads.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        query = (
            "SELECT DISTINCT u.place, u.told FROM unit_papers p JOIN units u ON u.counts = p.counts AND u.id = p.unit "
            "WHERE p.counts = ? AND p.document IN ({among})"
        )
        return [told for _, told in sorted(set(self._among(query, (counts,), documents, stamp)))]

    def papers_of(self, documents: Iterable[str], stamp: str) -> list[tuple[str, int, bytes]]:
        """What :meth:`papers` tells, of these alone.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        return self._among("SELECT id, revision, told FROM papers WHERE id IN ({among})", (), documents, stamp)

    def facts_of(self, documents: Iterable[str], stamp: str) -> list[tuple[str, str, str]]:
        """The facts of all fields of these documents: field, document, and the JSON of them.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        query = "SELECT field, document, told FROM facts WHERE document IN ({among})"
        return self._among(query, (), documents, stamp)

    def _among(self, query: str, before: tuple[str, ...], keys: Iterable[str], stamp: str) -> list[Any]:
        """The rows that a query finds for these keys, so many of them at once."""
        listed, rows = list(keys), list[Any]()
        for at in range(0, len(listed), _AT_ONCE):
            some = listed[at : at + _AT_ONCE]
            rows += self._rows(query.format(among=",".join("?" * len(some))), (*before, *some), stamp)
        return rows

    def write(self, stamp: str, changed: Iterable[KeptPaper], units: Mapping[str, Iterable[KeptUnit]]) -> None:
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


def _write(connection: Any, stamp: str, changed: Iterable[KeptPaper], units: Mapping[str, Iterable[KeptUnit]]) -> None:
    papers = list(changed)
    facts = ((field, paper.id, told) for paper in papers for field, told in paper.facts.items())
    connection.executemany("DELETE FROM facts WHERE document = ?", ((paper.id,) for paper in papers))
    connection.executemany("INSERT INTO facts VALUES (?, ?, ?)", sorted(facts))
    rows = sorted((paper.id, paper.revision, paper.told) for paper in papers)
    connection.executemany("INSERT OR REPLACE INTO papers VALUES (?, ?, ?)", rows)
    for counts, every in units.items():
        _write_units(connection, counts, list(every))
    connection.execute("DELETE FROM state")
    connection.execute("INSERT INTO state VALUES (?)", (stamp,))


def _write_units(connection: Any, counts: str, units: Sequence[KeptUnit]) -> None:
    query = "SELECT place, told, municipality FROM units WHERE counts = ?"
    before = {place: told for place, *told in connection.execute(query, (counts,))}
    connection.executemany(
        "INSERT OR REPLACE INTO units VALUES (?, ?, ?, ?, ?)",
        [
            (counts, place, one.id, one.municipality, one.told)
            for place, one in enumerate(units)
            if before.get(place) != [one.told, one.municipality]
        ],
    )
    connection.execute("DELETE FROM units WHERE counts = ? AND place >= ?", (counts, len(units)))
    known = set(connection.execute("SELECT document, unit FROM unit_papers WHERE counts = ?", (counts,)))
    now = {(paper, one.id) for one in units for paper in one.papers}
    query = "DELETE FROM unit_papers WHERE document = ? AND unit = ? AND counts = ?"
    connection.executemany(query, ((*one, counts) for one in known - now))
    query = "INSERT INTO unit_papers (document, unit, counts) VALUES (?, ?, ?)"
    connection.executemany(query, sorted((*one, counts) for one in now - known))
