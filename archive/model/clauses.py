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
    """What a clause is called in the structure of its document."""

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
    an ordinal (``art_5-2``). ``label`` is what is printed (``Član 5.``), empty where nothing is. ``parent`` is the eid
    of the clause around it. ``span`` covers all of it: label, heading and every clause inside; siblings never overlap.
    ``heading`` and ``topic`` are None where there is none. ``confidence`` is 0..1. ``counted`` says that its number was
    counted by machine and is not printed, as with the stavovi of an article.
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
    """Return ``Član 5. – Garancija``; either alone where the other is missing."""
    return " – ".join(filter(None, (label, heading)))


def units(clauses: Sequence[Clause]) -> Iterator[Clause]:
    """Yield the outermost clauses of a document that are no mere parts: its articles, sections and schedules, in order.

    No two of them overlap. A part (a Roman chapter) is no unit, what stands in it is; a part without anything in it is
    one.
    """
    parts = {clause.eid for clause in clauses if clause.level is ClauseLevel.PART}
    filled = {clause.parent for clause in clauses if clause.parent in parts}
    for clause in clauses:
        is_outermost = clause.parent is None or clause.parent in parts
        if is_outermost and clause.eid not in filled:
            yield clause


def innermost(clauses: Sequence[Clause], first: int, last: int) -> Clause | None:
    """Return the smallest clause that holds the words ``first`` to ``last``; None where no clause holds all of them."""
    holding = [clause for clause in clauses if clause.span.first <= first and last <= clause.span.last]
    return min(holding, key=lambda clause: clause.span.last - clause.span.first, default=None)


def path(clauses: Sequence[Clause], clause: Clause) -> tuple[Clause, ...]:
    """Return a clause with those around it, the outermost first."""
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
    """An irregular number: what is wrong, the eid of the clause at which that shows, and the numbers concerned (those
    that are missing before it, or its own)."""

    problem: NumberingProblem
    eid: str
    numbers: tuple[str, ...]


MOST_MISSING = 20
"""Beyond so many missing numbers a paper is an excerpt of another, and the numbers are not listed."""

_IN_EID = re.compile(r"(?:^|__)(?:art|sec)_(?P<number>[0-9A-Za-z.]+)(?:-\d+)?$")


def irregularities(clauses: Sequence[Clause]) -> Iterator[Irregularity]:
    """Yield what is irregular about the printed numbers of articles and sections, in their order.

    A number that begins anew at 1 begins another act or contract in the same file, which is regular.
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
    """Return all numbers of a document that are missing, doubled or out of order; a problem it has not is left out."""
    found: dict[NumberingProblem, tuple[str, ...]] = {}
    for each in irregularities(clauses):
        found[each.problem] = (*found.get(each.problem, ()), *each.numbers)
    return found
