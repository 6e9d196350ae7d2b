"""Rows of facts and decisions: queries and inserts that several repositories share within one transaction.

A decision is keyed by the number of its event; an undone one is kept, with the event that undid it. Superseded
extracted facts are kept, packed, under the event that replaced them, which has their digest, so that a change is
detected. Events older than this feature have no digest.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, Text, and_, delete, insert, select, type_coerce, update

from archive.errors import CatalogError
from archive.model import Fact, FactStatus, Reading, Span
from archive.model.annotations import Annotation, How
from archive.model.decisions import Decision, DecisionAction, Recorded, settled
from archive.model.fields import PART_WORDS
from archive.store.document_rows import passage_at
from archive.store.events import SUPERSEDED, EventName, append_event
from archive.store.sql.database import batches
from archive.store.sql.tables import decided_facts, decisions, facts, superseded_facts
from archive.text.anchoring import Finder

CARRIED = "carried_from"
"""Detail of a decided fact that was anchored in a later reading: the number of the reading it was carried over from."""

CARRIED_HOW = "carried_how"
"""Detail that says how it was anchored (:class:`archive.text.anchoring.How`), unless the words are equal."""


@dataclass(frozen=True, slots=True)
class Carried:
    """The result of anchoring decided facts and annotations in a new reading: how many were anchored, and those that
    were not."""

    count: int
    left: tuple[Fact, ...]
    notes_left: tuple[Annotation, ...] = ()


NOTHING_CARRIED = Carried(0, ())

_READ = select(
    *(facts.c[name] for name in ("document", "field", "value", "reading", "first_word", "last_word")),
    *(facts.c.method, facts.c.confidence, type_coerce(facts.c.details, Text)),
)


def rule_facts(connection: Connection, ids: Iterable[str]) -> dict[str, list[Fact]]:
    """Return the extracted facts of each of these documents, in order; documents without facts are omitted."""
    found: dict[str, list[Fact]] = {}
    for batch in batches(ids):
        query = _READ.where(facts.c.document.in_(batch)).order_by(facts.c.document, facts.c.ordinal)
        # Fetched at once: row by row, SQLAlchemy takes twice as long.
        rows: Iterable[Any] = connection.execute(query).all()
        for document, field, value, reading, first, last, method, confidence, details in rows:
            span = None if reading is None else Span(document, reading, first, last)
            fact = Fact(field, value, span, method, confidence, FactStatus.EXTRACTED, _details(details))
            found.setdefault(document, []).append(fact)
    return found


def insert_facts(connection: Connection, document_id: str, read: Sequence[Fact]) -> None:
    """Add extracted facts, in the order given.

    :raises ValueError: one of them is a person's, which must be recorded as a decision.
    """
    for fact in read:
        if fact.status is not FactStatus.EXTRACTED:
            raise ValueError(f"the {fact.field} of {document_id} is a person's word, and no rule's")
    if read:
        rows = [{"ordinal": ordinal} | fact_columns(document_id, fact) for ordinal, fact in enumerate(read)]
        connection.execute(insert(facts), rows)


def replace_facts(connection: Connection, document_id: str, read: Sequence[Fact]) -> None:
    """Replace the extracted facts of a document; :func:`append_superseding_event` keeps the old ones."""
    connection.execute(delete(facts).where(facts.c.document == document_id))
    insert_facts(connection, document_id, read)


def append_superseding_event(
    connection: Connection, document: str, detail: Mapping[str, object], before: Sequence[Fact]
) -> None:
    """Record a new extraction from a document, and keep the superseded facts."""
    rows = [fact_columns(document, fact) for fact in before]
    packed = zlib.compress(json.dumps(rows, ensure_ascii=False, sort_keys=True).encode(), 9)
    digest = {SUPERSEDED: sha256(packed).hexdigest()}
    event = append_event(connection, EventName.METADATA_EXTRACTION, document, {**detail, **digest})
    connection.execute(insert(superseded_facts).values(event=event, document=document, packed=packed))


def replaced_facts(connection: Connection, digests: Mapping[int, str]) -> Iterator[tuple[str, list[Fact]]]:
    """Yield the document of each of these events with the facts that it replaced, the newest event first.

    :param digests: the SHA-256 of the packed facts, by event.
    :raises CatalogError: the stored facts have another digest.
    """
    for batch in batches(map(str, sorted(digests, reverse=True))):
        of_batch = superseded_facts.c.event.in_(map(int, batch))
        query = select(superseded_facts).where(of_batch).order_by(superseded_facts.c.event.desc())
        for row in connection.execute(query):
            if sha256(row.packed).hexdigest() != digests[row.event]:
                raise CatalogError(
                    "The facts that event %(event)s put aside were changed.",
                    "Restore a backup of the catalog.",
                    event=row.event,
                )
            yield row.document, [_unpacked(kept) for kept in json.loads(zlib.decompress(row.packed))]


def all_decisions(connection: Connection, ids: Iterable[str]) -> dict[str, list[Recorded]]:
    """Return the decisions on each of these documents, including undone ones, in order."""
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


def decisions_in_force(connection: Connection, ids: Iterable[str]) -> dict[str, list[Recorded]]:
    """Return the decisions on each of these documents that are in force, in order."""
    in_force = {
        id_: [recorded for recorded in of_document if recorded.undone_by is None]
        for id_, of_document in all_decisions(connection, ids).items()
    }
    return {id_: recorded for id_, recorded in in_force.items() if recorded}


def facts_by_document(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[Fact, ...]]:
    """Return the facts of each of these documents, decisions applied; documents without facts are omitted."""
    wanted = list(ids)
    read, decided = rule_facts(connection, wanted), decisions_in_force(connection, wanted)
    found = {
        id_: settled(read.get(id_, ()), (recorded.decision for recorded in decided.get(id_, ())))
        for id_ in wanted
        if id_ in read or id_ in decided
    }
    return {id_: of_document for id_, of_document in found.items() if of_document}


def carry_over_facts(connection: Connection, reading: Reading, finder: Finder) -> Carried:
    """Anchor the facts of decisions in a new reading (:mod:`archive.text.anchoring`).

    Facts that cannot be anchored keep their span in the earlier reading.
    """
    carried, left = 0, []
    for recorded in decisions_in_force(connection, [reading.document]).get(reading.document, ()):
        for ordinal, fact in enumerate(recorded.decision.facts):
            if fact.span is None:
                continue
            place = finder.find(passage_at(connection, fact.span))
            if place is None:
                left.append(fact)
                continue
            span = Span(reading.document, reading.number, place.first, place.last)
            details = _with_parts(connection, fact, finder)
            details[CARRIED] = fact.details.get(CARRIED, str(fact.span.reading))
            if place.how is not How.EXACT:
                details[CARRIED_HOW] = place.how
            moved = fact_columns(reading.document, replace(fact, span=span, details=details))
            of_fact = and_(decided_facts.c.event == recorded.event, decided_facts.c.ordinal == ordinal)
            connection.execute(update(decided_facts).where(of_fact).values(moved))
            carried += 1
    return Carried(carried, tuple(left))


def _with_parts(connection: Connection, fact: Fact, finder: Finder) -> dict[str, str]:
    """Return the details of a fact with the spans of its parts anchored; without spans, if not all can be."""
    assert fact.span is not None
    details = {name: value for name, value in fact.details.items() if not name.endswith(PART_WORDS)}
    for name in fact.details.keys() - details.keys():
        spans = (map(int, words.split("-")) for words in fact.details[name].split())
        places = [finder.find(passage_at(connection, replace(fact.span, first=a, last=b))) for a, b in spans]
        found = [f"{place.first}-{place.last}" for place in places if place is not None]
        if len(found) == len(places):
            details[name] = " ".join(found)
    return details


def fact_columns(document_id: str, fact: Fact) -> dict[str, object]:
    """Return a fact as a row of a table of facts."""
    span = fact.span
    return {
        "document": document_id,
        "field": fact.field,
        "value": fact.value,
        "reading": span.reading if span else None,
        "first_word": span.first if span else None,
        "last_word": span.last if span else None,
        "method": fact.method,
        "confidence": fact.confidence,
        "status": fact.status,
        "details": dict(fact.details),
    }


def fact_of(row: Row[Any]) -> Fact:
    """Build a fact from its row."""
    return Fact(
        field=row.field,
        value=row.value,
        span=None if row.reading is None else Span(row.document, row.reading, row.first_word, row.last_word),
        method=row.method,
        confidence=row.confidence,
        status=FactStatus(row.status),
        details=MappingProxyType(row.details),
    )


@lru_cache(maxsize=1 << 12)
def _details(text: str) -> Mapping[str, str]:
    """Parse details from JSON; cached, because most facts share theirs with many others."""
    return MappingProxyType(json.loads(text))


def _unpacked(kept: Mapping[str, Any]) -> Fact:
    span = None
    if kept["reading"] is not None:
        span = Span(kept["document"], kept["reading"], kept["first_word"], kept["last_word"])
    names = ("field", "value", "method", "confidence", "details")
    return Fact(**{name: kept[name] for name in names}, span=span, status=FactStatus(kept["status"]))


def _recorded(row: Row[Any], given: Sequence[Fact]) -> Recorded:
    decision = Decision(row.document, row.field, DecisionAction(row.action), row.by, tuple(given), row.old)
    return Recorded(row.event, row.at, decision, row.undone_by)
