"""The subject line of a procedure: of all its papers, the best one that is printed."""

from __future__ import annotations

from collections.abc import Iterable

from archive.model import Fact, FactStatus
from archive.procedures.papers import Paper

SURE = 0.8
"""From this confidence on, it is the kind of paper that decides."""

_ORDER = ("tender_notice", "award_decision", "contract", "tender_documents", "procurement_report", "minutes",
          "cancellation", "tender_amendment", "contract_annex")  # fmt: skip
"""Kinds of papers, the one first whose name of the subject is the whole one."""


def subject_of(papers: Iterable[Paper]) -> Fact | None:
    """Return the fact that names what a procedure is about: a person's, else a sure one of the paper that names it
    best."""
    found = [(paper, fact) for paper in papers for fact in paper.facts_of("subject")]
    return min(found, key=_rank, default=(None, None))[1]


def _rank(named: tuple[Paper, Fact]) -> tuple[bool, bool, int, float, str]:
    paper, fact = named
    place = _ORDER.index(paper.kind) if paper.kind in _ORDER else len(_ORDER)
    return fact.status is FactStatus.EXTRACTED, fact.confidence < SURE, place, -fact.confidence, paper.id
