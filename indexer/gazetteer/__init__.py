"""The lists that the fact rules read: places, bodies, kind markers, roles, months. Data files, so that a reader can
check them.

A list is every file of its name: ``municipalities.rs.csv`` and ``municipalities.ba.csv`` are one list of places,
``kinds.toml`` and ``kinds.sq.toml`` one list of kind markers. Another country or language is another set of files; see
``docs/gazetteer.md``. Everything is written in Latin script with diacritics and folded when it is loaded, so one entry
serves both scripts.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality or city by its official Latin name, with other names it is printed under (in other languages).

    ``country`` is the ISO 3166 code (XK for Kosovo).
    """

    name: str
    country: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settlement:
    """A town or village that is no municipality's namesake, by its Latin name, and the municipality it belongs to."""

    name: str
    municipality: str


@cache
def table(name: str) -> dict[str, Any]:
    """Return the content of ``<name>.toml`` and of every ``<name>.<language>.toml``, their lists joined in that
    order."""
    merged: dict[str, Any] = {}
    for _, content in _texts(name, "toml"):
        _merge(merged, tomllib.loads(content))
    return merged


@cache
def kinds_with(policy: str) -> frozenset[str]:
    """Return the kinds of documents of which a policy of ``kind_policies.toml`` holds.

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
    """Yield every file of a list, the plain one first: the country or language in its name, and its text."""
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
