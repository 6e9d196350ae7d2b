"""Tables that were counted, kept in a process while nothing of what they are made of changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock
from weakref import WeakKeyDictionary

from archive.findings.definition import Definition, VatBasis
from archive.findings.table import AsOf, Table
from archive.findings.units import Counted
from archive.store.catalog import Catalog


class KeptTables:
    """The tables that were counted last of each catalog. One is as it was while the definition and the units are, and
    the day of the newest event, from which open requests are counted."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tables: WeakKeyDictionary[Catalog, OrderedDict[_Asked, _KeptTable]] = WeakKeyDictionary()

    def table(
        self,
        catalog: Catalog,
        definition: Definition,
        units: Sequence[Counted],
        as_of: AsOf,
        make: Callable[[], Table],
    ) -> Table:
        """The table of a finding over these units, as of now; ``make`` counts it."""
        asked = definition.name, definition.facts.vat, definition.convert
        today = None if as_of.at is None else as_of.at.date()
        with self._lock:
            of_catalog = self._tables.setdefault(catalog, OrderedDict())
            kept = of_catalog.get(asked)
        if kept is None or kept.units is not units or (kept.definition, kept.today) != (definition, today):
            kept = _KeptTable(definition, units, today, make())
            with self._lock:
                of_catalog[asked] = kept
                of_catalog.move_to_end(asked)
                while len(of_catalog) > _TABLES_KEPT:
                    of_catalog.popitem(last=False)
        return replace(kept.table, as_of=as_of)


_Asked = tuple[str, VatBasis, str | None]


@dataclass(frozen=True, slots=True)
class _KeptTable:
    definition: Definition
    units: Sequence[Counted]
    today: date | None
    table: Table


_TABLES_KEPT = 30
"""As many as there are findings, and some more for other bases of VAT and currencies."""

TABLES = KeptTables()
"""Those of this process."""
