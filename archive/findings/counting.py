"""Counting: from a definition to its table. The rules, which pages and exports state, too:

* A unit is counted once, whatever number of documents it has (:mod:`archive.findings.units`); a near-identical copy
  counts nowhere. Which of its documents speaks for it: :mod:`archive.findings.precedence`.
* Amounts of different currencies, and those with and without VAT, stand in columns of their own. Currencies are
  converted only if the definition asks for it, by rates that the owner states (:mod:`archive.findings.measures`).
* In rows by vendor, a unit is counted in the row of each of its vendors. What several share is in a row of theirs
  together, as nobody knows which part is whose; so the amounts of all rows make the total.
* Units without the fact, and those of which it is unclear, are counted apart and never taken for 0.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import partial
from types import MappingProxyType

from archive.errors import EngineUnavailable, IndexDamaged, Message
from archive.findings.as_of import State, state, units_now
from archive.findings.definition import PROCEDURE, Definition, Measure
from archive.findings.derived import context_of, fields_of, heard
from archive.findings.derived.value import NOTHING, DerivationContext
from archive.findings.kept_tables import TABLES
from archive.findings.measures import (
    SEPARATOR,
    STATISTICS,
    TOGETHER,
    converted,
    measured,
    notes_on_ceilings,
    notes_on_rates,
    notes_on_vat,
    shared,
)
from archive.findings.municipalities import POPULATION
from archive.findings.precedence import Key, Proof, UnitFacts, vendors_of
from archive.findings.table import ABSENT, DOCUMENTS, UNCLEAR, UNITS, AsOf, Cell, Column, Table, TableRow
from archive.findings.units import Counted, within
from archive.procedures.papers import Paper
from archive.search.engine import SearchEngine
from archive.search.facets import label
from archive.search.request import UNKNOWN, SearchRequest, excluded_facet
from archive.search.service import SearchService
from archive.store.catalog import Catalog
from archive.store.events import LastEvent
from archive.text.folding import NaturalKey, natural_key
from archive.vendors.names import words

RULES = (
    "A near-identical copy of a document is not counted.",
    "However many documents one procedure or request has, it is counted once.",
    "The documents that speak are heard in the order given; a newest annex speaks in the place of its contract.",
    "Currencies stand apart, and so do amounts with and without VAT. Nothing is converted unless by a rate told here.",
    "An amount that several vendors share is in a row of its own, and in no vendor's row.",
    "Lines of awards count, each of them; the amounts of a paper count only where it has no such line.",
    "Where rows do not add up to the total, a row of its own says what is shared by several rows, and how much.",
    "What is unknown or unclear is counted apart and never taken for 0.",
)
"""The rules of counting, for readers."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """A unit in the rows of ``keys``. Where rows are by vendor and amounts are added, ``is_by_vendor``, and each proof
    says whose its amount is."""

    unit: Counted
    facts: UnitFacts
    keys: tuple[tuple[str | None, ...], ...]
    is_by_vendor: bool = False

    def of_row(self, vendor: str | None) -> UnitFacts:
        """The facts as the row of a vendor, or of some together, has them: with the amounts that are theirs alone."""
        return self.facts.where(lambda one: row_of(one.vendors) == vendor) if self.is_by_vendor else self.facts


def row_of(vendors: Iterable[str] | None) -> str | None:
    """The row of an amount, in rows by vendor: that of its vendor, or the one of all who share it; None if nobody
    knows whose it is."""
    return TOGETHER.join(sorted(vendors or ())) or None


def run(
    definition: Definition,
    catalog: Catalog,
    search: SearchService,
    engine: SearchEngine,
    event: int | None = None,
    among: Collection[str] | None = None,
) -> Table:
    """Count a finding.

    :param event: the number of an event: what came after it does not count.
    :param among: documents; units are made of these alone, as if the archive held no others.
    :raises archive.errors.UsageError: its search finds more than :data:`archive.search.service.MOST_EXPORTED`, or
        there is no such event.
    """
    past = None if event is None and among is None else state(catalog, event)
    if past is not None and among is not None:
        past = past.within(among)
        count = Message("Counted from %(count)s documents alone, those of a story.", count=len(past.papers))
        past = replace(past, notes=(count, *past.notes))
    as_of = _as_of(catalog.events.last() if past is None else past.event, _generation(engine))
    if past is not None:
        return _made(definition, catalog, past.units(definition.counts), as_of, search, past)
    fields = fields_of(definition.facts.field)
    units = units_now(catalog, definition.counts, (*fields, "exchange_rate") if definition.convert else fields)
    make = partial(_made, definition, catalog, units, as_of, search)
    # What a search finds, and which clauses are odd, may change while all units stay as they are.
    is_of_units_alone = definition.request is None and definition.facts.field != "odd_clauses"
    return TABLES.table(catalog, definition, units, as_of, make) if is_of_units_alone else make()


def _as_of(last: LastEvent | None, generation: str) -> AsOf:
    return AsOf(last.number, last.at, last.hash, generation) if last else AsOf(0, None, None, generation)


def run_over(definition: Definition, catalog: Catalog, units: Iterable[Counted]) -> Table:
    """Count a finding that has no search over some of its units as of now. A row whose units are all among them is the
    same as in the whole."""
    as_of = _as_of(catalog.events.last(), "")
    counted = [unit for unit in units if _needed(unit, definition)]
    return table(definition, counted, as_of, context_of(definition, catalog, counted, as_of.at))


def _made(
    definition: Definition,
    catalog: Catalog,
    units: Sequence[Counted],
    as_of: AsOf,
    search: SearchService,
    past: State | None = None,
) -> Table:
    counted = [unit for unit in units if _needed(unit, definition)]
    notes = past.notes if past else ()
    if definition.request is not None:
        found, said_of_it = found_in(past, definition.request, search)
        counted = [unit for unit in counted if within(unit, found)]
        notes += said_of_it
    is_past = past is not None and as_of.event < catalog.events.newest()
    context = context_of(definition, catalog, counted, as_of.at, is_past=is_past)
    made = table(definition, counted, as_of, context)
    return replace(
        made, notes=(*notes, *context.notes, *notes_on_ceilings(made), *notes_on_vat(made), *notes_on_rates(made))
    )


def _generation(engine: SearchEngine) -> str:
    """The generation of the index; empty where it does not answer, which a finding without a search can do without."""
    try:
        return engine.generation
    except (EngineUnavailable, IndexDamaged):
        return ""


def table(
    definition: Definition, counted: Iterable[Counted], as_of: AsOf, context: DerivationContext = NOTHING
) -> Table:
    """The table of these units."""
    found = [_of(unit, definition, context) for unit in counted]
    keys = _column_keys(found, definition)
    columns = _columns(keys, definition)
    by_row: dict[tuple[str | None, ...], list[_Unit]] = {}
    for one in found:
        for key in one.keys:
            by_row.setdefault(key, []).append(one)
    ordered = sorted(by_row, key=row_order)
    rows = tuple(_row(key, by_row[key], keys, columns, definition) for key in ordered)
    total = _row((), found, keys, columns, definition)
    return Table(definition, columns, rows, total, as_of, shared=shared(rows, total, columns, definition))


def row_order(key: Sequence[str | None]) -> list[tuple[bool, NaturalKey]]:
    """Return the sort key of rows: their values, numbers by size, unknown last."""
    return [(value is None, natural_key(value or "")) for value in key]


def _needed(unit: Counted, definition: Definition) -> bool:
    return not definition.needs or any(paper.kind in definition.needs for paper in unit.papers)


def _of(unit: Counted, definition: Definition, context: DerivationContext) -> _Unit:
    says = converted(heard(unit, definition.facts, context), unit, definition)
    papers = says.papers or tuple(p for p in unit.papers if p.kind in definition.needs) or unit.papers
    is_by_vendor = "vendor" in definition.group and definition.facts.measure is Measure.SUM
    named = frozenset().union(*map(vendors_of, papers)) if "vendor" in definition.group else frozenset()
    if is_by_vendor:
        says = _with_vendors(says, {paper.id: vendors_of(paper) for paper in papers}, named)
        shared = frozenset().union(*(proof.vendors or () for proof in says.proofs))
        vendors = {*(named - shared), *(row_of(proof.vendors) for proof in says.proofs)} or {None}
    else:
        vendors = set(named) or {None}
    first = min((paper for paper in unit.papers if _is_heard(paper, definition)), key=_moment, default=papers[0])
    keys = tuple(
        tuple(vendor if group == "vendor" else _group(group, unit, first) for group in definition.group)
        for vendor in sorted(vendors, key=lambda one: one or "")
    )
    return _Unit(unit, says, keys, is_by_vendor)


def _with_vendors(says: UnitFacts, named: Mapping[str, frozenset[str]], every: frozenset[str]) -> UnitFacts:
    """The facts with whose each is: of the vendors of a line, or else of its document; of the only one there is, where
    neither names any."""
    only = every if len(every) == 1 else frozenset()
    columns = {
        key: tuple(replace(one, vendors=one.vendors or named.get(one.document) or only) for one in proofs)
        for key, proofs in says.columns.items()
    }
    return replace(says, columns=columns)


def _is_heard(paper: Paper, definition: Definition) -> bool:
    """Whether a document may say when a unit was: of a contract with annexes, the year is the contract's."""
    return not definition.facts.speaks or paper.kind in definition.facts.speaks


