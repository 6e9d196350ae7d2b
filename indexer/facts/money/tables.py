"""Amounts in the columns of tables: bids at an opening, the lines of a plan, contracts in a reply or an information
booklet.

A head names the columns ("Cena bez PDV | Cena sa PDV"); a line belongs to the table if it holds just as many amounts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from indexer.facts.money.numerals import Separators, adds_up, read_number
from indexer.facts.money.sums import Money, currency_in
from indexer.facts.phrases import any_of, compiled
from indexer.facts.text import DocumentText
from indexer.gazetteer import table

HEAD_LENGTH = 160
"""Characters from one column of a head to the next."""

LINES_BETWEEN = 14
"""Lines of names and descriptions that may stand between two lines of amounts."""

_ENTRY = re.compile(r"(?<![\w.,/-])(?:\d{1,3}(?:[.,]\d{3})+(?:[.,;]\d{2})?|\d+[.,]\d{2})(?![\w/%-])(?![.,;]\d)")
_UNIT_PRICE = re.compile(r"\bpo\s(?!parti|lot)\w+|\bjedinicn\w*|\bunit\b")
_LOTS = re.compile(r"\n\W*(?:(?:broj\s)?partij\w|lot|r(?:ed)?\.?\s?br?|redni\sbroj)\b[^\n]*$")
_VAT = re.compile(
    r"\b(?P<without>bez|excluding|excl)\b|\b(?P<with>sa?|including|incl)(?=\s+(?:pdv|uracun|obracun|vat|\W*$))"
)


@dataclass(frozen=True, slots=True)
class Column:
    """What the amounts of a column are: their role and how they stand to VAT. ``is_of_lots``: the head of the table
    begins with a column for the numbers of lots or rows."""

    role: str
    vat: str
    is_of_lots: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """An amount in a table, with its column and the folded text of its line before it."""

    money: Money
    column: Column
    line: str
    is_total: bool = False
    differs: bool = False


@cache
def _columns() -> re.Pattern[str]:
    roles = table("amount_roles")["columns"]
    return re.compile("|".join(f"(?P<{role}>{any_of(roles[role])})" for role in ("estimated", "contract", "other")))


@cache
def _total() -> re.Pattern[str]:
    return compiled(table("amount_roles")["columns"]["total"])


def entries(text: DocumentText, separators: Separators, first: int = 0, end: int | None = None) -> Iterator[Entry]:
    """The amounts of every table that has a head of known columns, from offset ``first`` up to ``end``."""
    stop = len(text.folded) if end is None else end
    heads = list(_columns().finditer(text.folded, first, stop))
    while heads:
        head = [heads.pop(0)]
        while (
            heads
            and heads[0].start() - head[-1].end() < HEAD_LENGTH
            and not _ENTRY.search(text.folded, head[-1].end(), heads[0].start())
        ):
            head.append(heads.pop(0))
        below = heads[0].start() if heads else stop
        words = [text.folded[a.start() : b.start()] for a, b in pairwise(head)]
        words.append(text.folded[head[-1].start() : _line_end(text, head[-1].end(), below)])
        is_head = not _ENTRY.search(text.folded, head[0].start(), _line_end(text, head[-1].end(), below))
        if is_head and not any(map(_UNIT_PRICE.search, words)):
            of_lots = _LOTS.search(text.folded, max(0, head[0].start() - HEAD_LENGTH), head[0].start()) is not None
            columns = [
                Column(match.lastgroup or "other", _vat(said), of_lots) for match, said in zip(head, words, strict=True)
            ]
            currency = currency_in(" ".join(words))
            yield from _rows(text, separators, columns, currency, head[-1].end(), below)


def _vat(words: str) -> str:
    match = _VAT.search(words)
    return (match.lastgroup or "unknown") if match else "unknown"


def _line_end(text: DocumentText, offset: int, below: int) -> int:
    """The end of the head's last line, and of the line after it if that holds no amount ("PDV", "(dinara)")."""
    end = text.folded.find("\n", offset, below)
    if end < 0:
        return below
    second = text.folded.find("\n", end + 1, below)
    second = below if second < 0 else second
    return end if _ENTRY.search(text.folded, end, second) or second - end > HEAD_LENGTH // 4 else second


def _rows(
    text: DocumentText, separators: Separators, columns: list[Column], currency: str | None, start: int, below: int
) -> Iterator[Entry]:
    """The lines under a head with one amount for each column, until too many other lines have passed."""
    sums: list[list[Money]] = [[] for _ in columns]
    others, offset = 0, start
    while offset < below and others <= LINES_BETWEEN:
        line_end = text.folded.find("\n", offset, below)
        line_end = below if line_end < 0 else line_end
        found = list(_ENTRY.finditer(text.folded, offset, line_end))
        numbers = [read_number(match[0], separators) for match in found]
        if len(found) == len(columns) and None not in numbers:
            others = 0
            line = text.folded[offset : found[0].start()]
            is_total = _total().search(line) is not None
            for column, match, number, above in zip(columns, found, numbers, sums, strict=True):
                assert number is not None
                money = Money(number, currency, match.start(), match.end())
                differs = is_total and len(above) > 1 and not adds_up((each.value for each in above), number)
                yield Entry(money, column, line, is_total, differs)
                above.append(money)
            if is_total:
                return
        else:
            # A line with another number of amounts may be part of a row that was printed in pieces.
            others += not found
        offset = line_end + 1
