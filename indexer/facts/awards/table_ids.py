"""Numbers of firms in tables: a column or row of tax or register numbers tells whose each is.

In the text of a page the numbers of one cell follow the last name of another, so two members of a group, or the winners
of several lots, would get each other's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from archive.model import Fact
from indexer.facts.awards.grids import NO_HEAD, Cells, TableGrid, grids
from indexer.facts.firms import Firm
from indexer.facts.identifiers import checked, labelled
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.scoring.names import all_firms
from indexer.facts.text import DocumentText, letters

Numbers = dict[str, dict[str, str]]
"""The numbers of firms by register, by the core of the name."""

_DIGITS = {"pib": (9, 8), "mb": (8,), "oib": (11,), "jib": (13,)}
"""Numbers of digits of each register; in Montenegro the tax number has eight."""

_NUMBER = re.compile(r"(?<!\d)\d{8,13}(?!\d)")


def with_own_numbers(context: TextSurroundings, facts: Iterable[Fact]) -> list[Fact]:
    """Return the facts; buyers, vendors and bidders have the numbers that tables give to them, and none of others."""
    own = _numbers(context)
    whose = {number: core for core, numbers in own.items() for number in numbers.values()}
    return [
        _with_own(fact, own, whose) if own and fact.field in {"vendor", "bidder", "buyer"} else fact for fact in facts
    ]


def _with_own(fact: Fact, own: Numbers, whose: Mapping[str, str]) -> Fact:
    name = letters(fact.value)
    kept = {
        key: value
        for key, value in fact.details.items()
        if key != "check_failed" and not (key in _DIGITS and whose.get(value, name) not in name)
    }
    told = own.get(max((core for core in own if core in name), key=len, default=""), {})
    numbers = {key: number for key in _DIGITS if (number := told.get(key) or kept.get(key))}
    return replace(fact, details={**kept, **checked(numbers)})


def _numbers(context: TextSurroundings) -> Numbers:
    """Return the numbers that the tables of a document give to firms; none to one that has several in a register."""
    firms = {firm.first: firm for firm in all_firms(context)}
    found: dict[str, dict[str, set[str]]] = {}
    for grid in grids(context, (NO_HEAD,)):
        for own, cells in (*_by_rows(context.text, grid, firms), *_by_columns(context.text, grid, firms)):
            for register, numbers in cells.items():
                for firm, number in zip(own, numbers, strict=False) if len(own) == len(numbers) else ():
                    found.setdefault(firm.core, {}).setdefault(register, set()).add(number)
    return {
        core: {register: min(numbers) for register, numbers in of_firm.items() if len(numbers) == 1}
        for core, of_firm in found.items()
    }


Told = Iterator[tuple[Sequence[Firm], Mapping[str, list[str]]]]
"""Firms of one cell with the numbers of another, in their order, by register."""


def _by_rows(text: DocumentText, grid: TableGrid, firms: Mapping[int, Firm]) -> Told:
    """Yield the firms of each row with the numbers in columns that are headed so."""
    heads = {column: named for column, head in grid.heads.items() if (named := labelled(head))}
    for row in grid.rows if heads else ():
        own = [
            members for column, words in sorted(row.items()) if column not in heads and (members := _in(firms, words))
        ]
        for column, registers in heads.items() if len(own) == 1 else ():
            yield own[0], _read(text, row.get(column, ()), registers)


def _by_columns(text: DocumentText, grid: TableGrid, firms: Mapping[int, Firm]) -> Told:
    """Yield the firms of each column with the numbers below them, in rows or cells that begin with a label."""
    above: Cells = {}
    for row in (*grid.above, *grid.rows):
        of_row = labelled(_said(text, row[min(row)])) if len(row) > 1 else []
        for column, words in row.items():
            own = labelled(_said(text, words)) if labelled(text.bare[words[0]]) else []
            if registers := own or of_row:
                yield _in(firms, above.get(column, ())), _read(text, words, registers)
        above |= {column: words for column, words in row.items() if _in(firms, words)}


def _said(text: DocumentText, words: Sequence[int]) -> str:
    return " ".join(text.bare[word] for word in words)


def _in(firms: Mapping[int, Firm], words: Sequence[int]) -> list[Firm]:
    return [firms[word] for word in words if word in firms and firms[word].last in words]


def _read(text: DocumentText, words: Sequence[int], registers: Sequence[str]) -> dict[str, list[str]]:
    """Return the numbers in a cell by register, told apart by their digits."""
    every = _NUMBER.findall(_said(text, words))
    lengths = {register: _DIGITS[register][: 1 if len(registers) > 1 else None] for register in registers}
    return {
        register: numbers
        for register, digits in lengths.items()
        if (numbers := [each for each in every if len(each) in digits])
    }
