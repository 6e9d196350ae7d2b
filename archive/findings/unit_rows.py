"""The rows and columns of a finding in which a unit is counted, and its contribution to each.

They depend on the unit only, so they are stored (:mod:`archive.findings.kept.lines`), and recomputed when a document of
the unit changes. A table is the sum of the lines of all units (:mod:`archive.findings.tabulation`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from archive.findings.definition import PROCEDURE, Definition, Measure
from archive.findings.derived import fields_of, heard
from archive.findings.derived.value import DerivationContext
from archive.findings.measures import TOGETHER, converted, notes_of
from archive.findings.precedence import Proof, UnitFacts, vendors_of
from archive.findings.tallies import ProofCounts, counts_of
from archive.findings.units import Counted
from archive.model.fields import NUMBER_FIELDS
from archive.procedures.papers import CONTRACT_KINDS, Paper

RowKey = tuple[str | None, ...]
"""The values of the groups of a row."""

ColumnKey = tuple[str, ...]
"""The key of a column: :data:`OWN` with the values that identify it, or one of the others."""

OWN, OF_UNITS, OF_ABSENT, OF_UNCLEAR, NOTE = "own", "units", "absent", "unclear", "note"
"""The first part of a column key. A note is not a column: it is counted for the notes below the table."""

IN_ROW, IN_TOTAL, IS_JOINT = 1, 2, 4
"""Flags of a line: it counts in its row; in the total; in its row, the amount is joint of several vendors."""


class UnitLine(NamedTuple):
    """The contribution of a unit to a cell: a ``number`` if it is a summand, and the count of proofs."""

    row: RowKey
    column: ColumnKey
    flags: int
    number: Decimal | None
    counts: ProofCounts


@dataclass(frozen=True, slots=True)
class UnitRows:
    """A unit in the rows of ``keys``. If rows are by vendor and amounts are summed, ``vendor_at`` is the index of the
    vendor in a key, and each proof has the vendors of its amount."""

    unit: Counted
    facts: UnitFacts
    keys: tuple[RowKey, ...]
    vendor_at: int | None = None

    def of_row(self, key: RowKey) -> UnitFacts:
        """Return the facts in a row, with the amounts of its vendors only, or in the total (without a key)."""
        if self.vendor_at is None or not key:
            return self.facts
        vendor = key[self.vendor_at]
        return self.facts.where(lambda one: row_of(one.vendors) == vendor)

    def proofs(self, row: RowKey, column: ColumnKey) -> tuple[Proof, ...]:
        """Return the proofs of a column in a row, or in the total."""
        if column[0] == OWN:
            return self.of_row(row).columns.get(column[1:], ())
        if column[0] == OF_UNCLEAR:
            return self.facts.unclear
        return tuple(Proof(self.unit.id, paper.id) for paper in self.unit.papers)

    def lines(self, definition: Definition) -> Iterator[UnitLine]:
        """Yield its contribution to each column of its rows, and to the total."""
        for note, count in notes_of(self.facts, definition).items():
            yield UnitLine((), (NOTE, *note), IN_TOTAL, Decimal(count), ProofCounts())
        is_total_told = False
        for key in self.keys:
            facts = self.of_row(key)
            flags = IN_ROW
            if not is_total_told and facts.columns == self.facts.columns:
                flags, is_total_told = IN_ROW | IN_TOTAL, True
            if any(len(proof.vendors or ()) > 1 for proof in facts.proofs):
                flags |= IS_JOINT
            yield from self._lines(key, facts, flags, definition)
        if not is_total_told:
            yield from self._lines((), self.facts, IN_TOTAL, definition)

    def _lines(self, row: RowKey, facts: UnitFacts, flags: int, definition: Definition) -> Iterator[UnitLine]:
        of_papers = ProofCounts(len(self.unit.papers), len(self.unit.papers))
        yield UnitLine(row, (OF_UNITS,), flags, None, of_papers)
        if facts.unclear:
            yield UnitLine(row, (OF_UNCLEAR,), flags, None, counts_of(facts.unclear))
        elif not facts.columns:
            yield UnitLine(row, (OF_ABSENT,), flags, None, of_papers)
        for key, proofs in facts.columns.items():
            number = facts.amount(key) if definition.facts.measure.is_of_numbers else None
            yield UnitLine(row, (OWN, *key), flags, number, counts_of(proofs))


def row_of(vendors: Iterable[str] | None) -> str | None:
    """Return the row of an amount, in rows by vendor: that of its vendor, or the joint row; None if the vendor is
    unknown."""
    return TOGETHER.join(sorted(vendors or ())) or None


def fields_counted(definition: Definition) -> Collection[str]:
    """Return the fields of facts that count, and those that tell of which contract an annex is. Those that identify the
    parties of a document are always loaded."""
    fields = dict.fromkeys(fields_of(definition.facts.field))
    if set(definition.facts.speaks) >= CONTRACT_KINDS:
        fields |= dict.fromkeys(("amount", *NUMBER_FIELDS))
    return (*fields, "exchange_rate") if definition.convert else tuple(fields)


def is_needed(unit: Counted, definition: Definition) -> bool:
    """Return whether a unit has a document of a kind that the finding needs."""
    return not definition.needs or any(paper.kind in definition.needs for paper in unit.papers)


def unit_rows(
    unit: Counted, definition: Definition, context: DerivationContext, told: UnitFacts | None = None
) -> UnitRows:
    """Compute the rows of a unit in a finding, of whose facts those that count may be known."""
    says = converted(told or heard(unit, definition.facts, context), unit, definition)
    papers = says.papers or tuple(p for p in unit.papers if p.kind in definition.needs) or unit.papers
    vendor_at = definition.group.index("vendor") if "vendor" in definition.group else None
    is_by_vendor = vendor_at is not None and definition.facts.measure is Measure.SUM
    named = frozenset[str]() if vendor_at is None else frozenset[str]().union(*map(vendors_of, papers))
    if is_by_vendor:
        says = _with_vendors(says, {paper.id: vendors_of(paper) for paper in papers}, named)
        shared = frozenset().union(*(proof.vendors or () for proof in says.proofs))
        vendors = {*(named - shared), *(row_of(proof.vendors) for proof in says.proofs)} or {None}
    else:
        vendors = set(named) or {None}
    first = min((paper for paper in unit.papers if _may_date(paper, definition)), key=_moment, default=papers[0])
    keys = tuple(
        tuple(vendor if group == "vendor" else _group(group, unit, first) for group in definition.group)
        for vendor in sorted(vendors, key=lambda one: one or "")
    )
    return UnitRows(unit, says, keys, vendor_at if is_by_vendor else None)


def _with_vendors(says: UnitFacts, named: Mapping[str, frozenset[str]], every: frozenset[str]) -> UnitFacts:
    """Add its vendors to each fact: those of its line, or else of its document; if neither names any, the only
    vendor."""
    only = every if len(every) == 1 else frozenset()
    columns = {
        key: tuple(replace(one, vendors=one.vendors or named.get(one.document) or only) for one in proofs)
        for key, proofs in says.columns.items()
    }
    return replace(says, columns=columns)


def _may_date(paper: Paper, definition: Definition) -> bool:
    """Return whether a document may date a unit: of a contract with annexes, only the contract does."""
    return not definition.facts.speaks or paper.kind in definition.facts.speaks


def _moment(paper: Paper) -> tuple[bool, int, str]:
    return paper.year is None, paper.year or 0, paper.id


def _group(group: str, unit: Counted, paper: Paper) -> str | None:
    if group == "municipality":
        return unit.municipality
    if group == "buyer":
        return unit.buyer
    if group == PROCEDURE:
        return unit.id
    if group == "year":
        return None if paper.year is None else str(paper.year)
    return next(iter(paper.known.facet_values()[group]), None)
