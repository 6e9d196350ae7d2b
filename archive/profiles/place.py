"""The profile of a municipality: its findings, procedures with missing papers, and information requests."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar, overload

from archive.findings.counting import run_over, run_over_lines
from archive.findings.definition import PROCEDURE, CountedUnit, Definition
from archive.findings.files import as_asked, readable
from archive.findings.joined import own_columns
from archive.findings.kept.as_of import few_units, file_now
from archive.findings.kept.units import UnitChoice, UnitOfPlace, reading_one_state, units_at, units_of_place
from archive.findings.precedence import Proof
from archive.findings.table import Cell, Table, TableRow
from archive.findings.unit_rows import fields_counted
from archive.findings.units import Counted
from archive.procedures.papers import Paper
from archive.procedures.stages import place as stage
from archive.store.catalog import Catalog
from archive.store.kept.lines import UnitFilter
from archive.store.kept.units import KeptUnits, KeptUnitsLost

DAYS, IN_TIME, OUTCOMES = "foi-days", "foi-in-time", "foi-outcomes"
"""The findings on information requests."""


@dataclass(frozen=True, slots=True)
class ProcedurePaper:
    """A paper of a procedure; ``paper`` is None if the archive lacks one of this ``kind``."""

    kind: str
    paper: Paper | None


@dataclass(frozen=True, slots=True)
class ProcedureStory:
    """A procedure with its papers in the order of stages, including missing ones."""

    unit: Counted
    papers: tuple[ProcedurePaper, ...]

    @property
    def began(self) -> datetime.date | None:
        """The date of its first dated paper."""
        return min((one.paper.date for one in self.papers if one.paper and one.paper.date), default=None)

    @property
    def year(self) -> int | None:
        """The year of its first paper with a year."""
        return self.unit.year


@dataclass(frozen=True, slots=True)
class RequestStory:
    """An information request. ``days`` are counted from receipt, or from sending if ``is_sent``; ``proofs`` are the
    dates. ``time`` states whether that was in time, ``outcome`` the result: column ids of the findings, None if
    unknown; ``told`` is the evidence of the outcome."""

    unit: Counted
    days: Decimal | None
    is_sent: bool
    proofs: tuple[Proof, ...]
    time: str | None
    outcome: str | None
    told: tuple[Proof, ...]


Story = TypeVar("Story")


class StoriesOfPlace(Sequence[Story]):
    """Procedures or requests in the order of time, read when they are first looked at."""

    def __init__(self, units: Sequence[UnitOfPlace], read: Callable[[Sequence[int]], Sequence[Story]]) -> None:
        self.units, self._read, self._known = units, read, dict[int, Story]()

    def __len__(self) -> int:
        return len(self.units)

    @overload
    def __getitem__(self, at: int) -> Story: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Story]: ...

    def __getitem__(self, at: int | slice) -> Any:
        numbers = [one.number for one in ([self.units[at]] if isinstance(at, int) else self.units[at])]
        if new := [number for number in numbers if number not in self._known]:
            self._known.update(zip(new, self._read(new), strict=True))
        found = [self._known[number] for number in numbers]
        return found[0] if isinstance(at, int) else found

    def __iter__(self) -> Iterator[Story]:
        return iter(self[:])


@dataclass(frozen=True, slots=True)
class PlaceProfile:
    """The findings of a municipality: ``papers`` counts its documents without copies, ``tables`` are those with rows by
    municipality first, over its units only, by finding. ``missing`` counts the papers that each of its procedures
    lacks."""

    municipality: str
    papers: int
    tables: Mapping[str, Table]
    procedures: StoriesOfPlace[ProcedureStory]
    requests: StoriesOfPlace[RequestStory]

    def by(self, name: str, *group: str) -> Table | None:
        """Return a finding, if it has rows by ``group``: its owner may have overridden it."""
        table = self.tables.get(name)
        return table if table is not None and table.definition.group == group else None

    @property
    def missing(self) -> Sequence[int]:
        """How many papers each of its procedures lacks."""
        return [len(one.missing) for one in self.procedures.units]

    @property
    def days_known(self) -> int:
        """Of how many requests the days until the answer are known."""
        table = self.tables.get(DAYS)
        if table is None:
            return sum(one.days is not None for one in self.requests)
        cells = zip(table.columns, table.total.cells, strict=True)
        return len(frozenset[int]().union(*(cell.proofs.units for column, cell in cells if _tells_days(column.id))))


def place_profile(
    home: Path, catalog: Catalog, municipality: str, vat: str = "", only: Sequence[Definition] | None = None
) -> PlaceProfile:
    """Return the current profile of a municipality, by its name in any script, without diacritics; ``vat`` selects the
    prices.

    :param only: count these findings only; by default all.
    :raises archive.errors.UsageError: the VAT basis is unknown.
    :raises archive.errors.FindingsBehind: what it is counted from is computed in the background.
    """
    named = catalog.facts.values_like("municipality", municipality)
    municipality = named[0] if len(named) == 1 else municipality
    found = readable(home)[0] if only is None else only
    definitions = [as_asked(one, home, vat) if vat and one.facts.field == "price" else one for one in found]
    with suppress(KeptUnitsLost):
        if kept := file_now(catalog):
            return _Place(catalog, definitions, municipality, *kept).profile()
    few = few_units(catalog, tuple(CountedUnit), UnitChoice(municipality=municipality))
    return _Place(catalog, definitions, municipality, *few).profile()


@dataclass(frozen=True, slots=True)
class _Place:
    """The units of a municipality in a file of units."""

    catalog: Catalog
    definitions: Sequence[Definition]
    municipality: str
    file: KeptUnits
    stamp: str

    def profile(self) -> PlaceProfile:
        """Return its profile.

        :raises KeptUnitsLost: the file is of another state, or cannot be written.
        """
        tables = {
            one.name: table
            for one in self.definitions
            if one.group[:1] == ("municipality",) and one.is_of_units_alone
            for table in [self._table(one)]
            if table.rows
        }
        procedures, requests = map(self._units, (CountedUnit.PROCEDURES, CountedUnit.REQUESTS))
        procedures.sort(key=lambda one: (one.year is None, one.year or 0, _day(one), one.id))
        requests.sort(key=lambda one: (_day(one), one.id))
        return PlaceProfile(
            self.municipality,
            len(self.file.ids_in(CountedUnit.DOCUMENTS, self.municipality, self.stamp)),
            tables,
            StoriesOfPlace(procedures, self._procedures),
            StoriesOfPlace(requests, self._requests),
        )

    def _units(self, counts: CountedUnit) -> list[UnitOfPlace]:
        return units_of_place(self.file, self.stamp, counts, self.municipality)

    def _table(self, definition: Definition) -> Table:
        query = "SELECT number FROM units WHERE counts = ? AND municipality = ?"
        among = UnitFilter(query, (definition.counts, self.municipality))
        made = run_over_lines(definition, self.catalog, (self.file, self.stamp), among)
        if made is not None:
            return made
        numbers = [one.number for one in self._units(definition.counts)]
        return run_over(definition, self.catalog, self._read(numbers, definition))

    def _read(self, numbers: Sequence[int], *definitions: Definition) -> list[Counted]:
        """Return units with the facts that findings count.

        :raises ArchiveBusy: the documents changed since the profile was counted.
        """
        fields = sorted({field for one in definitions for field in fields_counted(one)})
        with reading_one_state():
            return list(units_at(self.file, self.stamp, numbers, fields))

    def _procedures(self, numbers: Sequence[int]) -> list[ProcedureStory]:
        return list(map(_procedure, self._read(numbers)))

    def _requests(self, numbers: Sequence[int]) -> list[RequestStory]:
        asked = [
            replace(one, group=(PROCEDURE,))
            for one in self.definitions
            if one.name in (DAYS, IN_TIME, OUTCOMES) and one.is_of_units_alone
        ]
        units = self._read(numbers, *asked)
        found = {one.name: _by_unit(run_over(one, self.catalog, units)) for one in asked}
        days, in_time, outcomes = (found.get(name, {}) for name in (DAYS, IN_TIME, OUTCOMES))
        return [
            _request(unit, days.get(unit.id, ()), in_time.get(unit.id, ()), outcomes.get(unit.id, ())) for unit in units
        ]


def _day(one: UnitOfPlace) -> str:
    """Return the date of the first dated paper of a unit; what has none comes last."""
    day, _, _ = one.place.partition(" ")
    return day


def cell(table: Table, row: TableRow, column: str) -> Cell:
    """Return the number of a row in a column of every table."""
    place = table.place_of(column)
    assert place is not None, "every table has it"
    return row.cells[place]


def _procedure(unit: Counted) -> ProcedureStory:
    papers = [ProcedurePaper(paper.kind or "", paper) for paper in unit.papers]
    papers += [ProcedurePaper(kind, None) for kind in unit.missing]
    return ProcedureStory(unit, tuple(sorted(papers, key=lambda one: stage(one.kind or None))))


def _request(
    unit: Counted, days: Sequence[_UnitNumber], in_time: Sequence[_UnitNumber], outcomes: Sequence[_UnitNumber]
) -> RequestStory:
    of_days = [one for one in days if _tells_days(one.column)]
    time, outcome = (next(iter(told), None) for told in (in_time, outcomes))
    first = of_days[0] if of_days else None
    return RequestStory(
        unit,
        first.number if first else None,
        first is not None and first.column.startswith("sending"),
        first.proofs if first else time.proofs if time else (),
        time.column if time else None,
        outcome.column if outcome else None,
        outcome.proofs if outcome else (),
    )


def _tells_days(column: str) -> bool:
    return column.endswith("median")


@dataclass(frozen=True, slots=True)
class _UnitNumber:
    column: str
    number: Decimal | None
    proofs: tuple[Proof, ...]


def _by_unit(table: Table) -> dict[str, list[_UnitNumber]]:
    """Return the numbers of a finding by unit."""
    return {row.key[0] or "": list(_numbers(table, row)) for row in table.rows}


def _numbers(table: Table, row: TableRow) -> Iterable[_UnitNumber]:
    for column in own_columns(table):
        cell = row.cells[table.columns.index(column)]
        if cell.proofs:
            yield _UnitNumber(column.id, cell.number, tuple(cell.proofs))
