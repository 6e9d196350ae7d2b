"""How many bids were received? Decisions, minutes and notices say so, in figures or in words, at times lot by lot."""

from __future__ import annotations

import re
from functools import cache

from archive.model import Fact
from indexer.facts.money.numerals import counted
from indexer.facts.text import DocumentText, Found

KINDS = frozenset({"award_decision", "cancellation", "minutes", "procurement_report"})
"""Kinds that look back on an opening."""

MOST = 200
"""No procurement of this archive draws more bids; a larger number is a date or a reference."""

LOT_WITHIN = 60

_COUNT = r"(?P<count>\d{1,3}|[a-z]{3,12})(?:\s?\((?P<again>\d{1,3}|[a-z]{3,12})\))?"
_BIDS = r"(?:(?:blagovremen|pravovremen|ispravn|prihvatljiv|pisan|zatvoren|elektronsk)\w*\s)?(?:ponud|tender|bid)\w*"
_RECEIVED = r"(?:pristig|prispe|prispj|primljen|podnet|podnijet|podnesen|dostavljen|zaprimljen|stig)\w*"

_RULES = (
    (
        "bids.total",
        rf"(?:ukupan\s)?broj\s(?:svih\s)?(?:blagovremeno\s)?{_RECEIVED}\sponuda\W{{1,3}}(?:(?:je|iznosi)\W{{1,3}})?{_COUNT}",
        0.97,
    ),
    ("bids.total", rf"number\sof\s(?:tenders|bids|offers)\sreceived\W{{1,3}}{_COUNT}", 0.97),
    ("bids.form-b08", rf"numri\si\stendereve\ste\spranuar\w*\W{{1,3}}{_COUNT}", 0.97),
    ("bids.received", rf"\b{_RECEIVED}\s(?:je\s|su\s)?(?:i\s\w+\s)?(?:ukupno\W{{1,3}}|samo\s)?{_COUNT}\s{_BIDS}", 0.93),
    ("bids.received", rf"\b(?:dobio|primio|primila|zaprimio)\s(?:je\s)?(?:ukupno\s|samo\s)?{_COUNT}\s{_BIDS}", 0.93),
    ("bids.none", rf"\bni(?:je|su)\s(?:bila\s)?{_RECEIVED}\s(?P<none>nijedn|ni\sjedn)[aeiu]\sponud", 0.93),
    ("bids.bidders", rf"\b(?:ucestvova|ponud\w+\s(?:je|su)\spodne)\w+\s(?:je\s)?(?:ukupno\s)?{_COUNT}\sponudac", 0.88),
)
_LOT = re.compile(r"\b(?:partij\w*|lot\w*|pjes\w+|nr\.\si\spjeses)\W{0,3}(?:br\w*\W{1,2})?(\d{1,3})\b")
_LOT_LINE = re.compile(rf"\bpartij\w*\W{{0,2}}(?:br\w*\W{{1,2}})?(?P<lot>\d{{1,3}})\W{{1,5}}{_COUNT}\sponud[aeu]\b")


@cache
def _compiled() -> tuple[tuple[str, re.Pattern[str], float], ...]:
    return tuple((rule, re.compile(pattern), confidence) for rule, pattern, confidence in _RULES)


def find(text: DocumentText, kind: str | None) -> list[Fact]:
    """The number of bids for the procurement; where every lot has its own, one for each lot, which it names."""
    if kind not in KINDS:
        return []
    for rule, pattern, confidence in _compiled():
        found = [(match, count) for match in text.find(pattern) if (count := _count(match)) is not None]
        if found:
            return _facts(text, found, rule, confidence)
    return [
        _fact(text, match, count, "bids.of-lot", 0.9, match.match["lot"])
        for match in text.find(_LOT_LINE)
        if (count := _count(match)) is not None
    ]


def _count(found: Found) -> int | None:
    """The number that a match gives; None where figures and words beside each other differ, or it is absurd."""
    groups = found.match.groupdict()
    if groups.get("none"):
        return 0
    count, again = counted(groups["count"]), groups["again"]
    if again is not None and counted(again) != count:
        return None
    return count if count is not None and count <= MOST else None


def _facts(text: DocumentText, found: list[tuple[Found, int]], rule: str, confidence: float) -> list[Fact]:
    """One fact if all places agree, one for each lot if each place belongs to one; of differing totals, the first."""
    if len({count for _, count in found}) == 1:
        return [_fact(text, *found[0], rule, confidence)]
    lots = [_lot_before(text, match) for match, _ in found]
    if None not in lots and len(set(lots)) == len(lots):
        return [_fact(text, *each, rule, confidence, lot) for each, lot in zip(found, lots, strict=True)]
    return [_fact(text, *found[0], rule, confidence - 0.2)]


def _lot_before(text: DocumentText, found: Found) -> str | None:
    start = found.match.start()
    numbers: list[str] = _LOT.findall(text.folded, max(0, start - 8 * LOT_WITHIN), start)
    return numbers[-1] if numbers else None


def _fact(text: DocumentText, found: Found, count: int, rule: str, confidence: float, lot: str | None = None) -> Fact:
    details = {} if lot is None else {"lot": lot}
    return text.fact("bids", str(count), (found.first, found.last), rule, confidence, details=details)
