"""What listed bids say as facts: who bid, and what each offered, with what the winners of a decision offered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from archive.model import Fact
from indexer.facts import bids
from indexer.facts.awards.bid_lists import is_account, told
from indexer.facts.awards.bid_tables import ListedBid
from indexer.facts.awards.bid_winners import lot_of
from indexer.facts.awards.lines import SHOWN, AwardLine, parts_of
from indexer.facts.firms import Firm
from indexer.facts.kind import calls_itself
from indexer.facts.numerals import printed
from indexer.facts.scoring.amounts import BY_HEAD
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.sums import Money
from indexer.facts.text import DocumentText, letters


def bidders(context: TextSurroundings, kind: str | None) -> list[Fact]:
    """Return the bidders of all lists of a document that may say who bid."""
    every = {firm.core: bids.fullest(context.text, firm) for bid in told(context, kind) for firm in bid.firms}
    return [
        context.text.fact("bidder", each.name, (each.first, each.last), "bidder.table", 0.9) for each in every.values()
    ]


def neighbours(context: TextSurroundings, kind: str | None, facts: Sequence[Fact]) -> list[Fact]:
    """Return the firms whose bid is read, and that are no bidders among the facts: as sure as those that stand in a
    list of which half are told as bidders, else no surer than what words tell plainly."""
    known_bidders = [(letters(fact.value), fact.confidence) for fact in facts if fact.field == "bidder"]
    lists: dict[int, dict[str, Firm]] = defaultdict(dict)
    for bid in told(context, kind):
        lists[bid.listing].update((firm.core, firm) for firm in bid.firms)
    found: dict[str, tuple[Firm, float]] = {}
    for firms in lists.values():
        sure = {core: max((each for name, each in known_bidders if core in name), default=None) for core in firms}
        known = [each for each in sure.values() if each is not None]
        confidence = min(known) if 2 * len(known) >= len(firms) else TOLD_PLAINLY
        found.update((core, (firms[core], confidence)) for core, each in sure.items() if each is None)
    return [
        context.text.fact("bidder", firm.name, (firm.first, firm.last), "bidder.listed", sure)
        for firm, sure in found.values()
    ]


TOLD_PLAINLY = 0.75
"""Confidence that a firm bid whose bid words or a table tell, though the scorer doubts it."""


def amounts(context: TextSurroundings, kind: str | None) -> Iterator[Fact]:
    """Yield the prices of the bids of all lists."""
    for bid in told(context, kind):
        if bid.money.currency is not None:
            details = {"currency": bid.money.currency, "vat": bid.vat, "role": "other"}
            where = _words_of(context, bid.money)
            yield context.text.fact("amount", printed(bid.money.value), where, BY_HEAD, 0.85, details=details)


def _words_of(context: TextSurroundings, price: Money) -> tuple[int, int]:
    return context.text.word_at(price.start), context.text.word_at(max(price.start, price.end - 1))


def offers(context: TextSurroundings, kind: str | None, won: Sequence[AwardLine] = ()) -> list[Fact]:
    """Return what each bidder offered, for a lot or for all: the bids of lists, and of a decision that tells who else
    bid, also what ``won``. One bidder with several prices for one lot has none."""
    shown = [line for line in won if line.confidence >= SHOWN and line.money is not None]
    found = [_with_vat(fact, shown) for fact in _offers(context, kind)]
    lost = [fact for fact in found if not any(_is_of(fact, line) for line in shown)]
    if not (kind == "award_decision" and lost and not calls_itself(context.text, "framework")):
        shown = _beside(context.text, shown, lost) if is_account(context.text, kind) else []
    for line in shown:
        assert line.money is not None
        if not any(_is_of(fact, line) for fact in found):
            bid = ListedBid(line.vendors, line.money, line.vat, 0, line.lot)
            found.append(replace(_offer(context, bid), method=WON))
    return sorted(found, key=lambda fact: fact.span.first if fact.span else 0)


def _beside(text: DocumentText, shown: Sequence[AwardLine], lost: Sequence[Fact]) -> list[AwardLine]:
    """Return the lines beside which a letter or report tells who else bid: the last before such a price, or the
    next."""
    sums = {text.word_at(line.money.start): line for line in shown if line.money is not None}
    found: dict[int, AwardLine] = {}
    for first in (fact.span.first for fact in lost if fact.span):
        near = [word for word in sums if abs(word - first) < BESIDE]
        word = max((word for word in near if word < first), default=min(near, default=None))
        if word is not None:
            found[word] = sums[word]
    return list(found.values())


def winners_that_bid(
    context: TextSurroundings, offers: Sequence[Fact], won: Sequence[AwardLine], facts: Sequence[Fact]
) -> list[Fact]:
    """Return the vendors of lines whose price is told as their bid, and that are no bidders among the facts."""
    known = [letters(fact.value) for fact in facts if fact.field == "bidder"]
    sums = {fact.span for fact in offers if fact.method == WON}
    lines = (line for line in won if line.money and parts_of(context.text, line)[-1].span in sums)
    firms = {firm.core: firm for line in lines for firm in line.vendors}
    return [
        context.text.fact("bidder", firm.name, (firm.first, firm.last), "bidder.winner", TOLD_PLAINLY)
        for core, firm in firms.items()
        if not any(core in name or name in letters(firm.name) for name in known)
    ]


WON = "offer.won"
"""The rule of offers that are what a winner won by."""

BESIDE = 45
"""Number of words between the sum of a contract and the price of who bid beside its winner, in a letter or report."""


def _is_of(fact: Fact, line: AwardLine) -> bool:
    """Return whether an offer is that of who won a line, for its lot."""
    is_same = any(core in letters(fact.details["bidder"]) for core in line.cores)
    return is_same and (line.lot is None or fact.details.get("lot", line.lot.value) == line.lot.value)


def _offers(context: TextSurroundings, kind: str | None) -> list[Fact]:
    by_lot: dict[tuple[str, str | None, str], list[ListedBid]] = defaultdict(list)
    for bid in told(context, kind):
        if bid.money.currency is not None:
            by_lot[bid.firms[0].core, lot_of(bid), bid.vat].append(bid)
    return [_offer(context, same[0]) for same in by_lot.values() if len({bid.money.value for bid in same}) == 1]


def _with_vat(fact: Fact, won: Sequence[AwardLine]) -> Fact:
    """Return a price of which nothing tells the VAT with that of the line with the same sum."""
    same = (line.vat for line in won if line.money is not None and line.money.value == Decimal(fact.value))
    vat = next(same, "unknown") if fact.details["vat"] == "unknown" else fact.details["vat"]
    return replace(fact, details={**fact.details, "vat": vat})


def _offer(context: TextSurroundings, bid: ListedBid) -> Fact:
    details = {
        "bidder": "; ".join(bids.fullest(context.text, firm).name for firm in bid.firms),
        "currency": bid.money.currency or "",
        "vat": bid.vat,
    }
    more = {"rejected": "yes"} if bid.is_rejected else {}
    if bid.lot is not None:
        more["lot"] = bid.lot.value
    where = _words_of(context, bid.money)
    return context.text.fact("offer", f"{bid.money.value:.2f}", where, "offer.listed", 0.9, details=details | more)
