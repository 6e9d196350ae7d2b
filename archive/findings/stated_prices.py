"""A price as one document states it, and what annexes change of it that do not state what then holds.

An annex may tell only by how much it changes the price of its contract (fact ``price_change``). The price is then that
of the contract and the change, with a proof in both documents, if both are sums on the same VAT basis or the change is
a percentage; else it is open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType

from archive.findings.precedence import age, cites, prints_price_of, vendors_of
from archive.model import Fact
from archive.model.vat import differ_by_vat
from archive.procedures.papers import CONTRACT_KINDS, Paper

CEILING = "ceiling"
"""Detail of an amount that is an upper limit, as of a framework agreement with unit prices."""

CALL_OFF = "call_off"
"""Detail of a price of what was called off under a framework agreement."""

CENT = Decimal("0.01")

Sum = tuple[Fact, Decimal]
Change = tuple[Paper, Fact, Decimal]


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one lot, or of a whole contract, in one document.

    ``sums`` is the same money by VAT basis: ``with``, ``without`` or ``unknown``. ``is_line``: it is a line of an
    award. ``changes``: what annexes add to each of the sums, less if negative.
    """

    paper: Paper
    currency: str
    lot: str
    vendors: frozenset[str] | None
    sums: Mapping[str, Sum]
    is_line: bool = False
    changes: Mapping[str, Sequence[Change]] = field(default_factory=lambda: MappingProxyType({}))

    def is_of_same(self, other: Price) -> bool:
        """Return whether both can be the same money for the same lot."""
        return self.currency == other.currency and any(
            one == two or differ_by_vat(one, two) for _, one in self.sums.values() for _, two in other.sums.values()
        )


def with_changes(prices: Sequence[Price], papers: Iterable[Paper]) -> tuple[list[Price], list[tuple[Paper, Fact]]]:
    """Return the prices with what annexes change of them, and the changes of which it is open what they come to.

    An annex that states a price itself, or is older than one whose price counts, changes nothing.
    """
    found = list(prices)
    stating = {price.paper.id for price in prices}
    annexes = (paper for paper in papers if paper.kind == "contract_annex" and paper.facts_of("price_change"))
    open_: list[tuple[Paper, Fact]] = []
    for annex in sorted((annex for annex in annexes if annex.id not in stating), key=age):
        own = vendors_of(annex)
        theirs = next(filter(None, (_papers_of(found, annex, is_of) for is_of in (cites, prints_price_of))), None) or [
            at for at, price in enumerate(found) if not own or own & (price.vendors or vendors_of(price.paper))
        ]
        if theirs and all(_is_later(found[at].paper, annex) for at in theirs):
            continue
        changed = _changed(found[theirs[0]], annex) if len(theirs) == 1 else None
        if changed is not None:
            found[theirs[0]] = changed
        elif found:
            open_ += [(annex, fact) for fact in annex.facts_of("price_change")]
    return found, open_


def _papers_of(prices: Sequence[Price], annex: Paper, is_of: Callable[[Paper, Paper], bool]) -> list[int]:
    return [at for at, price in enumerate(prices) if is_of(annex, price.paper)]


def _is_later(paper: Paper, annex: Paper) -> bool:
    return paper.kind == "contract_annex" and bool(paper.date and annex.date) and age(paper) > age(annex)


def _changed(price: Price, annex: Paper) -> Price | None:
    """Return a price with the change by an annex; None if it is open what they come to."""
    is_ceiling = any(CEILING in fact.details for fact, _ in price.sums.values())
    is_undated = price.paper.kind == "contract_annex" and not annex.date
    if price.paper.kind not in CONTRACT_KINDS or is_ceiling or is_undated:
        return None
    if any(fact.details.get("direction") == "unknown" for fact in annex.facts_of("price_change")):
        return None
    every = {(fact.value, fact.details.get("vat")): fact for fact in annex.facts_of("price_change")}
    sums = {vat: fact for (_, vat), fact in every.items() if vat is not None}
    percents = [fact for (_, vat), fact in every.items() if vat is None]
    if len(sums) + len(percents) < len(every) or any(
        fact.details.get("currency") != price.currency for fact in sums.values()
    ):
        return None
    if sums:
        changes = {vat: (annex, fact, _signed(fact, Decimal(fact.value))) for vat, fact in sums.items()}
    elif len(percents) == 1:
        (fact,) = percents
        changes = {
            vat: (annex, fact, _signed(fact, (_total(price, vat) * Decimal(fact.value) / 100).quantize(CENT)))
            for vat in price.sums
        }
    else:
        return None
    kept = {vat: one for vat, one in price.sums.items() if vat in changes and _total(price, vat) + changes[vat][2] > 0}
    if not kept:
        return None
    return replace(price, sums=kept, changes={vat: (*price.changes.get(vat, ()), changes[vat]) for vat in kept})


def _total(price: Price, vat: str) -> Decimal:
    return price.sums[vat][1] + sum((number for *_, number in price.changes.get(vat, ())), Decimal())


def _signed(fact: Fact, number: Decimal) -> Decimal:
    return -number if fact.details.get("direction") == "less" else number
