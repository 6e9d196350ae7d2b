"""Award lines from registers of contracts and tables of lots, in which each row names a firm and a sum.

Where words have boxes, the table cells define the rows. Elsewhere words come cell by cell, so firm and sum of a row
follow in the order of their column headers, with no other firm between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from indexer.facts.awards.columns import column_heads, is_other_sum, may_list, vat_of_head
from indexer.facts.awards.lines import REGISTER, AwardLine, AwardPart, is_sum, number_after
from indexer.facts.awards.rows import lines_of_tables
from indexer.facts.awards.winners import SENTENCE_END, groups
from indexer.facts.firms import Firm, end_of
from indexer.facts.identifiers import TAX_REGISTERS, is_valid
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.sums import Money, currency_in
from indexer.facts.text import DocumentText

HEAD = 340
"""Maximum number of characters between the headers of firms and sums."""

ROW = 420
"""Maximum number of characters between firm and sum of a row."""

_BARE_NUMBER = re.compile(r"\W{1,4}(\d{9}|\d{11}|\d{13})(?!\d)")


def lines(context: TextSurroundings, every: Sequence[Firm], monies: Sequence[Money]) -> list[AwardLine]:
    """Return the lines of every table with a column of vendors and one of sums."""
    text = context.text
    if not may_list(text.folded):
        return []
    named = [money for money in monies if is_sum(text, money)]
    joined = groups(text, every)
    found = list(lines_of_tables(context, joined, named))
    if not found and column_heads()[0].search(text.folded):
        found = list(_in_order(text, joined, named))
        found = found if len(found) > 1 else []
    return found


def _line(text: DocumentText, group: tuple[Firm, ...], money: Money, head: str) -> AwardLine:
    currency = money.currency or currency_in(head)
    end = end_of(text, group[-1].last)
    return AwardLine(
        group,
        replace(money, currency=currency),
        vat_of_head(head),
        REGISTER,
        0.95,
        number=_number(text, end),
    )


@dataclass(frozen=True, slots=True)
class _Order:
    """The order of column headers in the text: where the rows begin, whether the firm is first, header of the sum."""

    start: int
    firm_first: bool
    head: str


def _in_order(text: DocumentText, joined: Sequence[tuple[Firm, ...]], monies: Sequence[Money]) -> Iterator[AwardLine]:
    orders = list(_orders(text, monies))
    for at, order in enumerate(orders):
        end = orders[at + 1].start if at + 1 < len(orders) else len(text.folded)
        firms = [group for group in joined if order.start < text.starts[group[0].first] < end]
        for number, group in enumerate(firms):
            start, stop = text.starts[group[0].first], end_of(text, group[-1].last)
            if order.firm_first:
                low, high = stop, text.starts[firms[number + 1][0].first] if number + 1 < len(firms) else end
            else:
                low, high = end_of(text, firms[number - 1][-1].last) if number else order.start, start
            own = [
                money for money in monies if low <= money.start and money.end <= high and abs(money.start - start) < ROW
            ]
            if 0 < len(own) <= 3:
                yield _line(text, group, own[0], order.head)
            elif number:
                break


def _orders(text: DocumentText, monies: Sequence[Money]) -> Iterator[_Order]:
    last = 0
    for vendor in column_heads()[0].finditer(text.folded):
        if vendor.start() < last or text.folded.startswith((":", " :", " -", " –"), vendor.end()):
            continue
        low = vendor.start() - HEAD
        first = next((money.start for money in monies if money.start > vendor.end()), None)
        if first is None:
            return
        sums = [
            match
            for match in column_heads()[1].finditer(text.folded, max(0, low), min(first, vendor.end() + HEAD))
            if not is_other_sum(text.folded[max(0, match.start() - 25) : match.end() + 20])
        ]
        line = text.folded.rfind("\n", 0, vendor.start())
        is_head = line + 14 > vendor.start() or any(line < each.start() < vendor.end() + 80 for each in sums)
        # A sentence between them parts no heads: "X d.o.o. (izvođač). Nabavka je mala, jer je vrednost ispod milion".
        # The last letters before it tell its end from an abbreviation.
        edges = sorted((vendor.end() - 4, sums[0].end() - 4)) if sums else ()
        is_head = is_head and not (edges and SENTENCE_END.search(text.folded, *edges))
        if sums and is_head and not any(sums[0].end() < money.start < vendor.start() for money in monies):
            last = first
            head = text.folded[sums[0].start() : min(sums[0].end() + 40, first)]
            yield _Order(max(vendor.end(), sums[0].end()), vendor.start() < sums[0].start(), head)


def _number(text: DocumentText, end: int) -> tuple[str, AwardPart] | None:
    """Return the tax number right after a name, labelled or not."""
    match = _BARE_NUMBER.match(text.folded, end)
    if match is not None:
        digits = match[1]
        register = TAX_REGISTERS[len(digits)]
        if register == "oib" or is_valid(register, digits):
            return register, AwardPart(digits, text.word_at(match.start(1)), text.word_at(match.end(1) - 1))
    return number_after(text, end, end + 60)
