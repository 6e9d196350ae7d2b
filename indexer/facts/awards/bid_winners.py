"""Who won of those who bid: the price of a winner that a sentence names is that of its own bid for the same lot, and a
list may tell who won by a mark, or by the place that a bid took."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from archive.model.vat import differ_by_vat
from indexer.facts.awards.bid_tables import ListedBid
from indexer.facts.awards.ended_lots import called_off
from indexer.facts.awards.lines import AwardLine
from indexer.facts.firms import Firm
from indexer.facts.text import DocumentText

OF_BID = "award.bid"
"""The rule of lines that are the bid of a list which won."""

CONFIDENCE = 0.88
"""Confidence that a bid of a list which won is what the contract is awarded for."""


def lot_of(each: ListedBid | AwardLine) -> str | None:
    """Return the number of the lot of a bid or a line, None without one."""
    return None if each.lot is None else each.lot.value


def with_bids(told: Sequence[AwardLine], bids: Sequence[ListedBid]) -> list[AwardLine]:
    """Return the lines: those without a sum, or with the price of another bidder, have the price that the winner
    offered for the lot, or for the only lot that nobody else won."""
    lines = [_with_bid(line, bids) for line in told]
    taken = {lot_of(line): line for line in lines if line.money is not None}
    for at, line in enumerate(lines):
        if line.money is None and line.lot is None:
            left = [
                bid for bid in bids if lot_of(bid) not in taken or _is_same(taken[lot_of(bid)].vendors, line.vendors)
            ]
            lines[at] = _with_bid(line, left)
    return lines


def _with_bid(line: AwardLine, bids: Sequence[ListedBid]) -> AwardLine:
    taken = next((bid for bid in bids if line.money is not None and bid.money.start == line.money.start), None)
    is_foreign = taken is not None and not _is_same(taken.firms, line.vendors)
    prices = {bid.money.value: bid for bid in _of_winner(line, bids)} if line.money is None or is_foreign else {}
    if len(prices) != 1:
        return replace(line, money=None) if is_foreign else line
    (bid,) = prices.values()
    sure = max(line.confidence, CONFIDENCE)
    return replace(line, money=bid.money, vat=bid.vat, lot=line.lot or bid.lot, confidence=sure)


def who_lost(bids: Sequence[ListedBid]) -> set[int]:
    """Return the words at which bids begin that are one of several for a lot, and that nothing says to have won."""
    beside: dict[tuple[int, str | None], set[str]] = defaultdict(set)
    for bid in bids:
        beside[bid.listing, lot_of(bid)].add(bid.firms[0].core)
    return {
        bid.firms[0].first
        for bid in bids
        if len(beside[bid.listing, lot_of(bid)]) > 1 and not bid.is_chosen and bid.place != 1
    }


def _is_told(line: AwardLine, bid: ListedBid) -> bool:
    """Return whether a line tells of a bid that won: of the same firm with its price, or of whoever won the same."""
    is_same_sum = line.money is not None and (
        line.money.value == bid.money.value or differ_by_vat(line.money.value, bid.money.value)
    )
    if None not in (one := lot_of(line), other := lot_of(bid)) and one != other:
        return False
    is_same_firm = _is_same(line.vendors, bid.firms)
    return (is_same_firm and is_same_sum) or (lot_of(line) == lot_of(bid) and (is_same_firm or not bid.is_chosen))


def _of_winner(line: AwardLine, bids: Sequence[ListedBid]) -> list[ListedBid]:
    """Return the bids of who won a line, those for its lot if there are any."""
    own = [bid for bid in bids if not bid.is_rejected and _is_same(bid.firms, line.vendors)]
    of_lot = [bid for bid in own if lot_of(bid) == lot_of(line)]
    return of_lot or [bid for bid in own if line.lot is None or bid.lot is None]


def _is_same(some: Sequence[Firm], others: Sequence[Firm]) -> bool:
    return any(one.core in other.core or other.core in one.core for one in some for other in others)


def won(bids: Sequence[ListedBid], told: Sequence[AwardLine], vendors: Collection[str]) -> Iterator[AwardLine]:
    """Yield a line of each list of bids, or of each lot, that tells who won: the bid that is marked, that took the
    first place, or the only one of a vendor; ``vendors`` are the letters of their names, none if they are unknown."""
    of_lots: dict[tuple[int, str | None], list[ListedBid]] = defaultdict(list)
    for bid in bids:
        of_lots[bid.listing, lot_of(bid)].append(bid)
    is_of_one = len(vendors) == 1 and len({lot for _, lot in of_lots}) == 1
    for listing in of_lots.values():
        for first in _first(listing, vendors if is_of_one else ()):
            if not any(_is_told(line, first) for line in told):
                yield AwardLine(first.firms, first.money, first.vat, OF_BID, CONFIDENCE, lot=first.lot)


_WITH_FIRST = re.compile(
    r"\bugovor\w*\s(?:[^.;]|(?<=\d)\.){0,60}\bprvo(?:rangiran|plasiran)\w+|\bprvo(?:rangiran|plasiran)\w+[^.;]{0,40}\sugovor"
)
"""What says in a letter that whoever took the first place has the contract: "ugovor je potpisan s prvorangiranim"."""


def marked(text: DocumentText, bids: Sequence[ListedBid], told: Sequence[AwardLine]) -> Iterator[AwardLine]:
    """Yield a line of each list or lot of a letter or report in which a bid is marked as the one that won, or in the
    first place, if the contract is said to be with the first of the only list."""
    first = [bid for bid in bids if bid.place == 1] if _WITH_FIRST.search(text.folded) else []
    bids = [replace(bid, is_chosen=True) if [bid] == first else bid for bid in bids]
    lists = {(bid.listing, lot_of(bid)) for bid in bids if bid.is_chosen}
    beside = {(bid.listing, lot_of(bid)) for bid in bids if not bid.is_chosen}
    yield from won([bid for bid in bids if (bid.listing, lot_of(bid)) in lists & beside], told, ())


def _first(listing: Sequence[ListedBid], vendors: Collection[str]) -> Sequence[ListedBid]:
    """Return the bid of a list for one lot that won; all of a table of those who won; none if it is undecided."""
    if all(bid.is_chosen for bid in listing):
        return listing
    named = [bid for bid in listing if any(firm.core in vendor for firm in bid.firms for vendor in vendors)]
    marked = [bid for bid in listing if bid.is_chosen] or [bid for bid in listing if bid.place == 1]
    first = [bid for bid in (marked or named) if not bid.is_rejected]
    return first if len(first) == 1 and (not vendors or first[0] in named) else ()


def not_called_off(text: DocumentText, told: Sequence[AwardLine]) -> Iterator[AwardLine]:
    """Yield the lines but those of lots that were called off: who bid for these won nothing. A sentence that gives a
    contract says more."""
    stopped = called_off(text)
    for line in told:
        if lot_of(line) not in stopped or line.method in _SURE:
            yield line


_SURE = frozenset({"award.given", "award.form"})
