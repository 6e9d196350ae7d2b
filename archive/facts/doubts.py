"""Doubts on the facts of a document, and their scores.

Each has a *doubt* between 0 and 1 (the probability of an error) and a *stake* (its consequences); their product is its
score.

* doubt: 1 - the probability that the fact is right; at least :data:`FLAGGED` where a rule flags its value (an id whose
  check digit fails, an amount whose words or sum differ) or two rules read different values of a field that has one;
  and :data:`MISSING` where a document of its kind lacks a field that those have.
* stake: the weight of the field (:data:`WEIGHTS`), times 1 + log10 of the number of documents in which rules read the
  same value (a wrong name in 100 documents counts three times), times 1 + log10 of the document's largest amount
  divided by :data:`MONEY_SCALE` (a contract of 10 million counts 1.7 times). Currencies are not distinguished.

Facts decided by a person are not doubted.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from archive.errors import Message
from archive.model import Fact, FactStatus
from archive.model.decisions import Decision
from archive.model.fields import is_list

SURE, SURE_BY_RULE = 0.95, 0.85
"""Least probabilities of facts that are not doubted: of calibrated ones, and of fields that only rules read, whose
confidence is not a probability."""

WEIGHED = frozenset(
    ("kind", "municipality", "buyer", "vendor", "bidder", "date", "year", "amount", "reference", "bids")
)
"""Fields whose facts carry a calibrated probability."""

FLAGGED, MISSING = 0.5, 0.4

MONEY_SCALE = 10

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {"vendor": 3, "amount": 3, "municipality": 3, "buyer": 2, "kind": 2, "bids": 2, "year": 2, "date": 1.5}
)
"""Weights of fields: facets and sums of money have the highest. The default is 1."""

_PURCHASE = ("contract", "contract_annex", "award_decision")
NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"vendor": _PURCHASE, "municipality": _PURCHASE, "amount": ("contract", "award_decision")}
)
"""The kinds of documents that should have a field."""

FLAGS = ("check_failed", "words_differ", "sum_differs")
"""Details by which a rule flags its own value."""

COUNTED = ("vendor", "buyer", "municipality")
"""Fields whose wrong value is wrong in many documents."""


@dataclass(frozen=True, slots=True)
class FoundDoubt:
    """A doubt of a document, on a ``fact`` or, if None, on a missing field. ``weight`` and ``money`` determine its
    score. It is one question for all documents of a ``buyer`` with the same doubted value; None if it stands alone."""

    field: str
    fact: Fact | None
    reasons: tuple[str, ...]
    weight: float
    money: float
    buyer: str | None = None

    @property
    def is_grave(self) -> bool:
        """Whether it is at least as likely wrong as right: not a fact that rules are certain of and did not flag."""
        return self.weight >= MISSING * WEIGHTS.get(self.field, 1)


def score(weight: float, money: float, documents: int) -> int:
    """Return the score of a doubt in thousandths; ``documents`` is the number of documents with its value."""
    return round(1000 * round(weight * (1 + math.log10(max(documents, 1))) * money, 3))


def doubts_of(facts: Sequence[Fact], decided: Sequence[Decision]) -> Iterator[FoundDoubt]:
    """Yield the doubts of a document, given its facts with the decisions in force."""
    by_field: dict[str, list[Fact]] = {}
    for fact in facts:
        by_field.setdefault(fact.field, []).append(fact)
    money = _money(by_field.get("amount", ()))
    settled = {decision.field for decision in decided if decision.clears}
    touched = {decision.field for decision in decided}
    kinds = {fact.value for fact in by_field.get("kind", ())}
    buyer = next((fact.value for fact in by_field.get("buyer", ())), None)
    for field, of_kinds in NEEDED.items():
        if kinds.intersection(of_kinds) and field not in by_field and field not in touched:
            reason = Message("none was found in this %(our_kind)s", our_kind=min(kinds).replace("_", " "))
            yield FoundDoubt(field, None, (reason,), MISSING * WEIGHTS[field], money)
    for fact in facts:
        of_same = by_field[fact.field]
        # In a field with one value, only the most probable fact counts, and is doubted.
        is_asked = is_list(fact.field) or fact is max(of_same, key=lambda other: other.confidence)
        if fact.status is not FactStatus.EXTRACTED or fact.field in settled or not is_asked:
            continue
        reasons, doubt = _reasons(fact, of_same)
        if reasons:
            # An invalid number beside a name concerns one document only.
            is_flagged = any(fact.details.get(name) for name in FLAGS)
            is_shared = fact.field in COUNTED and not is_flagged
            weight = doubt * WEIGHTS.get(fact.field, 1)
            yield FoundDoubt(fact.field, fact, reasons, weight, money, buyer if is_shared else None)


def _reasons(fact: Fact, others: Sequence[Fact]) -> tuple[tuple[str, ...], float]:
    reasons = []
    if fact.confidence < (SURE if fact.field in WEIGHED else SURE_BY_RULE):
        reasons.append(Message("the rule was %(share)s%% sure", share=f"{fact.confidence * 100:.0f}"))
    flags = [_flag(name, fact.details[name]) for name in FLAGS if fact.details.get(name)]
    values = [other.value for other in others if other.value != fact.value]
    if values and not is_list(fact.field):
        flags.append(Message("another rule says %(value)s", value=values[0]))
    # What is only proposed counts wrongly as far as it is right.
    doubt = fact.confidence if fact.is_proposed else 1 - fact.confidence
    return (*reasons, *flags), max(doubt, FLAGGED) if flags else doubt


def _flag(name: str, value: str) -> str:
    match name:
        case "check_failed":
            return Message("check failed: %(numbers)s", numbers=value)
        case "words_differ" if value == "yes":
            return Message("words differ: yes")
        case "sum_differs" if value == "yes":
            return Message("sum differs: yes")
        case _:
            return f"{name.replace('_', ' ')}: {value}"


def _money(amounts: Sequence[Fact]) -> float:
    """Return 1, or more for a document with large amounts."""
    return 1 + math.log10(max([1.0, *(float(fact.value) for fact in amounts)])) / MONEY_SCALE
