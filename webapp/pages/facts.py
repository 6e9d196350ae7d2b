"""The facts of a document, each with the words that prove it and what a person said of it."""

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
"""Words of a quotation under a value; a longer one is cut, and the link shows all of it."""

_ORDER = tuple(FIELD_LABELS)
_STATUS = {FactStatus.CONFIRMED: marked("confirmed"), FactStatus.CORRECTED: marked("corrected")}
_DECIDED = {
    FactStatus.CONFIRMED: marked("confirmed by %(person)s, %(day)s"),
    FactStatus.CORRECTED: marked("corrected by %(person)s, %(day)s"),
}


def present_evidence(
    fact: Fact, found: FoundEvidence | None, state: SearchState, viewed: int | None = None
) -> EvidenceRow | None:
    """Return the words that prove a fact. Where they stand in another reading than number ``viewed``, that is told."""
    if fact.span is None or found is None:
        return None
    words = found.quote.split()
    shown = " ".join(words[:QUOTE_WORDS]) + (" …" if len(words) > QUOTE_WORDS else "")
    elsewhere = fact.span.reading if viewed is not None and fact.span.reading != viewed else None
    sure = gettext("rule %(rule)s, %(share)s sure", rule=fact.method, share=percent(fact.confidence))
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
    """Return a fact with its evidence, and who decided on it. ``url`` leads to what it names, ``correct`` to where it
    can be corrected.

    The evidence may stand in another reading than number ``viewed``, which the reader views; then it says so.
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
    """Yield the fields of which a person said that they have no value, or none of those that rules found."""
    present = {fact.field for fact in facts}
    last = {recorded.decision.field: recorded for recorded in decided if recorded.decision.field not in present}
    for field, recorded in last.items():
        correct = correct_url(recorded.decision.document, field)
        status = _by(FactStatus.CORRECTED, recorded)
        yield FactRow(field_label(field), gettext("None"), (), (), status, correct=correct)


def joined(rows: Iterable[FactRow]) -> Iterator[FactRow]:
    """Yield rows that say the same as one row, with the evidence of all of them, where the first one stands."""
    proofs: dict[FactRow, list[EvidenceRow]] = {}
    for row in rows:
        proofs.setdefault(replace(row, evidence=()), []).extend(row.evidence)
    for row, evidence in proofs.items():
        yield replace(row, evidence=tuple(evidence))


def in_reading_order(facts: Sequence[Fact]) -> list[Fact]:
    """Return facts by field, in the order fields are shown; the surest of a field first."""

    def key(fact: Fact) -> tuple[int, str, bool, float]:
        place = _ORDER.index(fact.field) if fact.field in _ORDER else len(_ORDER)
        return place, fact.field, fact.status is FactStatus.EXTRACTED, -fact.confidence

    return sorted(facts, key=key)


def _decided(fact: Fact, decided: Sequence[Recorded]) -> str:
    recorded = next((recorded for recorded in reversed(decided) if fact in recorded.decision.facts), None)
    # Facts and decisions are read one after the other; what was decided between the two is no one's yet.
    return gettext(_STATUS[fact.status]) if recorded is None else _by(fact.status, recorded)


def _by(status: FactStatus, recorded: Recorded) -> str:
    return gettext(_DECIDED[status], person=recorded.decision.by, day=day(recorded.at))
