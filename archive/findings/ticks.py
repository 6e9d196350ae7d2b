"""Ticks: records that a person checked a number and its evidence at a value. They are stored as events of the log only.

A tick refers to a number by its address, with a digest of its value and facts at that time. If one of these has
changed, the tick is shown as outdated.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from weakref import WeakKeyDictionary

from archive.findings.table import Cell
from archive.store.catalog import Catalog
from archive.store.events import Event, EventName


@dataclass(frozen=True, slots=True)
class Tick:
    """A person's tick on the number at an address, with its ``value`` and ``digest`` at that time."""

    address: str
    value: str
    digest: str
    by: str
    at: datetime

    def holds(self, cell: Cell) -> bool:
        """Return whether the number still has the same value and facts."""
        return self.digest == digest_of(cell)


def digest_of(cell: Cell) -> str:
    """Return the digest of a number and of the evidence of its facts."""
    made_of = sorted(
        (proof.unit, proof.document, *((one.field, one.value, str(one.span)) if (one := proof.fact) else ()))
        for proof in cell.proofs
    )
    return hashlib.sha256(json.dumps([str(cell.number), made_of]).encode()).hexdigest()


def record_ticks(catalog: Catalog, numbers: Iterable[tuple[str, Cell]], by: str) -> None:
    """Record that a person checked the numbers at these addresses."""
    for address, cell in numbers:
        told = {"number": address, "value": str(cell.number), "digest": digest_of(cell), "by": by}
        catalog.events.record(EventName.VALIDATION, told)


def take_back(catalog: Catalog, address: str, by: str) -> None:
    """Record that a person undoes the tick of a number."""
    catalog.events.record(EventName.VALIDATION, {"number": address, "by": by})


class _Ticks:
    """The ticks of one catalog, updated from the last event that was read."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen = 0
        self._standing: dict[str, Tick] = {}

    def now(self, catalog: Catalog) -> Mapping[str, Tick]:
        with self._lock:
            for event in catalog.events.named(EventName.VALIDATION, self._seen):
                self._seen = event.number
                self._take(event)
            return dict(self._standing)

    def _take(self, event: Event) -> None:
        told = event.detail
        if "digest" in told:
            tick = Tick(told["number"], told["value"], told["digest"], told["by"], event.at)
            self._standing[tick.address] = tick
        else:
            self._standing.pop(told["number"], None)


_KEPT: WeakKeyDictionary[Catalog, _Ticks] = WeakKeyDictionary()


def ticks(catalog: Catalog) -> Mapping[str, Tick]:
    """Return the ticks that were not undone, by the address of their number."""
    return _KEPT.setdefault(catalog, _Ticks()).now(catalog)
