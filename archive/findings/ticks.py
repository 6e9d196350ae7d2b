"""Ticks: who looked at a number and its words, when, and at which value. They are events of the log and nothing else.

A tick is on a number by its address, with a digest of its value and of the facts that made it then. Once one of those
is another, the tick no longer holds, and that is told instead.
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
    """A person's tick on the number of an address, at the ``value`` and with the ``digest`` that it had then."""

    address: str
    value: str
    digest: str
    by: str
    at: datetime

    def holds(self, cell: Cell) -> bool:
        """Return whether the number still is made of what it was made of."""
        return self.digest == digest_of(cell)


def digest_of(cell: Cell) -> str:
    """Return the digest of a number and of the words that make it."""
    made_of = sorted(
        (proof.unit, proof.document, *((one.field, one.value, str(one.span)) if (one := proof.fact) else ()))
        for proof in cell.proofs
    )
    return hashlib.sha256(json.dumps([str(cell.number), made_of]).encode()).hexdigest()


def record_ticks(catalog: Catalog, numbers: Iterable[tuple[str, Cell]], by: str) -> None:
    """Record that a person checked the numbers of these addresses."""
    for address, cell in numbers:
        told = {"number": address, "value": str(cell.number), "digest": digest_of(cell), "by": by}
        catalog.events.record(EventName.VALIDATION, told)


def take_back(catalog: Catalog, address: str, by: str) -> None:
    """Record that a person takes back the tick of a number."""
    catalog.events.record(EventName.VALIDATION, {"number": address, "by": by})


class _Ticks:
    """The ticks of one catalog, read on from the last event that was seen."""

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
    """Return the ticks that stand, by the address of their number."""
    return _KEPT.setdefault(catalog, _Ticks()).now(catalog)
