"""Lots that an award decision names and of which no award was read.

They make it known that the lines that were read are a part: a fact ``unread_lot`` holds the number of the lot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from archive.model import Fact
from indexer.facts.awards.bid_winners import lot_of
from indexer.facts.awards.ended_lots import called_off, without_bids
from indexer.facts.awards.lines import SHOWN, AwardLine
from indexer.facts.lots import marks
from indexer.facts.text import DocumentText

CONFIDENCE = 0.8

_OF_LOTS = re.compile(r"\b(?:partij|part\.|lot)")
"""Words that always are those of lots: parts and groups are of much else."""


def find(text: DocumentText, kind: str | None, told: Sequence[AwardLine], facts: Sequence[Fact]) -> Iterator[Fact]:
    """Yield the lots without an award line, each at its first mention; none unless the decision names several, or where
    its lines come to an amount among ``facts``."""
    if kind != "award_decision":
        return
    named: dict[str, tuple[int, int]] = {}
    for mark, lots in marks(text.folded, 0, len(text.folded)):
        for lot in lots if _OF_LOTS.search(mark[0]) else ():
            named.setdefault(lot, (text.word_at(mark.start()), text.word_at(mark.end() - 1)))
    shown = [line for line in told if line.confidence >= SHOWN]
    without_lot = sum(line.lot is None for line in shown)
    total = sum((line.money.value for line in shown if line.money), Decimal())
    is_whole = len(shown) > 1 and any(fact.field == "amount" and Decimal(fact.value) == total for fact in facts)
    if len(named) < 2 or without_lot >= len(named) or is_whole:
        return
    closed = {*map(lot_of, shown), *called_off(text), *without_bids(text)}
    for lot, where in named.items():
        if lot not in closed:
            yield text.fact("unread_lot", lot, where, "unread_lot.named", CONFIDENCE)
