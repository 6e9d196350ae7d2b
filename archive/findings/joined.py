"""Numbers combined from several cells of a table: joined columns, rows with a number, amounts of money.

Sums of money are in a column per currency, with and without VAT. One procedure may be in several of them. So that it is
reported once, an amount on one basis excludes the units reported on an earlier basis.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from archive.findings.definition import EVERY, Definition, Measure
from archive.findings.measures import SEPARATOR, TOGETHER
from archive.findings.proofs import CellProofs, ProofPart, UnitSource
from archive.findings.table import ABSENT, DOCUMENTS, UNCLEAR, UNITS, Cell, Column, Table, TableRow

APART = (UNITS, DOCUMENTS, ABSENT, UNCLEAR)
"""The columns of every table besides the definition's own; one that counts documents has no :data:`DOCUMENTS`."""

BASES = ("without", "with", "unknown")
"""The bases of VAT in the order in which they are reported, unless a reader chooses one."""


@dataclass(frozen=True, slots=True)
class Joining:
    """Selection of a number: the row of ``key`` (:func:`row_of`) and the union of ``columns``.

    Units in a column of ``without`` are excluded. ``count`` selects what is counted instead of the column's own number:
    :data:`UNITS`, or the distinct values of a group with such units.
    """

    key: tuple[str | None, ...]
    columns: tuple[str, ...]
    without: tuple[str, ...] = ()
    count: str = ""


def own_columns(table: Table) -> list[Column]:
    """Return the definition's own columns."""
    return [column for column in table.columns if column.id not in APART]


