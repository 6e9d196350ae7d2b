"""The facts of a document, each with its evidence and decision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from archive.facts.evidence import Evidence as FoundEvidence
from archive.model import Fact, FactStatus
from archive.model.decisions import Recorded
from webapp.languages.translation import gettext, marked, percent
from webapp.links import correct_url, evidence_url
from webapp.pages.parts import EvidenceRow, FactRow, Link
from webapp.pages.wording import FIELD_LABELS, day, details_of, fact_value, field_label, page_short
from webapp.state import SearchState

QUOTE_WORDS = 14
"""Maximum number of words of a quotation below a value; the link shows all of it."""

_ORDER = tuple(FIELD_LABELS)
_STATUS = {FactStatus.CONFIRMED: marked("confirmed"), FactStatus.CORRECTED: marked("corrected")}
_DECIDED = {
    FactStatus.CONFIRMED: marked("confirmed by %(person)s, %(day)s"),
    FactStatus.CORRECTED: marked("corrected by %(person)s, %(day)s"),
}


def present_evidence(
    fact: Fact, found: FoundEvidence | None, state: SearchState, viewed: int | None = None
) -> EvidenceRow | None:
    """Return the evidence of a fact, None without any; it says so if it is in another reading than ``viewed``."""
    if fact.span is None or found is None:
        return None
    words = found.quote.split()
    shown = " ".join(words[:QUOTE_WORDS]) + (" …" if len(words) > QUOTE_WORDS else "")
    elsewhere = fact.span.reading if viewed is not None and fact.span.reading != viewed else None
    sure = gettext("%(share)s sure", share=percent(fact.confidence))
    how = "" if fact.status is FactStatus.CORRECTED else sure
    url = evidence_url(fact.span, found.page.number, state)
    return EvidenceRow(shown, Link(page_short(found.page.number, elsewhere), url), how)


def present_fact(
    fact: Fact,
    found: FoundEvidence | None,
    decided: Sequence[Recorded],
    state: SearchState,
    viewed: int,
    url: str | None = None,
    correct: str | None = None,
) -> FactRow:
    """Return a fact with its evidence and the person who decided on it.

    ``url`` links to what it names, ``correct`` to the page that corrects it. Evidence in another reading than
    ``viewed`` says so.
    """
    evidence = present_evidence(fact, found, state, viewed)
    proofs = () if evidence is None else (evidence,)
    details = details_of(fact)
    status = None if fact.status is FactStatus.EXTRACTED else _decided(fact, decided)
    return FactRow(
        label=field_label(fact.field),
        value=fact_value(fact.field, fact.value),
        details=details,
        evidence=proofs,
        status=status,
        url=url,
        correct=correct,
        is_title=fact.field == "title",
    )


def present_emptied(facts: Sequence[Fact], decided: Sequence[Recorded]) -> Iterator[FactRow]:
    """Yield the fields for which a person decided that they have no value, or none of those found by rules."""
    present = {fact.field for fact in facts}
    last = {recorded.decision.field: recorded for recorded in decided if recorded.decision.field not in present}
    for field, recorded in last.items():
        correct = correct_url(recorded.decision.document, field)
        status = _by(FactStatus.CORRECTED, recorded)
        yield FactRow(field_label(field), gettext("None"), (), (), status, correct=correct)


def joined(rows: Iterable[FactRow]) -> Iterator[FactRow]:
    """Yield the rows with equal ones merged into the first, with the evidence of all."""
    proofs: dict[FactRow, list[EvidenceRow]] = {}
    for row in rows:
        proofs.setdefault(replace(row, evidence=()), []).extend(row.evidence)
    for row, evidence in proofs.items():
        yield replace(row, evidence=tuple(evidence))


def in_reading_order(facts: Sequence[Fact]) -> list[Fact]:
    """Return facts by field, in display order; within a field by confidence, decided ones first."""

    def key(fact: Fact) -> tuple[int, str, bool, float]:
        place = _ORDER.index(fact.field) if fact.field in _ORDER else len(_ORDER)
        return place, fact.field, fact.status is FactStatus.EXTRACTED, -fact.confidence

    return sorted(facts, key=key)


def _decided(fact: Fact, decided: Sequence[Recorded]) -> str:
    recorded = next((recorded for recorded in reversed(decided) if fact in recorded.decision.facts), None)
    # Facts and decisions are loaded separately; a decision made in between has no record yet.
    return gettext(_STATUS[fact.status]) if recorded is None else _by(fact.status, recorded)


def _by(status: FactStatus, recorded: Recorded) -> str:
    return gettext(_DECIDED[status], person=recorded.decision.by, day=day(recorded.at))
