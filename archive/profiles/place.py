"""The profile of a municipality: its findings, procedures with missing papers, and information requests."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from archive.findings.definition import PROCEDURE, CountedUnit
from archive.findings.joined import own_columns
from archive.findings.kept.units import UnitChoice
from archive.findings.precedence import Proof
from archive.findings.table import Table, TableRow
from archive.findings.units import Counted
from archive.procedures.papers import Paper
from archive.procedures.stages import place as stage
from archive.profiles.tables import ProfileUnits
from archive.store.catalog import Catalog

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
        return min((one.paper.year for one in self.papers if one.paper and one.paper.year), default=None)


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

    @property
    def day(self) -> datetime.date | None:
        """The date of its first dated paper."""
        return min((paper.date for paper in self.unit.papers if paper.date), default=None)


@dataclass(frozen=True, slots=True)
class PlaceProfile:
    """The findings of a municipality: ``tables`` are those with rows by municipality first, over its units only, by
    finding."""

    municipality: str
    units: Mapping[CountedUnit, tuple[Counted, ...]]
    tables: Mapping[str, Table]
    procedures: tuple[ProcedureStory, ...]
    requests: tuple[RequestStory, ...]

    def by(self, name: str, *group: str) -> Table | None:
        """Return a finding, if it has rows by ``group``: its owner may have overridden it."""
        table = self.tables.get(name)
        return table if table is not None and table.definition.group == group else None

    @property
    def papers(self) -> int:
        """The number of its distinct documents."""
        return len(self.units[CountedUnit.DOCUMENTS])


def place_profile(home: Path, catalog: Catalog, municipality: str, vat: str = "") -> PlaceProfile:
    """Return the current profile of a municipality, by its official name; ``vat`` selects the prices.

    :raises archive.errors.UsageError: the VAT basis is unknown.
    """
    read = ProfileUnits.read(home, catalog, CountedUnit, UnitChoice(municipality=municipality), vat)
    tables = {}
    for name, definition in read.definitions.items():
        if definition.group[:1] == ("municipality",) and definition.is_of_units_alone:
            table = read.table(name, definition.group)
            if table is not None and table.rows:
                tables[name] = table
    units = {counts: tuple(some) for counts, some in read.units.items()}
    procedures = sorted(map(_procedure, units[CountedUnit.PROCEDURES]), key=_first_of)
    return PlaceProfile(municipality, units, tables, tuple(procedures), tuple(_requests(read)))


def _first_of(one: ProcedureStory) -> tuple[bool, int, datetime.date, str]:
    return one.year is None, one.year or 0, one.began or datetime.date.max, one.unit.id


def _procedure(unit: Counted) -> ProcedureStory:
    papers = [ProcedurePaper(paper.kind or "", paper) for paper in unit.papers]
    papers += [ProcedurePaper(kind, None) for kind in unit.missing]
    return ProcedureStory(unit, tuple(sorted(papers, key=lambda one: stage(one.kind or None))))


def _requests(read: ProfileUnits) -> Iterator[RequestStory]:
    """Yield the requests, the earliest first."""
    days, in_time, outcomes = (_by_unit(read.table(name, (PROCEDURE,))) for name in (DAYS, IN_TIME, OUTCOMES))
    found = []
    for unit in read.units[CountedUnit.REQUESTS]:
        of_days = [one for one in days.get(unit.id, ()) if one.column.endswith("median")]
        time, outcome = (next(iter(told.get(unit.id, ())), None) for told in (in_time, outcomes))
        first = of_days[0] if of_days else None
        found.append(
            RequestStory(
                unit,
                first.number if first else None,
                first is not None and first.column.startswith("sending"),
                first.proofs if first else time.proofs if time else (),
                time.column if time else None,
                outcome.column if outcome else None,
                outcome.proofs if outcome else (),
            )
        )
    return iter(sorted(found, key=lambda one: (one.day is None, one.day or datetime.date.max, one.unit.id)))


@dataclass(frozen=True, slots=True)
class _UnitNumber:
    column: str
    number: Decimal | None
    proofs: tuple[Proof, ...]


def _by_unit(table: Table | None) -> dict[str, list[_UnitNumber]]:
    """Return the numbers of a finding by unit."""
    return {} if table is None else {row.key[0] or "": list(_numbers(table, row)) for row in table.rows}


def _numbers(table: Table, row: TableRow) -> Iterable[_UnitNumber]:
    for column in own_columns(table):
        cell = row.cells[table.columns.index(column)]
        if cell.proofs:
            yield _UnitNumber(column.id, cell.number, tuple(cell.proofs))
