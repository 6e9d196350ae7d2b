"""What several units come to: how many proofs they have, and what each adds."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from archive.findings.precedence import Proof
from archive.model import FactStatus


class ProofCounts(NamedTuple):
    """How many facts (or documents without one) there are, of how many documents; how many facts a person gave,
    confirmed, or disputes."""

    proofs: int = 0
    documents: int = 0
    corrected: int = 0
    confirmed: int = 0
    disputed: int = 0


def counts_of(proofs: Collection[Proof]) -> ProofCounts:
    """Count proofs."""
    statuses = [proof.fact.status for proof in proofs if proof.fact is not None]
    return ProofCounts(
        len(proofs),
        len({proof.document for proof in proofs}),
        statuses.count(FactStatus.CORRECTED),
        statuses.count(FactStatus.CONFIRMED),
        sum(proof.is_disputed for proof in proofs),
    )


Line = tuple[int, int, Decimal | None, int, int, int, int, int]
"""What a unit adds to a column of a row: its number, flags, amount, and counts of proofs
(:class:`archive.findings.unit_rows.UnitLine`)."""


@dataclass(frozen=True, slots=True)
class UnitTally:
    """What units add to a cell: the numbers by which they are known, what each adds where that is reckoned with, how
    many proofs and documents each has, and, of those with facts that persons spoke of, how many."""

    units: array[int] = field(default_factory=lambda: array("i"))
    amounts: list[Decimal] = field(default_factory=list)
    proofs: array[int] = field(default_factory=lambda: array("i"))
    documents: array[int] = field(default_factory=lambda: array("i"))
    spoken_of: dict[int, Sequence[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, lines: Sequence[Line]) -> UnitTally:
        """What lines of one cell come to."""
        if not lines:
            return cls()
        units, _, amounts, proofs, documents, *spoken_of = zip(*lines, strict=True)
        by_unit: dict[int, Sequence[int]] = {}
        if any(map(any, spoken_of)):
            by_unit = {unit: told for unit, *told in zip(units, *spoken_of, strict=True) if any(told)}
        known = [amount for amount in amounts if amount is not None]
        return cls(array("i", units), known, array("i", proofs), array("i", documents), by_unit)

    def add(self, other: UnitTally) -> None:
        """Add the units of another cell."""
        self.units.extend(other.units)
        self.amounts.extend(other.amounts)
        self.proofs.extend(other.proofs)
        self.documents.extend(other.documents)
        self.spoken_of.update(other.spoken_of)

    def where(self, is_kept: Callable[[int], bool]) -> UnitTally:
        """Some of its units: those at the places that are kept."""
        places = [at for at in range(len(self.units)) if is_kept(at)]
        units = array("i", (self.units[at] for at in places))
        return UnitTally(
            units,
            [self.amounts[at] for at in places] if self.amounts else [],
            array("i", (self.proofs[at] for at in places)),
            array("i", (self.documents[at] for at in places)),
            {unit: self.spoken_of[unit] for unit in units if unit in self.spoken_of} if self.spoken_of else {},
        )

    @property
    def counts(self) -> ProofCounts:
        """What all of them have together: no document is of two units."""
        spoken_of = map(sum, zip(*self.spoken_of.values(), strict=True)) if self.spoken_of else (0, 0, 0)
        return ProofCounts(sum(self.proofs), sum(self.documents), *spoken_of)
