"""What a move has done, and what it found when it compared the new archive with the old one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from archive.store.transfer import TableState


@dataclass(slots=True)
class OriginalsReport:
    """Originals by what became of them, and their bytes. ``lacking`` are those that are damaged or missing where the
    archive was, ``verified`` those whose bytes were read at the new place and have the SHA-256 that is their name."""

    copied: int = 0
    present: int = 0
    bytes_copied: int = 0
    verified: int = 0
    bytes_verified: int = 0
    lacking: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MoveReport:
    """A move that was finished. ``tables`` were the same in both catalogs, ``events`` and ``head`` are the number and
    hash of the last event that was moved, ``later_events`` counts those that came into the source after it was read and
    are not in the new archive; ``units`` are the entries of the index of clauses."""

    source: str
    home: Path
    catalog: str
    documents: int
    pages: int
    originals: OriginalsReport
    tables: Mapping[str, TableState]
    events: int
    head: str | None
    later_events: int
    files: tuple[str, ...]
    generation: str
    indexed: int
    units: int
    seconds: Mapping[str, float]

    def as_json(self) -> dict[str, Any]:
        """As ``dosije move --json`` prints it."""
        return asdict(self) | {"home": str(self.home)}
