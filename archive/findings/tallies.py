"""Tallies: totals of units, with their proofs and summands."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from statistics import median
from typing import NamedTuple, Protocol

from archive.findings.precedence import Proof
from archive.model import FactStatus
from archive.store.kept.lines import AmountCount


class ProofCounts(NamedTuple):
    """Counts of facts (or documents without one), of their documents, and of facts that a person gave, confirmed, or
    disputes."""

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
"""The contribution of a unit to a cell: its number, flags, amount, and counts of proofs
(:class:`archive.findings.unit_rows.UnitLine`)."""


class Spread(NamedTuple):
    """The lowest summand, the highest, and the median: of an even number of them, the mean of the two middle ones."""

    lowest: Decimal
    median: Decimal
    highest: Decimal


class CellTally(Protocol):
    """The contributions of units to a cell (:class:`UnitTally`)."""

    @property
    def units(self) -> array[int]: ...
    @property
    def amounts(self) -> list[Decimal]: ...
    @property
    def proofs(self) -> array[int]: ...
    @property
    def documents(self) -> array[int]: ...
    @property
    def spoken_of(self) -> Mapping[int, Sequence[int]]: ...
    @property
    def count(self) -> int: ...
    @property
    def total(self) -> Decimal | None: ...
    @property
    def spread(self) -> Spread | None: ...
    @property
    def counts(self) -> ProofCounts: ...
    def with_amount(self, amount: Decimal) -> CellTally: ...
    def where(self, is_kept: Callable[[int], bool]) -> UnitTally: ...


class KeptTally:
    """Totals from stored lines; the units, all or those with one amount, are loaded on demand, and so are the
    ``amounts`` that make the spread, and the numbers of the ``units`` alone."""

    def __init__(
        self,
        read: Callable[[Decimal | None], UnitTally],
        count: int,
        total: Decimal | None = None,
        counts: ProofCounts | None = None,
        amounts: Callable[[], Sequence[AmountCount]] | None = None,
        units: Callable[[], array[int]] | None = None,
    ) -> None:
        self._read, self.count, self.total, self._counts, self._amounts = read, count, total, counts, amounts
        self._units = units

    @cached_property
    def _tally(self) -> UnitTally:
        return self._read(None)

    @cached_property
    def _known(self) -> Sequence[AmountCount]:
        return self._amounts() if self._amounts else ()

    @property
    def counts(self) -> ProofCounts:
        """See :attr:`UnitTally.counts`."""
        return self._tally.counts if self._counts is None else self._counts

    @property
    def spread(self) -> Spread | None:
        """See :attr:`UnitTally.spread`."""
        if not self._known:
            return self._tally.spread
        *_, highest = self._known
        below, above = (
            next(one.amount for one in self._known if one.until >= place)
            for place in ((highest.until + 1) // 2, highest.until // 2 + 1)
        )
        middle = below if highest.until % 2 else (below + above) / 2
        return Spread(self._known[0].amount, middle, highest.amount)

    def with_amount(self, amount: Decimal) -> CellTally:
        """See :meth:`UnitTally.with_amount`."""
        for one in self._known:
            if one.amount == amount:
                return KeptTally(lambda _: self._read(amount), one.units, None, ProofCounts(*one.counts))
        return self._tally.with_amount(amount)

    @cached_property
    def units(self) -> array[int]:
        """The numbers of the units."""
        return self._tally.units if self._units is None else self._units()

    @property
    def amounts(self) -> list[Decimal]:
        """The summand of each unit."""
        return self._tally.amounts

    @property
    def proofs(self) -> array[int]:
        """The number of proofs of each unit."""
        return self._tally.proofs

    @property
    def documents(self) -> array[int]:
        """The number of documents of these."""
        return self._tally.documents

    @property
    def spoken_of(self) -> Mapping[int, Sequence[int]]:
        """For units with facts that persons reviewed, the counts of these."""
        return self._tally.spoken_of

    def where(self, is_kept: Callable[[int], bool]) -> UnitTally:
        """See :meth:`UnitTally.where`."""
        return self._tally.where(is_kept)


@dataclass(frozen=True, slots=True)
class UnitTally:
    """The contributions of units to a cell: numbers of units, summands if they are summed, counts of proofs and
    documents, and, for units with facts that persons reviewed, the counts of these."""

    units: array[int] = field(default_factory=lambda: array("i"))
    amounts: list[Decimal] = field(default_factory=list)
    proofs: array[int] = field(default_factory=lambda: array("i"))
    documents: array[int] = field(default_factory=lambda: array("i"))
    spoken_of: dict[int, Sequence[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, lines: Sequence[Line]) -> UnitTally:
        """Sum the lines of one cell."""
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
        """Return the units at the indices that are kept."""
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
    def count(self) -> int:
        """The number of units."""
        return len(self.units)

    @property
    def total(self) -> Decimal | None:
        """The sum of the summands; None if there are none."""
        return sum(self.amounts, Decimal()) if self.amounts else None

    @property
    def spread(self) -> Spread | None:
        """The lowest, median and highest summand; None if there are none."""
        return Spread(min(self.amounts), median(self.amounts), max(self.amounts)) if self.amounts else None

    def with_amount(self, amount: Decimal) -> UnitTally:
        """Return the units with this summand."""
        return self.where(lambda at: self.amounts[at] == amount)

    @property
    def counts(self) -> ProofCounts:
        """The counts of all units: no document belongs to two."""
        spoken_of = map(sum, zip(*self.spoken_of.values(), strict=True)) if self.spoken_of else (0, 0, 0)
        return ProofCounts(sum(self.proofs), sum(self.documents), *spoken_of)


def uneven(in_rows: UnitTally, in_total: UnitTally) -> UnitTally:
    """Return the units that occur in the rows of a column more or less often than in its total."""
    of_rows, of_total, every = Counter(in_rows.units), Counter(in_total.units), UnitTally()
    every.add(in_rows)
    every.add(in_total)
    first = {unit: at for at, unit in reversed(list(enumerate(every.units)))}
    return every.where(lambda at: first[unit := every.units[at]] == at and of_rows[unit] != of_total[unit])
