"""Items of lists in text: a firm with the price of its bid, or with one for each lot, before its name or after it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from archive.model.vat import differ_by_vat
from indexer.facts.amount_context import AmountContext, is_never_a_fact, says, vat_of
from indexer.facts.amount_context import context as words_around
from indexer.facts.awards.lines import OF_ALL, AwardPart, lot_part
from indexer.facts.awards.winners import SENTENCE_END
from indexer.facts.firms import Firm, end_of
from indexer.facts.lots import LOT_ALONE, LOT_BEHIND, LOT_MARK, LOT_TITLE, lot_number
from indexer.facts.sums import Money
from indexer.facts.text import DocumentText, compiled
from indexer.gazetteer import table

ITEM = 260
"""Maximum number of characters from the name in an item of a list to its price, and from there to the next name."""

SHORT = 90
"""Maximum number of characters between a name and its price in an item that says nothing of a price."""

_BARE = re.compile(r"[\s:,;(.…_–—→=>|-]*(?:(?:sa|s|u|na|od|po|za)\s)?")
_COMPARED = re.compile(r"\b(?:zbir|zbroj|sum)\w*\s(?:\w+\s)?jedinicn\w*\sc(?:ij)?en\w*")
"""What the sum is called by which bids of unit prices are compared: nobody is paid that, but it is bid."""
_PRICED = re.compile(
    r"^(?:(?![a-z)]{4,}\.\s)[^;])*\b(?:ponud(?!j?ac)|nudi)(?:(?![a-z)]{4,}\.\s)[^;])*$|^[^.;:\d]{0,40}\s[–—→=>|-]+\s$"
)
"""What says that a sum after a name is that of its bid, beside words of a price: a word of bids in the same
sentence, or a dash."""
_PAID = re.compile(
    r"\bfaktur\w*|\bracun(?!ar)\w*|\bplacen\w*|\bisplacen\w*|\bprocenj\w*|\bprocij\w*"
    r"|\bsredst\w*|\braspola\w*|\bpremas\w*|\bprelaz\w*|\brazlik\w*"
)
"""What says that a sum is no price of a bid: it was paid, estimated, at hand, or is between two prices."""
_SENTENCE = re.compile(r"[;]|[a-z)]{4,}\.\s|\n\W*(?:\d{1,2}[.)]|[-–•])\s")
_TO_NAME = re.compile(
    r"[^\w\n]*(?:(?:rsd|din\w*|eur\w*|km)[^\w\n]*)?(?:(?:bez|sa?)\spdv\S*[^\w\n]*)?\s[-–—:]\s\W{0,2}(?:\w{3,14}\s?\n)?"
)
"""What stands between a price and the name of an item that begins with the price, "3.600.000,– din. – "; of a name over
two lines, the first word may be read as none of it."""
_BRACKET = re.compile(r"(?:\s(?:rsd|din\w*|eur\w*|km))?\s\(\W?")
"""What stands between a price and a name in brackets: "100,00 (Primer d.o.o.), 120,00"."""
_BEGINS = re.compile(r"\n|[.;)]\s")


@dataclass(frozen=True, slots=True)
class PricedItem:
    """An item of a list: a firm or group, its price, the words between them, and the lot that its words name."""

    firms: tuple[Firm, ...]
    money: Money
    vat: str
    between: str
    lot: AwardPart | None = None
    is_price_first: bool = False


def runs(text: DocumentText, joined: Sequence[tuple[Firm, ...]], sums: Sequence[Money]) -> list[list[PricedItem]]:
    """Return the lists in text: names that each have prices before the next, one after the other."""
    found: list[list[PricedItem]] = [[]]
    last_end = name_end = 0
    for at, group in enumerate(joined):
        start, end = text.starts[group[0].first], end_of(text, group[-1].last)
        stop = text.starts[joined[at + 1][0].first] if at + 1 < len(joined) else len(text.folded)
        items = (
            _priced_before(text, group, name_end, sums)
            or _items(text, group, stop, sums)
            or _in_clause(text, group, name_end, sums)
        )
        is_far = start - last_end > ITEM or LOT_TITLE.search(text.folded, last_end - 1, start)
        if found[-1] and (not items or is_far or items[0].is_price_first != found[-1][0].is_price_first):
            found.append([])
        if items:
            found[-1] += items
            last_end = max(end, items[-1].money.end)
        name_end = end
    return [run for run in found if run]


def parted(run: Sequence[PricedItem]) -> Iterator[list[PricedItem]]:
    """Yield a list, or the lists that it is made of: nobody bids twice for the same in one."""
    part: list[PricedItem] = []
    for item in run:
        if any(_is_again(item, other) for other in part):
            yield part
            part = []
        part.append(item)
    yield part


def _is_again(item: PricedItem, other: PricedItem) -> bool:
    is_other_lot = item.lot is not None and other.lot is not None and item.lot.value != other.lot.value
    return item.firms[0].core == other.firms[0].core and not is_other_lot


def _priced_before(text: DocumentText, group: tuple[Firm, ...], low: int, sums: Sequence[Money]) -> list[PricedItem]:
    """Return a name with the price right before it, which begins its line or sentence; ``low`` is where the name before
    it ends."""
    start = text.starts[group[0].first]
    before = bisect_left(sums, start, key=lambda each: each.start) - 1
    if before < 0 or sums[before].start < low:
        return []
    money = sums[before]
    between = text.folded[money.end : start]
    is_beside = _BRACKET.fullmatch(text.folded, money.end, text.inside(group[0].first)) is not None
    begins = _TO_NAME.fullmatch(between) is not None and _BEGINS.search(text.folded, low, money.start) is not None
    if not (is_beside or begins):
        return []
    vat, _ = vat_of(words_around(text.folded, money.start, money.end, low))
    marks = list(LOT_MARK.finditer(text.folded, low, money.start))
    is_own = marks and "\n" not in text.folded[marks[-1].end() : money.start]
    lot = lot_part(text, marks[-1]) if is_own else None
    return [] if vat == "tax" else [PricedItem(group, money, vat, between, lot, is_price_first=True)]


def _in_clause(text: DocumentText, group: tuple[Firm, ...], low: int, sums: Sequence[Money]) -> list[PricedItem]:
    """Return a name with the only price before it in its clause, if no other name stands there: "najnižu cenu, 100,00
    dinara, ponudio je X"; ``low`` is where the name before it ends."""
    start = text.starts[group[0].first]
    begin = max((each.end() for each in _CLAUSE.finditer(text.folded, max(0, start - ITEM), start)), default=0)
    low_sum, high_sum = (bisect_left(sums, offset, key=lambda each: each.start) for offset in (begin, start))
    ends = [begin, *(each.end for each in sums[low_sum:high_sum])]
    own = [
        each
        for end, each in zip(ends, sums[low_sum:high_sum], strict=False)
        if not _is_other(text.folded[end : each.start])
    ]
    net = own[:1] if len(own) == 1 or (len(own) == 2 and differ_by_vat(own[0].value, own[1].value)) else []
    if begin < max(low, 1) or not net or not _OF_BID.search(text.folded, begin, start):
        return []
    around = words_around(text.folded, net[0].start, net[0].end, begin)
    vat, _ = vat_of(around)
    is_none = vat == "tax" or is_never_a_fact(around, is_paid=False)
    behind = LOT_BEHIND.match(text.folded, own[-1].end)
    lot = lot_part(text, behind) if behind else None
    return [] if is_none else [PricedItem(group, net[0], vat, text.folded[own[-1].end : start], lot)]


