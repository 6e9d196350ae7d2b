"""Lots that an award decision names and of which no award was read.

They make it known that the lines that were read are a part: a fact ``unread_lot`` holds the number of the lot. Lots
that were called off, or for which no bid came, are not open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

from archive.model import Fact
from archive.search.meanings.tables import ORDINALS
from indexer.facts.awards.bid_winners import called_off, lot_of
from indexer.facts.awards.lines import SHOWN, AwardLine
from indexer.facts.lots import LOT_MARK, lot_number
from indexer.facts.text import DocumentText, any_of
from indexer.gazetteer import table

_WORDS = ("partij", "part.", "lot")
"""Beginnings of words that always are those of a lot: parts and groups are of much else."""

_EACH = r"\d{1,2}(?![\d.,/-]*\d)"
_SEVERAL = rf"\b(?:partij|lotov)\w{{1,4}}\W{{1,3}}(?P<several>{_EACH}(?:(?:,\s?|\s(?:i|te|and)\s){_EACH})+)"
_ORDINAL = rf"\b(?P<ordinal>{'|'.join(ORDINALS)})\w{{1,3}}\s(?:partij\w{{1,3}}|lot\w{{0,3}})\b"
_LOTS = re.compile(rf"{_SEVERAL}|{_ORDINAL}|{LOT_MARK.pattern}")

_SENTENCE_END = re.compile(r"(?<!\d)[.;]\s|\n\s*\n")

WITHIN = 160
"""Maximum number of characters between the mark of a lot and the words that end its procedure."""

CONFIDENCE = 0.8


def find(text: DocumentText, kind: str | None, told: Sequence[AwardLine], facts: Sequence[Fact]) -> Iterator[Fact]:
    """Yield the lots without an award line, each at its first mention; none unless the decision names several, or where
    its lines come to an amount among ``facts``."""
    if kind != "award_decision":
        return
    named = dict(_named(text))
    shown = [line for line in told if line.confidence >= SHOWN]
    without_lot = sum(line.lot is None for line in shown)
    total = sum((line.money.value for line in shown if line.money), Decimal())
    is_whole = len(shown) > 1 and any(fact.field == "amount" and Decimal(fact.value) == total for fact in facts)
    if len(named) < 2 or without_lot >= len(named) or is_whole:
        return
    closed = {*filter(None, map(lot_of, shown)), *called_off(text), *_over(text)}
    for lot, where in sorted(named.items(), key=lambda one: one[1]):
        if lot not in closed:
            yield text.fact("unread_lot", lot, where, "unread_lot.named", CONFIDENCE)


def _named(text: DocumentText) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the number of each lot that is named, with its words; the last mention first."""
    for match in reversed(list(_marks(text, 0, len(text.folded)))):
        where = (text.word_at(match.start()), text.word_at(match.end() - 1))
        for lot in _numbers(match):
            yield lot, where


def _marks(text: DocumentText, start: int, end: int) -> Iterator[re.Match[str]]:
    return (mark for mark in _LOTS.finditer(text.folded, start, end) if not mark["lot"] or mark[0].startswith(_WORDS))


def _numbers(mark: re.Match[str]) -> list[str]:
    if mark["ordinal"]:
        return [str(ORDINALS.index(mark["ordinal"]) + 1)]
    return (
        [str(int(number)) for number in re.findall(r"\d+", mark["several"])] if mark["several"] else [lot_number(mark)]
    )


def _over(text: DocumentText) -> Iterator[str]:
    """Yield the lots nearest to words that end a procedure or say that no bid came, in the same sentence."""
    for found in _ends().finditer(text.folded):
        start, end = max(0, found.start() - WITHIN), found.end() + WITHIN
        before = _SENTENCE_END.split(text.folded[start : found.start()])[-1]
        named = list(_marks(text, found.start() - len(before), found.start()))
        mark = named[-1] if named else next(_marks(text, found.end(), end), None)
        if mark is not None and (named or not _SENTENCE_END.search(text.folded, found.end(), mark.start())):
            yield from _numbers(mark)


@cache
def _ends() -> re.Pattern[str]:
    words = table("offers")
    return re.compile(any_of([*words["stopped"], *words["no_bids"]]))
