"""Lots that an award decision names and of which no award was read.

They make it known that the lines that were read are a part: a fact ``unread_lot`` holds the number of the lot.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from archive.model import Fact
from indexer.facts.awards.bid_winners import lot_of
from indexer.facts.awards.ended_lots import called_off, without_bids
from indexer.facts.awards.lines import SHOWN, AwardLine
from indexer.facts.lots import named
from indexer.facts.text import DocumentText

CONFIDENCE = 0.8


def find(text: DocumentText, kind: str | None, told: Sequence[AwardLine], facts: Sequence[Fact]) -> Iterator[Fact]:
    """Yield the lots without an award line, each at its first mention; none unless the decision names several, or where
    its lines come to an amount among ``facts``."""
    if kind != "award_decision":
        return
    lots = named(text.folded)
    shown = [line for line in told if line.confidence >= SHOWN]
    without_lot = sum(line.lot is None for line in shown)
    total = sum((line.money.value for line in shown if line.money), Decimal())
    is_whole = len(shown) > 1 and any(fact.field == "amount" and Decimal(fact.value) == total for fact in facts)
    if len(lots) < 2 or without_lot >= len(lots) or is_whole:
        return
    closed = _closed(text, shown)
    for lot, mark in lots.items():
        if lot not in closed:
            where = (text.word_at(mark.start()), text.word_at(mark.end() - 1))
            yield text.fact("unread_lot", lot, where, "unread_lot.named", CONFIDENCE)


def are_all_read(text: DocumentText, shown: Sequence[AwardLine]) -> bool:
    """Return whether each of several lots that a decision names has a line, or came to nothing."""
    lots = named(text.folded)
    return len(lots) > 1 and all(line.lot for line in shown) and lots.keys() <= _closed(text, shown)


def _closed(text: DocumentText, shown: Sequence[AwardLine]) -> set[str | None]:
    return {*map(lot_of, shown), *called_off(text), *without_bids(text)}
