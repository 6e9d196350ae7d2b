"""The table of a finding as shown on a page: compact, with one money column, or complete.

The compact table has the row labels, the number of units, and the finding's own numbers. Unknown units are noted beside
the units; rows without any known value are collapsed below it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from archive.findings.definition import Definition
from archive.findings.joined import (
    Amount,
    Joining,
    MoneyColumn,
    amounts,
    bases,
    has_money,
    money_columns,
    own_columns,
)
from archive.findings.measures import SEPARATOR, STATISTICS
from archive.findings.sentences import VAT_BASES
from archive.findings.table import ABSENT, UNCLEAR, UNITS, Cell, Column, Table, TableRow
from webapp.languages.translation import gettext, number, said
from webapp.links import profile_url
from webapp.pages.findings.picture import drawn_column
from webapp.pages.findings.wording import group_name, notes_on, row_heads, shown_number
from webapp.pages.parts import Link
from webapp.state import ALL_COLUMNS, FindingState


@dataclass(frozen=True, slots=True)
class NumberCell:
    """A number of a table.

    ``url`` links to what makes it, ``clip`` to the crop of a page with it, ``bar`` is its percentage of the largest one
    in its column, ``notes`` say what it is made of, ``more`` are further numbers of the cell with notes.
    """

    text: str
    url: str | None
    bar: int | None = None
    notes: tuple[str, ...] = ()
    more: tuple[Link, ...] = ()
    clip: str | None = None
    is_zero: bool = False


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A row of a table: labels and numbers; ``links`` lead from labels to profiles."""

    heads: tuple[str, ...]
    cells: tuple[NumberCell, ...]
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingTable:
    """The table.

    ``heads`` and ``columns`` are links that sort, ``basis`` is the VAT basis of amounts; ``last`` are the shared row,
    if there is one, and the total. ``folded`` are rows without known values, each with its units.
    """

    heads: tuple[Link, ...]
    columns: tuple[Link, ...]
    basis: str | None
    rows: tuple[NumberRow, ...]
    last: tuple[NumberRow, ...]
    folded: tuple[tuple[str, Link], ...]
    other: Link


CellOf = Callable[[TableRow], NumberCell]


def is_known(row: TableRow, table: Table) -> bool:
    """Return whether a row has a value in the finding's own columns; True if there are none."""
    own = [row.cells[table.columns.index(column)] for column in own_columns(table)]
    return not own or any(cell.number for cell in own)


def sorted_by(table: Table, state: FindingState) -> str:
    """Return the id of the column that rows are sorted by; empty for the order of the groups.

    Firms are sorted by value unless their name is asked for: who got most is the question.
    """
    group, money = table.definition.group, money_columns(table)
    if not state.sort and group == ("vendor",) and money:
        return _most_known(table, money[0]).id
    return "" if state.sort in group else state.sort


def in_order(rows: Sequence[TableRow], table: Table, by: str) -> list[TableRow]:
    """Return rows by the numbers of a column, largest first.

    Amounts of different currencies or VAT bases are not compared: those of the other columns follow, column by column.
    """
    if not by:
        return list(rows)
    money = next((one.columns for one in money_columns(table) if by in {column.id for column in one.columns}), ())
    others = sorted(money, key=lambda column: -_cell(table, table.total, column.id).units)
    columns = dict.fromkeys((by, *(column.id for column in others)))

    def place(row: TableRow) -> tuple[int, Decimal]:
        numbers = enumerate(_cell(table, row, id_).number for id_ in columns)
        return next(((at, -number) for at, number in numbers if number), (len(columns) if money else 0, Decimal()))

    return sorted(rows, key=place)


def _most_known(table: Table, money: MoneyColumn) -> Column:
    return max(money.columns, key=lambda column: _cell(table, table.total, column.id).units)


def present_table(
    table: Table, rows: Sequence[TableRow], unknown: Sequence[TableRow], state: FindingState
) -> FindingTable:
    """Return the table with ``rows``; ``unknown`` are those to collapse."""
    is_whole = state.columns == ALL_COLUMNS
    columns = [_plain(table, column, state) for column in table.columns] if is_whole else list(_slim(table, state))
    definition, by = table.definition, sorted_by(table, state)
    by_group = definition.group[0] if sorted_by(table, state.sorted_by("")) else ""
    other = (
        Link(gettext("Fewer columns"), state.with_columns("").url)
        if is_whole
        else Link(gettext("All columns"), state.with_columns(ALL_COLUMNS).url)
    )
    of_units = table.columns[table.place_of(UNITS) or 0]
    return FindingTable(
        heads=tuple(Link(group_name(one), state.sorted_by(by_group).url, not by) for one in definition.group),
        columns=tuple(link for link, _ in columns),
        basis=_basis(table) if has_money(definition) and not is_whole else None,
        rows=tuple(
            NumberRow(row_heads(row, definition), tuple(cell(row) for _, cell in columns), _links(row, definition))
            for row in rows
        ),
        last=tuple(
            NumberRow(row_heads(row, definition), tuple(replace(cell(row), bar=None) for _, cell in columns))
            for row in table.every_row[len(table.rows) :]
        ),
        folded=tuple(
            (
                " · ".join(row_heads(row, definition)),
                Link(shown_number(_cell(table, row, UNITS).number), state.cell_url(row, of_units)),
            )
            for row in unknown
        ),
        other=other,
    )


