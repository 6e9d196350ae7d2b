"""What was paid for each piece, and what an annex changed of the price."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from archive.findings.definition import Facts, Measure
from archive.findings.derived.value import Context, Derived, Made
from archive.findings.speaking import Key, Proof, Said, said
from archive.findings.units import Counted

_PRICE_DETAILS = {"role": ("contract", "award")}
_MONEY = ("currency", "vat")
_OF_PIECES = ("unit_price",)
"""What sets the price of one piece apart from that of a contract."""

PRICE = Facts(
    "amount", Measure.SUM, ("contract_annex", "contract", "award_decision"), _PRICE_DETAILS, _OF_PIECES, _MONEY
)
"""The price of a procedure, as every finding of values takes it."""

_BEFORE = Facts("amount", Measure.SUM, ("contract",), _PRICE_DETAILS, _OF_PIECES, _MONEY)
_AFTER = Facts("amount", Measure.SUM, ("contract_annex", "contract"), _PRICE_DETAILS, _OF_PIECES, _MONEY)
_PIECES = Facts("quantity", Measure.SUM, ("contract_annex", "contract"), lacks=("of",), columns=("what",))

_CENT = Decimal("0.01")
_BEST_VAT = ("without", "unknown", "with")
"""Of a price with and without VAT, one is enough to tell by how much it changed."""


def price_each(unit: Counted, wanted: Facts, context: Context) -> Made:
    """The price of a procedure, divided by how many pieces were contracted, in each currency, with and without VAT.

    All that the contract is for is in the price: cables, software and work, too.
    """
    price, pieces = said(unit, PRICE), said(unit, _PIECES)
    values = []
    for (what,), of_pieces in pieces.columns.items():
        count = pieces.amount((what,))
        for key, of_price in price.columns.items():
            if count:
                told = {"what": what, "currency": key[0], "vat": key[1]}
                each = (price.amount(key) / count).quantize(_CENT)
                values.append(Derived(each, (*of_price, *of_pieces), told))
    unclear = () if values else (*price.unclear, *pieces.unclear)
    return Made(tuple(values), unclear)


def annex_amounts(unit: Counted, wanted: Facts, context: Context) -> Made:
    """The price ``before`` its annexes, ``after`` them, and what they ``added`` (less than 0: took away)."""
    return Made(
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


def annex_percent(unit: Counted, wanted: Facts, context: Context) -> Made:
    """By how many percent annexes changed the price; ``direction`` is ``raised``, ``lowered`` or ``same``."""
    changes = _changes(unit)
    values = []
    for currency in dict.fromkeys(key[0] for key in changes):
        before, after = next(changes[currency, vat] for vat in _BEST_VAT if (currency, vat) in changes)
        percent = ((after[0] - before[0]) * 100 / before[0]).quantize(_CENT)
        direction = "same" if after[0] == before[0] else "raised" if after[0] > before[0] else "lowered"
        values.append(Derived(percent, (*before[1], *after[1]), {"direction": direction, "currency": currency}))
    return Made(tuple(values), _unclear(unit))


_Sum = tuple[Decimal, tuple[Proof, ...]]


def _changes(unit: Counted) -> Mapping[Key, tuple[_Sum, _Sum]]:
    before, after = said(unit, _BEFORE), said(unit, _AFTER)
    annexes = {paper.id for paper in unit.papers if paper.kind == "contract_annex"}
    return {key: (_sum(before, key), _sum(after, key)) for key in _changed(before, after, annexes)}


def _changed(before: Said, after: Said, annexes: set[str]) -> Iterator[Key]:
    for key, proofs in after.columns.items():
        if key in before.columns and any(proof.document in annexes for proof in proofs):
            yield key


def _sum(says: Said, key: Key) -> _Sum:
    return says.amount(key), says.columns[key]


def _unclear(unit: Counted) -> tuple[Proof, ...]:
    return () if _changes(unit) else (*said(unit, _BEFORE).unclear, *said(unit, _AFTER).unclear)
