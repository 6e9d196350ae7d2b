"""Award lines from labels and values, one block for each lot: how portals print awards, in two columns of a table or in
lines with a colon."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from indexer.facts import identifiers
from indexer.facts.awards.cells import number_in
from indexer.facts.awards.columns import column_heads, is_no_vendor
from indexer.facts.awards.grids import NO_HEAD, Cells, grids
from indexer.facts.awards.lines import AwardLine, AwardPart, last_lot_part, leading_number
from indexer.facts.firms import Firm
from indexer.facts.lots import LOT_LABEL, LOT_MARK
from indexer.facts.numerals import counted
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.sums import Money, vat_in
from indexer.facts.text import DocumentText, any_of, compiled
from indexer.facts.vendors.parties import is_public_body
from indexer.gazetteer import table

BLOCK = "award.block"
"""The rule of lines that are blocks of labels and values."""

_BIDS = re.compile(r"\bbroj\w*\s(?:\w+\s){0,2}ponuda\b|\bnumber of (?:bids|tenders)")
_NONE = re.compile(r"^(?!.*\bnaziv).*(?:\bpib\b|\badres|\bmatic|\bbroj\b|\bdatum|\bsediste|\bmesto\b)")
_OF_CONTRACT = re.compile(r"\bugovor|\bkonacn|\bukupn|\bvrednost partije|\bvrijednost|\bokvirn\w+ sporazum")

LABEL_WORDS = 12
"""Maximum number of words of a label in a line."""

TITLE_WITHIN = 8
"""Number of characters of a line within which a title names its lot: "a) Partija 1", "Za partiju 1"."""

VAT_WITHIN = 16
"""Number of characters after a sum in which its VAT status stands."""

APART = 700
"""Number of characters between two labels from which they are of different blocks."""


@cache
def _words() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of labels of a vendor, of a price, and of sums that are no price of a contract."""
    words = table("award_lines")
    vendor = [*words["given"], *words["chosen"], *words["label"], "privredn* subjek*", "gospodarski subjekt"]
    other = [*words["other"], *(each for each in words["columns"]["other"] if not each.startswith(("ponu", "konač")))]
    with_whom = rf"{any_of(words['concluded'])}(?:\s\w+){{0,3}}\ssa?\W*$"
    ceiling = any_of(words["columns"]["ceiling"])
    return (
        re.compile(rf"{any_of(vendor)}|{with_whom}"),
        compiled([*words["columns"]["amount"], *words["value_label"]]),
        re.compile(rf"^(?!.*{ceiling}).*{any_of(other)}"),
    )


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
    for rows in (*((*grid.above, *grid.rows) for grid in grids(context, (NO_HEAD,))), *_labelled(text)):
        found = [block for block in _blocks(text, rows, firms, sums) if block.vendor and block.money]
        for block in found:
            number = number_in(text, block.words)
            ids = identifiers.printed(" ".join(text.bare[word] for word in block.words))
            # The title of a lot may stand at the foot of the page before.
            lot = block.lot or last_lot_part(text, end, text.starts[block.words[0]])
            yield AwardLine(block.vendor, block.money, block.vat, BLOCK, 0.9, lot, block.bids, number, ids)
            end = text.starts[block.words[-1]]


def _labelled(text: DocumentText) -> Iterator[list[Cells]]:
    """Yield the runs of lines that begin with a label, as rows of two cells, among those that name a lot."""
    rows: list[Cells] = []
    first, last_end = 0, 0
    while first < len(text.words):
        last = text.line_end(first)
        label_end = next(
            (at for at in range(first, min(first + LABEL_WORDS, last)) if text.words[at][-1:] == ":"), None
        )
        mark = LOT_MARK.search(text.folded, text.starts[first], text.starts[last])
        is_title = mark is not None and mark.start() < text.starts[first] + TITLE_WITHIN
        if rows and (is_title or label_end) and text.starts[first] - last_end > APART:
            yield rows
            rows = []
        if label_end is not None:
            rows.append({0: list(range(first, label_end + 1)), 1: list(range(label_end + 1, last + 1))})
        elif is_title:
            rows.append({0: list(range(first, last + 1))})
        last_end = text.starts[last] if label_end is not None or is_title else last_end
        first = last + 1
    yield rows


def _blocks(
    text: DocumentText, rows: Iterable[Cells], firms: Mapping[int, tuple[Firm, ...]], sums: Mapping[int, Money]
) -> Iterator[_Block]:
    of_vendor, of_price, of_other = _words()
    block = _Block()
    for row in rows:
        if len(row) == 1 and (lot := leading_number(text, next(iter(row.values())), LOT_MARK)):
            yield block
            block = _Block(lot=lot)
        if len(row) != 2:
            continue
        label, words = (row[column] for column in sorted(row))
        said = " ".join(text.bare[word] for word in label)
        if LOT_LABEL.match(said):
            yield block
            block = _Block(lot=leading_number(text, label, LOT_MARK) or leading_number(text, words))
        # The first rows of a table may be read as one, its head.
        if _BIDS.search(said):
            block.bids = block.bids or leading_number(text, words) or _in_words(text, words)
        elif (of_vendor.search(said) or column_heads()[0].search(said)) and not (
            _NONE.search(said) or is_no_vendor(said)
        ):
            named = tuple(firm for word in words for firm in firms.get(word, ()) if not is_public_body(text, firm))
            if named and block.vendor and block.money:
                yield block
                block = _Block()
            # Names without a price between them are members of a group.
            block.vendor, block.words = (*block.vendor, *named), [*block.words, *words]
        elif (
            of_price.search(said) and not of_other.search(said) and (_OF_CONTRACT.search(said) or _is_just(block, said))
        ):
            told = [sums[word] for word in words if word in sums]
            if told and (block.money is None or vat_in(said) == "without"):
                behind = text.folded[told[0].end : told[0].end + VAT_WITHIN]
                block.money, block.vat = told[0], vat_in(said) if vat_in(said) != "unknown" else vat_in(behind)
    yield block


def _in_words(text: DocumentText, words: Sequence[int]) -> AwardPart | None:
    number = counted(text.bare[words[0]]) if words else None
    return None if number is None else AwardPart(str(number), words[0], words[0])


def _is_just(block: _Block, said: str) -> bool:
    """Return whether a label below that of a vendor says nothing but price: "Cena", "Iznos bez PDV"."""
    return bool(block.vendor) and _JUST_PRICE.fullmatch(said) is not None


_JUST_PRICE = re.compile(r"\W*(?:c(?:ij)?en[ae]|iznos|vr(?:ij)?ednost)(?:\s(?:bez|sa?)\spdv\S*)?\W*")
