"""Counting of a finding from the stored lines of its units. Only lines of changed units are recomputed. A process
caches its tables until something changes."""

from __future__ import annotations

import json
from array import array
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache, partial
from hashlib import sha256
from itertools import chain
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from archive.findings.definition import CountedUnit, Definition, VatBasis
from archive.findings.derived import DERIVED, heard
from archive.findings.derived.value import DerivationContext
from archive.findings.kept.by_change import Until, never
from archive.findings.kept.units import municipalities_at, reading_one_state, units_at
from archive.findings.measures import TOGETHER
from archive.findings.precedence import UnitFacts
from archive.findings.proofs import Tallies
from archive.findings.table import AsOf, Table
from archive.findings.tallies import KeptTally, ProofCounts, UnitTally, counts_of, uneven
from archive.findings.unit_rows import (
    IN_ROW,
    IN_TOTAL,
    IS_JOINT,
    NOTE,
    OF_ABSENT,
    OF_UNITS,
    OWN,
    ColumnKey,
    UnitRows,
    fields_counted,
    is_needed,
    unit_rows,
)
from archive.findings.units import Counted, place_key
from archive.model.fields import FIELDS
from archive.store.catalog import Catalog
from archive.store.kept.lines import UNSUMMED, AmountCount, KeptLine, KeptLines, LineOfColumn, LineTotal, UnitFilter
from archive.store.kept.units import KeptUnits
from archive.system.kept_files import source_version

_UNITS_AT_ONCE = 2_000
"""Units whose lines are computed and written together."""

_UNITS_KEPT = 2_000
"""Most units cached between cells, because the cells of a row share them."""


_OF_UNIT = frozenset({"municipality", "buyer"})
"""Groups of rows that a unit has without its documents."""


class LinesBehind(Exception):
    """Only the lines of ``done`` units, of ``total``, are up to date."""

    def __init__(self, done: int, total: int) -> None:
        super().__init__(done, total)
        self.done, self.total = done, total


