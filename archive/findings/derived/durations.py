"""How long something took, in days: from the call to the closing date for offers, from a request to its answer."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from decimal import Decimal

from archive.findings.definition import Facts
from archive.findings.derived.laws import least_days
from archive.findings.derived.value import Context, Derived, Made, first_proof, proof
from archive.findings.speaking import Proof, said
from archive.findings.units import Counted
from archive.procedures.papers import Paper

DAYS_TO_ANSWER = 15
"""Within how many days of its receipt a request is to be answered: Law on Free Access to Information of Public
Importance (Official Gazette of RS 120/04, with changes up to 105/21), article 16. It may take 40 where the body says
why in time; that is not told apart here."""

METHOD = Facts(
    "procedure_type",
    speaks=(
        "tender_notice",
        "tender_documents",
        "award_decision",
        "cancellation",
        "minutes",
        "procurement_report",
        "contract",
    ),
)
"""By which kind of procedure, as the paper says that is nearest to the call."""

_CALLS = ("tender_notice",)
_SETTING = ("tender_amendment", "tender_notice", "tender_documents")
_ANSWERS = ("foi_reply", "foi_decision")

Dated = tuple[datetime.date, Proof]


def days_to_deadline(unit: Counted, wanted: Facts, context: Context) -> Made:
    """Days from the call to the closing date for offers.

    Both are the notice's, unless an amendment sets a later closing date. Where the archive has no notice, they are what
    a later paper tells. ``law`` says whether the period is as long as the law asks for the kind of procedure.
    """
    call = _first_dated(unit, _CALLS) or _told(unit, "called")
    closing = _closing(unit) or _told(unit, "closed")
    if call is None or closing is None:
        return Made()
    proofs = (call[1], closing[1])
    days = (closing[0] - call[0]).days
    if days < 0:
        return Made(unclear=proofs)
    method, of_method = _method(unit)
    least = least_days(method, call[0])
    law = "unknown" if least is None else "below" if days < least else "met"
    return Made((Derived(Decimal(days), (*proofs, *of_method), {"law": law, "method": method or "unknown"}),))


def _method(unit: Counted) -> tuple[str | None, tuple[Proof, ...]]:
    says = said(unit, METHOD)
    if len(says.columns) != 1:
        return None, ()
    ((key, proofs),) = says.columns.items()
    return key[0], proofs


def _closing(unit: Counted) -> Dated | None:
    """The last of the closing dates that papers set: it is put off, and never brought forward."""
    setting = [paper for paper in unit.papers if paper.kind in _SETTING and paper.deadline]
    last = max(setting, key=lambda paper: (paper.deadline or datetime.date.min, paper.kind == _CALLS[0]), default=None)
    return _day_of(unit, [last], "deadline") if last else None


def _told(unit: Counted, field: str) -> Dated | None:
    """The day that the papers tell; None if they tell different ones."""
    telling = [paper for paper in unit.papers if paper.facts_of(field)]
    days = {fact.value for paper in telling for fact in paper.facts_of(field)}
    return _day_of(unit, telling, field) if len(days) == 1 else None


def _first_dated(unit: Counted, kinds: Collection[str | None]) -> Dated | None:
    papers = sorted((p for p in unit.papers if p.kind in kinds and p.date), key=lambda paper: paper.place_in_time)
    return _day_of(unit, papers, "date")


def _day_of(unit: Counted, papers: Iterable[Paper], field: str) -> Dated | None:
    found = first_proof(unit, papers, field)
    return found and (datetime.date.fromisoformat(found[0]), found[1])


def days_to_answer(unit: Counted, wanted: Facts, context: Context) -> Made:
    """Days from the receipt of a request (``from`` is ``receipt``) to its answer, or from the day that it bears
    (``sending``) where no paper tells of the receipt: then it may have taken less.

    ``time`` is ``in_time`` or ``late``; ``unknown`` where only days from the sending are known and they are too many;
    ``silent`` where an appeal says that no answer came; ``no_answer`` where the time for it has passed at the newest
    event of the archive and it has none; ``running`` where it has not.
    """
    answer = _first_dated(unit, _ANSWERS)
    receipt = _told(unit, "received")
    start = receipt or _first_dated(unit, ("foi_request",))
    if answer is None:
        return _unanswered(unit, start, context.today)
    if start is None:
        return Made()
    days = (answer[0] - start[0]).days
    if days < 0:
        return Made(unclear=(start[1], answer[1]))
    time = "in_time" if days <= DAYS_TO_ANSWER else "late" if receipt else "unknown"
    told = {"time": time, "from": "receipt" if receipt else "sending"}
    return Made((Derived(Decimal(days), (start[1], answer[1]), told),))


def _unanswered(unit: Counted, start: Dated | None, today: datetime.date | None) -> Made:
    appeals = [paper for paper in unit.papers if paper.kind == "foi_appeal"]
    silent = tuple(
        proof(unit, paper, fact)
        for paper in appeals
        for fact in paper.facts_of("foi_outcome")
        if fact.value == "silent"
    )
    if silent:
        return Made((Derived(None, silent, {"time": "silent"}),))
    if start is None or today is None or any(paper.kind in _ANSWERS for paper in unit.papers):
        return Made()
    passed = (today - start[0]).days > DAYS_TO_ANSWER
    return Made((Derived(None, (start[1],), {"time": "no_answer" if passed else "running"}),))
