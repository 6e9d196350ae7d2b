"""Values, organisations and their evidence in OCDS."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from archive.facts.evidence import EvidenceReader
from archive.model import Fact, FactStatus, Span
from archive.procedures.papers import Paper
from archive.text.folding import fold

EVIDENCE = "dosije:evidence"

FLAGS = ("check_failed", "words_differ", "sum_differs")
"""Details of a fact that flag an error in the print."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Links:
    """Public addresses of pages with highlighted words, and of documents."""

    page: Callable[[Span, int], str]
    document: Callable[[str], str]


class Proofs:
    """Makes the evidence of facts."""

    def __init__(self, reader: EvidenceReader, links: Links) -> None:
        self.links = links
        self._reader = reader

    def of(self, document: str, fact: Fact) -> Json:
        """Return the evidence of a fact; the address of the document, if it has no page."""
        proof: Json = {"document": document}
        if fact.span is None:
            proof["url"] = self.links.document(document)
        else:
            found = self._reader.of(fact.span)
            page = found.page.number
            proof |= {"page": page, "quote": found.quote, "url": self.links.page(fact.span, page)}
        proof["method"] = fact.method
        if fact.status is FactStatus.EXTRACTED:
            proof["confidence"] = fact.confidence
        else:
            proof["status"] = str(fact.status)
        return proof | {flag: fact.details[flag] for flag in FLAGS if flag in fact.details}


def proven(fields: Json, proofs: Json) -> Json:
    """Return an object with the evidence of its fields. Unknown fields (None or empty) are omitted."""
    known = {name: value for name, value in fields.items() if value is not None and value not in ([], {})}
    evidence = {name: proof for name, proof in proofs.items() if name in known}
    return known | ({EVIDENCE: evidence} if evidence else {})


def moment(day: str | None, *, ends: bool = False) -> str | None:
    """Return a date as an OCDS date-time: with the first or the last second of the day."""
    return None if day is None else f"{day}T{'23:59:59' if ends else '00:00:00'}Z"


WITH_VAT = "dosije:valueWithVat"
BY_LOT = "dosije:lotValues"

_INCLUDED = {"with": True, "without": False}
_PREFERRED = ("without", "unknown", "with")


def values(papers: Iterable[Paper], roles: Sequence[str], proofs: Proofs) -> tuple[Json, Json]:
    """Return the value fields and their evidence from the first of these papers with amounts of one of these roles.

    If there are two different amounts of one kind, neither is the value.

    :param roles: in order of precedence.
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
    """Return an amount as a JSON number. Realistic amounts have few enough digits for it."""
    exact = Decimal(text)
    return int(exact) if exact == exact.to_integral_value() else float(exact)


SCHEMES = {"pib": "RS-PIB", "mb": "RS-MB", "jib": "BA-JIB"}
"""Identifier schemes by detail, in order of precedence."""

_LETTERS = re.compile("[a-z0-9]+")


class Parties:
    """Collects the parties of one release."""

    def __init__(self, papers: Iterable[Paper], proofs: Proofs) -> None:
        self._proofs = proofs
        self._parties: dict[str, Json] = {}
        self._identified: dict[str, list[tuple[str, Fact]]] = {}
        for paper in papers:
            for fact in paper.facts:
                if fact.field in ("buyer", "vendor", "bidder") and _numbers(fact):
                    self._identified.setdefault(_plain(fact.value), []).append((paper.id, fact))

    def add(self, document: str, fact: Fact, *roles: str) -> Json:
        """Add the party that a fact names, and return a reference to it. A name without a number means the party with
        that name and a number, if there is just one in this procedure."""
        source, named = document, fact
        known = self._identified.get(_plain(fact.value), [])
        if not _numbers(fact) and len({_id(other) for _, other in known}) == 1:
            source, named = known[0]
        id_ = _id(named)
        party = self._parties.get(id_)
        if party is None:
            identifiers = [{"scheme": SCHEMES[name], "id": value} for name, value in _numbers(named).items()]
            proof = self._proofs.of(source, named)
            party = self._parties[id_] = proven(
                {
                    "id": id_,
                    "name": fact.value,
                    "identifier": identifiers[0] if identifiers else None,
                    "additionalIdentifiers": identifiers[1:],
                    "roles": list[str](),
                },
                {"name": self._proofs.of(document, fact), "identifier": proof, "additionalIdentifiers": proof},
            )
            party["roles"] = []
        party["roles"] += [role for role in roles if role not in party["roles"]]
        return {"id": id_, "name": party["name"]}

    def all(self) -> list[Json]:
        """Return every party, in the order of addition."""
        return list(self._parties.values())


def _numbers(fact: Fact) -> dict[str, str]:
    return {name: fact.details[name] for name in SCHEMES if name in fact.details}


def _id(fact: Fact) -> str:
    for name, value in _numbers(fact).items():
        return f"{SCHEMES[name]}-{value}"
    return _plain(fact.value)


def _plain(name: str) -> str:
    """Return a name without quotes, dots and case, in Latin, for comparison."""
    return "-".join(_LETTERS.findall(fold(name.replace(".", ""))))
