"""Detect the columns of vendors and contract sums in a table of contracts.

The header tells, or else the cells: firm names that differ between rows, and three sums of which the third is the first
plus VAT, the second.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from archive.model.clauses import to_number
from archive.model.vat import differ_by_vat
from archive.text.folding import ordinal_of
from indexer.facts.awards.grids import Cells, TableGrid
from indexer.facts.firms import form_at
from indexer.facts.sums import Money, vat_in
from indexer.facts.text import DocumentText, any_of, compiled
from indexer.gazetteer import table

MOSTLY = 0.6
"""Minimum share of rows that must agree on what a column holds."""

OFTEN = 0.4
"""Minimum share of rows with a recognized firm in a column of firms."""

FEWEST_COLUMNS = 3
"""A table with fewer columns and no telling header is a list of labels and values."""

_CENT = Decimal("0.02")
_HIGHEST_VAT = Decimal("0.3")

_TAX = re.compile(r"\b(?:iznos|vredn\w*|vrijedn\w*)\s(?:pdv|poreza)\b")


@dataclass(frozen=True, slots=True)
class SumColumn:
    """The column of the contract sum: which sum in the cell counts, its VAT status, whether the other sums agree, and
    whether its head says that it is of prices. Bills and payments are told with VAT."""

    column: int
    place: int
    vat: str
    agrees: bool = False
    is_named: bool = False


@cache
def _words(name: str) -> re.Pattern[str]:
    return compiled(table("award_lines")["columns"][name])


def column_heads() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of headers of vendor columns and of sum columns."""
    return _words("vendor"), _words("amount")


def is_no_vendor(head: str) -> bool:
    """Return whether a header is that of others than vendors, whatever else it says; one of several things, "Predmet /
    dobavljač", if each of them is."""
    return all(_words("no_vendor").search(part) for part in head.split(" / "))


def holds_more(head: str) -> bool:
    """Return whether a column holds vendors and something else, by its header."""
    return _words("no_vendor").search(head) is not None and not is_no_vendor(head)


@cache
def heads_of_bids() -> re.Pattern[str]:
    """Return the pattern of heads of bids that came in, or of who else bid: "Prispele ponude", "Ostali učesnici"."""
    words = table("offers")
    return re.compile(rf"{any_of(words['received'])}\s{any_of(words['bid'])}|{any_of(words['others'])}")


def heads_bids(head: str) -> bool:
    """Return whether a header is that of bids, and not of their number: "Broj primljenih ponuda"."""
    return heads_of_bids().search(head) is not None and not head.startswith(("broj", "number"))


@cache
def _subcontractor() -> re.Pattern[str]:
    return re.compile(any_of(table("roles")["subcontractor"]))


def without_subcontractors(text: DocumentText, words: Sequence[int]) -> Sequence[int]:
    """Return the words of a cell up to the subcontractor that it names as well."""
    others = (at for at, word in enumerate(words) if _subcontractor().match(text.bare[word]))
    return words[: next(others, len(words))]


def may_list(folded: str) -> bool:
    """Return whether a document has a word typical of tables of contracts or their headers."""
    return _words("vendor").search(folded) is not None or _words("contract").search(folded) is not None


def is_of_contracts(grid: TableGrid, title: str) -> bool:
    """Return whether headers or document title say that a table lists contracts."""
    return any(map(_words("contract").search, (*grid.heads.values(), title)))


def is_ranked_later(text: DocumentText, grid: TableGrid, row: Cells) -> bool:
    """Return whether a row says that its bid took a later place than the first: it is no contract of its own."""
    ranks = (words for column, words in row.items() if _words("rank").search(grid.head(column)))
    return any(_place(text.bare[words[0]].strip(".")) > 1 for words in ranks)


def _place(said: str) -> int:
    """Return the place that a word tells, in figures, in Roman ones or as an ordinal; 0 if it is a sum or no number."""
    return (
        to_number(said)
        if said.isdecimal() and len(said) < 3
        else ordinal_of(said) or (to_number(said) if said.isalpha() else 0)
    )


