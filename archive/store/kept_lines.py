"""What each unit adds to the numbers of a finding, in the file of the units (:mod:`archive.store.kept_units`).

A line is of a unit in a column of a row. The lines of a finding are up to date with a version of the units; of a newer
version, those units are due that it changed. They follow from the definition and the rules of counting, which
``rules`` tell: with others, all units are due.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from archive.store.kept_units import KeptUnits, KeptUnitsLost
from archive.store.sql.kept_database import FAILURES


class KeptLine(NamedTuple):
    """What a unit adds to a column of a row; keys of rows and columns are texts, ``amount`` one of digits or None."""

    unit: int
    row: str
    column: str
    flags: int
    amount: str | None
    proofs: int
    documents: int
    corrected: int
    confirmed: int
    disputed: int


@dataclass(frozen=True, slots=True)
class DueUnits:
    """Units, by their numbers, whose lines are to be made; then the lines are up to date with ``version``, which
    ``is_new``."""

    version: int
    units: Sequence[int]
    is_new: bool


LineOfColumn = tuple[int, int, str | None, int, int, int, int, int]
"""What is kept of a unit in a column of a row: all of :class:`KeptLine` but the keys."""


class KeptLines:
    """The lines of one finding, as it is ``asked`` for, of units of one kind."""

    def __init__(self, file: KeptUnits, stamp: str, counts: str, asked: str, rules: str) -> None:
        self._file, self._stamp, self._counts = file, stamp, counts
        self._asked, self._rules = asked, rules

    def due(self) -> DueUnits:
        """Return the units whose lines are not up to date.

        :raises KeptUnitsLost: the file is not there, or of another state.
        """
        query = "SELECT version FROM findings WHERE asked = ? AND rules = ?"
        of_units = "SELECT number FROM units WHERE counts = ? AND version > ? ORDER BY number"
        with self._file.reading(self._stamp) as connection:
            (newest,) = connection.execute("SELECT version FROM state").fetchone()
            (version,) = connection.execute(query, (self._asked, self._rules)).fetchone() or (0,)
            units = [one for (one,) in connection.execute(of_units, (self._counts, version))]
            return DueUnits(newest, units, version != newest)

    def replace(self, units: Iterable[int], lines: Iterable[KeptLine]) -> None:
        """Put the lines of some units in the place of those that they had.

        :raises KeptUnitsLost: the file cannot be written, or is of another state.
        """
        with self._writing() as connection:
            finding = self._number(connection)
            of_unit = "DELETE FROM lines WHERE unit = ? AND finding = ?"
            connection.executemany(of_unit, ((unit, finding) for unit in units))
            listed = list(lines)
            told = {key: _key(connection, key) for key in {key for line in listed for key in (line.row, line.column)}}
            rows = sorted((finding, told[column], told[row], unit, *rest) for unit, row, column, *rest in listed)
            connection.executemany("INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def finish(self, version: int) -> None:
        """Record that the lines are up to date with a version of the units.

        :raises KeptUnitsLost: the file cannot be written, or is of another state.
        """
        with self._writing() as connection:
            number = self._number(connection)
            connection.execute("UPDATE findings SET version = ? WHERE number = ?", (version, number))

    def by_column(self) -> Iterator[tuple[str, str, Sequence[LineOfColumn]]]:
        """Yield the lines of each column of each row, with the keys of the row and the column.

        :raises KeptUnitsLost: the file is not there, or of another state, or the lines are not up to date in it: others
            may have made them by other rules meanwhile.
        """
        up_to_date = "SELECT 1 FROM findings JOIN state USING (version) WHERE asked = ? AND rules = ?"
        query = (
            "SELECT of_row, of_column, unit, flags, amount, proofs, documents, corrected, confirmed, disputed "
            "FROM lines WHERE finding = (SELECT number FROM findings WHERE asked = ? AND rules = ?) "
            "ORDER BY of_column, of_row"
        )
        with self._file.reading(self._stamp) as connection:
            if connection.execute(up_to_date, (self._asked, self._rules)).fetchone() is None:
                raise KeptUnitsLost
            keys = dict(connection.execute("SELECT number, told FROM line_keys"))
            rows = connection.execute(query, (self._asked, self._rules))
            for (row, column), lines in groupby(rows, itemgetter(0, 1)):
                yield keys[row], keys[column], [line[2:] for line in lines]

    def _number(self, connection: Any) -> int:
        """The number of the finding. Lines that were made by other rules are removed."""
        query = "SELECT number, rules FROM findings WHERE asked = ?"
        number, rules = connection.execute(query, (self._asked,)).fetchone() or (None, "")
        if number is not None and rules == self._rules:
            return int(number)
        connection.execute("DELETE FROM lines WHERE finding = ?", (number,))
        statement = "INSERT OR REPLACE INTO findings VALUES (?, ?, ?, 0)"
        return int(connection.execute(statement, (number, self._asked, self._rules)).lastrowid)

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        try:
            with self._file.writing() as connection:
                if connection.execute("SELECT stamp FROM state").fetchone() != (self._stamp,):
                    raise KeptUnitsLost
                yield connection
        except FAILURES as error:
            raise KeptUnitsLost from error


def _key(connection: Any, told: str) -> int:
    found = connection.execute("SELECT number FROM line_keys WHERE told = ?", (told,)).fetchone()
    if found is None:
        return int(connection.execute("INSERT INTO line_keys (told) VALUES (?)", (told,)).lastrowid)
    return int(found[0])
