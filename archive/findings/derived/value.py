"""Derived values: numbers that no document states, with the facts they are made from."""

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
    """What deriving needs beside the unit: the date of the finding, and the odd clauses of each document on a template.
    ``notes`` say what was not available as of that day."""

    today: datetime.date | None = None
    odd_clauses: Mapping[str, tuple[Fact, ...]] = dataclass_field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()


NOTHING = DerivationContext()
"""Nothing is known beside the unit."""


@dataclass(frozen=True, slots=True)
class Derived:
    """One thing that the facts make. ``number`` is None where it is no number; ``details`` may make columns."""

    number: Decimal | None
    proofs: tuple[Proof, ...]
    details: Mapping[str, str] = dataclass_field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class DerivedValues:
    """All that a rule makes of a unit: nothing where facts are lacking; ``unclear`` are facts that leave it open."""

    values: tuple[Derived, ...] = ()
    unclear: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """How a derived field is made. ``details`` it may have; ``apart`` those that must be columns where numbers are
    added; ``counts`` units it applies to; ``has_limit``: a definition may set ``within``; ``adds_up``: sums make sense;
    ``is_of_today``: it is another on another day.
    """

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
        """The units of the findings that may ask for it: what is of purchases is of procedures, too."""
        return (
            (CountedUnit.PURCHASES, CountedUnit.PROCEDURES) if self.counts is CountedUnit.PURCHASES else (self.counts,)
        )


def proof(unit: Counted, paper: Paper, fact: Fact | None) -> Proof:
    """Return the proof that a paper of a unit is, by one of its facts."""
    return proof_of(unit, paper.id, fact)


def first_proof(unit: Counted, papers: Iterable[Paper], field: str) -> tuple[str, Proof] | None:
    """Return the first value of a field in these papers, with its proof."""
    for paper in papers:
        for fact in paper.facts_of(field):
            return fact.value, proof(unit, paper, fact)
    return None
