"""Who bid in which procedure, and how that ended, as lines in the cached file of units (:mod:`.lines`): counted and
listed by firm.

Each firm of a procedure has a line (column ``firm``), whose row is the key of the firm and whose amount is the year.
The procedure has another one (column ``procedure``), whose row is what is counted of it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from archive.store.kept.lines import KeptLine, KeptLines, UnitFilter

NAMED, WON, IS_AWARDED = 1, 2, 4
"""Flags of the line of a firm: it bid or won; it won; somebody won."""

# The lines of the firm come first, and the others of each unit by index: SQLite would begin with all lines of a column.
# A unit has fewer lines than there are rivals to look for, so these are no key of the index (+).
# The place of a procedure in time: its year, unknown last, and its id.
_COUNTS = """
SELECT told.told, own.flags, count(*) FROM lines AS own CROSS JOIN units ON units.number = own.unit
CROSS JOIN lines AS other INDEXED BY lines_by_unit ON other.unit = own.unit AND other.finding = own.finding
    AND other.of_column = (SELECT number FROM line_keys WHERE told = 'procedure')
JOIN line_keys AS told ON told.number = other.of_row
WHERE own.finding = ? AND own.of_column = (SELECT number FROM line_keys WHERE told = 'firm')
    AND own.of_row = (SELECT number FROM line_keys WHERE told = ?)
GROUP BY other.of_row, own.flags ORDER BY min(printf('%06d %s', coalesce(own.digits, 999999), units.id))
"""
_MET = """
SELECT told.told, own.flags, other.flags, count(*) FROM lines AS own
CROSS JOIN lines AS other INDEXED BY lines_by_unit ON other.unit = own.unit AND other.finding = own.finding
    AND other.of_column = own.of_column AND other.of_row <> own.of_row
JOIN line_keys AS told ON told.number = other.of_row
WHERE own.finding = ? AND own.of_column = (SELECT number FROM line_keys WHERE told = 'firm')
    AND own.of_row = (SELECT number FROM line_keys WHERE told = ?)
GROUP BY other.of_row, own.flags, other.flags
"""
_PAIRS = """
WITH met AS MATERIALIZED (
    SELECT own.unit, own.digits, other.of_row FROM lines AS own
    CROSS JOIN lines AS other INDEXED BY lines_by_unit ON other.unit = own.unit AND other.finding = own.finding
        AND other.of_column = own.of_column
    WHERE own.finding = ? AND own.of_column = (SELECT number FROM line_keys WHERE told = 'firm')
        AND own.of_row = (SELECT number FROM line_keys WHERE told = ?)
        AND +other.of_row IN (SELECT number FROM line_keys WHERE told IN (SELECT value FROM json_each(?)))
)
SELECT one.told, another.told, count(*), min(printf('%06d %s', coalesce(a.digits, 999999), units.id))
FROM met AS a CROSS JOIN met AS b ON b.unit = a.unit AND b.of_row > a.of_row
CROSS JOIN units ON units.number = a.unit
JOIN line_keys AS one ON one.number = a.of_row JOIN line_keys AS another ON another.number = b.of_row
GROUP BY a.of_row, b.of_row
"""
_PROCEDURES = """
SELECT own.unit, told.told, own.flags FROM lines AS own CROSS JOIN units ON units.number = own.unit
CROSS JOIN lines AS other INDEXED BY lines_by_unit ON other.unit = own.unit AND other.finding = own.finding
    AND other.of_column = (SELECT number FROM line_keys WHERE told = 'procedure')
JOIN line_keys AS told ON told.number = other.of_row
WHERE own.finding = ? AND own.of_column = (SELECT number FROM line_keys WHERE told = 'firm')
    AND own.of_row = (SELECT number FROM line_keys WHERE told = ?)
