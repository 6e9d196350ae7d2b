"""Amounts that a table tells: the head of the column, or of the row, says what the sum in a cell is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from archive.model import Fact
from indexer.facts.amount_context import says, says_tax
from indexer.facts.numerals import printed
from indexer.facts.scoring import money
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.sums import currency_in, vat_in
from indexer.facts.text import compiled
from indexer.gazetteer import kinds_with, table
from indexer.layout import PageLayout

CELL_WORDS = 5
"""Maximum number of words of a cell that holds a sum and nothing else: "1.000,00 EUR bez PDV"."""

_UNIT = re.compile(r"\bjedin|\bjed\b|\bunit\b|\bpo\s(?:kom|jed)|\bstuck|\bper\b|\bkolicin|\bquantity|\bkom\b|\brabat")


def find(context: TextSurroundings, kind: str | None) -> list[Fact]:
    """Return the amounts of tables whose heads say what they are."""
    if kind not in kinds_with("amounts") or kind in kinds_with("contract") | {"regulation", "judgment"}:
        return []
    return list(_found(context, kind))


def _found(context: TextSurroundings, kind: str | None) -> Iterator[Fact]:
    text = context.text
    usual, is_unclear = money.usual_currency(context)
    for read in money.all_monies(context):
        word = text.word_at(read.start)
        layout, start = context.layout_of(word)
        cell = layout.cell(word - start)
        if cell is None or len(cell.words) > CELL_WORDS or read.is_unit_price:
            continue
        told = _told(context, layout, start, word, kind)
        currency = read.currency or (told and currency_in(told[1])) or (None if is_unclear else usual)
        if told is None or not currency or (kind in kinds_with("estimates") and told[0] != "estimated"):
            continue
        last = text.word_at(max(read.start, read.end - 1))
        yield text.fact(
            "amount",
            printed(read.value),
            (word, last),
            "amount.column",
            0.85,
            details={"currency": currency, "vat": vat_in(told[1]), "role": told[0]},
        )


def _told(
    context: TextSurroundings, layout: PageLayout, start: int, word: int, kind: str | None
) -> tuple[str, str] | None:
    """Return the role of a sum, and the folded head that tells it: that of its column, else that of its row."""
    bare = context.text.bare
    for head in (layout.column_head(word - start), layout.row_head(word - start)):
        words = " ".join(bare[start + each] for each in head)
        role = _role(words, kind)
        if role is not None:
            return role, words
    return None


def _role(head: str, kind: str | None) -> str | None:
    if not head or _UNIT.search(head) or says("never", head):
        return None
    if says("estimated", head) or _columns("estimated").search(head):
        return "estimated"
    if _is_tax(head) or _other().search(head):
        return None
    if kind in kinds_with("contract_values") and (says("contract", head) or _columns("contract").search(head)):
        return "contract"
    return "other" if kind in kinds_with("bids") and _price().search(head) else None


def _is_tax(head: str) -> bool:
    return says_tax(head) and vat_in(head) == "unknown"


@cache
def _columns(role: str) -> re.Pattern[str]:
    return compiled(table("amount_roles")["columns"][role])


@cache
def _other() -> re.Pattern[str]:
    return compiled(table("award_lines")["columns"]["other"])


@cache
def _price() -> re.Pattern[str]:
    return compiled([*table("offers")["price"], *table("award_lines")["columns"]["amount"]])

