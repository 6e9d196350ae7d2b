"""Tables that were counted, kept in a process while nothing of what they are made of changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock
from weakref import WeakKeyDictionary

from archive.findings.definition import Definition, VatBasis
from archive.findings.table import AsOf, Table
from archive.store.catalog import Catalog


class KeptTables:
    """The tables that were counted last of each catalog. One is as it was while the definition and the documents are,
    and the day of the newest event, from which open requests are counted."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tables: WeakKeyDictionary[Catalog, OrderedDict[_Asked, _KeptTable]] = WeakKeyDictionary()

    def table(
        self,
        catalog: Catalog,
        definition: Definition,
        state: str,
        as_of: AsOf,
        make: Callable[[], Table],
    ) -> Table:
        """The table of a finding in this state of the documents, as of now; ``make`` counts it."""
        asked = definition.name, definition.facts.vat, definition.convert
        today = None if as_of.at is None else as_of.at.date()
        with self._lock:
            of_catalog = self._tables.setdefault(catalog, OrderedDict())
            kept = of_catalog.get(asked)
        if kept is None or (kept.definition, kept.state, kept.today) != (definition, state, today):
            kept = _KeptTable(definition, state, today, make())
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
    state: str
    today: date | None
    table: Table


_TABLES_KEPT = 30
"""As many as there are findings, and some more for other bases of VAT and currencies."""

TABLES = KeptTables()
"""Those of this process."""
