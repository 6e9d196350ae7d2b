"""Queries on what persons decided about facts, and the facts of documents with that taken into account.

A decision is recorded under the number of its event. One that is undone stays, marked with the event that undid it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, select, update

from archive.annotations import Annotation
from archive.decisions import Action, Change, Decision, Recorded, of_field, settled
from archive.errors import Message, UsageError
from archive.model import Fact, Reading, Span
from archive.store import events, readings
from archive.store.database import batches
from archive.store.events import EventName
from archive.store.facts import fact_columns, fact_of, rule_facts
from archive.store.tables import decided_facts, decisions
from archive.text.carrying import Finder, How, Passage, passage_of

CARRIED = "carried_from"
"""The detail of a decided fact whose words were found again in a later reading: the number of the reading from which
they were carried over."""

CARRIED_HOW = "carried_how"
"""The detail that says how they were found again (:class:`archive.text.carrying.How`), unless as the same words."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of the words behind persons' facts and notes in a new reading: for how many of them they were found
    again, and the facts and the annotations for which they were not."""

    count: int
    left: tuple[Fact, ...]
    notes_left: tuple[Annotation, ...] = ()


NOTHING_CARRIED = Carried(0, ())


def every(connection: Connection, ids: Iterable[str]) -> dict[str, list[Recorded]]:
    """The decisions on each of these documents, those that are undone too, in the order they were made."""
    found: dict[str, list[Recorded]] = {}
    for batch in batches(ids):
        of_batch = decisions.c.document.in_(batch)
        rows = connection.execute(select(decisions).where(of_batch).order_by(decisions.c.event)).all()
        given: dict[int, list[Fact]] = {}
        if rows:
            query = select(decided_facts).join(decisions, decisions.c.event == decided_facts.c.event).where(of_batch)
            for fact in connection.execute(query.order_by(decided_facts.c.event, decided_facts.c.ordinal)):
                given.setdefault(fact.event, []).append(fact_of(fact))
        for row in rows:
            found.setdefault(row.document, []).append(_recorded(row, given.get(row.event, [])))
    return found


def holding(connection: Connection, ids: Iterable[str]) -> dict[str, list[Recorded]]:
    """The decisions on each of these documents that are not undone, in the order they were made."""
    standing = {
        id_: [recorded for recorded in of_document if recorded.undone_by is None]
        for id_, of_document in every(connection, ids).items()
    }
    return {id_: recorded for id_, recorded in standing.items() if recorded}


def facts_by_document(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[Fact, ...]]:
    """The facts of each of these documents; a document without any is left out."""
    wanted = list(ids)
    read, decided = rule_facts(connection, wanted), holding(connection, wanted)
    found = {
        id_: settled(read.get(id_, ()), (recorded.decision for recorded in decided.get(id_, ())))
        for id_ in wanted
        if id_ in read or id_ in decided
    }
    return {id_: facts for id_, facts in found.items() if facts}


def record(connection: Connection, decision: Decision, change: Change) -> Change:
    """Record a decision, and what it does, in the event log and beside it."""
    detail = {"action": decision.action, "old": decision.old, **_detail(change, decision.by)}
    event = events.append(connection, EventName.METADATA_MODIFICATION, decision.document, detail)
    row = {name: getattr(decision, name) for name in ("document", "field", "action", "old", "by")}
    connection.execute(insert(decisions).values(row | {"event": event, "at": datetime.now(UTC)}))
    if decision.facts:
        rows = [
            {"event": event, "ordinal": ordinal} | fact_columns(decision.document, fact)
            for ordinal, fact in enumerate(decision.facts)
        ]
        connection.execute(insert(decided_facts), rows)
    return replace(change, event=event)


def undo(connection: Connection, document_id: str, event: int | None, by: str) -> Change:
    """Take back a decision, the last one unless ``event`` names another.

    :raises UsageError: there is none that holds, or a later one on the same field does.
    """
    standing = holding(connection, [document_id]).get(document_id, [])
    recorded = _to_undo(document_id, standing, event)
    field = recorded.decision.field
    read = rule_facts(connection, [document_id]).get(document_id, [])
    before = settled(read, (other.decision for other in standing))
    after = settled(read, (other.decision for other in standing if other is not recorded))
    change = Change(document_id, field, of_field(before, field), of_field(after, field))
    detail = {"action": "undo", "undoes": recorded.event, **_detail(change, by)}
    undone_by = events.append(connection, EventName.METADATA_MODIFICATION, document_id, detail)
    connection.execute(update(decisions).where(decisions.c.event == recorded.event).values(undone_by=undone_by))
    return replace(change, event=undone_by)


def _to_undo(document_id: str, standing: Sequence[Recorded], event: int | None) -> Recorded:
    named = [recorded for recorded in standing if event in (None, recorded.event)]
    if not named:
        known = ", ".join(f"{recorded.event} ({recorded.decision.field})" for recorded in standing)
        remedy = (
            Message("There are: %(decisions)s.", decisions=known)
            if known
            else "Nobody has corrected or confirmed anything of it."
        )
        message = (
            "Document %(id)s has no decision."
            if event is None
            else "Document %(id)s has no decision %(event)s that could be undone."
        )
        raise UsageError(message, remedy, id=document_id[:12], event=event)
    chosen = named[-1]
    later = [
        recorded.event
        for recorded in standing
        if recorded.event > chosen.event and recorded.decision.field == chosen.decision.field
    ]
    if later:
        raise UsageError(
            "Decision %(event)s on the %(our_field)s of %(id)s has others after it.",
            "Undo those first, the last one before the others: %(events)s.",
            event=chosen.event,
            our_field=chosen.decision.field,
            id=document_id[:12],
            events=", ".join(map(str, reversed(later))),
        )
    return chosen


def carry_over(connection: Connection, reading: Reading, finder: Finder) -> Carried:
    """Find the words behind a person's facts again in a new reading (:mod:`archive.text.carrying`).

    Those that are not found go on pointing into the reading they were made in.
    """
    carried, left = 0, []
    for recorded in holding(connection, [reading.document]).get(reading.document, ()):
        for ordinal, fact in enumerate(recorded.decision.facts):
            if fact.span is None:
                continue
            place = finder.find(passage_at(connection, fact.span))
            if place is None:
                left.append(fact)
                continue
            span = Span(reading.document, reading.number, place.first, place.last)
            details = {**fact.details, CARRIED: fact.details.get(CARRIED, str(fact.span.reading))}
            if place.how is not How.EXACT:
                details[CARRIED_HOW] = place.how
            moved = fact_columns(reading.document, replace(fact, span=span, details=details))
            of_fact = and_(decided_facts.c.event == recorded.event, decided_facts.c.ordinal == ordinal)
            connection.execute(update(decided_facts).where(of_fact).values(moved))
            carried += 1
    return Carried(carried, tuple(left))


def passage_at(connection: Connection, span: Span) -> Passage:
    """The words at a span with those around them."""
    old = readings.one(connection, span.document, span.reading)
    return passage_of(
        old, span, lambda page: readings.words_of_page(connection, span.document, page, span.reading).texts
    )


def _recorded(row: Row[Any], given: Sequence[Fact]) -> Recorded:
    decision = Decision(row.document, row.field, Action(row.action), row.by, tuple(given), row.old)
    return Recorded(row.event, row.at, decision, row.undone_by)


def _detail(change: Change, by: str) -> Mapping[str, object]:
    return {
        "field": change.field,
        "by": by,
        "before": [_told(fact) for fact in change.before],
        "after": [_told(fact) for fact in change.after],
    }


def _told(fact: Fact) -> dict[str, object]:
    span = None if fact.span is None else [fact.span.reading, fact.span.first, fact.span.last]
    told = {"value": fact.value, "words": span, "method": fact.method, "confidence": fact.confidence}
    return told | {"status": fact.status, "details": dict(fact.details)}
