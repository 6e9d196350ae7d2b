"""Counting: from a definition to its table. The rules, as stated on pages and in exports:

* A unit is counted once, for any number of documents (:mod:`archive.findings.units`); near-identical copies are not
  counted. Source precedence: :mod:`archive.findings.precedence`.
* Amounts of different currencies, and those with and without VAT, are in separate columns. Currencies are converted
  only if the definition requires it, by rates that the owner provides (:mod:`archive.findings.measures`).
* In rows by vendor, a unit is counted in the row of each of its vendors. A joint amount of several vendors is in a
  joint row, because the shares are unknown; so the amounts of all rows add up to the total.
* Units without the fact, and unclear ones, are counted separately and never as 0.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from archive.comparing.templates import comparable
from archive.errors import EngineUnavailable, IndexDamaged, Message
from archive.findings.definition import Definition
from archive.findings.derived import context_of
from archive.findings.derived.contracts import comparing
from archive.findings.kept.as_of import aside, chosen_now, file_now, keep_units, past_units_of, state_of, units_now
from archive.findings.kept.background import behind
from archive.findings.kept.by_change import Until, never
from archive.findings.kept.lines import TABLES, KeptUnitRows, LinesBehind, keep_together
from archive.findings.kept.past import PastUnits
from archive.findings.kept.units import UnitChoice, chosen_units, papers_in, reading_one_state
from archive.findings.table import AsOf, Table
from archive.findings.tabulation import table, table_of
from archive.findings.unit_rows import fields_counted, is_needed
from archive.findings.units import Counted, within
from archive.procedures.papers import CONTRACT_KINDS, Paper
from archive.search.engine import SearchEngine
from archive.search.request import UNKNOWN, SearchRequest, excluded_facet
from archive.search.service import SearchService
from archive.store.catalog import Catalog
from archive.store.events import LastEvent
from archive.store.kept.lines import UnitFilter
from archive.store.kept.units import KeptUnits, KeptUnitsLost
from archive.vendors.names import words

RULES = (
    "A near-identical copy of a document is not counted.",
    "However many documents one procedure or request has, it is counted once.",
    "The documents that speak are heard in the order given; a newest annex speaks in the place of its contract.",
    "Currencies are kept apart, and so are amounts with and without VAT. Nothing is converted unless by a rate "
    "given here.",
    "An amount that several vendors share is in a row of its own, and in no vendor's row.",
    "Lines of awards count, each of them; the amounts of a paper count only where it has no such line.",
    "Where rows do not add up to the total, a row of its own says what is shared by several rows, and how much.",
    "What is unknown or unclear is counted apart and never taken for 0.",
)
"""The rules of counting, for readers."""


def run(
    definition: Definition,
    catalog: Catalog,
    search: SearchService,
    engine: SearchEngine,
    event: int | None = None,
    among: Collection[str] | None = None,
) -> Table:
    """Count a finding.

    :param event: the number of the event as of which to count.
    :param among: build units from these documents only, as if the archive had no others.
    :raises archive.errors.UsageError: its search finds more than :data:`archive.search.service.MOST_EXPORTED`, or there
        is no such event.
    """
    generation = _generation(engine)
    if among is not None:
        known = state_of(catalog, among, event)
        count = Message("Counted from %(count)s documents alone, those of a story.", count=len(known.papers))
        past = None if event is None else past_units_of(catalog, event)
        notes = (count, *(past.notes if past else ()))
        found = None
        if definition.request is not None:
            found = _fitting(definition.request, search, known.papers.values(), past)
        as_of = _as_of(known.event, generation)
        return _made(definition, catalog, known.units(definition.counts), as_of, found, notes)
    if event is not None:
        return _made_as_of(definition, catalog, catalog.events.at(event), generation, search)
    as_of = _as_of(catalog.events.last(), generation)
    make = partial(_made_now, definition, catalog, as_of, search)
    if not definition.is_of_units_alone:
        return make()
    return TABLES.table(catalog, definition, catalog.history.stamp(), as_of, make)


def _made_now(definition: Definition, catalog: Catalog, as_of: AsOf, search: SearchService) -> Table:
    """Return the current table, from the stored lines if possible, else from all units."""
    if definition.is_of_units_alone:
        with suppress(KeptUnitsLost):
            if kept := file_now(catalog):
                return _of_lines(definition, catalog, kept, as_of)
    if definition.request is None:
        return _made(definition, catalog, _with_clauses(definition, catalog), as_of)
    found = _found(definition.request, search)
    units = chosen_now(catalog, (definition.counts,), UnitChoice(documents=found))
    return _made(definition, catalog, units[definition.counts], as_of, (found, ()))


def _of_lines(
    definition: Definition,
    catalog: Catalog,
    kept: tuple[KeptUnits, str],
    as_of: AsOf,
    past: PastUnits | None = None,
) -> Table:
    """Return the table from stored lines, current or ``past``. If many lines are due, they are computed in the
    background.

    :raises archive.store.kept.units.KeptUnitsLost: the file is of another state, or cannot be written.
    """
    source = KeptUnitRows(*kept, definition, context_of(definition, catalog, (), as_of.at))
    most = None if catalog.limits.is_awaiting_units else catalog.limits.units_in_memory
    try:
        tallies = source.tallies(most)
        with kept[0].held():
            made = table_of(definition, tallies, source, as_of)
    except LinesBehind as error:
        if past is None:
            aside(catalog, f"lines of {source.asked}", partial(keep_findings, [definition], catalog))
        else:
            aside(catalog, f"lines of {source.asked} after {past.name}", partial(_keep_lines, source, past))
        raise behind(error.done, error.total) from error
    return made if past is None else replace(made, notes=(*past.notes, *made.notes))


def _keep_lines(source: KeptUnitRows, past: PastUnits) -> bool:
    """Compute the lines of a finding as of an earlier event; returns whether that was possible."""
    try:
        return keep_together([source])
    except KeptUnitsLost:
        # A deleted file is built again for the next request.
        return past.stamp is None


def _made_as_of(
    definition: Definition, catalog: Catalog, event: LastEvent, generation: str, search: SearchService
) -> Table:
    """Return the table as of an earlier event, retried once if its file is lost meanwhile."""
    as_of, past = _as_of(event, generation), past_units_of(catalog, event.number)
    try:
        return _made_then(definition, catalog, past, as_of, search)
    except KeptUnitsLost:
        past.leave()
    with reading_one_state():
        return _made_then(definition, catalog, past_units_of(catalog, event.number), as_of, search)


def _made_then(definition: Definition, catalog: Catalog, past: PastUnits, as_of: AsOf, search: SearchService) -> Table:
    """Return the table as of an earlier event."""
    file, stamp = past.file, past.stamp or ""
    if definition.is_of_units_alone:
        return _of_lines(definition, catalog, (file, stamp), as_of, past)
    found: tuple[frozenset[str], tuple[str, ...]] | None = None
    if definition.request is None:
        papers = _papers_of_clauses(definition, catalog, file, stamp)
    else:
        found = _fitting(definition.request, search, papers_in(file, stamp), past)
        papers = found[0]
    units = chosen_units(file, stamp, (definition.counts,), UnitChoice(documents=papers))[definition.counts]
    return _made(definition, catalog, units, as_of, found, past.notes)


def _with_clauses(definition: Definition, catalog: Catalog) -> Sequence[Counted]:
    """Return the current units of a finding of clauses."""
    with suppress(KeptUnitsLost):
        if kept := file_now(catalog):
            choice = UnitChoice(documents=_papers_of_clauses(definition, catalog, *kept))
            return chosen_now(catalog, (definition.counts,), choice)[definition.counts]
    return units_now(catalog, definition.counts, fields_counted(definition))


def _papers_of_clauses(definition: Definition, catalog: Catalog, file: KeptUnits, stamp: str) -> frozenset[str]:
    """Return the documents that a finding of clauses counts: those of the kinds in ``needs``, if there are any.

    :raises UsageError: they have too many clauses to compare.
    """
    kinds = CONTRACT_KINDS.intersection(definition.needs or CONTRACT_KINDS)
    with comparing():
        # Where the first contracts have too many clauses, the others are not looked for.
        comparable(catalog, file.papers_telling("kind", kinds, stamp, catalog.limits.template_clauses))
    contracts = file.papers_telling("kind", CONTRACT_KINDS, stamp)
    if not definition.needs:
        with comparing():
            comparable(catalog, contracts)
        return file.ids(stamp)
    papers = file.papers_telling("kind", definition.needs, stamp)
    with comparing():
        comparable(catalog, contracts & papers)
    return papers


def keep_findings(definitions: Iterable[Definition], catalog: Catalog, until: Until | None = None) -> bool:
    """Update the stored lines of these findings to the current units, in batches; returns whether they are up to date.
    An update that was killed, or stopped by ``until``, is resumed."""
    some = [one for one in definitions if one.is_of_units_alone]
    is_ready, is_kept = keep_units(catalog, until), not some
    while is_ready and not is_kept and not (until and until()):
        last, kept = catalog.events.last(), file_now(catalog)
        if kept is None:
            return False
        at = last.at if last else None
        sources = [KeptUnitRows(*kept, one, context_of(one, catalog, (), at)) for one in some]
        try:
            is_kept = keep_together(sources, until or never)
        except KeptUnitsLost:
            # If documents changed meanwhile, continue with them; else the file cannot be written.
            if kept[0].stamp() == kept[1]:
                return False
    return is_ready and is_kept


def _as_of(last: LastEvent | None, generation: str) -> AsOf:
    return AsOf(last.number, last.at, last.hash, generation) if last else AsOf(0, None, None, generation)


def run_over(definition: Definition, catalog: Catalog, units: Iterable[Counted]) -> Table:
    """Count a finding without a search over some of the current units. Rows whose units are all among them are equal to
    those of the whole table."""
    as_of = _as_of(catalog.events.last(), "")
    counted = [unit for unit in units if is_needed(unit, definition)]
    return table(definition, counted, as_of, context_of(definition, catalog, counted, as_of.at))


def run_over_lines(
    definition: Definition,
    catalog: Catalog,
    kept: tuple[KeptUnits, str],
    among: UnitFilter,
    vendor: str | None = None,
) -> Table | None:
    """Count a finding of units alone over some of the current units, from its stored lines; None if many are due, which
    are computed in the background where others do not wait for them. Of a finding in rows by vendor, those of one
    ``vendor`` and joint ones with it are counted, if it is given, and their sum.

    :raises archive.store.kept.units.KeptUnitsLost: the file is of another state, or cannot be written.
    """
    as_of = _as_of(catalog.events.last(), "")
    source = KeptUnitRows(*kept, definition, context_of(definition, catalog, (), as_of.at), among, vendor)
    try:
        tallies = source.tallies(_MOST_DUE)
        with kept[0].held():
            return table_of(definition, tallies, source, as_of)
    except LinesBehind:
        if not catalog.limits.is_awaiting_units:
            with suppress(KeptUnitsLost):
                aside(catalog, f"lines of {source.asked}", partial(keep_findings, [definition], catalog))
        return None


_MOST_DUE = 500
"""Most units whose lines are computed for a part of a finding."""


def _made(
    definition: Definition,
    catalog: Catalog,
    units: Sequence[Counted],
    as_of: AsOf,
    found: tuple[frozenset[str], tuple[str, ...]] | None = None,
    notes: tuple[str, ...] = (),
) -> Table:
    """:param found: the hits of the finding's search, with notes."""
    counted = [unit for unit in units if is_needed(unit, definition)]
    if found is not None:
        counted = [unit for unit in counted if within(unit, found[0])]
        notes += found[1]
    is_past = as_of.event < catalog.events.newest()
    context = context_of(definition, catalog, counted, as_of.at, is_past=is_past)
    made = table(definition, counted, as_of, context)
    return replace(made, notes=(*notes, *context.notes, *made.notes))


def _generation(engine: SearchEngine) -> str:
    """Return the generation of the index; empty if it does not answer, because a finding without a search does not need
    it."""
    try:
        return engine.generation
    except (EngineUnavailable, IndexDamaged):
        return ""


_NO_FILTERS: Mapping[str, tuple[str, ...]] = MappingProxyType({})


def _fitting(
    request: SearchRequest, search: SearchService, papers: Iterable[Paper], past: PastUnits | None
) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return those of these documents that a search finds, with notes.

    Filters apply to the facts as of the event. Words are searched in the newest readings, the only indexed ones.

    :raises archive.errors.UsageError: the search has more than :data:`archive.search.service.MOST_EXPORTED` hits.
    """
    fitting = frozenset(paper.id for paper in papers if _fits(paper, request.filters))
    if not request.text:
        return fitting, ()
    notes: tuple[str, ...] = ()
    if past and (unsure := len(fitting & past.documents.reread)):
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
        # A vendor is matched by any of its names, in any spelling.
        names = {words(name) for name in (*values, *paper.known.names_of_vendors())}
        return any(words(value) in names for value in chosen if value != UNKNOWN) or (UNKNOWN in chosen and not values)
    return any(value in values for value in chosen) or (UNKNOWN in chosen and not values)
