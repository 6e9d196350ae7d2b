"""A procedure that was cancelled and is announced again keeps its number: its rounds, each of them a procedure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date

from archive.procedures.papers import CONTRACT_KINDS, Paper

_OPENING = frozenset({"tender_notice", "tender_documents"})
"""Kinds that begin a procedure, and begin it again."""


def rounds(papers: Sequence[Paper]) -> list[list[Paper]]:
    """The papers of each round, in the order of their dates. A round begins with the first notice or documents after
    a cancellation."""
    ordered = sorted(papers, key=lambda paper: paper.place_in_time)
    starts = _starts(ordered)
    found: list[list[Paper]] = [[] for _ in range(len(starts) + 1)]
    for paper in ordered:
        found[_round_of(paper, ordered, starts)].append(paper)
    return [group for group in found if group]


def _starts(ordered: Sequence[Paper]) -> list[date]:
    starts: list[date] = []
    cancelled: date | None = None
    for paper in ordered:
        if paper.date is None:
            break
        if paper.kind == "cancellation":
            cancelled = paper.date
        elif cancelled and paper.kind in _OPENING and paper.date > cancelled:
            starts.append(paper.date)
            cancelled = None
    return starts


def _round_of(paper: Paper, ordered: Sequence[Paper], starts: Sequence[date]) -> int:
    """The round by the date of a paper, or by the deadline it names; without either, the first one of its year.

    A contract follows the last award before it: lots awarded in one round are signed for while others are repeated.
    """
    moment = paper.date or paper.deadline
    if moment is None:
        return next(
            (at for at, start in enumerate(starts) if paper.year is None or paper.year <= start.year), len(starts)
        )
    if paper.kind in CONTRACT_KINDS:
        awards = [other.date for other in ordered if other.kind == "award_decision" and other.date]
        moment = max((award for award in awards if award <= moment), default=moment)
    return bisect_right(starts, moment)
