"""The queue of doubtful facts: what a person should look at first.

Each doubt has a *doubt* between 0 and 1 (how likely something is wrong) and a *stake* (how much it would change); the
queue is ordered by their product, which is rounded and shown as ``score``.

* doubt: 1 - confidence of the rule; at least :data:`FLAGGED` where a rule flags its value (an id whose check digit
  fails, an amount whose words or sum differ) or two rules read different values of a field that has one; and
  :data:`MISSING` where a document of its kind lacks a field that those have.
* stake: the weight of the field (:data:`WEIGHTS`), times 1 + log10 of the number of documents in which rules read the
  same value (a wrong name that stands in 100 documents counts three times), times 1 + log10 of the document's largest
  amount divided by :data:`MONEY_SCALE` (a contract of 10 million counts 1.7 times). Currencies are not told apart.

What a person decided is not asked again.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from archive.decisions import Recorded, of_field
from archive.facts.evidence import EvidenceReader, spans_of
from archive.fields import is_list
from archive.model import Fact, FactStatus
from archive.store.catalog import Catalog
from archive.store.database import batches
from archive.store.doubts import FLAGS

SURE = 0.85
"""A rule that is so sure needs no second look."""

FLAGGED, MISSING = 0.5, 0.4

MONEY_SCALE = 10

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {"vendor": 3, "amount": 3, "municipality": 3, "buyer": 2, "kind": 2, "bids": 2, "year": 2, "date": 1.5}
)
"""How much a field matters: facets and sums of money before all else. The fields that are not here have 1."""

_PURCHASE = ("contract", "contract_annex", "award_decision")
NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"vendor": _PURCHASE, "municipality": _PURCHASE, "amount": ("contract", "award_decision")}
)
"""The kinds of documents that should have a field."""

COUNTED = ("vendor", "buyer", "municipality")
"""Fields of which a wrong value is wrong in many documents."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something to look at. ``fact`` is None where a field is missing."""

    document: str
    field: str
    fact: Fact | None
    reasons: tuple[str, ...]
    score: float


def review(catalog: Catalog, field: str | None = None) -> list[Doubt]:
    """Every doubt, the most useful first; of one field only, if it is named."""
    shared = catalog.documents_by_value(COUNTED)
    found: list[Doubt] = []
    for ids in batches(catalog.doubtful_documents(SURE, NEEDED)):
        facts, decided = catalog.facts_of(ids), catalog.decisions(ids)
        for id_ in ids:
            found += _doubts(id_, facts.get(id_, ()), decided.get(id_, ()), shared)
    chosen = [doubt for doubt in found if field in (None, doubt.field)]
    return sorted(chosen, key=lambda doubt: (-doubt.score, doubt.document, doubt.field))


def _doubts(
    document: str, facts: Sequence[Fact], decided: Sequence[Recorded], shared: Mapping[tuple[str, str], int]
) -> Iterator[Doubt]:
    money = _money(facts)
    settled = {recorded.decision.field for recorded in decided if recorded.decision.clears}
    touched = {recorded.decision.field for recorded in decided}
    kinds = {fact.value for fact in of_field(facts, "kind")}
    for field, of_kinds in NEEDED.items():
        if kinds.intersection(of_kinds) and not of_field(facts, field) and field not in touched:
            kind = min(kinds).replace("_", " ")
            score = round(MISSING * WEIGHTS[field] * money, 3)
            yield Doubt(document, field, None, (f"none was found in this {kind}",), score)
    for fact in facts:
        of_same = of_field(facts, fact.field)
        # Of a field that has one value, the surest fact is what counts, and the only one to ask about.
        is_asked = is_list(fact.field) or fact is max(of_same, key=lambda other: other.confidence)
        if fact.status is not FactStatus.EXTRACTED or fact.field in settled or not is_asked:
            continue
        reasons, doubt = _reasons(fact, of_same)
        if reasons:
            many = 1 + math.log10(shared.get((fact.field, fact.value), 1))
            score = doubt * WEIGHTS.get(fact.field, 1) * many * money
            yield Doubt(document, fact.field, fact, reasons, round(score, 3))


def _reasons(fact: Fact, others: Sequence[Fact]) -> tuple[tuple[str, ...], float]:
    reasons = []
    if fact.confidence < SURE:
        reasons.append(f"the rule was {fact.confidence:.0%} sure")
    flags = [f"{name.replace('_', ' ')}: {fact.details[name]}" for name in FLAGS if fact.details.get(name)]
    values = [other.value for other in others if other.value != fact.value]
    if values and not is_list(fact.field):
        flags.append(f"another rule says {values[0]}")
    doubt = 1 - fact.confidence
    return (*reasons, *flags), max(doubt, FLAGGED) if flags else doubt


def _money(facts: Sequence[Fact]) -> float:
    """1, or more for a document of much money."""
    amounts = [float(fact.value) for fact in of_field(facts, "amount")]
    return 1 + math.log10(max([1.0, *amounts])) / MONEY_SCALE


def doubt_records(catalog: Catalog, doubts: Sequence[Doubt]) -> list[dict[str, Any]]:
    """Doubts as JSON, with the words that they are about."""
    described = catalog.describe(doubt.document for doubt in doubts)
    reader = EvidenceReader(catalog)
    reader.read(spans_of(doubt.fact for doubt in doubts if doubt.fact is not None))
    records = []
    for doubt in doubts:
        fact, evidence = doubt.fact, None
        if fact is not None and fact.span is not None:
            evidence = reader.of(fact.span)
        records.append(
            {
                "document": doubt.document,
                "title": described[doubt.document].title,
                "field": doubt.field,
                "value": fact and fact.value,
                "page": evidence and evidence.page.number,
                "quote": evidence and evidence.quote,
                "method": fact and fact.method,
                "confidence": fact and fact.confidence,
                "reasons": list(doubt.reasons),
                "score": doubt.score,
            }
        )
    return records
