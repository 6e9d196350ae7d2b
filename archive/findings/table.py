"""The table of a finding: rows of cells, each of which knows the facts that make its number."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from archive.findings.definition import Definition
from archive.findings.proofs import NO_PROOFS, CellProofs

UNITS, DOCUMENTS, ABSENT, UNCLEAR = "units", "documents", "absent", "unclear"
"""The columns that every row has: what is counted, its documents, and the units that no other column can count: those
without the fact, and those of which it is unclear."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column. ``id`` names it in addresses; ``is_sum`` says that its numbers are sums and no counts of units."""

    id: str
    label: str
    is_sum: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A number and what makes it. A sum of nothing known is None and not 0.

    ``units`` is how many of them it is made from, ``unknown`` the units of the row that it does not count. ``per`` is
    the number per so many inhabitants as the definition says. ``proofs`` are read when somebody asks for them.
    """

    number: Decimal | None
    proofs: CellProofs
    units: int
    unknown: int
    per: Fraction | None = None

    @property
    def documents(self) -> int:
        """How many documents it is made from."""
        return self.proofs.counts.documents

    @property
    def persons(self) -> int:
        """How many of its facts a person corrected or confirmed."""
        return self.corrected + self.confirmed

    @property
    def corrected(self) -> int:
        """How many of its facts a person gave."""
        return self.proofs.counts.corrected

    @property
    def confirmed(self) -> int:
        """How many of its facts a rule read and a person confirmed."""
        return self.proofs.counts.confirmed

    @property
    def disputed(self) -> int:
        """How many of its facts are disputed (:mod:`archive.findings.units`)."""
        return self.proofs.counts.disputed


NOTHING = Cell(None, NO_PROOFS, 0, 0)
"""A cell of which nothing is told."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row. ``key`` has a value for each group, None if unknown; ``cells`` are in the order of columns. ``is_joint``:
    it is of several vendors who share its amounts; all their names stand in the key."""

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

    ``event`` is 0 in an archive in which nothing has happened.
    """

    event: int
    at: datetime.datetime | None
    hash: str | None
    generation: str


@dataclass(frozen=True, slots=True)
class Table:
    """A counted finding. ``total`` counts each unit once, even if it is in several rows.

    ``shared`` is what to add to the rows for the total, or None: below 0, what several rows count; its key has an empty
    text for each group.

    ``notes`` name gaps: facts of the past that were not kept, amounts without a rate.
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
        """The rows, what they share, and the total, as files and pages list them."""
        return (*self.rows, self.total) if self.shared is None else (*self.rows, self.shared, self.total)

    def place_of(self, column: str) -> int | None:
        """Return the index of a column by its id."""
        return next((at for at, one in enumerate(self.columns) if one.id == column), None)

    def row(self, key: Sequence[str | None]) -> TableRow | None:
        """Return the row of this key; the total, if it is empty."""
        return next((row for row in self.every_row if row.key == tuple(key)), None)
