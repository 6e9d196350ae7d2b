"""Materialized contributions of each unit to the numbers of a finding, in the cached file of units
(:mod:`archive.store.kept.units`).

A line is the contribution of one unit to one cell (column and row). The lines of a finding are up to date with a
version of the units; units changed by a newer version are due. Lines depend on the definition and the counting rules,
which ``rules`` identifies: if these differ, all units are due.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from typing import Any, NamedTuple

from archive.store.kept.units import KeptUnits, KeptUnitsLost
from archive.store.sql.kept_database import FAILURES


class KeptLine(NamedTuple):
    """A contribution of a unit to a column of a row; keys of rows and columns are texts, ``amount`` is a decimal string
    or None."""

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
    """Units (by number) whose lines must be recomputed, in order, each with the version after which its lines are up to
    date; then all lines are up to date with ``version``, which ``is_new``."""

    version: int
    units: Sequence[tuple[int, int]]
    is_new: bool


class LineTotal(NamedTuple):
    """Totals of the lines of a column of a row with equal flags: units, units with an amount, the sum of these amounts,
    and the sums of the counts of all lines."""

    row: str
    column: str
    flags: int
    units: int
    amounts: int
    amount: Decimal
    counts: tuple[int, ...]


class LineOfColumn(NamedTuple):
    """A line of a unit within a known cell: the fields of :class:`KeptLine` without the keys."""

    unit: int
    flags: int
    amount: Decimal | None
    proofs: int
    documents: int
    corrected: int
    confirmed: int
    disputed: int


class UnitFilter(NamedTuple):
    """A selection of units: a query for their numbers, with its values."""

    query: str
    values: tuple[int | str, ...]


_COUNTS = ("proofs", "documents", "corrected", "confirmed", "disputed")
_LINE = f"unit, flags, digits, scale, amount, {', '.join(_COUNTS)}"

_MOST_DIGITS = 12
"""Most digits of an amount that is summed as an integer: nine million of them do not overflow SQLite's 64 bits. Longer
amounts are stored and summed as text."""


class KeptLines:
    """The lines of one finding, with the parameters it is ``asked`` with, of units of one kind; totals and lines are
    of all units, or ``among`` some."""

    def __init__(
        self, file: KeptUnits, stamp: str, counts: str, asked: str, rules: str, among: UnitFilter | None = None
    ) -> None:
        self._file, self._stamp, self._counts = file, stamp, counts
        self._asked, self._rules = asked, rules
        self._from = "lines" if among is None else "lines INDEXED BY lines_by_unit"
        self._among = "" if among is None else f" AND unit IN ({among.query})"
        self._values = () if among is None else among.values

    def due(self) -> DueUnits:
        """Return the units whose lines are not up to date.

        :raises KeptUnitsLost: the file does not exist, or is of another state.
        """
        query = "SELECT version FROM findings WHERE asked = ? AND rules = ?"
        of_units = "SELECT number, version FROM units WHERE counts = ? AND version > ? ORDER BY version, number"
        with self._file.reading(self._stamp) as connection:
            (newest,) = connection.execute("SELECT version FROM state").fetchone()
            (version,) = connection.execute(query, (self._asked, self._rules)).fetchone() or (0,)
            units = connection.execute(of_units, (self._counts, version)).fetchall()
            return DueUnits(newest, units, version != newest)

    def replace(self, units: Iterable[int], lines: Iterable[KeptLine], version: int) -> None:
        """Replace the lines of some units; all lines are up to date with ``version`` afterwards.

        :raises KeptUnitsLost: the file cannot be written, or is of another state.
        """
        with self._writing() as connection:
            finding = self._number(connection)
            # SQLite would choose the primary key and read all lines of the finding for each unit.
            of_unit = "DELETE FROM lines INDEXED BY lines_by_unit WHERE unit = ? AND finding = ?"
            connection.executemany(of_unit, ((unit, finding) for unit in units))
            listed = list(lines)
            told = {key: _key(connection, key) for key in {key for line in listed for key in (line.row, line.column)}}
            rows = [
                (finding, told[column], told[row], flags, unit, *_split(amount), *counts)
                for unit, row, column, flags, amount, *counts in listed
            ]
            rows.sort(key=itemgetter(slice(5)))
            connection.executemany("INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
            # Another process may have stored a newer version.
            connection.execute("UPDATE findings SET version = max(version, ?) WHERE number = ?", (version, finding))

    def forget(self) -> None:
        """Make all units due.

        :raises KeptUnitsLost: the file cannot be written, or is of another state.
        """
        with self._writing() as connection:
            connection.execute("UPDATE findings SET rules = '' WHERE asked = ?", (self._asked,))

    def totals(self) -> list[LineTotal]:
        """Return the totals of all lines, by column, row and flags.

        :raises KeptUnitsLost: the file does not exist, is of another state, or has no current lines, because another
            process has made them by other rules.
        """
        sums = ", ".join(f"sum({count}) AS {count}" for count in _COUNTS)
        by_keys = (
            "SELECT of_row, of_column, flags, scale, count(*) AS units, count(digits) + count(amount) AS amounts, "  # noqa: S608 - names of ours
            f"sum(digits) AS digits, group_concat(amount, ' ') AS longer, {sums} FROM {self._from} "
            f"WHERE finding = ?{self._among} GROUP BY of_column, of_row, flags, scale"
        )
        query = (
            f"SELECT of_row.told, of_column.told, total.* FROM ({by_keys}) AS total "  # noqa: S608 - as above
            "JOIN line_keys AS of_row ON of_row.number = total.of_row "
            "JOIN line_keys AS of_column ON of_column.number = total.of_column "
            "ORDER BY total.of_column, total.of_row"
        )
        found = []
        with self._reading() as (connection, finding):
            for row, column, _, _, flags, scale, units, amounts, digits, longer, *counts in connection.execute(
                query, (finding, *self._values)
            ):
                amount = sum(map(Decimal, (longer or "").split()), _amount(digits or 0, scale or 0))
                found.append(LineTotal(row, column, flags, units, amounts, amount, tuple(counts)))
        return found

    def lines(self, column: str, row: str | None = None, flags: int = 0) -> list[LineOfColumn]:
        """Return the lines of a column, optionally of one row and with one of these flags.

        :raises KeptUnitsLost: as for :meth:`totals`.
        """
        of_key = "(SELECT number FROM line_keys WHERE told = ?)"
        query = f"SELECT {_LINE} FROM lines WHERE finding = ? AND of_column = {of_key}"  # noqa: S608 - names of ours
        given: list[int | str] = [column]
        if row is not None:
            query, given = f"{query} AND of_row = {of_key}", [*given, row]
        if flags:
            query, given = f"{query} AND flags & ?", [*given, flags]
        query, given = f"{query}{self._among}", [*given, *self._values]
        with self._reading() as (connection, finding):
            return [
                LineOfColumn(
                    unit, flags, Decimal(amount) if amount else None if scale is None else _amount(digits, scale), *rest
                )
                for unit, flags, digits, scale, amount, *rest in connection.execute(query, (finding, *given))
            ]

    def count_uneven(self, column: str, flag: int, other: int) -> int:
        """Return how many units have, in a column, more or fewer lines with one flag than with the other.

        :raises KeptUnitsLost: as for :meth:`totals`.
        """
        query = (
            "SELECT count(*) FROM (SELECT 1 FROM lines WHERE finding = ? AND of_column = "  # noqa: S608 - as above
            f"(SELECT number FROM line_keys WHERE told = ?){self._among} "
            "GROUP BY unit HAVING sum(flags & ? > 0) <> sum(flags & ? > 0))"
        )
        with self._reading() as (connection, finding):
            return int(connection.execute(query, (finding, column, *self._values, flag, other)).fetchone()[0])

    @contextmanager
    def _reading(self) -> Iterator[tuple[Any, int]]:
        query = "SELECT number FROM findings JOIN state USING (version) WHERE asked = ? AND rules = ?"
        with self._file.reading(self._stamp) as connection:
            found = connection.execute(query, (self._asked, self._rules)).fetchone()
            if found is None:
                raise KeptUnitsLost
            yield connection, found[0]

    def _number(self, connection: Any) -> int:
        """Return the number of the finding. Lines made by other rules are deleted."""
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


def _split(amount: str | None) -> tuple[int | None, int | None, str | None]:
    """Split an amount into an integer and its number of decimals; or return its text, if it is too long."""
    if amount is None:
        return None, None, None
    sign, digits, exponent = Decimal(amount).as_tuple()
    if not isinstance(exponent, int) or exponent > 0 or len(digits) > _MOST_DIGITS:
        return None, None, amount
    whole = int("".join(map(str, digits)))
    return -whole if sign else whole, -exponent, None


def _amount(digits: int, scale: int) -> Decimal:
    return Decimal(digits).scaleb(-scale)


def _key(connection: Any, told: str) -> int:
    found = connection.execute("SELECT number FROM line_keys WHERE told = ?", (told,)).fetchone()
    if found is None:
        return int(connection.execute("INSERT INTO line_keys (told) VALUES (?)", (told,)).lastrowid)
    return int(found[0])