def _moment(paper: Paper) -> tuple[bool, int, str]:
    return paper.year is None, paper.year or 0, paper.id


def _group(group: str, unit: Counted, paper: Paper) -> str | None:
    if group == "municipality":
        return unit.municipality
    if group == "buyer":
        return unit.buyer
    if group == PROCEDURE:
        return unit.id
    if group == "year":
        return None if paper.year is None else str(paper.year)
    return next(iter(paper.known.facet_values()[group]), None)


def _column_keys(found: Iterable[_Unit], definition: Definition) -> list[Key]:
    """Return the keys of the columns in the order of the definition's labels; others last."""
    if definition.facts.buckets:
        return [(bucket.label,) for bucket in definition.facts.buckets]
    order = {value: at for at, value in enumerate(definition.labels)}
    keys = {key for one in found for key in one.facts.columns}
    return sorted(
        keys, key=lambda key: [(value != "", order.get(value, len(order)), natural_key(value)) for value in key]
    )


def _columns(keys: Iterable[Key], definition: Definition) -> tuple[Column, ...]:
    is_of_numbers = definition.facts.measure.is_of_numbers
    own = (
        Column(id_, _label(_head(key, definition), statistic), is_of_numbers)
        for id_, (key, statistic) in _own_columns(keys, definition).items()
    )
    first: tuple[Column, ...] = (Column(UNITS, str(definition.counts).capitalize()), Column(DOCUMENTS, "Documents"))
    if str(definition.counts) == DOCUMENTS:
        first = first[:1]
    return (*first, *own, Column(ABSENT, definition.absent), Column(UNCLEAR, Message("Unclear")))


