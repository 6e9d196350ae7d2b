"""Award lines from rows of tables of contracts with known cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from indexer.facts import identifiers
from indexer.facts.awards.bid_tables import chosen
from indexer.facts.awards.cells import number_in, vendor_in
from indexer.facts.awards.columns import (
    SumColumn,
    column_heads,
    column_of_sums,
    column_of_vendors,
    heads_bids,
    holds_more,
    is_of_contracts,
    is_ranked_later,
    without_subcontractors,
)
from indexer.facts.awards.grids import Cells, TableGrid, grids
from indexer.facts.awards.lines import REGISTER, AwardLine, AwardPart
from indexer.facts.firms import Firm, form_at
from indexer.facts.identifiers import TAX_REGISTERS
from indexer.facts.lots import LOT_HEAD
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.sums import Money, currency_in
from indexer.facts.text import DocumentText, letters
from indexer.facts.vendors.parties import is_public_body

TITLE = 400
"""Number of characters at the beginning of a document in which its title may say that it lists contracts."""


UNTOLD = 0.65
"""Confidence of a row whose column of sums is known by being the only one: right in 17 of 31 on unseen papers."""

_AS_ABOVE = frozenset({"isti", "ista", "isto", "idem", "same"})
"""What stands in a row for the vendor of the row above."""

_TOTALS = frozenset({"ukupno", "svega", "total", "sveukupno"})
"""Words of a row of totals, which is no contract."""

_GOES_ON = frozenset({"i", "iz", "za", "sa", "te", "&"})

_MORE = re.compile(r":|\d{2}")
_BIDS_HEAD = re.compile(r"\bbroj\w*\s(?:\w+\s)?ponuda\b|^ponud[ae]\s*$|\bnumber of (?:bids|tenders)")


def lines_of_tables(
    context: TextSurroundings, joined: Sequence[tuple[Firm, ...]], monies: Sequence[Money]
) -> Iterator[AwardLine]:
    """Yield the lines of every table with a column of vendors and one of sums."""
    text = context.text
    title = text.folded[:TITLE]
    sums = {text.word_at(money.start): money for money in monies}
    firms = {group[0].first: group for group in joined}
    for printed in grids(context, column_heads()):
        rows = [row for row in printed.rows if row and not is_ranked_later(text, printed, row)]
        grid = replace(printed, rows=rows)
        of_rows = [_sums_of(row, sums) for row in rows]
        amount = column_of_sums(grid, of_rows)
        if amount is None:
            continue
        vendors = column_of_vendors(grid, text, rows, of_contracts=is_of_contracts(grid, title))
        if vendors is not None and vendors != amount.column:
            yield from without_total(list(_TableReader(text, grid, vendors, amount, firms, sums).lines()))


def without_total(lines: Sequence[AwardLine]) -> list[AwardLine]:
    """Return the lines without one whose sum is that of all others, at least two: the row of totals is no contract."""
    values = [line.money.value for line in lines if line.money is not None]
    return [line for line in lines if len(lines) <= 2 or line.money is None or 2 * line.money.value != sum(values)]


def _sums_of(row: Cells, sums: dict[int, Money]) -> list[tuple[int, int, Money]]:
    """Return the sums of a row from left to right: column, index in the cell, sum."""
    found = []
    for column, words in sorted(row.items()):
        found += [(column, at, sums[word]) for at, word in enumerate(word for word in words if word in sums)]
    return found


@dataclass(frozen=True, slots=True)
class _TableReader:
    """Parser of the rows of a table with known columns."""

    text: DocumentText
    grid: TableGrid
    vendors: int
    amount: SumColumn
    firms: dict[int, tuple[Firm, ...]]
    sums: dict[int, Money]

    def lines(self) -> Iterator[AwardLine]:
        """Yield the lines of the rows that name a vendor and a sum."""
        parted = False
        above: Sequence[int] = ()
        for printed in self._whole_rows():
            words = printed.get(self.vendors, ())
            is_same = above and len(words) == 1 and self.text.bare[words[0]] in _AS_ABOVE
            row = {**printed, self.vendors: list(above)} if is_same else printed
            above = row.get(self.vendors, above)
            # If a name continues in the next row, the rows are not contracts.
            before, parted = parted, self._goes_on(row)
            money = self._money(row)
            for cells in () if money is None or before or parted else self._parted(row):
                own = self._money(cells)
                line = None if own is None else self._line(cells, own)
                if line is not None:
                    yield line

    def _parted(self, row: Cells) -> list[Cells]:
        """Return a row, or the rows that it was made of: one for each firm, if it has as many sums in each column."""
        words = row.get(self.vendors, ())
        named = [at for at, word in enumerate(words) if word in self.firms]
        sums = [word for word in row.get(self.amount.column, ()) if word in self.sums]
        if len(named) < 2 or len(sums) != len(named) or self.amount.place:
            return [row]
        edges = [*named, len(words)]
        return [
            {**row, self.vendors: list(words[first:end]), self.amount.column: [word]}
            for first, end, word in zip(edges, edges[1:], sums, strict=False)
        ]

    def _goes_on(self, row: Cells) -> bool:
        words = row.get(self.vendors, [])
        return bool(words) and self.text.bare[words[-1]] in _GOES_ON

    def _money(self, row: Cells) -> Money | None:
        own = [self.sums[word] for word in row.get(self.amount.column, ()) if word in self.sums]
        return own[self.amount.place] if self.amount.place < len(own) else None

    def _whole_rows(self) -> list[Cells]:
        """Return the rows, each merged with the rows that a line or page break split from it."""
        found: list[Cells] = []
        rest: Cells | None = None
        for row in self.grid.rows:
            if any(self.text.bare[word] in _TOTALS for words in row.values() for word in words):
                continue
            if self._money(row) is not None:
                found.append(_together(rest, row) if rest is not None and self._begins_small(row) else row)
                rest = None
            elif self.vendors in row or self.amount.column in row:
                if found and rest is None and (self._begins_small(row) or not self._is_formed(found[-1])):
                    found[-1] = _together(found[-1], row)
                else:
                    rest = row if rest is None else _together(rest, row)
        return found

    def _begins_small(self, row: Cells) -> bool:
        """Return whether the vendor cell continues the row above."""
        words = row.get(self.vendors, ())
        if not words:
            return True
        first = self.text.words[words[0]]
        return (not first[:1].isupper() and first[:1] not in '„“"»') or form_at(self.text, words[0]) is not None

    def _is_formed(self, row: Cells) -> bool:
        words = row.get(self.vendors, ())
        return any(form_at(self.text, word) is not None for word in words) or number_in(self.text, words) is not None

    def _line(self, row: Cells, money: Money) -> AwardLine | None:
        words = without_subcontractors(self.text, row.get(self.vendors, ()))
        own = [group for word in words if (group := self.firms.get(word)) and group[-1].last in words]
        members = tuple({firm.core: firm for group in own for firm in group}.values())
        vendor = vendor_in(self.text, words)
        number = vendor.number if vendor else None
        if len(members) < 2:
            is_name = vendor is not None and not vendor.firm.name[:1].islower()
            if vendor is None or not (vendor.firm.formed or members or number or (self._is_named() and is_name)):
                return None
            # What stands before the name of a firm may be of another cell: "Grupa ponuđača:", a date, a number.
            is_more = bool(members) and (
                holds_more(self.grid.head(self.vendors))
                or _MORE.search(self.text.quote(words[0], members[0].first)) is not None
            )
            members = members if is_more and members[0].formed else (vendor.firm,)
        if any(is_public_body(self.text, firm) for firm in members) or not self._is_chosen(row, members[0]):
            return None
        number = number or self._number_beside(row) or self._labelled_number(words)
        head = self.grid.head(self.amount.column)
        cell = " ".join(self.text.bare[word] for word in row[self.amount.column])
        currency = money.currency or currency_in(cell) or currency_in(head)
        return AwardLine(
            members,
            replace(money, currency=currency),
            self.amount.vat,
            REGISTER,
            self._confidence(number is not None),
            lot=self._cell_number(row, LOT_HEAD) or self._named_lot(row),
            bids=self._cell_number(row, _BIDS_HEAD),
            number=number,
            ids=identifiers.printed(" ".join(self.text.bare[word] for word in words)),
        )

    def _is_chosen(self, row: Cells, firm: Firm) -> bool:
        """Return whether a firm got the contract: of bids that came in, the one that another cell of the row names."""
        if not heads_bids(self.grid.head(self.vendors)):
            return True
        others = (words for column, words in row.items() if column != self.vendors)
        return any(firm.core in letters(" ".join(self.text.words[word] for word in words)) for words in others)

    def _labelled_number(self, words: Sequence[int]) -> tuple[str, AwardPart] | None:
        """Return the number that a label marks in the cell, though its check digit fails: "OIB 48210937751"."""
        for label, word in pairwise(words):
            digits = self.text.bare[word]
            register = TAX_REGISTERS.get(len(digits)) if digits.isdecimal() else None
            if register is not None and self.text.bare[label] in {"pib", "oib", "jib", "jmb", "edb"}:
                return register, AwardPart(digits, word, word)
        return None

    def _confidence(self, has_number: bool) -> float:
        """Return the confidence of a row: higher with a telling header, or an agreeing VAT sum and tax number; sums of
        which nothing says that they are prices may have been paid or billed."""
        if not (self.amount.is_named or self.amount.agrees or chosen().search(self.grid.head(self.vendors))):
            return UNTOLD
        return (0.95 if self._is_named() else 0.9) + (0.02 if self.amount.agrees and has_number else 0)

    def _is_named(self) -> bool:
        return column_heads()[0].search(self.grid.head(self.vendors)) is not None

    def _number_beside(self, row: Cells) -> tuple[str, AwardPart] | None:
        """Return the tax number in the cell right of the vendor."""
        after = next((column for column in sorted(row) if column > self.vendors), None)
        return None if after is None else number_in(self.text, row[after])

    def _cell_number(self, row: Cells, head: re.Pattern[str]) -> AwardPart | None:
        """Return the number in the cell below the header ``head``."""
        for column, words in row.items():
            bare = self.text.bare[words[0]]
            if head.search(self.grid.head(column)) and bare.isdecimal() and len(bare) <= 3:
                return AwardPart(str(int(bare)), words[0], words[0])
        return None

    def _named_lot(self, row: Cells) -> AwardPart | None:
        """Return the only lot that cells beside the vendor's name: "Gorivo, partija 2"."""
        found: dict[str, AwardPart] = {}
        for words in (words for column, words in row.items() if column != self.vendors):
            for label, word in pairwise(words):
                bare = self.text.bare[word].strip(".")
                if bare.isdecimal() and len(bare) <= 3 and LOT_HEAD.fullmatch(self.text.bare[label]):
                    found[bare] = AwardPart(str(int(bare)), word, word)
        return next(iter(found.values())) if len(found) == 1 else None


def _together(above: Cells, below: Cells) -> Cells:
    return {column: [*above.get(column, ()), *below.get(column, ())] for column in sorted({*above, *below})}
