"""Complete award lines without a sum with the price that the winner offered."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from archive.text.folding import fold
from indexer.facts import firms
from indexer.facts.amount_context import NEXT_SENTENCE, AmountContext, is_never_a_fact, last_said, vat_of
from indexer.facts.awards.lines import AwardLine, is_sum
from indexer.facts.firms import Firm
from indexer.facts.sums import Money
from indexer.facts.text import DocumentText, compiled
from indexer.gazetteer import table

WITHIN = 200
"""Maximum number of characters between the name of a bidder and its price."""

HEAD_WITHIN = 330
"""Number of characters before a price in which its column header may state the VAT status."""


def offered(
    text: DocumentText, lines: Iterable[AwardLine], every: Sequence[Firm], monies: Sequence[Money]
) -> Iterator[AwardLine]:
    """Yield the lines; one of a single winner without sum and lot gets the only price that the winner offered."""
    starts = sorted(text.starts[firm.first] for firm in every)
    for line in lines:
        found = []
        if line.money is None and line.lot is None and len(line.vendors) == 1:
            found = list(_prices(text, line.vendors[0], starts, monies))
        if len({money.value for money, _ in found}) == 1:
            money, vat = next((each for each in found if each[0].currency), found[0])
            said = next((each for _, each in found if each != "unknown"), vat)
            yield replace(line, money=money, vat=said, confidence=line.confidence - 0.08)
        else:
            yield line


def _prices(
    text: DocumentText, winner: Firm, starts: Sequence[int], monies: Sequence[Money]
) -> Iterator[tuple[Money, str]]:
    """Yield the first price after each mention of a firm, before the next firm; ``starts`` are the offsets of all."""
    for match in _name(winner).finditer(text.folded):
        if match.start() and text.folded[match.start() - 1].isalnum():
            continue
        start = match.end()
        following = bisect_right(starts, start)
        stop = min(*starts[following : following + 1], len(text.folded), start + WITHIN)
        for money in islice(monies, bisect_left(monies, start, key=lambda each: each.start), None):
            if money.start >= stop:
                break
            if not is_sum(text, money):
                continue
            before, after = text.folded[start : money.start], text.folded[money.end : money.end + NEXT_SENTENCE]
            around = AmountContext(before, before, after)
            vat, _ = vat_of(around)
            is_paid = compiled(table("awards")["paid"]).search(before) is not None
            is_estimate = last_said(("estimated", "contract", "price"), before) == "estimated"
            if not (
                money.is_unit_price or vat == "tax" or is_estimate or is_paid or is_never_a_fact(around, is_paid=False)
            ):
                yield money, vat if vat != "unknown" else vat_above(text, money.start)
            break


def _name(firm: Firm) -> re.Pattern[str]:
    """Return the pattern of a name without quotes, legal form and town, also at the end of a longer word."""
    quoted = re.search("„([^”]+)”", firm.name)
    parts = [fold(quoted[1])] if quoted else firms.legal_forms()[0].split(fold(firm.name))
    name = next((part for part in parts if part and part.strip()), fold(firm.name))
    # A literal prefix makes the search fast.
    return re.compile(r"\W+".join(map(re.escape, re.findall(r"\w+", name))) + r"(?!\w)")


def vat_above(text: DocumentText, start: int) -> str:
    """Return the VAT status of a price by the last header before it: "Ponuđena cena (bez PDV-a)"."""
    above = text.folded[max(0, start - HEAD_WITHIN) : start]
    at = max(above.rfind("cena"), above.rfind("cijena"))
    said = above[at : at + 30] if at >= 0 else ""
    return "without" if "bez p" in said else "with" if "sa p" in said or "s pdv" in said else "unknown"
