"""Bidders, winners and buyers that tables name: below the head of a column, or right of the head of a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain

from archive.model import Fact
from indexer.facts.amounts import RoleContext
from indexer.facts.awards.cells import vendor_in
from indexer.facts.awards.columns import (
    column_heads,
    heads_bids,
    heads_of_bids,
    is_no_vendor,
    is_of_contracts,
    without_subcontractors,
)
from indexer.facts.awards.grids import grids
from indexer.facts.awards.rows import TITLE
from indexer.facts.bids import ACCOUNT_PAGES
from indexer.facts.firms import Firm, group_of_bidders
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.text import DocumentText, any_of
from indexer.facts.vendors.contracted import is_turned_down
from indexer.facts.vendors.parties import ids_after, is_public_body
from indexer.gazetteer import kinds_with, table
from indexer.layout import PageTable

LABEL_WORDS = 4
"""Maximum number of words of a cell that labels a winner: "Naziv izabranog ponuđača"."""

HEAD_WORDS = 8
"""Maximum number of words of a cell that heads bidders: "Naziv i sedište ponuđača"."""

_NUMBER = re.compile(r"\d|[ivx]+\b")


@cache
def _heads() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of what heads bidders, and of what makes a head one of others or of something of theirs."""
    winner = (
        *table("award_lines")["chosen"],
        *table("award_lines")["given"],
        *table("awards")["form_heading"],
        "dhene",
    )
    others = [*table("offers")["no_bidders"], *table("roles")["customer"], *table("offers")["bid"], *winner, "broj*"]
    # Albanian forms call a bidder and a winner an economic operator alike.
    bidder = [each for each in table("roles")["bidder"] if not each.startswith("operator")]
    return re.compile(any_of(bidder)), re.compile(any_of(others))


@cache
def _may_head() -> re.Pattern[str]:
    return re.compile(rf"{_heads()[0].pattern}|{heads_of_bids().pattern}")


def _is_head(words: str) -> bool:
    is_of_bidders, is_other = _heads()
    if len(words.split()) > HEAD_WORDS:
        return False
    return heads_bids(words) or (bool(is_of_bidders.search(words)) and not is_other.search(words))


def bidders(context: TextSurroundings, kind: str | None, every: Sequence[Firm]) -> list[Fact]:
    """Return the firms that tables of bids name as bidders; ``every`` are all firms of the document."""
    text = context.text
    is_account = kind in kinds_with("account") and len(text.page_ends) <= ACCOUNT_PAGES
    if not (is_account or kind is None or kind in kinds_with("bids")) or not _may_head().search(text.folded):
        return []
    # In a table of contracts whoever bid got one.
    is_head = heads_bids if is_account else _is_head
    firms = {firm.first: firm for firm in every}
    found: dict[str, Firm] = {}
    for words in (*_below(context, [_may_head()], is_head), *_beside(context, is_head)):
        for firm in _firms_in(text, without_subcontractors(text, words), firms):
            if not is_public_body(text, firm):
                found.setdefault(firm.core, firm)
    return [text.fact("bidder", each.name, (each.first, each.last), "bidder.table", 0.9) for each in found.values()]


def _firms_in(text: DocumentText, words: Sequence[int], firms: dict[int, Firm]) -> Iterator[Firm]:
    """Yield the firms of a cell, all members of a group: those that readers know, or the whole cell if it reads like a
    name."""
    known = [firms[word] for word in words if word in firms]
    if known:
        yield from known
        return
    named = vendor_in(text, words)
    if named is not None and named.firm.formed:
        yield named.firm


def _below(
    context: TextSurroundings, heads: Sequence[re.Pattern[str]], is_head: Callable[[str], bool]
) -> Iterator[Sequence[int]]:
    """Yield the cells below the heads of columns."""
    for grid in grids(context, heads):
        for column in (column for column, head in grid.heads.items() if is_head(head)):
            yield from (row[column] for row in grid.rows if column in row)


def winners(context: TextSurroundings, kind: str | None, every: Sequence[Firm]) -> list[Fact]:
    """Return the firms right of the label of a winner or supplier in an award, below the head of suppliers in a table
    of contracts, and beside or below "Dobavljač 1" in a contract with several."""
    text = context.text
    rule, confidence = "vendor.award-label", 0.9
    if kind in kinds_with("awards"):
        cells = _beside(context, _is_label_of_winner, of_parties=True)
    elif kind in kinds_with("account") and column_heads()[0].search(text.folded):
        rule, confidence = "vendor.contracted-with", 0.85
        cells = _of_contracts(context)
    elif kind in kinds_with("contract"):
        rule, confidence = "vendor.contract-label", 0.85
        cells = chain(_beside(context, _is_supplier, of_parties=True), _below(context, [_supplier()], _is_supplier))
    else:
        return []
    firms = {firm.first: firm for firm in every if firm.formed}
    named = (firms[word] for words in cells for word in without_subcontractors(text, words) if word in firms)
    return _vendors(text, named, rule, confidence)