class KeptUnitRows:
    """The units of a finding in the file, at one state (:class:`archive.findings.proofs.UnitSource`); its tallies are
    those of all units, or ``among`` some; if rows are by vendor, of the rows of one ``vendor`` and their sum, if it is
    given."""

    def __init__(
        self,
        file: KeptUnits,
        stamp: str,
        definition: Definition,
        context: DerivationContext,
        among: UnitFilter | None = None,
        vendor: str | None = None,
    ) -> None:
        self._file, self._stamp, self._among, self._vendor = file, stamp, among, vendor
        self._definition, self._context = definition, context
        self._counted = repr(definition.facts)
        self._last: Mapping[int, UnitRows] = {}

    def ordered(self, units: Iterable[int]) -> list[int]:
        """Return the numbers in the order of units.

        :raises ArchiveBusy: the documents changed since the table was counted.
        """
        wanted = frozenset(units)
        with reading_one_state():
            if len(wanted) <= _UNITS_KEPT:
                return self._file.in_order(wanted, self._stamp)
            return [one for one in self._file.order(self._definition.counts, self._stamp) if one in wanted]

    def ids(self, units: Iterable[int]) -> frozenset[str]:
        """Return the ids of units.

        :raises ArchiveBusy: the documents changed since the table was counted.
        """
        with reading_one_state():
            return self._file.ids_at(units, self._stamp)

    def read(self, units: Iterable[int]) -> Iterator[UnitRows]:
        """Yield units by number.

        :raises ArchiveBusy: the documents changed since the table was counted.
        """
        numbers = list(units)
        if len(numbers) > _UNITS_KEPT:
            return self._many(numbers)
        known = self._few(numbers)
        return (known[number] for number in numbers)

    def prepare(self, units: Collection[int]) -> None:
        """Prefetch units, in batches."""
        if len(units) <= _UNITS_KEPT:
            self._few(units)

    def _few(self, numbers: Collection[int]) -> Mapping[int, UnitRows]:
        known = self._last
        if not all(number in known for number in numbers):
            listed = sorted(numbers)
            self._last = known = dict(zip(listed, self._many(listed), strict=True))
        return known

    def _many(self, numbers: Sequence[int]) -> Iterator[UnitRows]:
        with reading_one_state():
            for unit in units_at(self._file, self._stamp, numbers, fields_counted(self._definition)):
                yield unit_rows(unit, self._definition, self._context)

    def tallies(self, most: int | None = None) -> Tallies:
        """Update the lines of the finding, and return their totals.

        :param most: most units whose lines are recomputed.
        :raises KeptUnitsLost: the file is of another state, or cannot be written.
        :raises LinesBehind: more are due.
        """
        kept = self._kept()
        lines = (kept, *(one._kept() for one in self._parts))
        due = sum(one.count_due() for one in lines)
        if most is not None and due > most:
            total = sum(one.count_units() for one in lines)
            raise LinesBehind(total - due, total)
        keep_together([self])
        if self._vendor is None:
            return _tallies(kept)
        own, named = _key_json((self._vendor,)), json.dumps(self._vendor, ensure_ascii=False)[1:-1]
        joint = [row for row in kept.rows(named, IS_JOINT) if self._vendor in json.loads(row)[0].split(TOGETHER)]
        return _tallies(kept.of_rows([own, *joint]), IN_ROW)

    def _kept(self) -> KeptLines:
        rule = DERIVED.get(self._definition.facts.field)
        today = str(self._context.today) if rule is not None and rule.is_of_today and self._context.today else None
        counts, rules = self._definition.counts, self._rules()
        kept = KeptLines(self._file, self._stamp, counts, self.asked, rules, self._among, today)
        if today:
            kept.pass_day()
        return kept

    def _made(self, number: int, unit: Counted, told: dict[str, UnitFacts]) -> Iterator[KeptLine]:
        """Yield the lines of a unit that has the facts of the counted fields, and may have others; ``told`` are the
        facts that count for other findings of it."""
        if is_needed(unit, self._definition):
            says = told.get(self._counted)
            if says is None:
                says = told[self._counted] = heard(unit, self._definition.facts, self._context)
            for line in unit_rows(unit, self._definition, self._context, says).lines(self._definition):
                amount = None if line.number is None else str(line.number)
                yield KeptLine(number, _key_json(line.row), _key_json(line.column), line.flags, amount, *line.counts)

    @cached_property
    def _parts(self) -> Sequence[_OfDocuments]:
        """The lines of single documents that add up to those of a municipality; none if it takes all of its documents
        to tell what counts."""
        wanted = self._definition.facts
        takes_all = wanted.speaks or wanted.buckets or wanted.measure.is_of_numbers or wanted.field not in FIELDS
        if (
            self._definition.counts is not CountedUnit.MUNICIPALITIES
            or takes_all
            or self._definition.needs
            or not _OF_UNIT.issuperset(self._definition.group)
        ):
            return ()
        of_documents = replace(self._definition, counts=CountedUnit.DOCUMENTS)
        return (_OfDocuments(self._file, self._stamp, of_documents, self._context),)

    def _added_up(self, numbers: Sequence[int]) -> Iterator[KeptLine]:
        """Yield the lines of municipalities from those of their documents, which are up to date."""
        (parts,) = self._parts
        totals = parts._kept().totals
        flags = IN_ROW | IN_TOTAL
        for number, unit in municipalities_at(self._file, self._stamp, numbers):
            row = _key_json(tuple(getattr(unit, group) for group in self._definition.group))
            of_documents = ProofCounts(unit.documents, unit.documents)
            columns = [(one.column, ProofCounts(*one.counts)) for one in totals(_key_json((unit.key,)))]
            for column, counts in (
                (_key_json((OF_UNITS,)), of_documents),
                *(columns or [(_key_json((OF_ABSENT,)), of_documents)]),
            ):
                yield KeptLine(number, row, column, flags, None, *counts)

    @property
    def asked(self) -> str:
        """The finding with its options, as a key."""
        return json.dumps([self._definition.name, self._definition.facts.vat, self._definition.convert])

    def _rules(self) -> str:
        parts = (source_version("findings/**/*.py", "findings/**/*.toml"), repr(self._definition))
        return sha256("\n".join(parts).encode()).hexdigest()


class _OfDocuments(KeptUnitRows):
    """What single documents add to the columns of their municipality, in rows of its key."""

    @property
    def asked(self) -> str:
        return json.dumps([*json.loads(super().asked), "documents"])

    def _made(self, number: int, unit: Counted, told: dict[str, UnitFacts]) -> Iterator[KeptLine]:
        row = _key_json((place_key(unit.papers[0].known),))
        for column, proofs in heard(unit, self._definition.facts, self._context).columns.items():
            yield KeptLine(number, row, _key_json((OWN, *column)), IN_ROW, None, *counts_of(proofs))


def keep_together(sources: Iterable[KeptUnitRows], until: Until = never) -> bool:
    """Update the lines of findings, in batches of units, each read once for all findings of its kind whose lines are of
    the same version; returns whether they are up to date. A stopped update is resumed.

    :raises KeptUnitsLost: the file is of another state, or cannot be written.
    """
    listed, groups = list(sources), dict[tuple[bool, CountedUnit, int], list[KeptUnitRows]]()
    for one in chain(listed, *(source._parts for source in listed)):
        groups.setdefault((bool(one._parts), one._definition.counts, one._kept().version()), []).append(one)
    # Those that are added up come after what they are added up from.
    return all(
        bring_up_to_date([one._kept() for one in groups[key]], partial(_made, groups[key]), until)
        for key in sorted(groups)
    )


