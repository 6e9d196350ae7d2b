"""Mentions of made-up firms."""

from __future__ import annotations

from archive.vendors.entities import Entity
from archive.vendors.identity import Mention


def mention(number: int, name: str, failed: str = "", **numbers: str) -> Mention:
    """A name that document ``number`` prints, as that of a vendor who bid."""
    told = tuple(sorted(numbers.items()))
    return Mention(f"{number:064x}", name, won=True, bid=True, numbers=told, failed=frozenset(failed.split()))


def printed(found: list[Entity]) -> list[set[str]]:
    """The names printed for each entity."""
    return sorted((set(entity.names) for entity in found), key=lambda names: (-len(names), sorted(names)))
