"""Rulings of persons on which papers belong together: making them, and listing those in force.

A ruling is a decision on the field ``procedure`` of a document, whose value is the id of the other one. So it is
logged, undone, stored and copied like any decision, and identifies papers independently of readings.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from archive.errors import UsageError
from archive.facts.corrections import checked_name
from archive.model import Fact, FactStatus
from archive.model.decisions import METHOD, Decision, DecisionAction, FieldChange
from archive.model.fields import RULING_FIELD
from archive.procedures.papers import PaperRuling
from archive.store.catalog import Catalog


@dataclass(frozen=True, slots=True)
class MadeRuling:
    """A ruling in force: ``document`` belongs to the procedure of ``other``, or does not. ``event`` is its event."""

    event: int
    at: datetime
    by: str
    document: str
    other: str
    belongs: bool


def rule(catalog: Catalog, document_id: str, other_id: str, by: str, *, belongs: bool) -> FieldChange:
    """Rule that a document belongs to the procedure of another one, or does not. The last ruling on two papers counts.

    :raises UsageError: there is no such document, or both are the same.
    """
    one, other = catalog.documents.find(document_id), catalog.documents.find(other_id)
    if one.id == other.id:
        raise UsageError("A document belongs to its own procedure.", "Name another document of the procedure.")
    if any(fact.field == RULING_FIELD and fact.value == one.id for fact in catalog.facts.of(other.id)):
        one, other = other, one
    told = {"belongs": "yes" if belongs else "no"}
    fact = Fact(RULING_FIELD, other.id, None, METHOD, 1.0, FactStatus.CORRECTED, told)
    decision = Decision(one.id, RULING_FIELD, DecisionAction.ADD, checked_name(by), (fact,))
    (outcome,) = catalog.decisions.record([decision])
    if isinstance(outcome, UsageError):
        raise outcome
    return outcome


def made(catalog: Catalog, rulings: Iterable[tuple[str, PaperRuling]]) -> list[MadeRuling]:
    """Return when and by whom these rulings on documents were made, the earliest first."""
    wanted = {(document, ruling.other): ruling for document, ruling in rulings}
    in_force = catalog.decisions.in_force(sorted({document for document, _ in wanted})) if wanted else {}
    last: dict[tuple[str, str], MadeRuling] = {}
    for document, recorded in in_force.items():
        for one in recorded:
            for fact in one.decision.facts:
                pair = document, fact.value
                if one.decision.field == RULING_FIELD and pair in wanted:
                    belongs = wanted[pair].belongs
                    last[pair] = MadeRuling(one.event, one.at, one.decision.by, document, fact.value, belongs)
    return sorted(last.values(), key=lambda one: one.event)


def withdraw(catalog: Catalog, document_id: str, other_id: str, by: str) -> FieldChange:
    """Undo the last ruling on two documents.

    :raises UsageError: there is no such document, or no ruling on the two.
    """
    one, other = catalog.documents.find(document_id).id, catalog.documents.find(other_id).id
    for document, named in ((one, other), (other, one)):
        for recorded in reversed(catalog.decisions.in_force([document]).get(document, [])):
            if any(fact.field == RULING_FIELD and fact.value == named for fact in recorded.decision.facts):
                return catalog.decisions.undo(document, recorded.event, checked_name(by))
    raise UsageError(
        "There is no ruling on whether %(one)s and %(other)s belong together.",
        "See: dosije chain ID",
        one=one[:12],
        other=other[:12],
    )