def vat_of_head(head: str) -> str:
    """Return the VAT status that a column header states."""
    said = vat_in(head)
    return "with" if said == "unknown" and "ukupno" in head.split() else said


def is_other_sum(head: str) -> bool:
    """Return whether a header is that of VAT, estimates, payments or changes, not of the contract sum."""
    return _TAX.search(head) is not None or _words("other").search(head) is not None


Sums = Sequence[Sequence[tuple[int, int, Money]]]
"""The sums of each row from left to right: column, index in the cell, sum."""


def column_of_sums(grid: TableGrid, sums: Sums) -> SumColumn | None:
    """Return the column of the contract sum, None if it is undecided."""
    rows = [row for row in sums if row]
    if not rows:
        return None
    full = Counter(column for row in rows for column in {column for column, _, _ in row})
    columns = sorted(column for column, count in full.items() if 2 * count >= len(rows))
    ceilings = (column for column in columns if _words("ceiling").search(grid.head(column)))
    if (ceiling := next(ceilings, None)) is not None:
        return SumColumn(ceiling, 0, vat_of_head(grid.head(ceiling)), is_named=True)
    agreeing = Counter(place for row in rows for place in _net(row))
    for (column, place), count in agreeing.most_common(1):
        if count >= MOSTLY * len(rows) and not _words("other").search(grid.head(column)):
            return SumColumn(column, place, "without", agrees=True)
    named = [column for column in columns if _words("amount").search(grid.head(column))]
    named = [column for column in named if not is_other_sum(grid.head(column))]
    if named:
        column = next((column for column in named if vat_of_head(grid.head(column)) == "without"), named[0])
        return SumColumn(column, 0, vat_of_head(grid.head(column)), is_named=True)
    return None if any(map(_words("amount").search, grid.heads.values())) else _without_heads(grid, rows, columns)


def _without_heads(grid: TableGrid, rows: Sums, columns: Sequence[int]) -> SumColumn | None:
    """Return the only column of sums, or the net one of two that differ by VAT."""
    if len(columns) == 1:
        vat = vat_of_head(grid.head(columns[0]))
        return SumColumn(columns[0], 0, vat, is_named=vat == "without")
    net = Counter((row[0][0], row[0][1]) for row in rows if len(row) > 1 and _is_net_of(row[0][2], row[1][2]))
    (column, place), count = net.most_common(1)[0] if net else ((0, 0), 0)
    return SumColumn(column, place, "without", agrees=True) if net and count >= MOSTLY * len(rows) else None


def _net(row: Sequence[tuple[int, int, Money]]) -> list[tuple[int, int]]:
    """Return the position of the first of three consecutive sums whose third is the first plus the second, a VAT."""
    for (column, place, net), (_, _, vat), (_, _, gross) in zip(row, row[1:], row[2:], strict=False):
        if 0 <= vat.value <= _HIGHEST_VAT * net.value and abs(net.value + vat.value - gross.value) <= _CENT:
            return [(column, place)]
    return []


def _is_net_of(net: Money, gross: Money) -> bool:
    return net.value < gross.value and differ_by_vat(net.value, gross.value)


def column_of_vendors(grid: TableGrid, text: DocumentText, rows: Sequence[Cells], *, of_contracts: bool) -> int | None:
    """Return the column of vendors by its header or, in a table of contracts, by the firms in it."""
    for column, head in sorted(grid.heads.items()):
        if _words("vendor").search(head) and not is_no_vendor(head):
            return column
    if not of_contracts or len(grid.reach) < FEWEST_COLUMNS:
        return None
    names: dict[int, set[str]] = {}
    cells = Counter[int]()
    for row in rows:
        for column, words in row.items():
            if any(form_at(text, word) is not None for word in words[1:]):
                cells[column] += 1
                names.setdefault(column, set()).add("".join(text.bare[word] for word in words))
    several = [
        column
        for column in sorted(cells)
        if (len(names[column]) > 1 or len(rows) == 1) and not is_no_vendor(grid.head(column))
    ]
    best = max(several, key=lambda column: cells[column], default=None)
    return None if best is None or cells[best] < OFTEN * len(rows) else best