def _own_columns(keys: Iterable[Key], definition: Definition) -> dict[str, tuple[Key, str]]:
    """The columns of the finding itself by their ids: what each counts, and of a range which number of it."""
    statistics = STATISTICS if definition.facts.measure is Measure.RANGE else ("",)
    columns = [(key, statistic) for key in keys for statistic in statistics]
    return {SEPARATOR.join((*key, statistic) if statistic else key): (key, statistic) for key, statistic in columns}


def _label(head: str, statistic: str) -> str:
    if head.endswith(":") and statistic:
        return Message("%(our_head)s: %(our_rest)s", our_head=head[:-1], our_rest=statistic)
    return f"{head} {statistic}" if statistic else head


def _head(key: Key, definition: Definition) -> str:
    if definition.facts.field == "missing":
        return label("kind", key[0])
    return " ".join(definition.labels.get(value, value) for value in key if value) or Message("Not told")


def _row(
    key: tuple[str | None, ...],
    within_row: Sequence[_Unit],
    keys: Sequence[Key],
    columns: Sequence[Column],
    definition: Definition,
) -> TableRow:
    inhabitants = None
    if definition.per_inhabitants and key:
        inhabitants = POPULATION.get(key[definition.group.index("municipality")] or "")
    by_id = _own_columns(keys, definition)
    if key and "vendor" in definition.group:
        vendor = key[definition.group.index("vendor")]
        within_row = [replace(one, facts=one.of_row(vendor)) for one in within_row]
    own = [one.facts for one in within_row]
    cells = []
    for column in columns:
        if column.id in by_id:
            cells.append(_cell_of(*by_id[column.id], own, len(within_row), definition, inhabitants))
        else:
            cells.append(_cell_apart(column.id, within_row))
    is_joint = bool(key) and any(len(proof.vendors or ()) > 1 for one in own for proof in one.proofs)
    return TableRow(key, tuple(cells), inhabitants, is_joint=is_joint)


