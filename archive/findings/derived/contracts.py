"""Derived fields of contracts: unit prices, price changes by annexes, and clauses that deviate from the template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal

from archive.comparing.templates import find_templates
from archive.errors import QueryTooBroad
from archive.findings.definition import FactSelection, Measure
from archive.findings.derived.value import DerivationContext, Derived, DerivedValues, proof
from archive.findings.precedence import Key, Proof, UnitFacts, unit_facts
from archive.findings.prices import price_of
from archive.findings.stated_prices import CEILING
from archive.findings.units import Counted
from archive.model import Clause, Fact, Span
from archive.procedures.papers import CONTRACT_KINDS
from archive.store.catalog import Catalog

_PRICE_DETAILS = {"role": ("contract", "award")}
_MONEY = ("currency", "vat")
_OF_PIECES = ("unit_price",)
"""Details by which the price of one piece differs from that of a contract."""

TOLD_BY = ("contract_annex", "contract", "award_decision", "procurement_report", "minutes", "foi_reply", "report",
           "correspondence", "other")  # fmt: skip
"""Kinds of documents that state what was bought, in order of precedence."""

_PRICE = FactSelection("price", Measure.SUM, TOLD_BY, columns=_MONEY)

_BEFORE = FactSelection("amount", Measure.SUM, ("contract",), _PRICE_DETAILS, _OF_PIECES, _MONEY)
_AFTER = FactSelection("amount", Measure.SUM, ("contract_annex", "contract"), _PRICE_DETAILS, _OF_PIECES, _MONEY)
_PIECES = FactSelection("quantity", Measure.SUM, TOLD_BY, lacks=("of", "state"), columns=("what",))

_CENT = Decimal("0.01")
_BEST_VAT = ("without", "unknown", "with")
"""Bases of VAT in order of precedence, for comparing a price before and after an annex."""


def price(unit: Counted, wanted: FactSelection, context: DerivationContext) -> UnitFacts:
    """Return the price of a procedure (:mod:`archive.findings.prices`)."""
    return price_of(unit, wanted)


def price_each(unit: Counted, wanted: FactSelection, context: DerivationContext) -> DerivedValues:
    """Return the price of a purchase divided by the number of pieces, in each currency, with and without VAT.

    The price is for everything in the contract, including cables, software and work.
    """
    price, pieces = price_of(unit, _PRICE), unit_facts(unit, _PIECES)
    values = []
    for (what,), of_pieces in pieces.columns.items():
        count = pieces.amount((what,))
        for key, of_price in price.columns.items():
            if count:
                told = {"what": what, "currency": key[0], "vat": key[1]}
                each = (price.amount(key) / count).quantize(_CENT)
                values.append(Derived(each, (*of_price, *of_pieces), told))
    unclear = () if values else (*price.unclear, *pieces.unclear)
    return DerivedValues(tuple(values), unclear)


def annex_amounts(unit: Counted, wanted: FactSelection, context: DerivationContext) -> DerivedValues:
    """Return the price ``before`` and ``after`` annexes, and the amount that they ``added`` (negative for a
    reduction)."""
    return DerivedValues(
        tuple(
            Derived(number, proofs, {"part": part, "currency": key[0], "vat": key[1]})
            for key, (before, after) in _changes(unit).items()
            for part, number, proofs in (
                ("before", before[0], before[1]),
                ("after", after[0], after[1]),
                ("added", after[0] - before[0], (*before[1], *after[1])),
            )
        ),
        _unclear(unit),
    )


def annex_percent(unit: Counted, wanted: FactSelection, context: DerivationContext) -> DerivedValues:
    """Return the price change by annexes in percent; ``direction`` is ``raised``, ``lowered`` or ``same``."""
    changes = _changes(unit)
    values = []
    for currency in dict.fromkeys(key[0] for key in changes):
        before, after = next(changes[currency, vat] for vat in _BEST_VAT if (currency, vat) in changes)
        percent = ((after[0] - before[0]) * 100 / before[0]).quantize(_CENT)
        direction = "same" if after[0] == before[0] else "raised" if after[0] > before[0] else "lowered"
        values.append(Derived(percent, (*before[1], *after[1]), {"direction": direction, "currency": currency}))
    return DerivedValues(tuple(values), _unclear(unit))


_Sum = tuple[Decimal, tuple[Proof, ...]]


def _changes(unit: Counted) -> Mapping[Key, tuple[_Sum, _Sum]]:
    before, after = unit_facts(unit, _BEFORE), unit_facts(unit, _AFTER)
    annexes = {paper.id for paper in unit.papers if paper.kind == "contract_annex"}
    told = {key: (_sum(before, key), _sum(after, key)) for key in _changed(before, after, annexes)}
    return told or dict(_by_changes(price_of(unit, _PRICE)))


def _by_changes(price: UnitFacts) -> Iterator[tuple[Key, tuple[_Sum, _Sum]]]:
    """Yield the columns of a price to which annexes added that tell only by how much they change it."""
    for key, proofs in price.columns.items():
        before = tuple(proof for proof in proofs if proof.fact and proof.fact.field != "price_change")
        if len(before) < len(proofs):
            yield key, ((sum((proof.amount for proof in before), Decimal()), before), _sum(price, key))


def _changed(before: UnitFacts, after: UnitFacts, annexes: set[str]) -> Iterator[Key]:
    """Yield the columns with a price of a contract and one of its annex. An annex to what was called off under a
    framework agreement does not change the most that may be paid under it: the price before is unknown."""
    for key, proofs in after.columns.items():
        told = [proof for proof in proofs if proof.document in annexes]
        if key in before.columns and told and (_is_ceiling(told) or not _is_ceiling(before.columns[key])):
            yield key


def _is_ceiling(proofs: Iterable[Proof]) -> bool:
    return any(proof.fact is not None and CEILING in proof.fact.details for proof in proofs)


def _sum(says: UnitFacts, key: Key) -> _Sum:
    return says.amount(key), says.columns[key]


def _unclear(unit: Counted) -> tuple[Proof, ...]:
    return () if _changes(unit) else (*unit_facts(unit, _BEFORE).unclear, *unit_facts(unit, _AFTER).unclear)


_WORDS_SHOWN = 40
"""Number of leading words of a clause that are shown as its evidence."""


def odd_clauses(unit: Counted, wanted: FactSelection, context: DerivationContext) -> DerivedValues:
    """Return the number of clauses without a similar one in the model contract of the template; 0 for the model
    itself."""
    (paper,) = unit.papers
    odd = context.odd_clauses.get(paper.id)
    if odd is None:
        return DerivedValues()
    proofs = tuple(proof(unit, paper, fact) for fact in odd) or (proof(unit, paper, None),)
    return DerivedValues((Derived(Decimal(len(odd)), proofs),))


@contextmanager
def comparing() -> Iterator[None]:
    """Add a remedy to the error that there are too many clauses to compare.

    :raises QueryTooBroad: there are too many.
    """
    try:
        yield
    except QueryTooBroad as error:
        raise QueryTooBroad(
            error.message, 'Count fewer documents: give the finding a [request], for example vendor = ["NAME"].'
        ) from error


def odd_clauses_of(catalog: Catalog, counted: Iterable[Counted]) -> Mapping[str, tuple[Fact, ...]]:
    """Return the clauses of each contract on a template that deviate from it; other documents are omitted.

    :raises QueryTooBroad: there are too many clauses to compare.
    """
    ids = [paper.id for unit in counted for paper in unit.papers if paper.kind in CONTRACT_KINDS]
    with comparing():
        templates = find_templates(catalog, ids)
    found: dict[str, tuple[Fact, ...]] = {}
    for template in templates:
        found[template.model.id] = ()
        for member in template.members:
            found[member.description.id] = tuple(_fact(one.clause) for one in member.odd)
    return found


def _fact(clause: Clause) -> Fact:
    span = clause.span
    shown = Span(span.document, span.reading, span.first, min(span.last, span.first + _WORDS_SHOWN - 1))
    return Fact("clause", clause.label or clause.eid, shown, "templates.odd", clause.confidence)
