"""The word lists of the fact rules (places, bodies, kind markers, roles, months), as data files that readers can check.

A list is every file of its name: ``municipalities.rs.csv`` and ``municipalities.ba.csv`` are one list of places,
``kinds.toml`` and ``kinds.sq.toml`` one list of kind markers. To add a country or language, add files; see
``docs/gazetteer.md``. Entries are in Latin script with diacritics and are folded on loading, so one entry serves both
scripts.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_NEAR = frozenset({"RS", "BA", "ME", "HR", "XK"})


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality or city: its official name in Latin script, and aliases in other languages.

    ``country`` is the ISO 3166 code (XK for Kosovo).
    """

    name: str
    country: str
    aliases: tuple[str, ...]

    @property
    def is_near(self) -> bool:
        """Whether the country is one of those that most papers are of: what may be a place there is none elsewhere."""
        return self.country in _NEAR


@dataclass(frozen=True, slots=True)
class Settlement:
    """A town or village with a name of its own, in Latin script, and its municipality."""

    name: str
    municipality: str


@cache
def table(name: str) -> dict[str, Any]:
    """Return the content of ``<name>.toml`` and of every ``<name>.<language>.toml``, with their lists concatenated."""
    merged: dict[str, Any] = {}
    for _, content in _texts(name, "toml"):
        _merge(merged, tomllib.loads(content))
    return merged


@cache
def kinds_with(policy: str) -> frozenset[str]:
    """Return the document kinds to which a policy of ``kind_policies.toml`` applies.

    :raises KeyError: there is no such policy.
    """
    policies = table("kind_policies")
    policies["meaning"][policy]
    return frozenset(kind for kind, own in policies["kinds"].items() if policy in own)


def municipalities() -> Iterator[Municipality]:
    """Yield the rows of every ``municipalities.<country>.csv``."""
    for country, content in _texts("municipalities", "csv"):
        for row in csv.DictReader(content.splitlines()):
            aliases = tuple(alias for alias in row["aliases"].split(";") if alias)
            yield Municipality(row["name"], country.upper(), aliases)


def settlements() -> Iterator[Settlement]:
    """Yield the rows of every ``settlements.<country>.csv``."""
    for _, content in _texts("settlements", "csv"):
        for row in csv.DictReader(content.splitlines()):
            yield Settlement(row["name"], row["municipality"])


def _texts(name: str, ending: str) -> Iterator[tuple[str, str]]:
    """Yield country or language and text of every file of a list, the file without either first."""
    found = sorted(
        (file.name.split(".")[1:-1], file) for file in files(__name__).iterdir() if file.name.startswith(f"{name}.")
    )
    for parts, file in found:
        if file.name.endswith(f".{ending}"):
            yield ".".join(parts), file.read_text("utf-8")


def _merge(into: dict[str, Any], more: Mapping[str, Any]) -> None:
    for key, value in more.items():
        if isinstance(value, dict):
            _merge(into.setdefault(key, {}), value)
        elif isinstance(value, list):
            into[key] = [*into.get(key, ()), *value]
        else:
            into[key] = value
