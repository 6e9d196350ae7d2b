"""What did each bidder offer? The price beside a bidder's name, in the table or list of bids.

Prices of lots, of pieces and of variants cannot be compared as the prices of bids can, so where a bidder has two prices
of one kind, nothing is told of any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from archive.model import Fact
from archive.text.folding import fold
from indexer.facts import bidders
from indexer.facts.firms.names import Firm
from indexer.facts.money.context import context, is_never_a_fact, vat_of
from indexer.facts.money.numerals import Separators
from indexer.facts.money.sums import Money, sums
from indexer.facts.money.tables import entries
from indexer.facts.phrases import compiled
from indexer.facts.text import DocumentText
from indexer.gazetteer import table

KINDS = frozenset({"award_decision", "cancellation", "minutes", "procurement_report"})

WITHIN = 220
"""Characters from a bidder's name to the price that it offers, and from there to what became of the bid."""

_DINARS = "RSD"
_LETTERS = re.compile("[a-z]+")


@dataclass(frozen=True, slots=True)
class _Offer:
    firm: Firm
    money: Money
    vat: str
    rejected: bool


@cache
def _words() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Words of a price; that a bid was turned down; that are spelt so in Serbia only."""
    words = table("offers")
    return compiled(words["price"]), compiled(words["rejected"]), compiled(words["is_serbian"])


def find(text: DocumentText, kind: str | None) -> list[Fact]:
    """The offers of a document, one for each bidder and each way of standing to VAT."""
    if kind not in KINDS:
        return []
    mentions = _each_place(bidders.mentions(text))
    separators = Separators.of(text.folded)
    offers = [*_in_tables(text, mentions, separators), *_in_sentences(text, mentions, separators)]
    found: dict[tuple[str, str, str], _Offer] = {}
    for offer in offers:
        key = (offer.firm.core, offer.money.currency or "", offer.vat)
        if found.setdefault(key, offer).money.value != offer.money.value:
            return []
    told = [offer for offer in found.values() if offer.vat != "unknown" or not _is_told(offer, found)]
    return [_fact(text, offer) for offer in sorted(told, key=lambda offer: offer.money.start)]


def _is_told(offer: _Offer, found: Mapping[tuple[str, str, str], _Offer]) -> bool:
    """Whether the same price is told with VAT or without, too."""
    core, currency, value = offer.firm.core, offer.money.currency or "", offer.money.value
    return any((one := found.get((core, currency, vat))) and one.money.value == value for vat in ("without", "with"))


def _each_place(firms: Iterator[Firm]) -> list[Firm]:
    """The mentions in their order, each place once."""
    return [firm for _, firm in sorted({firm.first: firm for firm in firms}.items())]


def _in_tables(text: DocumentText, mentions: Sequence[Firm], separators: Separators) -> Iterator[_Offer]:
    """A row of a table with a head of prices belongs to the first bidder that it names, in its line or above it."""
    unnamed = _currency(text, separators)
    row_start, last_end = 0, 0
    for entry in entries(text, separators):
        start = entry.money.start
        if "\n" in text.folded[last_end:start]:
            row_start = last_end
        around = context(text.folded, start, entry.money.end, last_end)
        last_end = entry.money.end
        firm = _of_row(text, mentions, max(row_start, start - WITHIN), start)
        money = replace(entry.money, currency=entry.money.currency or unnamed)
        is_price = entry.column.role == "other" and not entry.is_total and not is_never_a_fact(around, is_paid=False)
        if firm is not None and money.currency is not None and is_price:
            yield _Offer(firm, money, entry.column.vat, _is_rejected(text, money.end, _next(text, mentions, firm)))


def _currency(text: DocumentText, separators: Separators) -> str | None:
    """What prices are in that name no currency: the only one that the document names, or dinars if it is Serbian."""
    named = {money.currency for money in sums(text, separators) if money.currency}
    if len(named) == 1:
        return named.pop()
    return _DINARS if not named and _words()[2].search(text.folded) is not None else None


def _of_row(text: DocumentText, mentions: Sequence[Firm], row_start: int, start: int) -> Firm | None:
    line = text.line_start(text.word_at(start))
    above = [firm for firm in mentions if row_start <= text.starts[firm.first] < start]
    return next((firm for firm in above if firm.first >= line), above[0] if above else None)


def _in_sentences(text: DocumentText, mentions: Sequence[Firm], separators: Separators) -> Iterator[_Offer]:
    """After a name, up to the next: "A d.o.o., sa cenom od 100,00 dinara bez PDV". In a cell, right after it."""
    monies = sums(text, separators)
    for firm in mentions:
        start, name = text.starts[firm.first], set(_LETTERS.findall(fold(firm.name)))
        end = min(_next(text, mentions, firm), start + WITHIN)
        for before, money in pairwise([None, *monies]):
            if money is None or not start < money.start < end or money.is_unit_price or money.currency is None:
                continue
            around = context(text.folded, money.start, money.end, before.end if before else 0)
            between, (vat, _) = text.folded[start : money.start], vat_of(around)
            # The town of a name may stand in the next line of its cell, after the price.
            is_cell = name.issuperset(_LETTERS.findall(between))
            if is_cell and vat == "tax":
                # What is told of VAT before a cell is the head of its column, and may be torn.
                vat = "unknown"
            is_price = is_cell or _words()[0].search(between) is not None
            if vat != "tax" and is_price and not is_never_a_fact(around, is_paid=False):
                yield _Offer(firm, money, vat, _is_rejected(text, money.end, _next(text, mentions, firm)))


def _next(text: DocumentText, mentions: Sequence[Firm], firm: Firm) -> int:
    """Where the next bidder's name begins, in characters; the end of the text after the last one."""
    return next((text.starts[other.first] for other in mentions if other.first > firm.last), len(text.folded))


def _is_rejected(text: DocumentText, start: int, end: int) -> bool:
    """Whether the rest of a bid's row or sentence says that it was turned down."""
    stop = min(end, start + WITHIN)
    line = text.folded.find("\n", start, stop)
    return _words()[1].search(text.folded, start, stop if line < 0 else line) is not None


def _fact(text: DocumentText, offer: _Offer) -> Fact:
    money = offer.money
    where = (text.word_at(money.start), text.word_at(money.end - 1))
    details = {"bidder": offer.firm.name, "currency": money.currency or "", "vat": offer.vat}
    if offer.rejected:
        details["rejected"] = "yes"
    return text.fact("offer", f"{money.value:.2f}", where, "offer.price", 0.88, details=details)
