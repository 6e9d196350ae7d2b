"""Derived fields of information requests: outcomes, and days until the answer."""

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
"""Days from receipt within which a request must be answered: Law on Free Access to Information of Public Importance
(Official Gazette of RS 120/04, with changes up to 105/21), article 16. An extension to 40 days is not distinguished
here."""

_ANSWERS = ("foi_reply", "foi_decision", "correspondence")
SILENT = "silent"
_OF_COMMISSIONER = frozenset({SILENT, "ordered", "disobeyed"})
"""Outcomes that the Commissioner, or an appeal to the Commissioner, states; others are stated by the body."""


def request_outcome(unit: Counted, wanted: FactSelection, context: DerivationContext) -> DerivedValues:
    """Return the final outcome of a request, from its newest document that states one. An appeal means silence if no
    other document states an outcome.

    ``after`` is what the Commissioner's order ended: silence or a refusal.
    """
    told = list(_outcomes(unit))
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


def _outcomes(unit: Counted) -> Iterator[tuple[Paper, Fact]]:
    for paper in unit.papers:
        for fact in paper.facts_of("foi_outcome"):
            yield paper, fact


def days_to_answer(unit: Counted, wanted: FactSelection, context: DerivationContext) -> DerivedValues:
    """Compute the days from the receipt of a request (``from`` is ``receipt``) to its answer, or from its own date
    (``sending``) if no document states the receipt.

    ``time`` is ``in_time`` or ``late``; ``unknown`` with too many days from the sending; ``silent`` if an appeal or the
    Commissioner states that there was no answer; else ``no_answer`` after and ``running`` before the end of the period,
    at the newest event of the archive.
    """
    answer, receipt, start = _answer(unit), only_day(unit, "received"), _start(unit)
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
    """Return the day of the body's answer; decisions of the Commissioner are not answers."""
    answers = [paper for paper in unit.papers if paper.kind in _ANSWERS and not _is_of_commissioner(paper)]
    return first_dated(unit, _ANSWERS, answers)


def _is_of_commissioner(paper: Paper) -> bool:
    return any(fact.value in _OF_COMMISSIONER for fact in paper.facts_of("foi_outcome"))


def open_until(unit: Counted) -> datetime.date | None:
    """Return the last day of the period in which a request must be answered, if how it stands depends on the day: only
    that of a request of which nothing is known but that it was made does."""
    start = _start(unit)
    if start is None or _silent(unit) or any(paper.kind in _ANSWERS for paper in unit.papers):
        return None
    return start[0] + datetime.timedelta(days=DAYS_TO_ANSWER)


def _start(unit: Counted) -> Dated | None:
    return only_day(unit, "received") or first_dated(unit, ("foi_request",))


def _silent(unit: Counted) -> tuple[Proof, ...]:
    return tuple(
        proof(unit, paper, fact)
        for paper, fact in _outcomes(unit)
        if fact.value == SILENT or fact.details.get("after") == SILENT
    )


def _unanswered(unit: Counted, start: Dated | None, today: datetime.date | None) -> DerivedValues:
    if silent := _silent(unit):
        return DerivedValues((Derived(None, silent, {"time": "silent"}),))
    until = open_until(unit)
    if start is None or until is None or today is None:
        return DerivedValues()
    return DerivedValues((Derived(None, (start[1],), {"time": "no_answer" if today > until else "running"}),))
