"""How many clauses of a document depart from the template that it was made on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from archive.comparing.templates import find_templates
from archive.errors import QueryTooBroad, UsageError
from archive.findings.definition import Facts
from archive.findings.derived.value import Context, Derived, Made, proof
from archive.findings.units import Counted
from archive.model import Clause, Fact, Span
from archive.procedures.papers import CONTRACT_KINDS
from archive.store.catalog import Catalog

_WORDS_SHOWN = 40
"""How many of the first words of a clause stand as its evidence: enough to find it by."""


def odd_clauses(unit: Counted, wanted: Facts, context: Context) -> Made:
    """How many clauses have none worded like them in the model of the template; 0 for the model itself."""
    (paper,) = unit.papers
    odd = context.odd_clauses.get(paper.id)
    if odd is None:
        return Made()
    proofs = tuple(proof(unit, paper, fact) for fact in odd) or (proof(unit, paper, None),)
    return Made((Derived(Decimal(len(odd)), proofs),))


def odd_clauses_of(catalog: Catalog, counted: Iterable[Counted]) -> Mapping[str, tuple[Fact, ...]]:
    """The clauses of each contract on a template that depart from it; documents on none are left out.

    :raises UsageError: there are too many clauses to compare at once.
    """
    ids = [paper.id for unit in counted for paper in unit.papers if paper.kind in CONTRACT_KINDS]
    try:
        templates = find_templates(catalog, ids)
    except QueryTooBroad as error:
        raise UsageError(
            error.message, 'Count fewer documents: give the finding a [request], as vendor = ["NAME"].'
        ) from error
    found: dict[str, tuple[Fact, ...]] = {}
    for template in templates:
        found[template.model.id] = ()
        for member in template.members:
            found[member.description.id] = tuple(_fact(one.clause) for one in member.odd)
    return found


def _fact(clause: Clause) -> Fact:
    span = clause.span
    shown = Span(span.document, span.reading, span.first, min(span.last, span.first + _WORDS_SHOWN - 1))
    return Fact("clause", clause.label or clause.eid, shown, "templates.odd", clause.confidence)
