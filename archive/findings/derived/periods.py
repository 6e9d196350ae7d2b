"""Derived fields of periods: durations in days, legal limits and minimum periods (``laws.toml``)."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from archive.findings.definition import FactSelection, Measure
from archive.findings.derived.value import DerivationContext, Derived, DerivedValues, first_proof
from archive.findings.precedence import Proof, unit_facts
from archive.findings.units import Counted
from archive.procedures.papers import Paper


@dataclass(frozen=True, slots=True)
class Limit:
    """A value without VAT below which a simpler procedure is allowed. ``subject`` is ``goods`` (and services),
    ``works`` or ``any``."""

    name: str
    value: Decimal
    currency: str
    subject: str


def read(file: Path) -> dict[str, Any]:
    """Parse a file of laws: each ``limit`` and ``period`` as written."""
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def _tables() -> dict[str, Any]:
    return read(Path(__file__).with_name("laws.toml"))


def limits_on(day: datetime.date, currency: str, subject: str) -> tuple[Limit, ...]:
    """Return the limits in this currency for goods or works that are in force on a day."""
    return tuple(
        Limit(one["name"], Decimal(one["value"]), one["currency"], one["subject"])
        for one in _tables()["limit"]
        if one["currency"] == currency and one["subject"] in (subject, "any") and _holds(one, day)
    )


def least_days(method: str | None, day: datetime.date) -> int | None:
    """Return the minimum number of days for offers in this kind of procedure on a day; None if unknown."""
    periods = (one for one in _tables()["period"] if one["method"] == method and _holds(one, day))
    return next((int(one["days"]) for one in periods), None)


def _holds(one: dict[str, Any], day: datetime.date) -> bool:
    first, last = one["from"], one.get("to")
    return bool(first <= day and (last is None or day <= last))


METHOD = FactSelection(
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
"""Kinds of documents that state the type of procedure, in order of precedence."""

_CALLS = ("tender_notice",)
_SETTING = ("tender_amendment", "tender_notice", "tender_documents")

Dated = tuple[datetime.date, Proof]


def days_to_deadline(unit: Counted, wanted: FactSelection, context: DerivationContext) -> DerivedValues:
    """Compute the days from the call to the closing date for offers.

    Both are the notice's, unless an amendment sets a later date; without a notice, they come from later papers. ``law``
    says whether the law requires more days.
    """
    call = first_dated(unit, _CALLS) or only_day(unit, "called")
    closing = _closing(unit) or only_day(unit, "closed")
    if call is None or closing is None:
        return DerivedValues()
    proofs = (call[1], closing[1])
    days = (closing[0] - call[0]).days
    if days < 0:
        return DerivedValues(unclear=proofs)
    method, of_method = _method(unit)
    least = least_days(method, call[0])
    law = "unknown" if least is None else "below" if days < least else "met"
    return DerivedValues((Derived(Decimal(days), (*proofs, *of_method), {"law": law, "method": method or "unknown"}),))


def _method(unit: Counted) -> tuple[str | None, tuple[Proof, ...]]:
    says = unit_facts(unit, METHOD)
    if len(says.columns) != 1:
        return None, ()
    ((key, proofs),) = says.columns.items()
    return key[0], proofs


def _closing(unit: Counted) -> Dated | None:
    """Return the last of the stated closing dates, because a deadline is only ever extended."""
    setting = [paper for paper in unit.papers if paper.kind in _SETTING and paper.deadline]
    last = max(setting, key=lambda paper: (paper.deadline or datetime.date.min, paper.kind == _CALLS[0]), default=None)
    return _day_of(unit, [last], "deadline") if last else None


def only_day(unit: Counted, field: str) -> Dated | None:
    """Return the day that the documents state; None if they differ."""
    telling = [paper for paper in unit.papers if paper.facts_of(field)]
    days = {fact.value for paper in telling for fact in paper.facts_of(field)}
    return _day_of(unit, telling, field) if len(days) == 1 else None


def first_dated(unit: Counted, kinds: Collection[str | None], papers: Iterable[Paper] | None = None) -> Dated | None:
    """Return the first day of the documents of these kinds, among all of the unit or among some."""
    of_kinds = (paper for paper in (unit.papers if papers is None else papers) if paper.kind in kinds and paper.date)
    return _day_of(unit, sorted(of_kinds, key=lambda paper: paper.place_in_time), "date")


def _day_of(unit: Counted, papers: Iterable[Paper], field: str) -> Dated | None:
    found = first_proof(unit, papers, field)
    return found and (datetime.date.fromisoformat(found[0]), found[1])


_ESTIMATE = FactSelection(
    "amount",
    Measure.SUM,
    ("tender_notice", "tender_documents", "award_decision", "cancellation", "minutes", "procurement_report"),
    {"role": ("estimated",), "vat": ("without",)},
    lacks=("unit_price",),
    columns=("currency", "vat"),
)
"""Kinds of documents that state the estimated value. Limits are for estimated values without VAT."""

_WORKS = "45"
"""The CPV division of construction works; all others are goods or services."""

NEAR = 10
"""Default distance from a limit in percent that counts as near."""


def under_limit(unit: Counted, wanted: FactSelection, context: DerivationContext) -> DerivedValues:
    """Return by how many percent the estimated value is below the next higher limit. A signal to check.

    ``near`` is ``yes`` within the percentage of the definition, else ``no``, and ``over`` above all limits; ``limit``
    names it. If the limits for works differ and no CPV code is stated, both are tried, and the result is unclear if
    they differ.
    """
    says = unit_facts(unit, _ESTIMATE)
    if says.unclear:
        return DerivedValues(unclear=says.unclear)
    day = _day(unit)
    found = [(key[0], proofs, says.amount(key)) for key, proofs in says.columns.items()]
    if day is None or len(found) != 1:
        return DerivedValues(
            unclear=tuple(proof for _, proofs, _ in found for proof in proofs) if len(found) > 1 else ()
        )
    currency, proofs, value = found[0]
    of_kind, of_cpv = _subjects(unit)
    share = NEAR if wanted.within is None else wanted.within
    answers = [_nearest(value, limits, share) for subject in of_kind if (limits := limits_on(day, currency, subject))]
    if not answers:
        return DerivedValues()
    if any(answer.details != answers[0].details for answer in answers):
        return DerivedValues(unclear=proofs)
    return DerivedValues((Derived(answers[0].number, (*proofs, *of_cpv), answers[0].details),))


def _nearest(value: Decimal, limits: tuple[Limit, ...], share: int) -> Derived:
    above = min((limit for limit in limits if value < limit.value), key=lambda limit: limit.value, default=None)
    if above is None:
        return Derived(None, (), {"near": "over"})
    percent = (above.value - value) * 100 / above.value
    near = "yes" if percent <= share else "no"
    return Derived(percent.quantize(Decimal("0.01")), (), {"near": near, "limit": above.name})


def _day(unit: Counted) -> datetime.date | None:
    """Return the day of the earliest document, which determines the applicable law."""
    return min((paper.date for paper in unit.papers if paper.date), default=None)


def _subjects(unit: Counted) -> tuple[tuple[str, ...], tuple[Proof, ...]]:
    """Return works, or goods and services, with the CPV code that proves it; both if there is none."""
    found = first_proof(unit, unit.papers, "cpv")
    if found is None:
        return ("goods", "works"), ()
    return ("works" if found[0].startswith(_WORKS) else "goods",), (found[1],)