def _links(row: TableRow, definition: Definition) -> tuple[str, ...]:
    """Return the profile URL for each label of a row; empty without one."""
    return tuple(
        "" if value is None or row.is_joint else profile_url(group, value)
        for group, value in zip(definition.group, row.key, strict=True)
    )


def _cell(table: Table, row: TableRow, column: str) -> Cell:
    place = table.place_of(column)
    assert place is not None, "every table counts its units"
    return row.cells[place]


def _slim(table: Table, state: FindingState) -> Iterable[tuple[Link, CellOf]]:
    of_units = table.columns[table.place_of(UNITS) or 0]
    yield _head(table, of_units, state), lambda row: _units_cell(table, row, of_units, state)
    money = money_columns(table)
    if money:
        yield from (_money(table, one, state) for one in money)
    else:
        yield from (_plain(table, column, state) for column in own_columns(table))


def _head(table: Table, column: Column, state: FindingState) -> Link:
    return Link(said(column.label), state.sorted_by(column.id).url, column.id == sorted_by(table, state))


def _plain(table: Table, column: Column, state: FindingState) -> tuple[Link, CellOf]:
    # Only the column in the chart has bars.
    largest = _largest(table, [column]) if column == drawn_column(table, state) else Decimal()
    return _head(table, column, state), lambda row: _plain_cell(table, row, column, state, largest)


def _plain_cell(table: Table, row: TableRow, column: Column, state: FindingState, largest: Decimal) -> NumberCell:
    cell = _cell(table, row, column.id)
    joining = Joining(row.key, (column.id,))
    return NumberCell(
        shown_number(cell.number),
        state.cell_url(row, column),
        bar=_bar(cell.number, largest),
        notes=notes_on(cell, column, table.definition, row),
        clip=state.number_url(joining, "/clip") if cell.proofs else None,
        is_zero=not cell.number,
    )


def _units_cell(table: Table, row: TableRow, column: Column, state: FindingState) -> NumberCell:
    """Return the number of units of a row, with notes on unknown ones."""
    cell, more = _cell(table, row, UNITS), []
    if is_known(row, table) and not row.is_shared:
        for id_ in (ABSENT, UNCLEAR):
            count = _cell(table, row, id_).number
            if count:
                label = said(next(one.label for one in table.columns if one.id == id_))
                told = gettext("%(label)s: %(count)s", label=label, count=number(count))
                more.append(Link(told, state.number_url(Joining(row.key, (id_,)))))
    return NumberCell(shown_number(cell.number), state.cell_url(row, column), more=tuple(more))


def _money(table: Table, money: MoneyColumn, state: FindingState) -> tuple[Link, CellOf]:
    counts = {column.id: _cell(table, table.total, column.id).units for column in money.columns}
    first = _most_known(table, money)
    # No bars for different currencies or VAT bases, whose lengths would not be comparable.
    largest = _largest(table, [first]) if sum(map(bool, counts.values())) == 1 else Decimal()
    is_sorted = sorted_by(table, state) in counts
    head = Link(_money_label(table, money), state.sorted_by(first.id).url, is_sorted)
    return head, lambda row: _money_cell(table, row, money, state, largest)


def _money_label(table: Table, money: MoneyColumn) -> str:
    labels, words = table.definition.labels, []
    for part in money.rest:
        words.append(said(part) if part in STATISTICS else said(labels.get(part, part).rstrip(":,")))
    return ", ".join(words) or gettext("Value")


def _basis(table: Table) -> str | None:
    """Return the VAT basis stated for the whole table: the first one with amounts."""
    at = table.definition.facts.columns.index("vat")
    present = {column.id.split(SEPARATOR)[at] for column in own_columns(table)}
    basis = next((one for one in bases(table.definition) if one in present), None)
    return None if basis is None else said(VAT_BASES[basis])


def _money_cell(table: Table, row: TableRow, money: MoneyColumn, state: FindingState, largest: Decimal) -> NumberCell:
    told = amounts(table, row, money)
    if not told:
        return NumberCell(shown_number(None), None, is_zero=True)
    basis = _basis(table)
    texts = [(_amount_text(one, basis), state.number_url(one.joining)) for one in told]
    first = told[0]
    column = next(one for one in table.columns if one.id == first.joining.columns[0])
    return NumberCell(
        *texts[0],
        bar=_bar(first.cell.number, largest),
        notes=notes_on(first.cell, column, table.definition, row),
        more=tuple(Link(text, url) for text, url in texts[1:]),
        clip=state.number_url(first.joining, "/clip"),
    )


def _amount_text(amount: Amount, basis: str | None) -> str:
    """Return an amount such as ``48,500 EUR``, with its VAT basis if it differs from that of the table."""
    own = said(VAT_BASES[amount.basis]) if amount.basis in VAT_BASES else ""
    told = f"{shown_number(amount.cell.number)} {amount.currency}"
    return told if own in (basis, "") else f"{told} {own}"


def _largest(table: Table, columns: Sequence[Column]) -> Decimal:
    places = [table.columns.index(column) for column in columns]
    return max((row.cells[at].number or Decimal() for row in table.rows for at in places), default=Decimal())


def _bar(value: Decimal | None, largest: Decimal) -> int | None:
    return round(100 * (value or Decimal()) / largest) if largest > 0 else None