_OF_BID = re.compile(r"\bponud(?!j?ac)|\bc(?:ij)?en[aeuo]")
_CLAUSE = re.compile(rf"{SENTENCE_END.pattern}|;\s|\n\s*\n")


def _is_other(before: str) -> bool:
    """Return whether the words before a sum say that it is no price of a bid."""
    ceiling = compiled(table("award_lines")["columns"]["ceiling"])
    return says("estimated", before) or any(said.search(before) for said in (_PAID, OF_ALL, ceiling))


def _items(text: DocumentText, group: tuple[Firm, ...], stop: int, sums: Sequence[Money]) -> list[PricedItem]:
    """Return a name with each price after it and before ``stop``, one for each lot that is named with a price."""
    end = end_of(text, group[-1].last)
    own: list[Money] = []
    for each in islice(sums, bisect_left(sums, end, key=lambda each: each.start), None):
        if each.end > min(stop, (own[-1].end if own else end) + ITEM):
            break
        own.append(each)
    marks = list(LOT_MARK.finditer(text.folded, end, own[-1].start)) if own else []
    if own and "partij" in text.folded[max(0, end - ITEM) : own[0].start]:
        marks = sorted([*marks, *LOT_ALONE.finditer(text.folded, end, own[-1].start)], key=lambda mark: mark.start())
    edges = [*(mark.start() for mark in marks), own[-1].end + 1] if own else []
    of_lots = [[each for each in own if low < each.start < high] for low, high in pairwise(edges)]
    is_apart = len({lot_number(mark) for mark in marks}) == len(marks) and all(of_lots)
    if is_apart and (len(marks) > 1 or _is_own(text, marks, end, own)) and own[0].start > edges[0]:
        priced = [
            _item(text, group, of_lot, mark.end(), lot_part(text, mark))
            for mark, of_lot in zip(marks, of_lots, strict=True)
        ]
        return [item for item in priced if item is not None] if all(priced) else []
    behind = [LOT_BEHIND.match(text.folded, each.end) for each in own]
    if own and all(behind) and not marks[len(own) - 1 :]:
        priced = [
            _item(text, group, [each], before, lot_part(text, mark))
            for each, mark, before in zip(own, behind, [end, *(mark.end() for mark in behind if mark)], strict=False)
            if mark
        ]
        return [item for item in priced if item is not None] if all(priced) else []
    title = LOT_TITLE.search(text.folded, end, own[-1].start) if own else None
    near = [each for each in own if each.end <= (title.start() if title else end + ITEM)]
    alone = _item(text, group, near, end) if near else None
    return [] if alone is None else [alone]


