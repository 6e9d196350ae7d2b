"""The lists that the fact rules read: places, kind markers, roles, months. Data files, so that a reader can check them.

Everything is written in Latin script with diacritics and folded when it is loaded, so one entry serves both scripts.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality or city by its official Latin name, with other names it is printed under (in other languages)."""

    name: str
    country: str
    aliases: tuple[str, ...]


@cache
def table(name: str) -> dict[str, Any]:
    """The content of ``<name>.toml``."""
    return tomllib.loads((files(__name__) / f"{name}.toml").read_text("utf-8"))


def municipalities() -> Iterator[Municipality]:
    """The rows of ``municipalities.csv``."""
    lines = (files(__name__) / "municipalities.csv").read_text("utf-8").splitlines()
    for row in csv.DictReader(lines):
        aliases = tuple(alias for alias in row["aliases"].split(";") if alias)
        yield Municipality(row["name"], row["country"], aliases)
