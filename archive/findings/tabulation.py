"""Making a table: the rows, columns and cells to which the units of a finding come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from archive.errors import Message
from archive.findings.definition import Definition, Measure
from archive.findings.derived.value import NOTHING, DerivationContext
from archive.findings.measures import SEPARATOR, STATISTICS, measured, told_notes
from archive.findings.municipalities import POPULATION
from archive.findings.precedence import Key
from archive.findings.proofs import CellProofs, ProofPart, ReadUnits, Tallies, UnitSource
from archive.findings.table import ABSENT, DOCUMENTS, UNCLEAR, UNITS, AsOf, Cell, Column, Table, TableRow
from archive.findings.table import NOTHING as NO_NUMBER
from archive.findings.tallies import CellTally, Line, UnitTally, uneven
from archive.findings.unit_rows import (
    IN_ROW,
    IN_TOTAL,
    IS_JOINT,
    NOTE,
    OF_ABSENT,
    OF_UNCLEAR,
    OF_UNITS,
    OWN,
    ColumnKey,
    RowKey,
    unit_rows,
)
from archive.findings.units import Counted
from archive.search.facets import label
from archive.text.folding import NaturalKey, natural_key


def table(
    definition: Definition, counted: Iterable[Counted], as_of: AsOf, context: DerivationContext = NOTHING
) -> Table:
    """Count these units."""
    found = [unit_rows(unit, definition, context) for unit in counted]
    lines: dict[tuple[RowKey, ColumnKey], list[Line]] = {}
    for at, unit in enumerate(found):
        for row, column, flags, number, counts in unit.lines(definition):
            lines.setdefault((row, column), []).append((at, flags, number, *counts))
    return table_of(definition, _tallies(lines), ReadUnits(found), as_of)


def _tallies(lines: Mapping[tuple[RowKey, ColumnKey], Sequence[Line]]) -> Tallies:
    """Sum lines to tallies per row and column."""
    of_rows, of_total = dict[tuple[RowKey, ColumnKey], UnitTally](), dict[ColumnKey, UnitTally]()

    def uneven_in(column: ColumnKey) -> UnitTally:
        every = UnitTally()
        for (_, other), tally in of_rows.items():
            if other == column:
                every.add(tally)
        return uneven(every, of_total.get(column) or UnitTally())

    tallies = Tallies(uneven_in)
    for (row, column), of_column in lines.items():
        if column[0] == NOTE:
            tallies.notes[column[1:]] += sum(int(line[2] or 0) for line in of_column)
            continue
        if in_row := [line for line in of_column if line[1] & IN_ROW]:
            of_rows[row, column] = UnitTally.of(in_row)
            tallies.rows.setdefault(row, {})[column] = of_rows[row, column]
            if any(line[1] & IS_JOINT for line in in_row):
                tallies.joint.add(row)
        if in_total := [line for line in of_column if line[1] & IN_TOTAL]:
            of_total.setdefault(column, UnitTally()).add(UnitTally.of(in_total))
    tallies.total.update(of_total)
    return tallies


def table_of(definition: Definition, tallies: Tallies, source: UnitSource, as_of: AsOf) -> Table:
    """Build the table from tallies."""
    keys = _column_keys((column[1:] for column in tallies.total if column[0] == OWN), definition)
    columns = _columns(keys, definition)
    counter = _CellMaker(definition, keys, columns, source)
    ordered = sorted(tallies.rows, key=row_order)
    rows = tuple(counter.row(key, tallies.rows[key], is_joint=key in tallies.joint) for key in ordered)
    total = counter.row((), tallies.total)
    shared = counter.shared(tallies, rows, total)
    return Table(definition, columns, rows, total, as_of, tuple(told_notes(tallies.notes, definition)), shared)


def row_order(key: Sequence[str | None]) -> list[tuple[bool, NaturalKey]]:
    """Return the sort key of a row: its values, numbers by size, unknown last."""
    return [(value is None, natural_key(value or "")) for value in key]


def _column_keys(found: Iterable[Key], definition: Definition) -> list[Key]:
    """Return the keys of the columns in the order of the definition's labels, then others."""
    if definition.facts.buckets:
        return [(bucket.label,) for bucket in definition.facts.buckets]
    order = {value: at for at, value in enumerate(definition.labels)}
    return sorted(
        found, key=lambda key: [(value != "", order.get(value, len(order)), natural_key(value)) for value in key]
    )


def _columns(keys: Iterable[Key], definition: Definition) -> tuple[Column, ...]:
    is_of_numbers = definition.facts.measure.is_of_numbers
    own = (
        Column(id_, _label(_head(key, definition), statistic), is_of_numbers)
        for id_, (key, statistic) in _own_columns(keys, definition).items()
    )
    first: tuple[Column, ...] = (Column(UNITS, str(definition.counts).capitalize()), Column(DOCUMENTS, "Documents"))
    if str(definition.counts) == DOCUMENTS:
        first = first[:1]
    return (*first, *own, Column(ABSENT, definition.absent), Column(UNCLEAR, Message("Unclear")))


