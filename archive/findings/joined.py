"""Numbers of several cells of a table: of columns taken together, of rows that have a number, of amounts of money.

A sum of money stands in a column for each currency, with and without VAT. One procedure may be in several of them. So
that it is told once, an amount on one basis leaves out the units that an earlier basis has told.
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
"""The columns that every table has, beside those of the finding itself."""

BASES = ("without", "with", "unknown")
"""The bases of VAT in the order in which they are told, unless a reader asks for one."""


@dataclass(frozen=True, slots=True)
class Joining:
    """What makes a number: the row of ``key`` (the total, if it is empty) and ``columns``, taken together.

    Units in a column of ``without`` are left out. ``count`` says what is counted where the number is not the column's
    own: :data:`UNITS`, or a group, of which it counts the values that have such units.
    """

    key: tuple[str | None, ...]
    columns: tuple[str, ...]
    without: tuple[str, ...] = ()
    count: str = ""


def own_columns(table: Table) -> list[Column]:
    """Return the columns of the finding itself."""
    return [column for column in table.columns if column.id not in APART]


def every_column(table: Table, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of columns of this table that are named; a name that ends in :data:`EVERY` names those of the
    finding itself that begin so."""
    found: dict[str, None] = {}
    for name in columns:
        if name.endswith(EVERY):
            found |= dict.fromkeys(one.id for one in own_columns(table) if one.id.startswith(name.removesuffix(EVERY)))
        elif table.place_of(name) is not None:
            found[name] = None
    return tuple(found)


def joined(table: Table, asked: Joining) -> Cell | None:
    """Return the number with what makes it; None if the table has no such row, column or group."""
    row, columns = table.row(asked.key), asked.columns
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
        amounts = [amount for part in proofs.parts for amount in part.tally.amounts]
        number = sum(amounts, Decimal()) if amounts else None
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
        # A row of vendors together is of each of them.
        for one in (value or "").split(TOGETHER) if row.is_joint else (value,):
            if one and cells:
                by_value.setdefault(one, []).extend(cells)
    proofs = _together([cell for cells in by_value.values() for cell in cells])
    return Cell(Decimal(len(by_value)), proofs, len(proofs.units), 0)


def _together(cells: Sequence[Cell], apart: Collection[int] = ()) -> CellProofs:
    """Return the proofs of several cells, without those of the units that are told apart."""
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
    """Return the row with the largest number of a column; None if several have it, or it is of what is unknown."""
    place = table.place_of(column)
    if place is None:
        return None
    numbers = [(row.cells[place].number or Decimal(), row) for row in table.rows]
    most = max((number for number, _ in numbers), default=Decimal())
    rows = [row for number, row in numbers if number == most]
    return rows[0] if most > 0 and len(rows) == 1 and None not in rows[0].key else None


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money of a row, in one currency and on one basis of VAT, with the units not told on another."""

    joining: Joining
    cell: Cell
    currency: str
    basis: str


@dataclass(frozen=True, slots=True)
class MoneyColumn:
    """The columns of a table that are one column of money: they differ by currency and VAT alone. ``rest`` is what they
    have in common, empty if that is nothing; ``columns`` are in the order in which they are told."""

    rest: tuple[str, ...]
    columns: tuple[Column, ...]


def has_money(definition: Definition) -> bool:
    """Return whether a finding has columns of money, by currency and VAT."""
    facts = definition.facts
    return facts.measure.is_of_numbers and {"currency", "vat"} <= set(facts.columns)


def bases(definition: Definition) -> tuple[str, ...]:
    """Return the bases of VAT in the order in which they are told: first the one that the reader asks for."""
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
    """Return the amounts of a row, each unit once in each currency; first the one of most units."""
    return sorted(_amounts(table, row, money), key=lambda one: -one.cell.units)


def _amounts(table: Table, row: TableRow, money: MoneyColumn) -> Iterator[Amount]:
    told: dict[str, list[str]] = {}
    for column in money.columns:
        currency, basis = (_part(column, table.definition, name) for name in ("currency", "vat"))
        before = tuple(told.setdefault(currency, []))
        is_shared = row.is_shared or table.definition.facts.measure is not Measure.SUM
        joining = Joining(
            row.key, (column.id,), () if is_shared or not _overlap(table, row, column.id, before) else before
        )
        cell = joined(table, joining)
        if cell is None or cell.number is None:
            continue
        told[currency].append(column.id)
        yield Amount(joining, cell, currency, basis)


def _overlap(table: Table, row: TableRow, column: str, others: Sequence[str]) -> bool:
    """Return whether a unit is in a column and in one of the others."""
    own, before = (
        {unit for cell in _cells(table, row, ids) for unit in cell.proofs.units} for ids in ((column,), others)
    )
    return not own.isdisjoint(before)
