"""Derived fields: values that no document states, computed from the facts of a unit. Definitions use them like facts.

Each rule is a function of a unit. A *signal to check* is declared as such in the definitions that use it, with its
inputs, and never as a score. R-numbers are those of Cardinal, the indicators of the Open Contracting Partnership.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from archive.findings.definition import VALUE, CountedUnit, Definition, FactSelection
from archive.findings.derived import contracts, offers, periods, requests
from archive.findings.derived.value import DerivationContext, Derived, Rule
from archive.findings.precedence import Key, Proof, UnitFacts, unit_facts, with_papers
from archive.findings.prices import SPEAKS
from archive.findings.units import Counted
from archive.model.fields import FIELDS, NUMBER_FIELDS
from archive.store.catalog import Catalog

_OF_PRICE = ("currency", "vat")
_OF_PRICES, _OF_ANNEXES = ("what", "currency", "vat"), ("part", "currency", "vat")

_PRICE_FIELDS = ("amount", "award", "price_change", "unread_lot", "vat_rate", "vendor", *NUMBER_FIELDS)

DERIVED: Mapping[str, Rule] = MappingProxyType(
    {
        "days_to_deadline": Rule(
            periods.days_to_deadline,
            details=("law", "method"),
            fields=("date", "deadline", "called", "closed", "procedure_type"),
        ),
        "days_to_answer": Rule(
            requests.days_to_answer,
            CountedUnit.REQUESTS,
            details=("time", "from"),
            fields=("date", "received", "foi_outcome"),
            is_of_today=True,
        ),
        "request_outcome": Rule(
            requests.request_outcome,
            CountedUnit.REQUESTS,
            details=("outcome", "after"),
            has_number=False,
            fields=("date", "foi_outcome"),
        ),
        "under_limit": Rule(
            periods.under_limit, details=("near", "limit"), has_limit=True, fields=("amount", "cpv", "date")
        ),
        "price": Rule(
            contracts.price,
            details=_OF_PRICE,
            apart=_OF_PRICE,
            adds_up=True,
            has_vendors=True,
            speaks=SPEAKS,
            fields=_PRICE_FIELDS,
        ),
        "registered": Rule(
            contracts.price,
            CountedUnit.DOCUMENTS,
            details=_OF_PRICE,
            apart=_OF_PRICE,
            adds_up=True,
            has_vendors=True,
            speaks=("report",),
            fields=_PRICE_FIELDS,
        ),
        "price_each": Rule(
            contracts.price_each,
            CountedUnit.PURCHASES,
            details=_OF_PRICES,
            apart=_OF_PRICES,
            fields=(*_PRICE_FIELDS, "quantity"),
        ),
        "annex_amounts": Rule(
            contracts.annex_amounts, details=_OF_ANNEXES, apart=_OF_ANNEXES, adds_up=True, fields=_PRICE_FIELDS
        ),
        "annex_percent": Rule(
            contracts.annex_percent, details=("direction", "currency"), apart=("currency",), fields=_PRICE_FIELDS
        ),
        "offers": Rule(offers.signals, details=("signal", "found"), has_number=False, fields=("offer", "amount")),
        "odd_clauses": Rule(contracts.odd_clauses, CountedUnit.DOCUMENTS),
    }
)
"""The rule of each derived field."""


def fields_of(name: str) -> tuple[str, ...]:
    """Return the fields of facts that a field is computed from: itself, unless it is derived; none for missing
    documents."""
    rule = DERIVED.get(name)
    return rule.fields if rule else (name,) if name in FIELDS else ()


def heard(unit: Counted, wanted: FactSelection, context: DerivationContext) -> UnitFacts:
    """Return the facts of a unit that count, stated or derived."""
    says = _facts_of(unit, wanted, context)
    return with_papers(unit, says) if wanted.by_paper else says


def _facts_of(unit: Counted, wanted: FactSelection, context: DerivationContext) -> UnitFacts:
    rule = DERIVED.get(wanted.field)
    if rule is None:
        return unit_facts(unit, wanted)
    made = rule.make(unit, wanted, context)
    if isinstance(made, UnitFacts):
        return made
    columns: dict[Key, tuple[Proof, ...]] = {}
    numbers = {}
    unplaced: tuple[Proof, ...] = ()
    for one in made.values:
        if not all(one.details.get(name) in values for name, values in wanted.details.items()):
            continue
        if one.number is None and (wanted.measure.is_of_numbers or wanted.buckets):
            continue
        keys = _keys(one, wanted)
        if not keys:
            unplaced += one.proofs
        for key in keys:
            columns[key] = (*columns.get(key, ()), *one.proofs)
            if one.number is not None:
                numbers[key] = one.number
    return UnitFacts((), columns, (*made.unclear, *unplaced), numbers)


def _keys(one: Derived, wanted: FactSelection) -> list[Key]:
    """Return the columns in which a value is counted; empty if it is in no bucket."""
    number = "" if one.number is None else str(one.number)
    if wanted.buckets:
        return [(bucket.label,) for bucket in wanted.buckets if bucket.holds(number)]
    return [tuple(number if name == VALUE else one.details.get(name, "") for name in wanted.columns)]


def context_of(
    definition: Definition,
    catalog: Catalog,
    counted: Iterable[Counted],
    at: datetime.datetime | None,
    *,
    is_past: bool = False,
) -> DerivationContext:
    """Return the context that a derived field needs besides the units.

    :param at: time of the event as of which to count.
    :param is_past: whether there are newer events.
    :raises archive.errors.UsageError: there are too many clauses to compare.
    """
    today = None if at is None else at.date()
    if definition.facts.field != "odd_clauses":
        return DerivationContext(today)
    notes = ("Clauses are those of the newest readings, also of documents that were read again since.",)
    return DerivationContext(today, contracts.odd_clauses_of(catalog, counted), notes if is_past else ())
