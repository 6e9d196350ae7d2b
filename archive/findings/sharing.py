"""What the rows of a finding share, so that rows and total can be reconciled.

A unit of several vendors is counted in the row of each and once in the total; an amount that they share is in the total
alone. The same holds for a document that is one of several units.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from archive.findings.definition import Definition, Measure
from archive.findings.speaking import Proof
from archive.findings.table import JOINT, Cell, Column, Row


def shared(rows: Sequence[Row], total: Row, columns: Sequence[Column], definition: Definition) -> Row | None:
    """The row that makes the numbers of all rows add up to the total; None if they do without it.

    Medians and other numbers of a range do not add up, nor do the units whose amounts a row lacks because they are
    shared: those are left empty.
    """
    cells = []
    for at, column in enumerate(columns):
        is_range = column.is_sum and definition.facts.measure is Measure.RANGE
        if is_range or column.id == JOINT:
            cells.append(Cell(None, (), 0, 0, 0))
        else:
            cells.append(_difference([row.cells[at] for row in rows], total.cells[at]))
    if not any(cell.number for cell in cells):
        return None
    return Row(("",) * len(definition.group), tuple(cells))


def _difference(of_rows: Sequence[Cell], total: Cell) -> Cell:
    number = (total.number or Decimal()) - sum((cell.number or Decimal() for cell in of_rows), Decimal())
    if not number:
        return Cell(None, (), 0, 0, 0)
    counted, in_rows = _counted([total]), _counted(of_rows)
    proofs = tuple(proof for key, proof in (counted[1] | in_rows[1]).items() if counted[0][key] != in_rows[0][key])
    units, documents = {proof.unit for proof in proofs}, {proof.document for proof in proofs}
    return Cell(number, proofs, len(units), len(documents), 0)


_Identity = tuple[str, str, str, str, str]


def _counted(cells: Sequence[Cell]) -> tuple[Counter[_Identity], dict[_Identity, Proof]]:
    """How often each proof stands in these cells."""
    proofs = [(_identity(proof), proof) for cell in cells for proof in cell.proofs]
    return Counter(key for key, _ in proofs), dict(proofs)


def _identity(proof: Proof) -> _Identity:
    fact = proof.fact
    told = (fact.field, fact.value, str(fact.span)) if fact else ("", "", "")
    return (proof.unit, proof.document, *told)