def _cell_of(
    key: Key, statistic: str, own: Sequence[UnitFacts], of_row: int, definition: Definition, inhabitants: int | None
) -> Cell:
    having = [one for one in own if key in one.columns]
    number, making = measured(definition.facts.measure, statistic, key, having)
    proofs = tuple(proof for one in making for proof in one.columns[key])
    per = None
    if inhabitants and definition.per_inhabitants and having and number is not None:
        per = Fraction(number) * definition.per_inhabitants / inhabitants
    return Cell(number, proofs, len(making), len({p.document for p in proofs}), of_row - len(having), per)


def _cell_apart(column: str, within_row: Sequence[_Unit]) -> Cell:
    proofs: tuple[Proof, ...]
    if column == UNCLEAR:
        chosen = [one for one in within_row if one.facts.unclear]
        proofs = tuple(proof for one in chosen for proof in one.facts.unclear)
    else:
        chosen = [one for one in within_row if column != ABSENT or not (one.facts.columns or one.facts.unclear)]
        proofs = tuple(Proof(one.unit.id, paper.id) for one in chosen for paper in one.unit.papers)
    documents = len({proof.document for proof in proofs})
    number = documents if column == DOCUMENTS else len(chosen)
    return Cell(Decimal(number), proofs, len(chosen), documents, len(within_row) - len(chosen))


_NO_FILTERS: Mapping[str, tuple[str, ...]] = MappingProxyType({})


def found_in(
    past: State | None, request: SearchRequest, search: SearchService
) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the documents that a search finds, with notes.

    For a state of the past, filters apply to what was known then. Words are searched in the newest readings, the only
    ones the index has.

    :raises archive.errors.UsageError: more than :data:`archive.search.service.MOST_EXPORTED` are found now.
    """
    if past is None:
        return _found(request, search), ()
    fitting = frozenset(id_ for id_, paper in past.papers.items() if _fits(paper, request.filters))
    if not request.text:
        return fitting, ()
    notes: tuple[str, ...] = ()
    if unsure := len(fitting & past.reread):
        notes = (
            Message(
                "Documents that were read again since: %(count)s. Whether the search finds them, their new words say.",
                count=unsure,
            ),
        )
    return fitting & _found(replace(request, filters=_NO_FILTERS), search), notes


def _found(request: SearchRequest, search: SearchService) -> frozenset[str]:
    return frozenset(hit.description.id for piece in search.all_results(request) for hit in piece.hits)


def _fits(paper: Paper, filters: Mapping[str, tuple[str, ...]]) -> bool:
    """Return whether a document passes the filters."""
    for name, chosen in filters.items():
        facet = excluded_facet(name)
        if _has(paper, facet or name, chosen) == (facet is not None):
            return False
    return True


def _has(paper: Paper, facet: str, chosen: tuple[str, ...]) -> bool:
    values = paper.known.facet_values()[facet]
    if facet == "vendor":
        # A vendor is asked for by any of its names, in any print.
        names = {words(name) for name in (*values, *paper.known.names_of_vendors())}
        return any(words(value) in names for value in chosen if value != UNKNOWN) or (UNKNOWN in chosen and not values)
    return any(value in values for value in chosen) or (UNKNOWN in chosen and not values)
