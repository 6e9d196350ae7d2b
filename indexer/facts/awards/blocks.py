"""Award lines from labels and values in two columns, one block for each lot: how portals print awards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from indexer.facts import identifiers
from indexer.facts.awards.cells import number_in
from indexer.facts.awards.columns import column_heads, is_no_vendor
from indexer.facts.awards.grids import NO_HEAD, TableGrid, grids
from indexer.facts.awards.lines import AwardLine, AwardPart, last_lot_part, leading_number
from indexer.facts.firms import Firm
from indexer.facts.lots import LOT_LABEL, LOT_MARK
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.sums import Money, vat_in
from indexer.facts.text import DocumentText, compiled
from indexer.facts.vendors.parties import is_public_body
from indexer.gazetteer import table

BLOCK = "award.block"
"""The rule of lines that are blocks of labels and values."""

_BIDS = re.compile(r"\bbroj\w*\s(?:\w+\s){0,2}ponuda\b|\bnumber of (?:bids|tenders)")
_NONE = re.compile(r"\bpib\b|\badres|\bmatic|\bbroj\b|\bdatum|\bsediste|\bmesto\b")
_OF_CONTRACT = re.compile(r"\bugovor|\bkonacn|\bukupn|\bvrednost partije|\bvrijednost")


@cache
def _words() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of labels of a vendor, of a price, and of sums that are no price of a contract."""
    words = table("award_lines")
    vendor = [*words["given"], *words["chosen"], "privredn* subjek*", "gospodarski subjekt", "naziv ponuđača"]
    other = [*words["other"], *(each for each in words["columns"]["other"] if not each.startswith(("ponu", "konač")))]
    return compiled(vendor), compiled([*words["columns"]["amount"], *words["value_label"]]), compiled(other)


@dataclass(slots=True)
class _Block:
    lot: AwardPart | None = None
    vendor: tuple[Firm, ...] = ()
    words: Sequence[int] = ()
    money: Money | None = None
    vat: str = "unknown"
    bids: AwardPart | None = None


def lines(
    context: TextSurroundings, firms: Mapping[int, tuple[Firm, ...]], sums: Mapping[int, Money]
) -> Iterator[AwardLine]:
    """Yield the line of each block that names a vendor and the value of its contract."""
    text, end = context.text, 0
    for grid in grids(context, (NO_HEAD,)):
        found = [block for block in _blocks(text, grid, firms, sums) if block.vendor and block.money]
        for block in found:
            number = number_in(text, block.words)
            ids = identifiers.printed(" ".join(text.bare[word] for word in block.words))
            # The title of a lot may stand at the foot of the page before.
            lot = block.lot or last_lot_part(text, end, text.starts[block.words[0]])
            yield AwardLine(block.vendor, block.money, block.vat, BLOCK, 0.9, lot, block.bids, number, ids)
            end = text.starts[block.words[-1]]


def _blocks(
    text: DocumentText, grid: TableGrid, firms: Mapping[int, tuple[Firm, ...]], sums: Mapping[int, Money]
) -> Iterator[_Block]:
    of_vendor, of_price, of_other = _words()
    block = _Block()
    for row in (*grid.above, *grid.rows):
        if len(row) == 1 and (lot := leading_number(text, next(iter(row.values())), LOT_MARK)):
            yield block
            block = _Block(lot=lot)
        if len(row) != 2:
            continue
        label, words = (row[column] for column in sorted(row))
        said = " ".join(text.bare[word] for word in label)
        if LOT_LABEL.match(said):
            yield block
            block = _Block(lot=leading_number(text, words))
        # The first rows of a table may be read as one, its head.
        if _BIDS.search(said):
            block.bids = block.bids or leading_number(text, words)
        elif (of_vendor.search(said) or column_heads()[0].search(said)) and not (
            _NONE.search(said) or is_no_vendor(said)
        ):
            named = tuple(firm for word in words for firm in firms.get(word, ()) if not is_public_body(text, firm))
            if named and block.vendor and block.money:
                yield block
                block = _Block()
            # Names without a price between them are members of a group.
            block.vendor, block.words = (*block.vendor, *named), [*block.words, *words]
        elif of_price.search(said) and _OF_CONTRACT.search(said) and not of_other.search(said):
            told = [sums[word] for word in words if word in sums]
            if told and (block.money is None or vat_in(said) == "without"):
                block.money, block.vat = told[0], vat_in(said)
    yield block
