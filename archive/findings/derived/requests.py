"""How requests for information ended, and after how many days they were answered."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal

from archive.findings.definition import FactSelection
from archive.findings.derived.periods import Dated, first_dated, only_day
from archive.findings.derived.value import DerivationContext, Derived, DerivedValues, proof
from archive.findings.precedence import Proof
from archive.findings.units import Counted
from archive.model import Fact
from archive.procedures.papers import Paper

DAYS_TO_ANSWER = 15
"""Within how many days of its receipt a request is to be answered: Law on Free Access to Information of Public
Importance (Official Gazette of RS 120/04, with changes up to 105/21), article 16. It may take 40 where the body says
why in time; that is not told apart here."""

_ANSWERS = ("foi_reply", "foi_decision", "correspondence")
SILENT = "silent"
_OF_COMMISSIONER = frozenset({SILENT, "ordered", "disobeyed"})
"""Outcomes that the Commissioner tells, or who appeals to him; a body that answers tells the others."""


def request_outcome(unit: Counted, wanted: FactSelection, context: DerivationContext) -> DerivedValues:
    """Return what became of a request in the end, as its newest paper says that tells an outcome. An appeal tells of
    silence as long as no other paper tells anything.

    ``after`` is what the Commissioner's order put an end to: silence or a refusal.
    """
    told = list(_told(unit))
    later = [(paper, fact) for paper, fact in told if paper.kind != "foi_appeal"] or told
    if not later:
        return DerivedValues()
    newest = max(later, key=lambda one: (one[0].date is not None, one[0].date or datetime.date.min, one[0].id))
    same_day = {fact.value for paper, fact in later if paper.date == newest[0].date}
    proofs = [(paper, fact) for paper, fact in later if fact.value == newest[1].value]
    if len(same_day) > 1:
        return DerivedValues(unclear=tuple(proof(unit, paper, fact) for paper, fact in later))
    details = {"outcome": newest[1].value, "after": newest[1].details.get("after", "")}
    return DerivedValues((Derived(None, tuple(proof(unit, paper, fact) for paper, fact in proofs), details),))


def _told(unit: Counted) -> Iterator[tuple[Paper, Fact]]:
    for paper in unit.papers:
        for fact in paper.facts_of("foi_outcome"):
            yield paper, fact


def days_to_answer(unit: Counted, wanted: FactSelection, context: DerivationContext) -> DerivedValues:
    """Derive the days from the receipt of a request (``from`` is ``receipt``) to its answer, or from its own date
    (``sending``) where no paper names the receipt.

    ``time`` is ``in_time`` or ``late``; ``unknown`` with too many days from the sending; ``silent`` where an appeal or
    the Commissioner says that no answer came; ``no_answer`` and ``running`` after and before the time for it has passed
    at the newest event of the archive.
    """
    answer = _answer(unit)
    receipt = only_day(unit, "received")
    start = receipt or first_dated(unit, ("foi_request",))
    if answer is None:
        return _unanswered(unit, start, context.today)
    if start is None:
        return DerivedValues()
    days = (answer[0] - start[0]).days
    if days < 0:
        return DerivedValues(unclear=(start[1], answer[1]))
    time = "in_time" if days <= DAYS_TO_ANSWER else "late" if receipt else "unknown"
    told = {"time": time, "from": "receipt" if receipt else "sending"}
    return DerivedValues((Derived(Decimal(days), (start[1], answer[1]), told),))


def _answer(unit: Counted) -> Dated | None:
    """Return the day of the body's answer. What the Commissioner decides is none."""
    answers = [paper for paper in unit.papers if paper.kind in _ANSWERS and not _is_of_commissioner(paper)]
    return first_dated(unit, _ANSWERS, answers)


def _is_of_commissioner(paper: Paper) -> bool:
    return any(fact.value in _OF_COMMISSIONER for fact in paper.facts_of("foi_outcome"))


def _unanswered(unit: Counted, start: Dated | None, today: datetime.date | None) -> DerivedValues:
    silent: tuple[Proof, ...] = tuple(
        proof(unit, paper, fact)
        for paper, fact in _told(unit)
        if fact.value == SILENT or fact.details.get("after") == SILENT
    )
    if silent:
        return DerivedValues((Derived(None, silent, {"time": "silent"}),))
    if start is None or today is None or any(paper.kind in _ANSWERS for paper in unit.papers):
        return DerivedValues()
    passed = (today - start[0]).days > DAYS_TO_ANSWER
    return DerivedValues((Derived(None, (start[1],), {"time": "no_answer" if passed else "running"}),))
