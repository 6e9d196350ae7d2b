"""Proofs of numbers: the units are known, and their facts are loaded on demand.

A number of a large archive may have a hundred thousand units. The number of proofs of each is stored; the proofs are
recomputed from the unit by the counting rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Protocol, overload

from archive.findings.precedence import Proof
from archive.findings.tallies import CellTally, ProofCounts, counts_of
from archive.findings.unit_rows import ColumnKey, RowKey, UnitRows


class UnitSource(Protocol):
    """Where the units of a table are read from. Units are identified by number."""

    def ordered(self, units: Iterable[int]) -> list[int]:
        """Return the numbers in the order of units."""

    def ids(self, units: Iterable[int]) -> frozenset[str]:
        """Return the ids of units."""

    def read(self, units: Iterable[int]) -> Iterator[UnitRows]:
        """Yield units by number, in the order given."""

    def prepare(self, units: Collection[int]) -> None:
        """Prefetch units, in batches."""


@dataclass(frozen=True, slots=True)
class ProofPart:
    """The units of one column of a row; of the total, if the key is empty."""

    row: RowKey
    column: ColumnKey
    tally: CellTally


@dataclass(frozen=True, slots=True)
class Tallies:
    """The totals of all units, by row and column, and of the table. ``joint`` are joint rows of vendors, ``notes`` are
    counted notes. ``uneven`` returns the units that occur in the rows of a column more or less often than in its
    total."""

    uneven: Callable[[ColumnKey], CellTally]
    rows: dict[RowKey, dict[ColumnKey, CellTally]] = field(default_factory=dict)
    total: dict[ColumnKey, CellTally] = field(default_factory=dict)
    joint: set[RowKey] = field(default_factory=set)
    notes: Counter[tuple[str, ...]] = field(default_factory=Counter)


_AT_ONCE = 500
"""Most units that are read at once."""


class CellProofs(Sequence[Proof]):
    """The proofs of a number, grouped by unit. For joined columns, each proof occurs once."""

    def __init__(self, source: UnitSource | None = None, parts: Sequence[ProofPart] = ()) -> None:
        self._source, self._parts = source, parts

    @property
    def source(self) -> UnitSource | None:
        """The source of its units."""
        return self._source

    @property
    def parts(self) -> Sequence[ProofPart]:
        """The columns and rows that it is made of."""
        return self._parts

    @cached_property
    def counts(self) -> ProofCounts:
        """The numbers of proofs."""
        return self._parts[0].tally.counts if len(self._parts) == 1 else counts_of(self._read)

    @property
    def units(self) -> frozenset[int]:
        """The numbers of the units."""
        return frozenset(unit for part in self._parts for unit in part.tally.units)

    def unit_ids(self) -> frozenset[str]:
        """Return the ids of the units, without reading what proves anything."""
        return self._source.ids(self.units) if self._source else frozenset()

    def first_units(self, most: int) -> list[int]:
        """Return its first units, enough for ``most`` proofs."""
        return self._in_order[:most]

    def __len__(self) -> int:
        return self.counts.proofs

    def __bool__(self) -> bool:
        return any(part.tally.counts.proofs for part in self._parts)

    def __iter__(self) -> Iterator[Proof]:
        return self._of(self._in_order)

    @cached_property
    def _read(self) -> tuple[Proof, ...]:
        return tuple(iter(self))

    @overload
    def __getitem__(self, at: int) -> Proof: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Proof, ...]: ...

    def __getitem__(self, at: int | slice) -> Proof | tuple[Proof, ...]:
        if isinstance(at, int):
            return self[at : at + 1 or None][0]
        first, last, step = at.indices(len(self))
        if step < 0:
            return self._read[at]
        units, passed = self._in_order, 0
        if len(self._parts) == 1:
            tally, start = self._parts[0].tally, 0
            count = dict(zip(tally.units, tally.proofs, strict=True))
            while start < len(units) and passed + count[units[start]] <= first:
                passed, start = passed + count[units[start]], start + 1
            units = units[start:]
        at_once = min(max(last - passed, 1), _AT_ONCE)
        return tuple(islice(self._of(units, at_once), first - passed, max(first, last) - passed, step))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CellProofs) and self.counts == other.counts and self._read == other._read

    def __hash__(self) -> int:
        return hash(self.counts)

    @cached_property
    def _in_order(self) -> list[int]:
        return self._source.ordered(self.units) if self._source and self._parts else []

    def _of(self, every: Sequence[int], at_once: int = _AT_ONCE) -> Iterator[Proof]:
        for at in range(0, len(every), at_once):
            yield from self._of_some(every[at : at + at_once])

    def _of_some(self, units: Sequence[int]) -> Iterator[Proof]:
        if self._source is None:
            return
        made_of: Mapping[int, list[ProofPart]] = {unit: [] for unit in units}
        for part in self._parts:
            for unit in part.tally.units:
                if unit in made_of:
                    made_of[unit].append(part)
        for number, placed in zip(units, self._source.read(units), strict=True):
            proofs = [proof for part in made_of[number] for proof in placed.proofs(part.row, part.column)]
            yield from proofs if len(made_of[number]) == 1 else _once(proofs)


def first_proofs(numbers: Sequence[CellProofs], most: int) -> list[tuple[Proof, ...]]:
    """Return the first proofs of each of these numbers; their units are read together, all of them if they are few."""
    source = next((one.source for one in numbers if one.source), None)
    if source is not None:
        source.prepare(frozenset[int]().union(*(one.units for one in numbers)))
        source.prepare({unit for one in numbers for unit in one.first_units(most)})
    return [one[:most] for one in numbers]


NO_PROOFS = CellProofs()
"""The proofs of nothing."""


def _once(proofs: Iterable[Proof]) -> Iterable[Proof]:
    found: dict[tuple[str, str], Proof] = {}
    for proof in proofs:
        told = f"{proof.fact.field} {proof.fact.value} {proof.fact.span} {proof.number}" if proof.fact else ""
        found.setdefault((proof.document, told), proof)
    return found.values()


class ReadUnits:
    """Units in memory, identified by their index in a list."""

    def __init__(self, units: Sequence[UnitRows]) -> None:
        self._units = units

    def ordered(self, units: Iterable[int]) -> list[int]:
        """Return the numbers in the order of the list."""
        return sorted(units)

    def ids(self, units: Iterable[int]) -> frozenset[str]:
        """Return the ids of units."""
        return frozenset(self._units[one].unit.id for one in units)

    def read(self, units: Iterable[int]) -> Iterator[UnitRows]:
        """Yield units by number."""
        return (self._units[one] for one in units)

    def prepare(self, units: Collection[int]) -> None:
        """Do nothing: all units are in memory."""