def every_column(table: Table, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of the named columns that this table has; a name that ends in :data:`EVERY` stands for the
    definition's own columns with this prefix."""
    found: dict[str, None] = {}
    for name in columns:
        if name.endswith(EVERY):
            found |= dict.fromkeys(one.id for one in own_columns(table) if one.id.startswith(name.removesuffix(EVERY)))
        elif table.place_of(name) is not None:
            found[name] = None
    return tuple(found)


def row_of(table: Table, key: Sequence[str | None]) -> TableRow | None:
    """Return the row of a key; the total, if it is empty. If it is the first values of longer keys, return their rows
    combined, with each unit once."""
    row, group = table.row(key), table.definition.group
    if row is not None or len(key) >= len(group) or table.definition.facts.measure is Measure.RANGE:
        return row
    rows = [one for one in table.rows if one.key[: len(key)] == tuple(key)]
    of_all = {unit for one in rows for cell in _cells(table, one, (UNITS,)) for unit in cell.proofs.units}
    cells = (_combined(column, [one.cells[at] for one in rows], of_all) for at, column in enumerate(table.columns))
    return TableRow(tuple(key), tuple(cells)) if rows else None


def _combined(column: Column, cells: Sequence[Cell], of_all: Collection[int]) -> Cell:
    """Return the cell of a column for several rows, among the units ``of_all``."""
    parts, seen = list[ProofPart](), set[int]()
    for cell in cells:
        units = cell.proofs.units
        parts += cell.proofs.parts if seen.isdisjoint(units) else [_without(part, seen) for part in cell.proofs.parts]
        seen |= units
    proofs = CellProofs(_source(cells), parts)
    number = _sum(proofs) if column.is_sum else Decimal(len(seen))
    if column.id == DOCUMENTS:
        number = Decimal(proofs.counts.documents)
    return Cell(number, proofs, len(seen), len(of_all) - len(seen))


def _sum(proofs: CellProofs) -> Decimal | None:
    amounts = [amount for part in proofs.parts for amount in part.tally.amounts]
    return sum(amounts, Decimal()) if amounts else None


def joined(table: Table, asked: Joining) -> Cell | None:
    """Return the selected number with its proofs; None if the table has no such row, column or group."""
    row, columns = row_of(table, asked.key), asked.columns
    if row is None or not columns or any(table.place_of(id_) is None for id_ in (*columns, *asked.without)):
        return None
    if asked.count not in ("", UNITS):
        return (
            _of_rows(table, asked.count, columns) if asked.count in table.definition.group and not asked.key else None
        )
    cells = _cells(table, row, columns)
    if len(cells) == 1 and not asked.without and not asked.count:
        return cells[0]
    apart = {unit for cell in _cells(table, row, asked.without) for unit in cell.proofs.units}
    proofs = _together(cells, apart)
    units, of_row = len(proofs.units), _cells(table, row, (UNITS,))[0].units
    number: Decimal | None = Decimal(units)
    if not asked.count and len(columns) == 1 and table.columns[table.place_of(columns[0]) or 0].is_sum:
        number = _sum(proofs)
    return Cell(number, proofs, units, of_row - units)


def _cells(table: Table, row: TableRow, columns: Iterable[str]) -> list[Cell]:
    places = [table.place_of(id_) for id_ in columns]
    return [row.cells[place] for place in places if place is not None]


def _of_rows(table: Table, group: str, columns: Sequence[str]) -> Cell:
    at = table.definition.group.index(group)
    by_value: dict[str, list[Cell]] = {}
    for row in table.rows:
        value = row.key[at]
        cells = [cell for cell in _cells(table, row, columns) if cell.number]
        # A joint row of vendors counts for each of them.
        for one in (value or "").split(TOGETHER) if row.is_joint else (value,):
            if one and cells:
                by_value.setdefault(one, []).extend(cells)
    proofs = _together([cell for cells in by_value.values() for cell in cells])
    return Cell(Decimal(len(by_value)), proofs, len(proofs.units), 0)


def _together(cells: Sequence[Cell], apart: Collection[int] = ()) -> CellProofs:
    """Return the proofs of several cells, without those of excluded units."""
    parts = {id(part): part for cell in cells for part in cell.proofs.parts if part.tally.units}
    if apart:
        return CellProofs(_source(cells), [_without(part, apart) for part in parts.values()])
    return CellProofs(_source(cells), list(parts.values()))


def _without(part: ProofPart, apart: Collection[int]) -> ProofPart:
    units = part.tally.units
    return replace(part, tally=part.tally.where(lambda at: units[at] not in apart))


def _source(cells: Sequence[Cell]) -> UnitSource | None:
    return next((cell.proofs.source for cell in cells if cell.proofs.source), None)


def largest(table: Table, column: str) -> TableRow | None:
    """Return the row with the largest number of a column; None if several have it, or it is the row of unknown."""
    place = table.place_of(column)
    if place is None:
        return None
    numbers = [(row.cells[place].number or Decimal(), row) for row in table.rows]
    most = max((number for number, _ in numbers), default=Decimal())
    rows = [row for number, row in numbers if number == most]
    return rows[0] if most > 0 and len(rows) == 1 and None not in rows[0].key else None


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money of a row, in one currency and on one basis of VAT, with the units not reported on another."""

    joining: Joining
    cell: Cell
    currency: str
    basis: str


@dataclass(frozen=True, slots=True)
class MoneyColumn:
    """Columns of a table that differ only by currency and VAT. ``rest`` is the rest of their keys, possibly empty;
    ``columns`` are in the order in which they are reported."""

    rest: tuple[str, ...]
    columns: tuple[Column, ...]


def has_money(definition: Definition) -> bool:
    """Return whether a finding has columns of money, by currency and VAT."""
    facts = definition.facts
    return facts.measure.is_of_numbers and {"currency", "vat"} <= set(facts.columns)


def bases(definition: Definition) -> tuple[str, ...]:
    """Return the bases of VAT in the order in which they are reported: the reader's choice first."""
    return tuple(sorted(BASES, key=lambda one: one != definition.facts.vat))


def money_columns(table: Table) -> list[MoneyColumn]:
    """Return the columns of money of a finding."""
    if not has_money(table.definition):
        return []
    facts, found = table.definition.facts, dict[tuple[str, ...], list[Column]]()
    places = facts.columns.index("currency"), facts.columns.index("vat")
    for column in own_columns(table):
        parts = column.id.split(SEPARATOR)
        rest = tuple(part for at, part in enumerate(parts) if at not in places)
        found.setdefault(rest, []).append(column)
    units = Counter({column.id: table.total.cells[at].units for at, column in enumerate(table.columns)})
    by_currency = Counter[str]()
    for column in own_columns(table):
        by_currency[_part(column, table.definition, "currency")] += units[column.id]

    ordered = bases(table.definition)

    def order(column: Column) -> tuple[int, str, int]:
        currency, basis = (_part(column, table.definition, name) for name in ("currency", "vat"))
        return -by_currency[currency], currency, ordered.index(basis) if basis in ordered else len(ordered)

    return [MoneyColumn(rest, tuple(sorted(columns, key=order))) for rest, columns in found.items()]


def _part(column: Column, definition: Definition, name: str) -> str:
    return column.id.split(SEPARATOR)[definition.facts.columns.index(name)]


def amounts(table: Table, row: TableRow, money: MoneyColumn) -> list[Amount]:
    """Return the amounts of a row, each unit once per currency; the amount of most units first."""
    return sorted(_amounts(table, row, money), key=lambda one: -one.cell.units)


def _amounts(table: Table, row: TableRow, money: MoneyColumn) -> Iterator[Amount]:
    told: dict[str, list[str]] = {}
    for column in money.columns:
        currency, basis = (_part(column, table.definition, name) for name in ("currency", "vat"))
        before = tuple(told.setdefault(currency, []))
        apart: tuple[str, ...] = ()
        if before and table.definition.facts.measure is Measure.SUM and not row.is_shared:
            own, reported = (
                {unit for cell in _cells(table, row, ids) for unit in cell.proofs.units}
                for ids in ((column.id,), before)
            )
            if own <= reported:
                continue
            apart = () if own.isdisjoint(reported) else before
        joining = Joining(row.key, (column.id,), apart)
        cell = joined(table, joining)
        if cell is None or cell.number is None:
            continue
        told[currency].append(column.id)
        yield Amount(joining, cell, currency, basis)
