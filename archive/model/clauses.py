"""Clauses as units: which pieces of a document are found, compared and listed by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archive.model import Clause, ClauseLevel


def units(clauses: Sequence[Clause]) -> Iterator[Clause]:
    """The outermost clauses of a document that are no mere parts: its articles, sections and schedules, in order.

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
    """The smallest clause that holds the words ``first`` to ``last``; None where no clause holds all of them."""
    holding = [clause for clause in clauses if clause.span.first <= first and last <= clause.span.last]
    return min(holding, key=lambda clause: clause.span.last - clause.span.first, default=None)


def path(clauses: Sequence[Clause], clause: Clause) -> tuple[Clause, ...]:
    """A clause with those around it, the outermost first."""
    by_eid = {each.eid: each for each in clauses}
    line = [clause]
    while line[0].parent is not None:
        line.insert(0, by_eid[line[0].parent])
    return tuple(line)
