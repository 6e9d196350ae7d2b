"""The number of a cell: counted, summed, ranged, converted to another currency, or shared between rows.

The date of an amount is that of the document that states it. Where there is no rate for it, the amount stays in the
column of its own currency.

A unit of several vendors is counted in the row of each and once in the total; so is a document that is one of several
units.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from statistics import median
from types import MappingProxyType

from archive.errors import Message
from archive.findings.definition import Definition, Measure, VatBasis
from archive.findings.precedence import Key, Proof, UnitFacts, proof_of
from archive.findings.prices import CEILING
from archive.findings.rates import Rate, rate_for
from archive.findings.table import Cell, Column, Table, TableRow
from archive.findings.units import Counted
from archive.model import Fact
from archive.procedures.papers import Paper

RATES = ("vat_rate", "exchange_rate")
"""The fields of rates that papers print: among the facts that make a number, they add nothing."""

PRINTED = Message("printed in the paper itself")
"""Whose a rate is that a paper prints."""

TOGETHER = " + "
"""Stands between the names of vendors whose amount it is together."""

SEPARATOR = "·"
"""Stands between the parts of the id of a column."""

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
        "with": "Not told with VAT: %(count)s prices in columns of their own, whose papers print no such sum or rate.",
        "without": "Not told without VAT: %(count)s prices in columns of their own, whose papers print no such sum or "
        "rate.",
    }
)

STATISTICS = (LOWEST, MEDIAN, HIGHEST)
"""The columns of a range. The median of two is what lies halfway between them."""


def measured(
    measure: Measure, statistic: str, key: Key, having: Sequence[UnitFacts]
) -> tuple[Decimal | None, Sequence[UnitFacts]]:
    """Return the number of a column and the units that make it; of a lowest one, those that have it.

    Nothing known is None; a count of nothing is 0.
    """
    if measure is Measure.COUNT:
        return Decimal(len(having)), having
    numbers = [one.amount(key) for one in having]
    if not numbers:
        return None, ()
    if measure is Measure.SUM:
        return sum(numbers, Decimal()), having
    if statistic == MEDIAN:
        middle = median(numbers)
        # Half of a cent is nothing that a reader pays.
        return (middle if middle == round(middle, 2) else round(middle, 2)), having
    number = min(numbers) if statistic == LOWEST else max(numbers)
    return number, [one for one in having if one.amount(key) == number]


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
                    rate = Rate(key[place], to, _when(paper), Decimal(printed.value), PRINTED)
                    # The rate adds nothing; it stands among what makes the number.
                    more = (replace(proof_of(unit, paper.id, printed), number=Decimal(), vendors=proof.vendors),)
            column = key if rate is None else (*key[:place], to, *key[place + 1 :])
            columns[column] = (*columns.get(column, ()), replace(proof, rate=rate), *more)
    return replace(facts, columns=columns)


def _printed_rate(paper: Paper, currency: str, to: str) -> Fact | None:
    """The one rate of exchange that a paper prints; None if it prints none or several."""
    wanted = {"currency": currency, "to": to}
    printed = {
        fact.value: fact for fact in reversed(paper.facts_of("exchange_rate")) if fact.details.items() >= wanted.items()
    }
    return next(iter(printed.values())) if len(printed) == 1 else None


def _when(paper: Paper) -> str:
    return paper.date.isoformat() if paper.date else str(paper.year or "")


def notes_on_vat(table: Table) -> Iterator[str]:
    """How many prices are as the reader asked for them, how many were computed, and how many are neither."""
    facts = table.definition.facts
    if facts.vat is VatBasis.PRINTED:
        return
    place = facts.columns.index("vat")
    told: Counter[str] = Counter()
    for column, cell in zip(table.columns, table.total.cells, strict=True):
        for proof in cell.proofs if column.is_sum else ():
            field = proof.fact.field if proof.fact else ""
            is_asked = column.id.split(SEPARATOR)[place] == facts.vat
            told["computed" if field == "vat_rate" else "" if field in RATES else "asked" if is_asked else "apart"] += 1
    yield Message(_VAT_COUNTED[facts.vat], printed=told["asked"] - told["computed"], computed=told["computed"])
    if told["apart"]:
        yield Message(_VAT_APART[facts.vat], count=told["apart"])


def notes_on_ceilings(table: Table) -> Iterator[str]:
    """How many prices are the most that may be paid."""
    proofs = (proof for column, cell in zip(table.columns, table.total.cells, strict=True) if column.is_sum
              for proof in cell.proofs)  # fmt: skip
    if count := len(
        {(proof.document, proof.fact.span) for proof in proofs if proof.fact and CEILING in proof.fact.details}
    ):
        yield Message(
            "Ceilings: %(count)s prices are the most that may be paid, and no price that was agreed.", count=count
        )


def notes_on_rates(table: Table) -> Iterator[str]:
    """Which amounts of a table were converted, by what rates, and which were not."""
    to = table.definition.convert
    if to is None:
        return
    used: Counter[Rate] = Counter()
    apart: Counter[str] = Counter()
    for column, cell in zip(table.columns, table.total.cells, strict=True):
        for proof in cell.proofs if column.is_sum else ():
            if proof.fact is not None and proof.fact.field in RATES:
                continue
            currency = (proof.fact.details.get("currency") or "an unknown currency") if proof.fact else to
            if proof.rate is not None:
                used[proof.rate] += 1
            elif currency != to:
                apart[currency] += 1
    for rate, count in sorted(used.items(), key=lambda item: (item[0].currency, item[0].period)):
        yield Message("Converted: %(count)s amounts by %(rate)s.", count=count, rate=rate)
    for currency, count in sorted(apart.items()):
        yield Message(
            "Not converted: %(count)s amounts in %(currency)s, for whose dates no rate to %(to)s is known.",
            count=count,
            currency=currency,
            to=to,
        )


def shared(
    rows: Sequence[TableRow], total: TableRow, columns: Sequence[Column], definition: Definition
) -> TableRow | None:
    """The row that makes the numbers of all rows add up to the total; None if they do without it.

    Medians and other numbers of a range do not add up: those are left empty.
    """
    cells = []
    for at, column in enumerate(columns):
        is_range = column.is_sum and definition.facts.measure is Measure.RANGE
        if is_range:
            cells.append(Cell(None, (), 0, 0, 0))
        else:
            cells.append(_difference([row.cells[at] for row in rows], total.cells[at]))
    if not any(cell.number for cell in cells):
        return None
    return TableRow(("",) * len(definition.group), tuple(cells))


def _difference(of_rows: Sequence[Cell], total: Cell) -> Cell:
    number = (total.number or Decimal()) - sum((cell.number or Decimal() for cell in of_rows), Decimal())
    if not number:
        return Cell(None, (), 0, 0, 0)
    counted, in_rows = _counted([total]), _counted(of_rows)
    proofs = tuple(proof for key, proof in (counted[1] | in_rows[1]).items() if counted[0][key] != in_rows[0][key])
    units, documents = {proof.unit for proof in proofs}, {proof.document for proof in proofs}
    return Cell(number, proofs, len(units), len(documents), 0)


_Identity = tuple[str, str, str, str, str]


def _counted(cells: Sequence[Cell]) -> tuple[Counter[_Identity], dict[_Identity, Proof]]:
    """Count how often each proof is in these cells."""
    proofs = [(_identity(proof), proof) for cell in cells for proof in cell.proofs]
    return Counter(key for key, _ in proofs), dict(proofs)


def _identity(proof: Proof) -> _Identity:
    fact = proof.fact
    told = (fact.field, fact.value, str(fact.span)) if fact else ("", "", "")
    return (proof.unit, proof.document, *told)
