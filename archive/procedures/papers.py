"""A paper of a procedure: the facts of a document that link it to others."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from archive.model import Description, Fact
from archive.model.fields import NUMBER_FIELDS, RULING_FIELD
from archive.procedures.numbers import Number, parse

PROCUREMENT, CONTRACT, CASE, PORTAL = "procurement", "contract", "case", "portal"
"""Types of numbers: the ``role`` of facts ``reference`` and ``related``."""

TENDER_KINDS = frozenset({"tender_notice", "tender_documents", "tender_amendment", "award_decision", "cancellation"})
"""Kinds that only procurements have."""

CONTRACT_KINDS = frozenset({"contract", "contract_annex"})
PROCEDURE_KINDS = TENDER_KINDS | CONTRACT_KINDS | {"minutes", "procurement_report"}
REQUEST_KINDS = frozenset({"foi_request", "foi_reply", "foi_decision", "foi_appeal"})
UNSURE_KINDS = frozenset({None, "other", "correspondence", "report"})
"""Kinds that belong to a procurement only if they have its number."""


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A number that a paper has (``own``) or cites, parsed, with its fact."""

    number: Number
    role: str
    own: bool
    fact: Fact

    @property
    def as_act(self) -> Mentioned | None:
        """The number read as an act before the year (:attr:`archive.procedures.numbers.Number.as_act`)."""
        return replace(self, number=act) if (act := self.number.as_act) else None


@dataclass(frozen=True, slots=True)
class PaperRuling:
    """A person's ruling on a paper: it belongs to the procedure of the document ``other``, or does not."""

    other: str
    belongs: bool
    fact: Fact


@dataclass(frozen=True, slots=True)
class Paper:
    """A document with its facts."""

    known: Description
    facts: Sequence[Fact]
    numbers: tuple[Mentioned, ...]
    date: datetime.date | None
    rulings: tuple[PaperRuling, ...] = ()

    @property
    def id(self) -> str:
        """The id of the document."""
        return self.known.id

    @property
    def kind(self) -> str | None:
        """The kind of the document."""
        return self.known.kind

    @property
    def year(self) -> int | None:
        """The year of its date, or else the extracted one."""
        return self.date.year if self.date else self.known.year

    @property
    def deadline(self) -> datetime.date | None:
        """The deadline for bids. Not cached, because facts may be added to the paper."""
        return _day(next((fact.value for fact in self.facts if fact.field == "deadline"), None))

    @property
    def place_in_time(self) -> tuple[bool, datetime.date, str]:
        """The sort key of papers by date; undated ones last."""
        return self.date is None, self.date or datetime.date.max, self.id

    def facts_of(self, field: str) -> list[Fact]:
        """Return its facts of one field, in the order of the document."""
        return [fact for fact in self.facts if fact.field == field]

    def proof_of(self, field: str, value: str | None) -> Fact | None:
        """Return the fact with this value of a field, the most probable of several."""
        facts = [fact for fact in self.facts_of(field) if fact.value == value]
        return max(facts, key=lambda fact: fact.confidence, default=None)

    @property
    def is_of_procurement(self) -> bool:
        """Whether its kind or its number proves that it belongs to a procurement."""
        cites = any(mentioned.role == PROCUREMENT for mentioned in self.numbers)
        return self.kind in PROCEDURE_KINDS or (cites and self.kind in UNSURE_KINDS)


def paper_of(known: Description, facts: Iterable[Fact]) -> Paper:
    """Build the paper of a document from its description and its facts, without those that are only proposed."""
    facts = [fact for fact in facts if not fact.is_proposed]
    numbers = tuple(
        Mentioned(parse(fact.value), fact.details.get("role", CASE), fact.field == "reference", fact)
        for fact in facts
        if fact.field in NUMBER_FIELDS
    )
    rulings = tuple(
        PaperRuling(fact.value, fact.details.get("belongs") != "no", fact)
        for fact in facts
        if fact.field == RULING_FIELD
    )
    return Paper(known, facts, numbers, _day(known.date), rulings)


def _day(iso: str | None) -> datetime.date | None:
    return None if iso is None else datetime.date.fromisoformat(iso)
