"""Durations in days, and the limits and least periods of the law (``laws.toml``)."""

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
    """A value without VAT under which less is asked of a buyer. ``subject`` is ``goods`` (and services), ``works`` or
    ``any``."""

    name: str
    value: Decimal
    currency: str
    subject: str


def read(file: Path) -> dict[str, Any]:
    """Return the tables of a file of laws: each ``limit`` and ``period`` as written."""
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def _tables() -> dict[str, Any]:
    return read(Path(__file__).with_name("laws.toml"))


def limits_on(day: datetime.date, currency: str, subject: str) -> tuple[Limit, ...]:
    """Return the limits in this currency that hold for goods or for works on a day."""
    return tuple(
        Limit(one["name"], Decimal(one["value"]), one["currency"], one["subject"])
        for one in _tables()["limit"]
        if one["currency"] == currency and one["subject"] in (subject, "any") and _holds(one, day)
    )


def least_days(method: str | None, day: datetime.date) -> int | None:
    """Return how many days a call of this kind of procedure has to leave at least, where we know it."""
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
"""By which kind of procedure, as the paper says that is nearest to the call."""

_CALLS = ("tender_notice",)
_SETTING = ("tender_amendment", "tender_notice", "tender_documents")

Dated = tuple[datetime.date, Proof]


def days_to_deadline(unit: Counted, wanted: FactSelection, context: DerivationContext) -> DerivedValues:
    """Derive the days from the call to the closing date for offers.

    Both are the notice's, unless an amendment sets a later date; without a notice, they come from later papers. ``law``
    says whether the law asks for more days.
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
    """Return the last of the closing dates that papers set: it is put off, and never brought forward."""
    setting = [paper for paper in unit.papers if paper.kind in _SETTING and paper.deadline]
    last = max(setting, key=lambda paper: (paper.deadline or datetime.date.min, paper.kind == _CALLS[0]), default=None)
    return _day_of(unit, [last], "deadline") if last else None


def only_day(unit: Counted, field: str) -> Dated | None:
    """Return the day that the papers name; None if they differ."""
    telling = [paper for paper in unit.papers if paper.facts_of(field)]
    days = {fact.value for paper in telling for fact in paper.facts_of(field)}
    return _day_of(unit, telling, field) if len(days) == 1 else None


def first_dated(unit: Counted, kinds: Collection[str | None], papers: Iterable[Paper] | None = None) -> Dated | None:
    """Return the first day of the papers of these kinds; of all papers of the unit, or of some."""
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
"""What a procurement was expected to cost. Limits are of estimated values without VAT."""

_WORKS = "45"
"""The division of the CPV that is construction work; every other one is of goods or services."""

NEAR = 10
"""How many percent under a limit are near it, where a definition does not say."""


def under_limit(unit: Counted, wanted: FactSelection, context: DerivationContext) -> DerivedValues:
    """Return how many percent the estimated value lies under the nearest limit above it. A signal to check.

    ``near`` is ``yes`` within as many percent as the definition says, else ``no``, and ``over`` above all limits;
    ``limit`` names it. Where the law has other limits for works and no CPV code says whether these are works, both are
    tried, and it is unclear if the answers differ.
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
    """Return the day of the earliest paper: the law that was in force then has the limits."""
    return min((paper.date for paper in unit.papers if paper.date), default=None)


def _subjects(unit: Counted) -> tuple[tuple[str, ...], tuple[Proof, ...]]:
    """Return works, or goods and services, with the CPV code that says so; both where none does."""
    found = first_proof(unit, unit.papers, "cpv")
    if found is None:
        return ("goods", "works"), ()
    return ("works" if found[0].startswith(_WORKS) else "goods",), (found[1],)
