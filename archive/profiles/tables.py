"""Findings over the units of one profile. Their rows equal those of the whole table, because a row depends on its units
only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from archive.findings.counting import run_over
from archive.findings.definition import CountedUnit, Definition
from archive.findings.files import as_asked, readable
from archive.findings.kept.as_of import chosen_now
from archive.findings.kept.units import UnitChoice
from archive.findings.table import UNITS, Cell, Table, TableRow
from archive.findings.units import Counted
from archive.store.catalog import Catalog


@dataclass(frozen=True, slots=True)
class ProfileUnits:
    """The units of a profile by kind, and counting of findings over them."""

    catalog: Catalog
    definitions: Mapping[str, Definition]
    units: Mapping[CountedUnit, Sequence[Counted]]

    @classmethod
    def read(
        cls, home: Path, catalog: Catalog, kinds: Iterable[CountedUnit], choice: UnitChoice, vat: str = ""
    ) -> ProfileUnits:
        """Read the selected units, and every valid definition; ``vat`` selects the prices.

        :raises archive.errors.UsageError: the VAT basis is unknown.
        """
        found, _ = readable(home)
        asked = (as_asked(one, home, vat) if vat and one.facts.field == "price" else one for one in found)
        return cls(catalog, {one.name: one for one in asked}, chosen_now(catalog, tuple(kinds), choice))

    def table(self, name: str, group: tuple[str, ...], among: Iterable[str] | None = None) -> Table | None:
        """Return a finding over these units, or over some of them by id, in rows by ``group``; None if there is no such
        finding, or it cannot be counted so."""
        definition = self.definitions.get(name)
        if definition is None or not definition.is_of_units_alone or definition.counts not in self.units:
            return None
        chosen = None if among is None else frozenset(among)
        units = [unit for unit in self.units[definition.counts] if chosen is None or unit.id in chosen]
        return run_over(replace(definition, group=group), self.catalog, units)


def cell(table: Table, row: TableRow, column: str) -> Cell:
    """Return the number of a row in a column of every table."""
    place = table.place_of(column)
    assert place is not None, "every table has it"
    return row.cells[place]


def units_of(table: Table, row: TableRow, columns: Iterable[str] = (UNITS,)) -> frozenset[str]:
    """Return the ids of the units of a row in some columns."""
    places = [place for place in map(table.place_of, columns) if place is not None]
    return frozenset(proof.unit for place in places for proof in row.cells[place].proofs)
