"""The table of a finding: rows of cells, each with the proofs of its number."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from archive.findings.definition import Definition
from archive.findings.proofs import NO_PROOFS, CellProofs

UNITS, DOCUMENTS, ABSENT, UNCLEAR = "units", "documents", "absent", "unclear"
"""The columns of every row: counted units, their documents, and the units outside of all other columns: those without
the fact, and unclear ones."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column. ``id`` names it in URLs; ``is_sum``: its numbers are sums instead of counts of units."""

    id: str
    label: str
    is_sum: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A number and its proofs. A sum is None, not 0, if no amount is known.

    ``units`` is the number of units in it, ``unknown`` that of the row's other units. ``per`` is the rate per
    inhabitants, as defined. ``proofs`` are loaded on demand.
    """

    number: Decimal | None
    proofs: CellProofs
    units: int
    unknown: int
    per: Fraction | None = None

    @property
    def documents(self) -> int:
        """The number of its documents."""
        return self.proofs.counts.documents

    @property
    def persons(self) -> int:
        """The number of its facts that a person corrected or confirmed."""
        return self.corrected + self.confirmed

    @property
    def corrected(self) -> int:
        """The number of its facts that a person gave."""
        return self.proofs.counts.corrected

    @property
    def confirmed(self) -> int:
        """The number of its extracted facts that a person confirmed."""
        return self.proofs.counts.confirmed

    @property
    def disputed(self) -> int:
        """The number of its disputed facts (:mod:`archive.findings.units`)."""
        return self.proofs.counts.disputed


NOTHING = Cell(None, NO_PROOFS, 0, 0)
"""An empty cell."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row. ``key`` has a value for each group, None if unknown; ``cells`` are in the order of columns. ``is_joint``:
    it is of several vendors with joint amounts, whose names are all in the key."""

    key: tuple[str | None, ...]
    cells: tuple[Cell, ...]
    inhabitants: int | None = None
    is_joint: bool = False

    @property
    def is_shared(self) -> bool:
        """Whether it is :attr:`Table.shared`."""
        return bool(self.key) and not any(part is None or part for part in self.key)


@dataclass(frozen=True, slots=True)
class AsOf:
    """The state of the archive that a table was made from: the newest event of the catalog and the index generation.

    ``event`` is 0 in an empty archive.
    """

    event: int
    at: datetime.datetime | None
    hash: str | None
    generation: str


@dataclass(frozen=True, slots=True)
class Table:
    """A counted finding. ``total`` counts each unit once, even if it is in several rows.

    ``shared`` is the difference of the total and the rows, or None; negative for units that several rows count. Its key
    has an empty text for each group.

    ``notes`` state gaps: past facts that were not kept, amounts without a rate.
    """

    definition: Definition
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    total: TableRow
    as_of: AsOf
    notes: tuple[str, ...] = ()
    shared: TableRow | None = None

    @property
    def every_row(self) -> tuple[TableRow, ...]:
        """The rows, the shared row, and the total, as files and pages list them."""
        return (*self.rows, self.total) if self.shared is None else (*self.rows, self.shared, self.total)

    def place_of(self, column: str) -> int | None:
        """Return the index of a column by its id."""
        return next((at for at, one in enumerate(self.columns) if one.id == column), None)

    def row(self, key: Sequence[str | None]) -> TableRow | None:
        """Return the row with this key; the total, if it is empty."""
        return next((row for row in self.every_row if row.key == tuple(key)), None)