def _own_columns(keys: Iterable[Key], definition: Definition) -> dict[str, tuple[Key, str]]:
    """Return the definition's own columns by id: the key that each counts, and the statistic of a range."""
    statistics = STATISTICS if definition.facts.measure is Measure.RANGE else ("",)
    columns = [(key, statistic) for key in keys for statistic in statistics]
    return {SEPARATOR.join((*key, statistic) if statistic else key): (key, statistic) for key, statistic in columns}


def _label(head: str, statistic: str) -> str:
    if head.endswith(":") and statistic:
        return Message("%(our_head)s: %(our_rest)s", our_head=head[:-1], our_rest=statistic)
    return f"{head} {statistic}" if statistic else head


def _head(key: Key, definition: Definition) -> str:
    if definition.facts.field == "missing":
        return label("kind", key[0])
    return " ".join(definition.labels.get(value, value) for value in key if value) or Message("Not stated")


_APART = {UNITS: OF_UNITS, DOCUMENTS: OF_UNITS, ABSENT: OF_ABSENT, UNCLEAR: OF_UNCLEAR}


_NO_UNITS = UnitTally()


class _CellMaker:
    """Builds the cells of a table from tallies."""

    def __init__(
        self, definition: Definition, keys: Sequence[Key], columns: Sequence[Column], source: UnitSource
    ) -> None:
        self._definition, self._columns, self._source = definition, columns, source
        self._own = _own_columns(keys, definition)

    def row(self, key: RowKey, tallies: Mapping[ColumnKey, CellTally], *, is_joint: bool = False) -> TableRow:
        """Return a row; the total, if the key is empty."""
        inhabitants = None
        if self._definition.per_inhabitants and key:
            inhabitants = POPULATION.get(key[self._definition.group.index("municipality")] or "")
        of_row = tallies[(OF_UNITS,)].count if tallies else 0
        cells = []
        for column in self._columns:
            if column.id in self._own:
                cells.append(self._own_cell(key, column.id, tallies, of_row, inhabitants))
            else:
                part = self._part(key, (_APART[column.id],), tallies)
                units, counts = part.tally.count, part.tally.counts
                number = counts.documents if column.id == DOCUMENTS else units
                cells.append(Cell(Decimal(number), CellProofs(self._source, [part]), units, of_row - units))
        return TableRow(key, tuple(cells), inhabitants, is_joint=is_joint)

    def _part(self, row: RowKey, column: ColumnKey, tallies: Mapping[ColumnKey, CellTally]) -> ProofPart:
        return ProofPart(row, column, tallies.get(column, _NO_UNITS))

    def _own_cell(
        self, row: RowKey, id_: str, tallies: Mapping[ColumnKey, CellTally], of_row: int, inhabitants: int | None
    ) -> Cell:
        key, statistic = self._own[id_]
        having = self._part(row, (OWN, *key), tallies)
        number, making = measured(self._definition.facts.measure, statistic, having.tally)
        per = None
        if inhabitants and self._definition.per_inhabitants and having.tally.count and number is not None:
            per = Fraction(number) * self._definition.per_inhabitants / inhabitants
        part = having if making is having.tally else replace(having, tally=making)
        proofs = CellProofs(self._source, [part])
        return Cell(number, proofs, making.count, of_row - having.tally.count, per)

    def shared(self, tallies: Tallies, rows: Sequence[TableRow], total: TableRow) -> TableRow | None:
        """Return the row of shared units, by which the rows exceed the total; None if there are none. A unit of several
        vendors is counted in the row of each, and once in the total.

        Medians and other statistics of a range do not add up and are left empty.
        """
        if "vendor" not in self._definition.group:
            return None
        cells = []
        for at, column in enumerate(self._columns):
            is_range = column.is_sum and self._definition.facts.measure is Measure.RANGE
            of_rows = sum((row.cells[at].number or Decimal() for row in rows), Decimal())
            number = (total.cells[at].number or Decimal()) - of_rows
            cells.append(NO_NUMBER if is_range or not number else self._shared_cell(column.id, number, tallies))
        if not any(cell.number for cell in cells):
            return None
        return TableRow(("",) * len(self._definition.group), tuple(cells))

    def _shared_cell(self, id_: str, number: Decimal, tallies: Tallies) -> Cell:
        column = (OWN, *self._own[id_][0]) if id_ in self._own else (_APART[id_],)
        shared = tallies.uneven(column)
        return Cell(number, CellProofs(self._source, [ProofPart((), column, shared)]), shared.count, 0)
