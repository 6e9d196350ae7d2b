"""Derived values: numbers that no document states, with the facts that they are computed from."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from decimal import Decimal
from types import MappingProxyType

from archive.findings.definition import CountedUnit, FactSelection
from archive.findings.precedence import Proof, UnitFacts, proof_of
from archive.findings.units import Counted
from archive.model import Fact
from archive.procedures.papers import Paper


@dataclass(frozen=True, slots=True)
class DerivationContext:
    """The context of derivation besides the unit: the date of the finding, and the odd clauses of each document on a
    template. ``notes`` state what is not available as of that day."""

    today: datetime.date | None = None
    odd_clauses: Mapping[str, tuple[Fact, ...]] = dataclass_field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()


NOTHING = DerivationContext()
"""The empty context."""


@dataclass(frozen=True, slots=True)
class Derived:
    """One derived value. ``number`` is None if it is not a number; ``details`` may be used as columns."""

    number: Decimal | None
    proofs: tuple[Proof, ...]
    details: Mapping[str, str] = dataclass_field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class DerivedValues:
    """All values that a rule derives from a unit: empty if facts are missing; ``unclear`` are ambiguous facts."""

    values: tuple[Derived, ...] = ()
    unclear: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule of a derived field. ``details`` are its possible details; ``apart`` those that must be columns if
    numbers are summed; ``counts`` the units that it applies to; ``has_limit``: a definition may set ``within``;
    ``adds_up``: sums are meaningful; ``is_of_today``: it depends on the current day."""

    make: Callable[[Counted, FactSelection, DerivationContext], DerivedValues | UnitFacts]
    counts: CountedUnit = CountedUnit.PROCEDURES
    details: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    has_number: bool = True
    has_limit: bool = False
    adds_up: bool = False
    has_vendors: bool = False
    speaks: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    is_of_today: bool = False

    @property
    def may_count(self) -> tuple[CountedUnit, ...]:
        """The units of findings that may use it: what applies to purchases also applies to procedures."""
        return (
            (CountedUnit.PURCHASES, CountedUnit.PROCEDURES) if self.counts is CountedUnit.PURCHASES else (self.counts,)
        )


def proof(unit: Counted, paper: Paper, fact: Fact | None) -> Proof:
    """Return the proof of a document of a unit, by one of its facts."""
    return proof_of(unit, paper.id, fact)


def first_proof(unit: Counted, papers: Iterable[Paper], field: str) -> tuple[str, Proof] | None:
    """Return the first value of a field in these documents, with its proof."""
    for paper in papers:
        for fact in paper.facts_of(field):
            return fact.value, proof(unit, paper, fact)
    return None
