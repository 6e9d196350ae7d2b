"""Signals to check in the prices of bids, as far as documents state them: equal bids (R028 of Cardinal), a lowest bid
that was rejected (R036) or did not win, a winner whose competitors were all rejected (R035)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from archive.findings.definition import FactSelection, Measure
from archive.findings.derived.value import DerivationContext, Derived, DerivedValues, proof
from archive.findings.precedence import Proof, unit_facts
from archive.findings.units import Counted
from archive.procedures.papers import Paper

SAME, LOWEST, REJECTED, ALONE = "same_price", "lowest_lost", "lowest_rejected", "others_rejected"
"""The signals: R028, none of Cardinal's, R036, R035."""

_LISTING = ("minutes", "award_decision", "procurement_report", "cancellation")
"""Kinds of documents that list bids, in order of precedence."""

_WON = FactSelection(
    "amount",
    Measure.SUM,
    ("award_decision", "contract"),
    {"role": ("award", "contract")},
    lacks=("unit_price",),
    columns=("currency", "vat"),
)
"""Kinds of documents that state the contract price; annexes do not, because nobody bid their price."""


@dataclass(frozen=True, slots=True)
class _Offer:
    bidder: str
    value: Decimal
    rejected: bool
    proof: Proof


Offers = Mapping[tuple[str, str], Sequence[_Offer]]
"""Comparable offers, by currency and VAT."""


def signals(unit: Counted, wanted: FactSelection, context: DerivationContext) -> DerivedValues:
    """Return each signal whose inputs the documents state, with ``found`` as ``yes`` or ``no``.

    A procedure with fewer than two priced bids has none. :data:`LOWEST` and :data:`ALONE` need a known winner,
    :data:`REJECTED` and :data:`ALONE` a decision.
    """
    values = []
    listing = [offers for kind in _LISTING if (offers := _offers(unit, kind))]
    if any(_most(offers) > 1 for offers in listing):
        values.append(_same(next(offers for offers in listing if _most(offers) > 1)))
    for offers in listing:
        if won := _lowest(unit, offers):
            values.append(won)
            break
    decided = (_lowest_rejected(unit), _alone(unit))
    return DerivedValues((*values, *(signal for signal in decided if signal)))


def _most(offers: Offers) -> int:
    return max(map(len, offers.values()), default=0)


def _offers(unit: Counted, kind: str) -> Offers:
    found: dict[tuple[str, str], dict[str, _Offer]] = defaultdict(dict)
    for paper in unit.papers:
        if paper.kind == kind:
            for offer, key in _of_paper(unit, paper):
                found[key].setdefault(offer.bidder, offer)
    return {key: tuple(offers.values()) for key, offers in found.items()}


def _of_paper(unit: Counted, paper: Paper) -> list[tuple[_Offer, tuple[str, str]]]:
    return [
        (
            _Offer(told["bidder"], Decimal(fact.value), "rejected" in told, proof(unit, paper, fact)),
            (told.get("currency", ""), told.get("vat", "unknown")),
        )
        for fact in paper.facts_of("offer")
        if "bidder" in (told := fact.details) and "lot" not in told
    ]


def _made(signal: str, *, found: bool, offers: Sequence[_Offer], more: Sequence[Proof] = ()) -> Derived:
    told = {"signal": signal, "found": "yes" if found else "no"}
    return Derived(None, (*(offer.proof for offer in offers), *more), told)


def _same(offers: Offers) -> Derived:
    """Return whether two bidders offer the same price. The proofs are their offers, or all offers."""
    for of_key in offers.values():
        values = [offer.value for offer in of_key]
        equal = [offer for offer in of_key if values.count(offer.value) > 1]
        if equal:
            return _made(SAME, found=True, offers=equal)
    return _made(SAME, found=False, offers=[offer for of_key in offers.values() for offer in of_key])


def _winner(unit: Counted, key: tuple[str, str], offers: Sequence[_Offer]) -> tuple[_Offer, tuple[Proof, ...]] | None:
    """Return the one offer at the contract price, with the proofs of that price."""
    won = unit_facts(unit, _WON)
    proofs = won.columns.get(key, ())
    at_price = [offer for offer in offers if proofs and offer.value == won.amount(key)]
    return (at_price[0], proofs) if len(at_price) == 1 else None


def _lowest(unit: Counted, offers: Offers) -> Derived | None:
    """Return whether a bid is below the contract price."""
    for key, of_key in offers.items():
        winner = _winner(unit, key, of_key)
        if winner and len(of_key) > 1:
            lower = [offer for offer in of_key if offer.value < winner[0].value]
            return _made(LOWEST, found=bool(lower), offers=[*lower, winner[0]], more=winner[1])
    return None


def _lowest_rejected(unit: Counted) -> Derived | None:
    """Return whether a decision rejects the lowest bid that it lists."""
    for of_key in _offers(unit, "award_decision").values():
        if len(of_key) > 1:
            lowest = min(of_key, key=lambda offer: offer.value)
            return _made(REJECTED, found=lowest.rejected, offers=[lowest] if lowest.rejected else of_key)
    return None


def _alone(unit: Counted) -> Derived | None:
    """Return whether an award decision rejects every bid but the winner's, whatever their VAT."""
    offers = _offers(unit, "award_decision")
    winner = next((won for key, of_key in offers.items() if (won := _winner(unit, key, of_key))), None)
    if winner is None:
        return None
    others: dict[str, _Offer] = {}
    for of_key in offers.values():
        for offer in of_key:
            if offer.bidder != winner[0].bidder and (offer.rejected or offer.bidder not in others):
                others[offer.bidder] = offer
    if not others:
        return None
    listed = [*others.values(), winner[0]]
    return _made(ALONE, found=all(offer.rejected for offer in others.values()), offers=listed, more=winner[1])
