"""Two runs of one finding beside each other: which numbers changed between them, and what happened that changed them.

A number that changed comes from procedures, requests or documents whose facts are not the same in both runs. What
happened to any of their documents between the runs is named as the reason, as far as it is on a field that the finding
counts or that says what belongs together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from archive.findings.counting import row_order
from archive.findings.happenings import Happening, What
from archive.findings.speaking import Proof
from archive.findings.table import UNITS, Cell, Row, Table
from archive.model.fields import FIELDS

PLACING_FIELDS = frozenset(
    {"kind", "year", "date", "deadline", "municipality", "buyer", "vendor", "bidder", "bids", "reference", "related"}
)
"""The fields that say which documents are of one procedure, what it lacks, and whose it is."""

Key = tuple[str | None, ...]
_Identity = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """A number that is not the same in both runs, or not made of the same facts. None where there was no such row.

    ``reasons`` are what happened to ``documents``, those of its units that changed; without any, it is in how documents
    belong together or copy each other.
    """

    key: Key
    column: str
    label: str
    before: Cell | None
    after: Cell | None
    documents: tuple[str, ...]
    reasons: tuple[Happening, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one run to another; the key of a cell of the total is empty."""

    before: Table
    after: Table
    cells: tuple[ChangedCell, ...]


def compare(before: Table, after: Table, happened: Sequence[Happening]) -> Comparison:
    """What changed.

    :param happened: all that happened between the two runs.
    """
    labels = {column.id: column.label for table in (before, after) for column in table.columns}
    keys = [row.key for row in (*after.rows, after.total)]
    keys += [row.key for row in before.rows if row.key not in set(keys)]
    papers = _papers(before), _papers(after)
    by_document: dict[str | None, list[Happening]] = {}
    for one in happened:
        if _matters(one, after):
            by_document.setdefault(one.document, []).append(one)
    cells = []
    for key in sorted(keys, key=lambda key: (not key, row_order(key))):
        rows = before.row(key), after.row(key)
        for column, label in labels.items():
            was, now = _cell(before, rows[0], column), _cell(after, rows[1], column)
            if _is_same(was, now):
                continue
            units = _other(was, now) or _other(_cell(before, rows[0], UNITS), _cell(after, rows[1], UNITS))
            documents = tuple(sorted({id_ for of_table in papers for unit in units for id_ in of_table.get(unit, ())}))
            reasons = [one for id_ in documents for one in by_document.get(id_, ())]
            if "vendor" in after.definition.group or not reasons:
                reasons += by_document.get(None, ())
            ordered = tuple(sorted(reasons, key=lambda one: one.event))
            cells.append(ChangedCell(key, column, label, was, now, documents, ordered))
    return Comparison(before, after, tuple(cells))


def _matters(one: Happening, table: Table) -> bool:
    counted = table.definition.facts.field
    if one.what not in (What.DECIDED, What.UNDONE) or counted not in FIELDS:
        return True
    return one.field == counted or one.field in PLACING_FIELDS or one.field in table.definition.group


def _papers(table: Table) -> Mapping[str, set[str]]:
    """The documents of every unit."""
    cell = _cell(table, table.total, UNITS)
    found: dict[str, set[str]] = {}
    for proof in cell.proofs if cell else ():
        found.setdefault(proof.unit, set()).add(proof.document)
    return found


def _cell(table: Table, row: Row | None, column: str) -> Cell | None:
    place = table.place_of(column)
    return None if row is None or place is None else row.cells[place]


def _is_same(was: Cell | None, now: Cell | None) -> bool:
    if was is None or now is None:
        # A column or a row that came or went with nothing in it is no change.
        return not any(cell and (cell.number or cell.proofs) for cell in (was, now))
    return was.number == now.number and not _other(was, now)


def _other(was: Cell | None, now: Cell | None) -> set[str]:
    """The units of which a cell does not have the same facts in both runs."""
    old, new = _identities(was.proofs if was else ()), _identities(now.proofs if now else ())
    return {identity[0] for identity in old ^ new}


def _identities(proofs: Iterable[Proof]) -> set[_Identity]:
    return {
        (proof.unit, proof.document, proof.fact.field if proof.fact else "", proof.fact.value if proof.fact else "")
        for proof in proofs
    }