ORDER BY coalesce(own.digits, 999999), units.id
"""
_MEETINGS = """
SELECT own.unit FROM lines AS own
CROSS JOIN lines AS other INDEXED BY lines_by_unit ON other.unit = own.unit AND other.finding = own.finding
    AND other.of_column = own.of_column AND other.of_row <> own.of_row
WHERE own.finding = ? AND own.of_column = (SELECT number FROM line_keys WHERE told = 'firm')
    AND own.of_row = (SELECT number FROM line_keys WHERE told = ?)
    AND other.of_row IN (SELECT number FROM line_keys WHERE told IN (SELECT value FROM json_each(?)))
    AND other.flags & ? = ?
"""
_WON = """
SELECT unit FROM lines WHERE finding = ? AND of_column = (SELECT number FROM line_keys WHERE told = 'firm')
    AND of_row = (SELECT number FROM line_keys WHERE told = ?) AND flags & ?
"""


class CountOfProcedures(NamedTuple):
    """How many procedures of a firm the same is ``told`` of, with the same flags of the firm."""

    told: str
    flags: int
    procedures: int


class CountOfMeetings(NamedTuple):
    """How many procedures of a firm, with these flags of it, another one is in with these flags."""

    other: str
    flags: int
    other_flags: int
    procedures: int


class ProcedureOfFirm(NamedTuple):
    """A procedure of a firm, by the number of its unit."""

    unit: int
    told: str
    flags: int


class BidLines(KeptLines):
    """The lines of bids, read by firm.

    Methods raise :class:`archive.store.kept.units.KeptUnitsLost` as :meth:`KeptLines.totals` does. Lists are in the
    order of time of the (first) procedures.
    """

    def counts(self, firm: str) -> list[CountOfProcedures]:
        """Count the procedures of a firm."""
        with self._reading() as (connection, finding):
            return [CountOfProcedures(*row) for row in connection.execute(_COUNTS, (finding, firm))]

    def met(self, firm: str) -> list[CountOfMeetings]:
        """Count the other firms in its procedures, unsorted."""
        with self._reading() as (connection, finding):
            return [CountOfMeetings(*row) for row in connection.execute(_MET, (finding, firm))]

    def pairs(self, firm: str, among: Collection[str]) -> list[tuple[str, str, int, str]]:
        """Count the procedures of a firm in which two of these others met, unsorted; with the place in time of the
        first one."""
        with self._reading() as (connection, finding):
            return list(connection.execute(_PAIRS, (finding, firm, json.dumps([*among]))))

    def procedures(self, firm: str) -> list[ProcedureOfFirm]:
        """Return the procedures of a firm."""
        with self._reading() as (connection, finding):
            return [ProcedureOfFirm(*row) for row in connection.execute(_PROCEDURES, (finding, firm))]

    def meetings(self, firm: str, others: Collection[str], *, has_other_won: bool | None = None) -> set[int]:
        """Return the units in which a firm met one with one of these keys, which may have to have won, or not."""
        flags = (0, 0) if has_other_won is None else (WON, WON if has_other_won else 0)
        with self._reading() as (connection, finding):
            values = finding, firm, json.dumps([*others]), *flags
            return {unit for (unit,) in connection.execute(_MEETINGS, values)}

    def won_by(self, firm: str) -> UnitFilter:
        """Return the procedures that a firm won, as a filter for the lines of findings."""
        with self._reading() as (_, finding):
            return UnitFilter(_WON, (finding, firm, WON))


def bid_lines(unit: int, told: str, firms: Mapping[str, bool], year: int | None) -> Iterator[KeptLine]:
    """Yield the lines of a procedure with these firms, by key with whether each won."""
    amount, awarded = None if year is None else str(year), IS_AWARDED if any(firms.values()) else 0
    yield KeptLine(unit, told, "procedure", NAMED, None, 0, 0, 0, 0, 0)
    for firm, has_won in firms.items():
        yield KeptLine(unit, firm, "firm", NAMED | awarded | (WON if has_won else 0), amount, 0, 0, 0, 0, 0)
