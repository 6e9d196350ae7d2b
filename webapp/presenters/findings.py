"""The pages of findings: the list, a table, and what makes one number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import groupby

from archive.findings.definition import Definition
from archive.findings.records import Shown
from archive.findings.table import Cell, Column, Row, Table
from archive.model import FactStatus
from webapp.contexts.common import Link
from webapp.contexts.findings import (
    CellContext,
    FindingContext,
    FindingRow,
    FindingsContext,
    NumberCell,
    NumberRow,
    ProofRow,
)
from webapp.finding_tables import cell_path, method_lines
from webapp.links import document_url, finding_file_url, finding_url
from webapp.presenters.facts import present_evidence
from webapp.presenters.wording import counted, detail, fact_value, field_label
from webapp.search_state import SearchState

PROOFS_SHOWN = 200
"""Facts behind a number that are listed at once."""

_NONE_KNOWN = "–"
_FILES = ("csv", "xlsx", "json")


def present_findings(found: Iterable[Definition], wrong: Mapping[str, str]) -> FindingsContext:
    """The list of findings; of those whose file is ``wrong``, what is wrong with it."""
    rows = [FindingRow(Link(one.title, finding_url(one.name)), one.about) for one in found]
    rows += [FindingRow(Link(name, finding_url(name)), "", trouble) for name, trouble in wrong.items()]
    return FindingsContext(SearchState(), tuple(rows))


def present_finding(table: Table, sort: str | None) -> FindingContext:
    """A finding, its rows by the column ``sort`` with the largest number first, or by what they are grouped by."""
    definition = table.definition
    place = table.place_of(sort) if sort else None
    rows = table.rows if place is None else sorted(table.rows, key=lambda row: _order(row, place))
    largest = [
        max((_known(row.cells[at]) for row in table.rows), default=Decimal()) for at in range(len(table.columns))
    ]
    url = finding_url(definition.name)
    return FindingContext(
        state=SearchState(),
        title=definition.title,
        about=definition.about,
        heads=tuple(Link(group.capitalize(), url, place is None) for group in definition.group),
        columns=tuple(Link(c.label, finding_url(definition.name, c.id), c.id == sort) for c in table.columns),
        rows=tuple(_row(row, table, largest) for row in rows),
        total=_row(table.total, table, None),
        files=tuple(Link(form.upper(), finding_file_url(definition.name, form)) for form in _FILES),
        method=method_lines(table)[2:],
    )


def _order(row: Row, place: int) -> Decimal:
    return -_known(row.cells[place])


def _known(cell: Cell) -> Decimal:
    return cell.number or Decimal()


def _row(row: Row, table: Table, largest: Sequence[Decimal] | None) -> NumberRow:
    cells = []
    for at, (column, cell) in enumerate(zip(table.columns, row.cells, strict=True)):
        bar = None
        if largest and largest[at]:
            bar = round(100 * _known(cell) / largest[at])
        path = cell_path(table.definition.name, row, column)
        cells.append(NumberCell(_number(cell), path, bar, _notes(cell, column, table.definition, row)))
    return NumberRow(_heads(row, table.definition), tuple(cells))


def _heads(row: Row, definition: Definition) -> tuple[str, ...]:
    if not row.key:
        return ("All", *("" for _ in definition.group[1:]))
    return tuple(value or "Unknown" for value in row.key)


def _number(cell: Cell) -> str:
    if cell.number is None:
        return _NONE_KNOWN
    return f"{cell.number:,.0f}" if cell.number == cell.number.to_integral_value() else f"{cell.number:,.2f}"


def _notes(cell: Cell, column: Column, definition: Definition, row: Row) -> tuple[str, ...]:
    notes = []
    noun = str(definition.counts).removesuffix("s")
    if column.is_sum and cell.unknown:
        notes.append(f"{cell.units:,} of {counted(cell.units + cell.unknown, noun)}")
    if cell.per is not None:
        per = f"{definition.per_inhabitants:,} inhabitants" if definition.per_inhabitants != 1 else "inhabitant"
        notes.append(f"{float(cell.per):,.2f} per {per} ({row.inhabitants:,})")
    if cell.persons:
        notes.append(f"{counted(cell.persons, 'fact')} by a person")
    return tuple(notes)


def present_cell(
    table: Table, row: Row, column: Column, cell: Cell, proofs: Sequence[Shown], first: int
) -> CellContext:
    """What makes a number: its facts from number ``first`` on, which are ``proofs``."""
    definition = table.definition
    heads = " · ".join(filter(None, (*_heads(row, definition), column.label)))
    made = (
        counted(cell.documents, "document"),
        counted(cell.units, str(definition.counts).removesuffix("s")),
        f"{cell.unknown:,} not counted here",
    )
    path = cell_path(definition.name, row, column)
    total = len(cell.proofs)
    starts = range(1, total + 1, PROOFS_SHOWN) if total > PROOFS_SHOWN else ()
    return CellContext(
        state=SearchState(),
        title=heads,
        back=Link(definition.title, finding_url(definition.name)),
        number=_number(cell),
        notes=(*made, *_notes(cell, column, definition, row)),
        units=tuple(
            (unit, tuple(map(_proof, of_unit))) for unit, of_unit in groupby(proofs, lambda one: one.proof.unit)
        ),
        parts=tuple(Link(f"from {start}", f"{path}&first={start}", start == first) for start in starts),
    )


def _proof(one: Shown) -> ProofRow:
    fact, state = one.proof.fact, SearchState()
    document = Link(one.title, document_url(one.proof.document, state))
    if fact is None:
        return ProofRow(document, None, None, None)
    details = ", ".join(detail(name, value) for name, value in fact.details.items())
    said = f"{field_label(fact.field)}: {fact_value(fact.field, fact.value)}" + (f" ({details})" if details else "")
    status = None if fact.status is FactStatus.EXTRACTED else str(fact.status)
    return ProofRow(document, said, present_evidence(fact, one.evidence, state), status)
