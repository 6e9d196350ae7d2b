"""Values just under a limit of the law: the nearest limit above the estimated value, and how near it is."""

from __future__ import annotations

import datetime
from decimal import Decimal

from archive.findings.definition import Facts, Measure
from archive.findings.derived.laws import Limit, limits_on
from archive.findings.derived.value import Context, Derived, Made, first_proof
from archive.findings.speaking import Proof, said
from archive.findings.units import Counted

_ESTIMATE = Facts(
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


def under_limit(unit: Counted, wanted: Facts, context: Context) -> Made:
    """How many percent the estimated value lies under the nearest limit above it. A signal to check.

    ``near`` is ``yes`` within as many percent as the definition says, else ``no``, and ``over`` above all limits;
    ``limit`` names it. Where the law has other limits for works and no CPV code says whether these are works, both are
    tried, and it is unclear if the answers differ.
    """
    says = said(unit, _ESTIMATE)
    if says.unclear:
        return Made(unclear=says.unclear)
    day = _day(unit)
    found = [(key[0], proofs, says.amount(key)) for key, proofs in says.columns.items()]
    if day is None or len(found) != 1:
        return Made(unclear=tuple(proof for _, proofs, _ in found for proof in proofs) if len(found) > 1 else ())
    currency, proofs, value = found[0]
    of_kind, of_cpv = _subjects(unit)
    share = NEAR if wanted.within is None else wanted.within
    answers = [_nearest(value, limits, share) for subject in of_kind if (limits := limits_on(day, currency, subject))]
    if not answers:
        return Made()
    if any(answer.details != answers[0].details for answer in answers):
        return Made(unclear=proofs)
    return Made((Derived(answers[0].number, (*proofs, *of_cpv), answers[0].details),))


def _nearest(value: Decimal, limits: tuple[Limit, ...], share: int) -> Derived:
    above = min((limit for limit in limits if value < limit.value), key=lambda limit: limit.value, default=None)
    if above is None:
        return Derived(None, (), {"near": "over"})
    percent = (above.value - value) * 100 / above.value
    near = "yes" if percent <= share else "no"
    return Derived(percent.quantize(Decimal("0.01")), (), {"near": near, "limit": above.name})


def _day(unit: Counted) -> datetime.date | None:
    """The day of the earliest paper: the law that was in force then has the limits."""
    return min((paper.date for paper in unit.papers if paper.date), default=None)


def _subjects(unit: Counted) -> tuple[tuple[str, ...], tuple[Proof, ...]]:
    """Works, or goods and services, with the CPV code that says so; both where none does."""
    found = first_proof(unit, unit.papers, "cpv")
    if found is None:
        return ("goods", "works"), ()
    return ("works" if found[0].startswith(_WORKS) else "goods",), (found[1],)
