"""Clauses, their numbers, and the units among them, which are searched, compared and listed separately."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from archive.model.documents import Span

_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50}


def to_number(number: str) -> int:
    """Return the value of an Arabic or small Roman number without its letter ("5a" is 5); 0 for what is neither."""
    digits = re.match(r"\d+", number)
    if digits:
        return int(digits[0])
    values = [_VALUES.get(char, 0) for char in number]
    if not values or 0 in values:
        return 0
    following = [*values[1:], 0]
    total = sum(-value if value < after else value for value, after in zip(values, following, strict=True))
    return total if to_roman(total) == number else 0


def to_roman(value: int) -> str:
    """Return a number below 90 in lower-case Roman digits; empty for another."""
    if not 0 < value < 90:
        return ""
    tens = ("", "x", "xx", "xxx", "xl", "l", "lx", "lxx", "lxxx")[value // 10]
    return tens + ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")[value % 10]


class ClauseLevel(StrEnum):
    """The level of a clause in the structure of its document."""

    PART = "part"
    ARTICLE = "article"
    SECTION = "section"
    SCHEDULE = "schedule"
    PARAGRAPH = "paragraph"
    POINT = "point"
    SUBPOINT = "subpoint"
    INDENT = "indent"


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered or counted piece of a contract, regulation or judgment, as one reading has it.

    ``eid`` names it within its document in the form of Akoma Ntoso (``art_5__para_2__point_3``); a repeated number gets
    an ordinal (``art_5-2``). ``label`` is the printed number (``Član 5.``), or empty. ``parent`` is the eid of the
    enclosing clause. ``span`` covers all of it: label, heading and every inner clause; siblings never overlap.
    ``heading`` and ``topic`` are None if there is none. ``confidence`` is 0..1. ``counted``: its number is not printed
    but was counted, as with the stavovi of an article.
    """

    eid: str
    label: str
    heading: str | None
    topic: str | None
    parent: str | None
    span: Span
    level: ClauseLevel
    confidence: float
    counted: bool = False

    def __post_init__(self) -> None:
        if not self.eid:
            raise ValueError("a clause needs an eid")
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"a confidence lies between 0 and 1, not {self.confidence}")


def clause_title(label: str, heading: str | None) -> str:
    """Return ``Član 5. – Garancija``, or the one that is not empty."""
    return " – ".join(filter(None, (label, heading)))


def units(clauses: Sequence[Clause]) -> Iterator[Clause]:
    """Yield the units of a document: its outermost articles, sections and schedules, in order.

    They do not overlap. A part (a Roman chapter) is not a unit, but its content is; an empty part is one.
    """
    parts = {clause.eid for clause in clauses if clause.level is ClauseLevel.PART}
    filled = {clause.parent for clause in clauses if clause.parent in parts}
    for clause in clauses:
        is_outermost = clause.parent is None or clause.parent in parts
        if is_outermost and clause.eid not in filled:
            yield clause


def innermost(clauses: Sequence[Clause], first: int, last: int) -> Clause | None:
    """Return the smallest clause that contains the words ``first`` to ``last``; None if there is none."""
    holding = [clause for clause in clauses if clause.span.first <= first and last <= clause.span.last]
    return min(holding, key=lambda clause: clause.span.last - clause.span.first, default=None)


def path(clauses: Sequence[Clause], clause: Clause) -> tuple[Clause, ...]:
    """Return a clause with its ancestors, the outermost first."""
    by_eid = {each.eid: each for each in clauses}
    line = [clause]
    while line[0].parent is not None:
        line.insert(0, by_eid[line[0].parent])
    return tuple(line)


class NumberingProblem(StrEnum):
    """What is irregular about the printed number of an article or section."""

    MISSING = "missing"
    DOUBLED = "doubled"
    OUT_OF_ORDER = "out_of_order"


@dataclass(frozen=True, slots=True)
class Irregularity:
    """An irregular number: the problem, the eid of the clause where it shows, and the numbers concerned (those missing
    before it, or its own)."""

    problem: NumberingProblem
    eid: str
    numbers: tuple[str, ...]


MOST_MISSING = 20
"""Most missing numbers that are listed; with more, the document is an excerpt."""

_IN_EID = re.compile(r"(?:^|__)(?:art|sec)_(?P<number>[0-9A-Za-z.]+)(?:-\d+)?$")


def irregularities(clauses: Sequence[Clause]) -> Iterator[Irregularity]:
    """Yield the irregularities of the printed numbers of articles and sections, in order.

    A restart at 1 is regular: another act or contract begins in the same file.
    """
    last: dict[tuple[ClauseLevel, str], int] = {}
    for clause in clauses:
        found = None if clause.counted else _IN_EID.search(clause.eid)
        if found is None:
            continue
        above, _, own = found["number"].rpartition(".")
        number = to_number(own.lower())
        before = last.get((clause.level, above), 0)
        if 1 < number < before:
            yield Irregularity(NumberingProblem.OUT_OF_ORDER, clause.eid, (found["number"],))
            continue
        last[clause.level, above] = number
        skipped = range(before + 1, number)
        if number == before and not own[-1:].isalpha():
            yield Irregularity(NumberingProblem.DOUBLED, clause.eid, (found["number"],))
        elif before and 0 < len(skipped) <= MOST_MISSING:
            missing = tuple(".".join(filter(None, (above, str(each)))) for each in skipped)
            yield Irregularity(NumberingProblem.MISSING, clause.eid, missing)


def irregular_numbers(clauses: Sequence[Clause]) -> Mapping[NumberingProblem, tuple[str, ...]]:
    """Return the missing, duplicate or out-of-order numbers of a document, by problem; problems without numbers are
    omitted."""
    found: dict[NumberingProblem, tuple[str, ...]] = {}
    for each in irregularities(clauses):
        found[each.problem] = (*found.get(each.problem, ()), *each.numbers)
    return found
