"""Materialized contributions of each unit to the numbers of a finding, in the cached file of units
(:mod:`archive.store.kept.units`).

A line is the contribution of one unit to one cell (column and row). The lines of a finding are up to date with a
version of the units; units changed by a newer version are due. Lines depend on the definition and the counting rules,
which ``rules`` identifies: if these differ, all units are due.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from decimal import Decimal
from operator import itemgetter
from typing import Any, NamedTuple, Self

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


class LineTotal(NamedTuple):
    """Totals of the lines of a column of a row with equal flags and scale (decimals of the amount; -1 without an amount
    or with a long one): units, units with an amount, the sum of these amounts, and the sums of the counts of all
    lines."""

    row: str
    column: str
    flags: int
    scale: int
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


class AmountCount(NamedTuple):
    """An amount of a cell: units with it, units with it or less, and the sums of the counts of their lines."""

    amount: Decimal
    units: int
    until: int
    counts: tuple[int, ...]


class UnitFilter(NamedTuple):
    """A selection of units: a query for their numbers, with its values."""

    query: str
    values: tuple[int | str, ...]


class DueUnits(NamedTuple):
    """Units, by number, whose lines must be recomputed, and the ``version`` with which lines are up to date then."""

    units: Sequence[int]
    version: int


_COUNTS = ("proofs", "documents", "corrected", "confirmed", "disputed")
_LINE = f"unit, flags, digits, scale, amount, {', '.join(_COUNTS)}"

_EACH = "SELECT number FROM line_keys WHERE told IN (SELECT value FROM json_each(?))"
_OF_ROWS = (
    f" AND of_row IN ({_EACH}) AND of_column IN (SELECT of_column FROM line_totals AS known "  # noqa: S608 - names of ours
    f"WHERE known.finding = ?1 AND known.of_row IN ({_EACH}))"
)
_OF_KEY = "(SELECT number FROM line_keys WHERE told = ?)"
UNSUMMED = -1
"""The scale of totals of lines without an amount, or with a long one."""

_SUMMED = ", ".join(f"sum({count})" for count in _COUNTS)
_SUMS = (
    "SELECT of_row, of_column, flags, coalesce(scale, -1) AS of_scale, count(*), coalesce(sum(digits), 0), "  # noqa: S608 - as above
    f"group_concat(amount, ' '), {_SUMMED} FROM {{source}} WHERE finding = ?{{where}} "
    "GROUP BY of_column, of_row, flags, of_scale"
)
_SPREAD = (
    f"SELECT * FROM (SELECT digits, count(*) AS units, sum(count(*)) OVER (ORDER BY digits) AS until, {_SUMMED} "  # noqa: S608 - as above
    "FROM ({lines}) WHERE scale = ? GROUP BY digits) "
    "WHERE until IN (units, ?) OR until - units < ? AND until >= ? OR until - units < ? AND until >= ?"
)
_LONG = (
    "SELECT group_concat(amount, ' ') FROM lines AS long INDEXED BY lines_of_long_amounts "
    "WHERE long.finding = total.finding AND long.of_row = total.of_row AND long.of_column = total.of_column "
    "AND long.flags = total.flags AND long.amount IS NOT NULL AND total.scale = -1"
)
_KEPT_SUMS = (
    f"SELECT of_row, of_column, flags, scale, units, digits, ({_LONG}), {', '.join(_COUNTS)} "  # noqa: S608 - as above
    "FROM line_totals AS total WHERE finding = ?"
)

_PASSED = "UPDATE units SET version = (SELECT version + 1 FROM state) WHERE until >= ? AND until < ?"
_AS_THEY_WERE = "UPDATE findings SET version = version + 1 WHERE version = (SELECT version FROM state) AND number <> ?"
"""Lines of other findings stay up to date, if they were."""

_LAST = 2**63 - 1
"""Is after the number of every unit."""

_MOST_DIGITS = 12
"""Most digits of an amount that is summed as an integer: nine million of them do not overflow SQLite's 64 bits. Longer
amounts are stored and summed as text."""


class KeptLines:
    """The lines of one finding, with the parameters it is ``asked`` with, of units of one kind; totals and lines are
    of all units, or ``among`` some. Those of a finding that depends on the day are as of ``today``."""

    def __init__(
        self,
        file: KeptUnits,
        stamp: str,
        counts: str,
        asked: str,
        rules: str,
        among: UnitFilter | None = None,
        today: str | None = None,
    ) -> None:
        self._file, self._stamp, self._counts, self._today = file, stamp, counts, today
        self._asked, self._rules = asked, rules
        self._source, self._where, self._values = "lines", "", tuple[int | str, ...]()
        if among is not None:
            self._source, self._where = "lines INDEXED BY lines_by_unit", f" AND unit IN ({among.query})"
            self._values = among.values

    def of_rows(self, rows: Iterable[str]) -> Self:
        """Return the lines of these rows alone, which are read by row."""
        chosen = copy(self)
        chosen._source, chosen._where = "lines", f"{_OF_ROWS}{self._where}"
        listed = json.dumps([*rows])
        chosen._values = (listed, listed, *self._values)
        return chosen

    def pass_day(self) -> None:
        """Make the units due that change between the day as of which lines were made and today.

        :raises KeptUnitsLost: the file cannot be written, or is of another state.
        """
        known = "SELECT number, day FROM findings WHERE asked = ? AND rules = ? AND day IS NOT ?"
        with self._file.reading(self._stamp) as connection:
            if connection.execute(known, (self._asked, self._rules, self._today)).fetchone() is None:
                return
        with self._writing() as connection:
            for number, day in connection.execute(known, (self._asked, self._rules, self._today)).fetchall():
                between = sorted((day or "", self._today or ""))
                if connection.execute(_PASSED, between).rowcount:
                    connection.execute(_AS_THEY_WERE, (number,))
                    connection.execute("UPDATE state SET version = version + 1")
                connection.execute("UPDATE findings SET day = ? WHERE number = ?", (self._today, number))

    def due(self, most: int) -> Iterator[DueUnits]:
        """Yield the units whose lines are not up to date, in batches of at most ``most``, each to be replaced before
        the next.

        :raises KeptUnitsLost: the file does not exist, or is of another state.
        """
        query = (
            "SELECT version, number FROM units WHERE counts = ? AND (version, number) > (?, ?) "
            "ORDER BY version, number LIMIT ?"
        )
        with self._file.reading(self._stamp) as connection:
            (newest,) = connection.execute("SELECT version FROM state").fetchone()
            version = self._version(connection)
        place: tuple[int, int] | None = (version, _LAST) if version != newest else None
        while place is not None:
            with self._file.reading(self._stamp) as connection:
                units = connection.execute(query, (self._counts, *place, most + 1)).fetchall()
            place = units[most - 1] if len(units) > most else None
            yield DueUnits([number for _, number in units[:most]], units[most][0] - 1 if place else newest)

    def version(self) -> int:
        """Return the version with which the lines are up to date, 0 if there are none by these rules.

        :raises KeptUnitsLost: the file does not exist, or is of another state.
        """
        with self._file.reading(self._stamp) as connection:
            return self._version(connection)

    def count_due(self) -> int:
        """Count the units whose lines are not up to date.

        :raises KeptUnitsLost: the file does not exist, or is of another state.
        """
        query = "SELECT count(*) FROM units WHERE counts = ? AND version > ?"
        with self._file.reading(self._stamp) as connection:
            return int(connection.execute(query, (self._counts, self._version(connection))).fetchone()[0])

    def count_units(self) -> int:
        """Count all units of the kind.

        :raises KeptUnitsLost: the file does not exist, or is of another state.
        """
        with self._file.reading(self._stamp) as connection:
            of_kind = connection.execute("SELECT count(*) FROM units WHERE counts = ?", (self._counts,))
            return int(of_kind.fetchone()[0])

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

    def totals(self, row: str | None = None) -> list[LineTotal]:
        """Return the totals of all lines, or of those of a ``row`` of all units, by column, row and flags.

        :raises KeptUnitsLost: the file does not exist, is of another state, or has no current lines, because another
            process has made them by other rules.
        """
        by_keys, values = _KEPT_SUMS, tuple[int | str, ...]()
        if row is not None:
            by_keys, values = f"{by_keys} AND of_row = {_OF_KEY}", (row,)
        elif self._where:
            by_keys, values = _SUMS.format(source=self._source, where=self._where), self._values
        query = (
            f"SELECT of_row.told, of_column.told, total.* FROM ({by_keys}) AS total "  # noqa: S608 - names of ours
            "JOIN line_keys AS of_row ON of_row.number = total.of_row "
            "JOIN line_keys AS of_column ON of_column.number = total.of_column "
            "ORDER BY total.of_column, total.of_row"
        )
        found = []
        with self._reading() as (connection, finding):
            for of_row, column, _, _, flags, scale, units, digits, longer, *counts in connection.execute(
                query, (finding, *values)
            ):
                long = [Decimal(amount) for amount in (longer or "").split()]
                amount = sum(long, _amount(digits, max(scale, 0)))
                amounts = len(long) if scale == UNSUMMED else units
                found.append(LineTotal(of_row, column, flags, scale, units, amounts, amount, tuple(counts)))
        return found

    def rows(self, text: str, flag: int) -> list[str]:
        """Return the keys of rows that contain a text and have lines with a flag.

        :raises KeptUnitsLost: as for :meth:`totals`.
        """
        query = (
            "SELECT DISTINCT told FROM line_totals JOIN line_keys ON number = of_row "
            "WHERE finding = ? AND flags & ? AND instr(told, ?)"
        )
        with self._reading() as (connection, finding):
            return [told for (told,) in connection.execute(query, (finding, flag, text))]

    def lines(
        self, column: str, row: str | None = None, flags: int = 0, amount: Decimal | None = None
    ) -> list[LineOfColumn]:
        """Return the lines of a column, optionally of one row, with one of these flags, and with one amount (at most 12
        digits).

        :raises KeptUnitsLost: as for :meth:`totals`.
        """
        query, given = self._of_cell(column, row, flags)
        if amount is not None:
            query, given = f"{query} AND digits = ? AND scale = ?", [*given, *_split(str(amount))[:2]]
        with self._reading() as (connection, finding):
            return [
                LineOfColumn(
                    unit, flags, Decimal(amount) if amount else None if scale is None else _amount(digits, scale), *rest
                )
                for unit, flags, digits, scale, amount, *rest in connection.execute(query, (finding, *given))
            ]

    def units(self, column: str, row: str | None, flags: int) -> array[int]:
        """Return the units of the lines that :meth:`lines` returns, in their order.

        :raises KeptUnitsLost: as for :meth:`totals`.
        """
        lines, given = self._of_cell(column, row, flags)
        with self._reading() as (connection, finding):
            rows = connection.execute(f"SELECT unit FROM ({lines})", (finding, *given))  # noqa: S608 - as above
            return array("i", (unit for (unit,) in rows))

    def spread(self, column: str, row: str | None, flags: int, scale: int, count: int) -> list[AmountCount]:
        """Return the lowest, the middle and the highest of the ``count`` amounts of a column, all of one scale, in
        order; each once.

        :raises KeptUnitsLost: as for :meth:`totals`.
        """
        lines, given = self._of_cell(column, row, flags)
        query = _SPREAD.format(lines=lines)
        middle = [place for place in ((count + 1) // 2, count // 2 + 1) for _ in range(2)]
        with self._reading() as (connection, finding):
            rows = connection.execute(query, (finding, *given, scale, count, *middle))
            return [
                AmountCount(_amount(digits, scale), units, until, tuple(counts))
                for digits, units, until, *counts in rows
            ]

    def _of_cell(self, column: str, row: str | None, flags: int) -> tuple[str, list[int | str | None]]:
        """Return the query for lines, and its values after the finding."""
        query = f"SELECT {_LINE} FROM lines WHERE finding = ? AND of_column = {_OF_KEY}"  # noqa: S608 - names of ours
        given: list[int | str | None] = [column]
        if row is not None:
            query, given = f"{query} AND of_row = {_OF_KEY}", [*given, row]
        if flags:
            query, given = f"{query} AND flags & ?", [*given, flags]
        return f"{query}{self._where}", [*given, *self._values]

    def count_uneven(self, column: str, flag: int, other: int) -> int:
        """Return how many units have, in a column, more or fewer lines with one flag than with the other.

        :raises KeptUnitsLost: as for :meth:`totals`.
        """
        query = (
            f"SELECT count(*) FROM (SELECT 1 FROM lines WHERE finding = ? AND of_column = {_OF_KEY}{self._where} "  # noqa: S608 - as above
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

    def _version(self, connection: Any) -> int:
        query = "SELECT version FROM findings WHERE asked = ? AND rules = ?"
        return int((connection.execute(query, (self._asked, self._rules)).fetchone() or (0,))[0])

    def _number(self, connection: Any) -> int:
        """Return the number of the finding. Lines made by other rules are deleted."""
        query = "SELECT number, rules FROM findings WHERE asked = ?"
        number, rules = connection.execute(query, (self._asked,)).fetchone() or (None, "")
        if number is not None and rules == self._rules:
            return int(number)
        connection.execute("DELETE FROM lines WHERE finding = ?", (number,))
        statement = "INSERT OR REPLACE INTO findings VALUES (?, ?, ?, 0, ?)"
        return int(connection.execute(statement, (number, self._asked, self._rules, self._today)).lastrowid)

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
