"""Measures: the number of a cell (count, sum, range), currency conversion, and notes on sums.

The date of an amount is that of its document. Without a rate, the amount stays in the column of its own currency.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from archive.errors import Message
from archive.findings.definition import Definition, Measure, VatBasis
from archive.findings.precedence import Key, Proof, UnitFacts, proof_of
from archive.findings.rates import Rate, rate_for
from archive.findings.stated_prices import CEILING
from archive.findings.tallies import CellTally
from archive.findings.units import Counted
from archive.model import Fact
from archive.procedures.papers import Paper

RATES = ("vat_rate", "exchange_rate")
"""Fields of printed rates: they are among the proofs of a number, and add nothing to it."""

PRINTED = Message("printed in the paper itself")
"""The source of a printed rate."""

TOGETHER = " + "
"""Separator of the names of vendors with a joint amount."""

SEPARATOR = "·"
"""Separator of the parts of a column id."""

LOWEST, MEDIAN, HIGHEST = "lowest", "median", "highest"

_VAT_COUNTED: Mapping[str, str] = MappingProxyType(
    {
        "with": "Prices with VAT: %(printed)s as printed, %(computed)s by the one rate of VAT that their paper prints.",
        "without": "Prices without VAT: %(printed)s as printed, %(computed)s by the one rate of VAT that their paper "
        "prints.",
    }
)
_VAT_APART: Mapping[str, str] = MappingProxyType(
    {
        "with": (
            "Not stated with VAT: %(count)s prices in columns of their own, whose papers print no such sum or rate."
        ),
        "without": (
            "Not stated without VAT: %(count)s prices in columns of their own, whose papers print no such sum or rate."
        ),
    }
)

STATISTICS = (LOWEST, MEDIAN, HIGHEST)
"""The columns of a range. The median of an even number of values is the mean of the two middle ones."""


def measured(measure: Measure, statistic: str, having: CellTally) -> tuple[Decimal | None, CellTally]:
    """Return the number of a column and its units; of an extreme value, the units that have it.

    None if nothing is known; an empty count is 0.
    """
    if measure is Measure.COUNT:
        return Decimal(having.count), having
    if measure is Measure.SUM:
        return having.total, having
    found = having.spread
    if found is None:
        return None, having
    if statistic == MEDIAN:
        # Rounded, because half a cent is not payable.
        return (found.median if found.median == round(found.median, 2) else round(found.median, 2)), having
    number = found.lowest if statistic == LOWEST else found.highest
    return number, having.with_amount(number)


def converted(facts: UnitFacts, unit: Counted, definition: Definition) -> UnitFacts:
    """Convert the facts of a unit to the currency of the definition."""
    to = definition.convert
    if to is None:
        return facts
    place = definition.facts.columns.index("currency")
    papers = {paper.id: paper for paper in unit.papers}
    columns: dict[Key, tuple[Proof, ...]] = {}
    for key, proofs in facts.columns.items():
        for proof in proofs:
            paper, rate = papers[proof.document], None
            more: tuple[Proof, ...] = ()
            if key[place] != to:
                rate = rate_for(definition.rates, key[place], to, paper.date, paper.year)
                if rate is None and (printed := _printed_rate(paper, key[place], to)):
                    rate = Rate(key[place], to, _date_of(paper), Decimal(printed.value), PRINTED)
                    # The rate is one of the proofs, and adds nothing to the number.
                    more = (replace(proof_of(unit, paper.id, printed), number=Decimal(), vendors=proof.vendors),)
            column = key if rate is None else (*key[:place], to, *key[place + 1 :])
            columns[column] = (*columns.get(column, ()), replace(proof, rate=rate), *more)
    return replace(facts, columns=columns)


def _printed_rate(paper: Paper, currency: str, to: str) -> Fact | None:
    """Return the one exchange rate that a document prints; None if it prints none or several."""
    wanted = {"currency": currency, "to": to}
    printed = {
        fact.value: fact for fact in reversed(paper.facts_of("exchange_rate")) if fact.details.items() >= wanted.items()
    }
    return next(iter(printed.values())) if len(printed) == 1 else None


def _date_of(paper: Paper) -> str:
    return paper.date.isoformat() if paper.date else str(paper.year or "")


Note = tuple[str, ...]
"""The key of a note below a table: its kind, and its parameters."""

_CEILINGS, _VAT, _CONVERTED, _APART = "ceilings", "vat", "converted", "not converted"


def notes_of(facts: UnitFacts, definition: Definition) -> Counter[Note]:
    """Count the notes on the summed facts of a unit: prices that are ceilings, those with the reader's VAT basis, and
    converted amounts with their rates."""
    found: Counter[Note] = Counter()
    if not definition.facts.measure.is_of_numbers:
        return found
    ceilings = {(proof.document, proof.fact.details.get("lot")) for proof in facts.proofs
                if proof.fact and CEILING in proof.fact.details}  # fmt: skip
    if ceilings:
        found[(_CEILINGS,)] = len(ceilings)
    if definition.facts.vat is not VatBasis.PRINTED:
        place = definition.facts.columns.index("vat")
        for key, proofs in facts.columns.items():
            for proof in proofs:
                field = proof.fact.field if proof.fact else ""
                is_asked = key[place] == definition.facts.vat
                if field == "vat_rate" or field not in RATES:
                    found[_VAT, "computed" if field == "vat_rate" else "asked" if is_asked else "apart"] += 1
    if definition.convert is not None:
        for proof in facts.proofs:
            if proof.fact is None or proof.fact.field not in RATES:
                found.update(_on_rate(proof, definition.convert))
    return found


def _on_rate(proof: Proof, to: str) -> Iterator[Note]:
    currency = (proof.fact.details.get("currency") or "an unknown currency") if proof.fact else to
    if proof.rate is not None:
        yield _CONVERTED, proof.rate.currency, proof.rate.period, str(proof.rate)
    elif currency != to:
        yield _APART, currency


def told_notes(counted: Mapping[Note, int], definition: Definition) -> Iterator[str]:
    """Yield the sentences of notes counted over all units (:func:`notes_of`)."""
    if count := counted.get((_CEILINGS,)):
        yield Message("Prices that are the most that may be paid, and that nobody agreed on: %(count)s.", count=count)
    vat = definition.facts.vat
    if vat is not VatBasis.PRINTED:
        computed = counted.get((_VAT, "computed"), 0)
        yield Message(_VAT_COUNTED[vat], printed=counted.get((_VAT, "asked"), 0) - computed, computed=computed)
        if count := counted.get((_VAT, "apart")):
            yield Message(_VAT_APART[vat], count=count)
    for (_, _, _, rate), count in sorted((note, n) for note, n in counted.items() if note[0] == _CONVERTED):
        yield Message("Converted: %(count)s amounts by %(rate)s.", count=count, rate=rate)
    for (_, currency), count in sorted((note, n) for note, n in counted.items() if note[0] == _APART):
        yield Message(
            "Not converted: %(count)s amounts in %(currency)s, for whose dates no rate to %(to)s is known.",
            count=count,
            currency=currency,
            to=definition.convert,
        )
