"""Amounts as OCDS values: one amount without VAT, the one with VAT beside it, and every amount of a lot.

Public procurement counts without VAT, so ``value`` is that one where both are printed. Whether it includes VAT is said
by ``valueAddedTaxIncluded``, a field of the OCDS extension of that name; it is absent where the paper does not say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from archive.model import Fact
from archive.ocds.proofs import Json, Proofs, proven
from archive.procedures.papers import Paper

WITH_VAT = "dosije:valueWithVat"
BY_LOT = "dosije:lotValues"

_INCLUDED = {"with": True, "without": False}
_PREFERRED = ("without", "unknown", "with")


def values(papers: Iterable[Paper], roles: Sequence[str], proofs: Proofs) -> tuple[Json, Json]:
    """The fields and their evidence that the first of these papers has which tells amounts of one of these roles.

    Two different amounts of one kind cannot both be the value: then neither is.

    :param roles: the first of them that a paper tells amounts of counts.
    """
    for paper in papers:
        for role in roles:
            amounts = [fact for fact in paper.facts_of("amount") if "unit_price" not in fact.details]
            told = [fact for fact in amounts if fact.details.get("role") == role]
            if told:
                return _values(paper, told, proofs)
    return {}, {}


def _values(paper: Paper, told: list[Fact], proofs: Proofs) -> tuple[Json, Json]:
    by_vat: dict[str, list[Fact]] = {}
    for fact in told:
        if "lot" not in fact.details:
            by_vat.setdefault(fact.details.get("vat", "unknown"), []).append(fact)
    single = {vat: facts[0] for vat, facts in by_vat.items() if len(set(map(_printed, facts))) == 1}
    fields: Json = {}
    evidence: Json = {}
    main = next((vat for vat in _PREFERRED if vat in single), None)
    if main:
        fields["value"], evidence["value"] = _value(single[main]), proofs.of(paper.id, single[main])
    if main == "without" and "with" in single:
        fields[WITH_VAT], evidence[WITH_VAT] = _value(single["with"]), proofs.of(paper.id, single["with"])
    lots = [fact for fact in told if "lot" in fact.details]
    if lots:
        fields[BY_LOT] = [
            proven({"lot": fact.details["lot"], "value": _value(fact)}, {"value": proofs.of(paper.id, fact)})
            for fact in lots
        ]
    return fields, evidence


def _printed(fact: Fact) -> tuple[str, str | None]:
    return fact.value, fact.details.get("currency")


def _value(fact: Fact) -> Json:
    included = _INCLUDED.get(fact.details.get("vat", ""))
    fields = {"amount": number(fact.value), "currency": fact.details.get("currency")}
    return proven(fields | {"valueAddedTaxIncluded": included}, {})


def number(text: str) -> int | float:
    """An amount as a JSON number. All that anybody pays has few enough digits for it."""
    exact = Decimal(text)
    return int(exact) if exact == exact.to_integral_value() else float(exact)