def in_operative_part(context: TextSurroundings, every: Sequence[Firm]) -> list[Fact]:
    """Return the one firm, or the group of firms, between the verb of an award and its reasons, in a sentence or a
    table: there nobody else is named but whose bid is turned down. Of several firms each may be of a lot."""
    text = context.text
    start, end = RoleContext.of(text, "award_decision").granted
    words = range(text.word_at(start), text.word_at(end)) if end else ()
    firms = {firm.first: firm for firm in every if firm.formed}
    told = [firms[word] for word in without_subcontractors(text, words) if word in firms]
    named = [firm for firm in told if not is_turned_down(text, firm.first)]
    is_group = re.compile(group_of_bidders()).search(text.folded, start, end) is not None
    if not is_group and len({firm.core for firm in named}) > 1:
        return []
    return _vendors(text, named, "vendor.operative-part", 0.85, "consortium_member" if is_group else "supplier")


def _vendors(
    text: DocumentText, named: Iterable[Firm], rule: str, confidence: float, role: str = "supplier"
) -> list[Fact]:
    """Return each firm once, but for public bodies, with its numbers."""
    found: dict[str, Firm] = {}
    for firm in named:
        if not is_public_body(text, firm):
            found.setdefault(firm.core, firm)
    return [
        text.fact(
            "vendor",
            each.name,
            (each.first, each.last),
            rule,
            confidence,
            details=ids_after(text, each.last) | {"role": role},
        )
        for each in found.values()
    ]


def _of_contracts(context: TextSurroundings) -> Iterator[Sequence[int]]:
    """Yield the cells below the head of suppliers in tables of contracts, whatever their sums."""
    title = context.text.folded[:TITLE]
    for grid in grids(context, column_heads()[:1]):
        if is_of_contracts(grid, title):
            heads = (
                column for column, head in grid.heads.items() if _is_label_of_winner(head) and not heads_bids(head)
            )
            yield from (row[column] for column in heads for row in grid.rows if column in row)


@cache
def _supplier() -> re.Pattern[str]:
    return re.compile(rf"{any_of(table('roles')['supplier'])}(?:\s\d)?")


def _is_supplier(head: str) -> bool:
    return _supplier().fullmatch(head.strip()) is not None


def buyers(context: TextSurroundings, every: Sequence[Firm]) -> list[Fact]:
    """Return the first firm right of the label of a buyer in a table: "Naručilac | Vodovod Primer d.o.o."."""
    firms = {firm.first: firm for firm in every if firm.formed}
    for words in _beside(context, lambda head: _buyer_label().fullmatch(head) is not None):
        firm = next((firms[word] for word in words if word in firms), None)
        if firm is not None:
            return [context.text.fact("buyer", firm.name, (firm.first, firm.last), "buyer.label-line", 0.85)]
    return []


@cache
def _buyer_label() -> re.Pattern[str]:
    return re.compile(any_of(table("bodies")["free_labels"]))


def _is_label_of_winner(words: str) -> bool:
    of_vendors, _ = column_heads()
    return len(words.split()) <= LABEL_WORDS and bool(of_vendors.search(words)) and not is_no_vendor(words)


def _beside(
    context: TextSurroundings, is_head: Callable[[str], bool], *, of_parties: bool = False
) -> Iterator[Sequence[int]]:
    """Yield the cells right of the heads of rows; ``of_parties`` may be numbered, and stand left of several rows."""
    for start, _, layout in context.layouts():
        for page_table in layout.tables:
            yield from _of_rows(context.text, start, page_table, is_head, of_parties=of_parties)


def _of_rows(
    text: DocumentText, start: int, page_table: PageTable, is_head: Callable[[str], bool], *, of_parties: bool
) -> Iterator[Sequence[int]]:
    rows: dict[int, list[tuple[int, list[int]]]] = {}
    for cell in page_table.cells:
        rows.setdefault(cell.row, []).append((cell.column, [start + word for word in cell.words]))
    is_below = False
    for cells in rows.values():
        in_order = sorted(cells)
        if of_parties and is_below and in_order[0][0] > 0:
            yield from (words for _, words in in_order)
            continue
        if of_parties and len(in_order) > 1 and " ".join(text.bare[word] for word in in_order[0][1]).isdecimal():
            in_order = in_order[1:]
        first, *others = (words for _, words in in_order)
        is_below = is_head(" ".join(text.bare[word] for word in first)) and not _NUMBER.match(text.bare[first[0]])
        if is_below:
            yield from others