def is_row(text: DocumentText, firm: Firm) -> bool:
    """Return whether a name begins its line, perhaps after a number: "1 Primer d.o.o. 100,00"."""
    start = text.starts[firm.first]
    return _NUMBER.fullmatch(text.folded, text.starts[text.line_start(firm.first)], start) is not None


_NUMBER = re.compile(r"\W*(?:\d{1,2}\W{1,3})?")


def _is_own(text: DocumentText, marks: Sequence[re.Match[str]], end: int, own: Sequence[Money]) -> bool:
    """Return whether the only lot behind a name is that of its price, and not the title of the next."""
    if not marks or SENTENCE_END.search(text.folded, end, marks[0].start()):
        return False
    title = LOT_TITLE.search(text.folded, end, marks[0].end())
    return title is None or _BARE.fullmatch(text.folded, marks[0].end(), own[0].start) is not None


def _item(
    text: DocumentText, group: tuple[Firm, ...], own: Sequence[Money], end: int, lot: AwardPart | None = None
) -> PricedItem | None:
    """Return a name with the first of its sums, without VAT if both are printed; ``end`` is where the words before that
    begin."""
    first = own[0]
    between = _COMPARED.sub(" ", text.folded[end : first.start])
    is_net = len(own) > 2 and own[0].value + own[1].value == own[2].value
    vat = "without" if is_net else vat_of(words_around(text.folded, first.start, first.end, end))[0]
    is_price = _PRICED.search(between) or compiled(table("offers")["price"]).search(between) or _BARE.fullmatch(between)
    is_short = (
        (first.currency is not None or is_row(text, group[0]))
        and len(between) < SHORT
        and not _SENTENCE.search(between)
    )
    is_other = vat == "tax" or _is_other(between)
    around = AmountContext(between, between, text.folded[first.end : first.end + ITEM])
    if not (is_price or is_short) or is_other or is_never_a_fact(around, is_paid=False):
        return None
    if len(own) > 1 and differ_by_vat(first.value, own[1].value):
        return PricedItem(group, min(own[:2], key=lambda each: each.value), "without", between, lot)
    return PricedItem(group, first, vat_above(text, first.start) if vat == "unknown" else vat, between, lot)


HEAD_WITHIN = 330
"""Number of characters before a price in which its column header may state the VAT status."""


def vat_above(text: DocumentText, start: int) -> str:
    """Return the VAT status of a price by the last header before it: "Ponuđena cena (bez PDV-a)"."""
    above = text.folded[max(0, start - HEAD_WITHIN) : start]
    at = max(above.rfind("cena"), above.rfind("cijena"))
    said = above[at : at + 30] if at >= 0 else ""
    return "without" if "bez p" in said else "with" if "sa p" in said or "s pdv" in said else "unknown"
