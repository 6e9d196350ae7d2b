"""Lines of registers of contracts, and of tables of lots: each row names a firm and a sum.

Where the words have boxes, the cells of the table tell what stands in one row. Elsewhere the words come cell by cell,
so a row's firm and its sum come in the order of the heads of their columns, with no other firm between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from indexer.facts.awards.lines import AwardLine, AwardPart, is_sum, number_after
from indexer.facts.awards.sentences import groups
from indexer.facts.firms import Firm, end_of
from indexer.facts.identifiers import is_valid
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.sums import Money, currency_in
from indexer.facts.text import DocumentText, any_of
from indexer.gazetteer import table
from indexer.layout import PageTable

HEAD = 340
"""Characters of folded text between the heads of the firms and of the sums."""

ROW = 420
"""Characters between the firm and the sum of a row, at most."""

FAR = 4
"""Rows of print between the firm and the sum of a row, at most."""

_TAX = re.compile(r"\b(?:iznos|vredn\w*|vrijedn\w*)\s(?:pdv|poreza)\b")
_WITH = re.compile(r"\b(?:sa?|uklj\w*)\W(?:pdv|porez)|\bukupno\b")
_WITHOUT = re.compile(r"\b(?:bez|neto|without|excl\w*)\b")
_ESTIMATED = re.compile(r"\bproc\w*enjen|\bplaniran|\bponudj?en|\bestimated")
_LOT_HEAD = re.compile(r"\bpartij\w*|\blot\b")
_BIDS_HEAD = re.compile(r"\bbroj\w*\s(?:\w+\s)?ponuda\b|\bnumber of (?:bids|tenders)")
_BARE_NUMBER = re.compile(r"\W{1,4}(\d{9}|\d{11}|\d{13})(?!\d)")


@cache
def _heads() -> tuple[re.Pattern[str], re.Pattern[str]]:
    columns = table("award_lines")["columns"]
    return re.compile(any_of(columns["vendor"])), re.compile(any_of(columns["amount"]))


def lines(context: TextSurroundings, every: Sequence[Firm], monies: Sequence[Money]) -> list[AwardLine]:
    """The lines of every table that has a column of vendors and one of sums."""
    text = context.text
    if _heads()[0].search(text.folded) is None:
        return []
    named = [money for money in monies if is_sum(text, money)]
    joined = groups(text, every)
    found = list(_in_cells(context, joined, named))
    if not found:
        found = list(_in_order(text, joined, named))
        found = found if len(found) > 1 else []
    return found


# With boxes.


def _in_cells(
    context: TextSurroundings, joined: Sequence[tuple[Firm, ...]], monies: Sequence[Money]
) -> Iterator[AwardLine]:
    text = context.text
    sums: dict[int, list[tuple[int, int, Money, str]]] = {}
    tables: dict[int, PageTable] = {}
    for money in monies:
        word = text.word_at(money.start)
        place = _place(context, word)
        if place is None:
            continue
        grid, row, column, head = place
        if _heads()[1].search(head) and not _TAX.search(head) and not _ESTIMATED.search(head):
            tables[id(grid)] = grid
            sums.setdefault(id(grid), []).append((row, column, money, head))
    rows: dict[int, list[tuple[int, tuple[Firm, ...]]]] = {}
    for group in joined:
        place = _place(context, group[0].first)
        if place is not None and id(place[0]) in sums and _heads()[0].search(place[3]):
            last = _place(context, group[-1].last)
            bottom = last[1] if last is not None and last[0] is place[0] else place[1]
            rows.setdefault(id(place[0]), []).append((place[1] + bottom, group))
    for key, grid in tables.items():
        yield from _rows_of(context, grid, sums[key], rows.get(key, []))


def _place(context: TextSurroundings, word: int) -> tuple[PageTable, int, int, str] | None:
    """The table, row and column of a word, and the folded head of the column."""
    layout, start = context.layout_of(word)
    for grid in layout.tables:
        for cell in grid.cells:
            if word - start in cell.words:
                head = layout.column_head(word - start)
                return grid, cell.row, cell.column, " ".join(context.text.bare[start + each] for each in head)
    return None


def _rows_of(
    context: TextSurroundings,
    grid: PageTable,
    sums: Sequence[tuple[int, int, Money, str]],
    rows: Sequence[tuple[int, tuple[Firm, ...]]],
) -> Iterator[AwardLine]:
    """The lines of a table: to each sum of its first column of sums the firm that is nearest, if none is as near."""
    column = min(column for _, column, _, _ in sums)
    taken: set[int] = set()
    for row, own_column, money, head in sums:
        if own_column != column:
            continue
        near = sorted((abs(twice - 2 * row), at) for at, (twice, _) in enumerate(rows))
        if not near or near[0][0] > 2 * FAR or near[0][1] in taken:
            continue
        taken.add(near[0][1])
        group = rows[near[0][1]][1]
        yield replace(
            _line(context.text, group, money, head),
            lot=_cell_number(context, grid, row, _LOT_HEAD, group),
            bids=_cell_number(context, grid, row, _BIDS_HEAD, group),
        )


def _cell_number(
    context: TextSurroundings, grid: PageTable, row: int, head: re.Pattern[str], group: tuple[Firm, ...]
) -> AwardPart | None:
    """The number in the cell of a row under a head."""
    layout, start = context.layout_of(group[0].first)
    for cell in grid.cells:
        if cell.row == row:
            words = layout.column_head(cell.words[0])
            if head.search(" ".join(context.text.bare[start + each] for each in words)):
                word = start + cell.words[0]
                if context.text.bare[word].isdecimal() and len(context.text.bare[word]) <= 3:
                    return AwardPart(str(int(context.text.bare[word])), word, word)
    return None


def _line(text: DocumentText, group: tuple[Firm, ...], money: Money, head: str) -> AwardLine:
    vat = "without" if _WITHOUT.search(head) else "with" if _WITH.search(head) else "unknown"
    currency = money.currency or currency_in(head)
    end = end_of(text, group[-1].last)
    return AwardLine(group, replace(money, currency=currency), vat, "award.register", 0.85, number=_number(text, end))


# Without boxes.


@dataclass(frozen=True, slots=True)
class _Order:
    """Heads of columns as they come in the text: where the rows begin, whether the firm comes first, the sum's head."""

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
    for vendor in _heads()[0].finditer(text.folded):
        if vendor.start() < last or text.folded.startswith((":", " :", " -", " –"), vendor.end()):
            continue
        low = vendor.start() - HEAD
        first = next((money.start for money in monies if money.start > vendor.end()), None)
        if first is None:
            return
        sums = [
            match
            for match in _heads()[1].finditer(text.folded, max(0, low), min(first, vendor.end() + HEAD))
            if not _ESTIMATED.search(text.folded, match.start() - 25, match.end() + 20)
            and not _TAX.match(text.folded, match.start())
        ]
        line = text.folded.rfind("\n", 0, vendor.start())
        is_head = line + 14 > vendor.start() or any(line < each.start() < vendor.end() + 80 for each in sums)
        if sums and is_head and not any(sums[0].end() < money.start < vendor.start() for money in monies):
            last = first
            head = text.folded[sums[0].start() : min(sums[0].end() + 40, first)]
            yield _Order(max(vendor.end(), sums[0].end()), vendor.start() < sums[0].start(), head)


def _number(text: DocumentText, end: int) -> tuple[str, AwardPart] | None:
    """The tax number right after a name, with its label or without."""
    match = _BARE_NUMBER.match(text.folded, end)
    if match is not None:
        digits = match[1]
        register = {9: "pib", 11: "oib", 13: "jib"}[len(digits)]
        if register == "oib" or is_valid(register, digits):
            return register, AwardPart(digits, text.word_at(match.start(1)), text.word_at(match.end(1) - 1))
    return number_after(text, end, end + 60)
