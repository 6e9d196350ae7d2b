"""How many people live in a municipality. 139 of Serbia are known; of others nothing is said.

Left out are Belgrade's municipalities and towns of which the source counts a part as a place of its own (Niš, Novi Sad,
Požarevac, Užice, Vranje): its figure would not be of the whole.

The figures were taken from a table of municipalities by their official codes, which gives the year 2020 for each and
names public registers, but no publication. They are of the size of the estimates that the Statistical Office of the
Republic of Serbia makes each year, and were not compared with those: whoever prints a number per inhabitant should.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from archive.errors import Message

YEAR = 2020
"""The year that every figure is of."""

SOURCE = Message("figures of 2020, derived from Serbian public registers")
"""Where the figures come from."""


def _read() -> Mapping[str, int]:
    file = Path(__file__).with_name("population.csv")
    with file.open(encoding="utf-8", newline="") as lines:
        return MappingProxyType({row["municipality"]: int(row["population"]) for row in csv.DictReader(lines)})


POPULATION = _read()
"""People by the official name of the municipality, in Latin."""