def _made(sources: Sequence[KeptUnitRows], numbers: Sequence[int]) -> Sequence[Iterable[KeptLine]]:
    if sources[0]._parts:
        return [one._added_up(numbers) for one in sources]
    fields = {field for one in sources for field in fields_counted(one._definition)}
    lines: Sequence[list[KeptLine]] = [[] for _ in sources]
    units = units_at(sources[0]._file, sources[0]._stamp, numbers, sorted(fields))
    for number, unit in zip(numbers, units, strict=True):
        told = dict[str, UnitFacts]()
        for source, made in zip(sources, lines, strict=True):
            made.extend(source._made(number, unit, told))
    return lines


def bring_up_to_date(
    kept: Sequence[KeptLines], make: Callable[[Sequence[int]], Sequence[Iterable[KeptLine]]], until: Until = never
) -> bool:
    """Have the lines of due units made and written, in batches, for findings whose lines are of the same version;
    returns whether all are."""
    for due in kept[0].due(_UNITS_AT_ONCE):
        if until():
            return False
        # Made before the file is locked to write: they are read from it.
        made = [list(lines) for lines in make(due.units)]
        for of_finding, lines in zip(kept, made, strict=True):
            of_finding.replace(due.units, lines, due.version)
    return True


def _tallies(kept: KeptLines, in_total: int = IN_TOTAL) -> Tallies:
    """Return the totals of stored lines; those with a flag make the total."""
    made, of_total = Tallies(partial(_uneven, kept)), dict[str, list[LineTotal]]()
    of_rows: dict[tuple[str, str], list[LineTotal]] = {}
    for one in kept.totals():
        if one.flags & IN_ROW:
            of_rows.setdefault((one.row, one.column), []).append(one)
        if one.flags & in_total:
            of_total.setdefault(one.column, []).append(one)
    rows, columns = _Keys(), _Keys()
    for (row, column), lines in of_rows.items():
        made.rows.setdefault(rows[row], {})[columns[column]] = _tally(kept, lines, column, row)
        if any(one.flags & IS_JOINT for one in lines):
            made.joint.add(rows[row])
    for column, lines in of_total.items():
        if columns[column][0] == NOTE:
            made.notes[columns[column][1:]] += int(sum(one.amount for one in lines))
        else:
            made.total[columns[column]] = _tally(kept, lines, column, flag=in_total)
    return made


class _Keys(dict[str, Any]):
    """Parsed keys of rows and columns, by stored form."""

    def __missing__(self, told: str) -> Any:
        self[told] = tuple(json.loads(told))
        return self[told]


def _tally(
    kept: KeptLines, lines: Sequence[LineTotal], column: str, row: str | None = None, flag: int = IN_ROW
) -> KeptTally:
    count = sum(one.amounts for one in lines)
    total = sum((one.amount for one in lines), Decimal()) if count else None
    counts = ProofCounts(*map(sum, zip(*(one.counts for one in lines), strict=True)))
    scales = {one.scale for one in lines if one.amounts}

    def amounts() -> Sequence[AmountCount]:
        # Those of several scales, and long ones, are not in the order of their digits.
        (scale, *others) = scales or (UNSUMMED,)
        with reading_one_state():
            return () if others or scale == UNSUMMED else kept.spread(column, row, flag, scale, count)

    def read(amount: Decimal | None) -> UnitTally:
        return UnitTally.of(_lines(kept, column, row, flag, amount))

    def units() -> array[int]:
        with reading_one_state():
            return kept.units(column, row, flag)

    return KeptTally(read, sum(one.units for one in lines), total, counts, amounts, units)


def _uneven(kept: KeptLines, column: ColumnKey) -> KeptTally:
    told = _key_json(column)
    return KeptTally(
        lambda _: uneven(*(UnitTally.of(_lines(kept, told, None, flag)) for flag in (IN_ROW, IN_TOTAL))),
        kept.count_uneven(told, IN_ROW, IN_TOTAL),
    )


def _lines(
    kept: KeptLines, column: str, row: str | None, flag: int, amount: Decimal | None = None
) -> list[LineOfColumn]:
    with reading_one_state():
        return kept.lines(column, row, flag, amount)


@lru_cache(maxsize=4096)
def _key_json(key: tuple[str | None, ...]) -> str:
    return json.dumps(key, ensure_ascii=False)


class KeptTables:
    """The latest tables of each catalog. A cached table is valid for its definition, the state of the documents, and
    the day of the newest event, from which open requests are counted."""

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
        """Return the current table of a finding in this state of the documents; ``make`` computes it if it is not
        cached."""
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
"""Most cached tables: the number of findings, and some more for other VAT bases and currencies."""

TABLES = KeptTables()
"""The cache of this process."""
