"""Amounts in another currency, where the owner of the archive states a rate for their date; VAT is never reckoned in.

The date of an amount is that of the document that states it. Where there is no rate for it, the amount stays in the
column of its own currency.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from archive.errors import Message
from archive.findings.definition import Definition
from archive.findings.rates import Rate, rate_for
from archive.findings.speaking import Key, Proof, Said
from archive.findings.table import Table
from archive.findings.units import Counted


def converted(said: Said, unit: Counted, definition: Definition) -> Said:
    """What a unit says, in the currency that the definition asks for."""
    to = definition.convert
    if to is None:
        return said
    place = definition.facts.columns.index("currency")
    papers = {paper.id: paper for paper in unit.papers}
    columns: dict[Key, tuple[Proof, ...]] = {}
    for key, proofs in said.columns.items():
        for proof in proofs:
            paper, rate = papers[proof.document], None
            if key[place] != to:
                rate = rate_for(definition.rates, key[place], to, paper.date, paper.year)
            column = key if rate is None else (*key[:place], to, *key[place + 1 :])
            columns[column] = (*columns.get(column, ()), replace(proof, rate=rate))
    return replace(said, columns=columns)


def notes_on_rates(table: Table) -> Iterator[str]:
    """Which amounts of a table were converted, by what rates, and which were not."""
    to = table.definition.convert
    if to is None:
        return
    used: Counter[Rate] = Counter()
    apart: Counter[str] = Counter()
    for column, cell in zip(table.columns, table.total.cells, strict=True):
        for proof in cell.proofs if column.is_sum else ():
            currency = proof.fact.details.get("currency", "an unknown currency") if proof.fact else to
            if proof.rate is not None:
                used[proof.rate] += 1
            elif currency != to:
                apart[currency] += 1
    for rate, count in sorted(used.items(), key=lambda item: (item[0].currency, item[0].period)):
        yield Message("Converted: %(count)s amounts by %(rate)s.", count=count, rate=rate)
    for currency, count in sorted(apart.items()):
        yield Message(
            "Not converted: %(count)s amounts in %(currency)s, for whose dates rates.toml has no rate to %(to)s.",
            count=count,
            currency=currency,
            to=to,
        )
