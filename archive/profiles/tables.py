"""Findings over the units of one profile: their rows are those of the whole, as a row depends on its units alone."""

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
    """The units of a profile by what is counted, with what counts findings over them."""

    catalog: Catalog
    definitions: Mapping[str, Definition]
    units: Mapping[CountedUnit, Sequence[Counted]]

    @classmethod
    def read(
        cls, home: Path, catalog: Catalog, kinds: Iterable[CountedUnit], choice: UnitChoice, vat: str = ""
    ) -> ProfileUnits:
        """Read the units that are chosen, and every definition whose file can be read; ``vat`` says which prices count.

        :raises archive.errors.UsageError: there are no such prices.
        """
        found, _ = readable(home)
        asked = (as_asked(one, home, vat) if vat and one.facts.field == "price" else one for one in found)
        return cls(catalog, {one.name: one for one in asked}, chosen_now(catalog, tuple(kinds), choice))

    def table(self, name: str, group: tuple[str, ...], among: Iterable[str] | None = None) -> Table | None:
        """Return a finding over these units, or over those of some ids alone, in rows by ``group``; None if there is no
        such finding that can be counted so."""
        definition = self.definitions.get(name)
        if definition is None or not definition.is_of_units_alone or definition.counts not in self.units:
            return None
        chosen = None if among is None else frozenset(among)
        units = [unit for unit in self.units[definition.counts] if chosen is None or unit.id in chosen]
        return run_over(replace(definition, group=group), self.catalog, units)


def cell(table: Table, row: TableRow, column: str) -> Cell:
    """Return the number of a row in a column that every table has."""
    place = table.place_of(column)
    assert place is not None, "every table has it"
    return row.cells[place]


def units_of(table: Table, row: TableRow, columns: Iterable[str] = (UNITS,)) -> frozenset[str]:
    """Return the ids of the units of a row that some columns count."""
    places = [place for place in map(table.place_of, columns) if place is not None]
    return frozenset(proof.unit for place in places for proof in row.cells[place].proofs)
