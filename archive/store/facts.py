"""Facts: those that rules extract from documents, and the decisions of persons on them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    Text,
    cast,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    tuple_,
    union,
    union_all,
    update,
)

from archive.errors import Message, UsageError
from archive.model import Clause, Fact
from archive.model.decisions import Decision, FieldChange, Recorded, grounded, of_field, settled
from archive.model.fields import NUMBER_FIELDS, RULING_FIELD
from archive.store.clauses import replace_clauses
from archive.store.document_rows import newest_reading_number, revise_documents
from archive.store.events import Event, EventName, append_event, events_of
from archive.store.fact_rows import (
    append_superseding_event,
    decisions_in_force,
    fact_columns,
    facts_by_document,
    replace_facts,
    rule_facts,
)
from archive.store.sql.database import Repository, batches, in_transaction
from archive.store.sql.tables import decided_facts, decisions, documents, facts
from archive.text.folding import fold

_TABLES = (facts, decided_facts)

Condition = Callable[[Column[str]], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class LinkedDocuments:
    """Documents by printed number that they have or cite; by document that a ruling on them names; and by amount, or
    CPV code with municipality, that they name."""

    by_number: dict[str, set[str]]
    rulings: dict[str, set[str]]
    by_key: dict[tuple[str, ...], set[str]]


@dataclass(frozen=True, slots=True)
class NumberQuery:
    """Numbers to find: those like one of these LIKE patterns in documents that changed after ``after`` (sequence number
    and document id), in all if it is None; in others, those ``printed`` so."""

    patterns: Collection[str]
    printed: Collection[str] = ()
    after: tuple[int, str] | None = None


_NUMBER, _RULING, _KEY = range(3)


class Facts(Repository):
    """Facts of documents.

    A lookup by value matches every value that a rule or person ever stated, including undone decisions; compare with
    the facts in force.
    """

    def of(self, document_id: str) -> tuple[Fact, ...]:
        """Return the facts of a document: extracted facts with decisions applied."""
        return self.by_document([document_id]).get(document_id, ())

    by_document = in_transaction(facts_by_document)

    def extracted(self, document_id: str) -> tuple[Fact, ...]:
        """Return the extracted facts of a document, without decisions."""
        with self._database.reading() as connection:
            return tuple(rule_facts(connection, [document_id]).get(document_id, ()))

    def read_and_decided(self, ids: Sequence[str]) -> dict[str, tuple[Sequence[Fact], Sequence[Decision]]]:
        """Return the extracted facts of each of these documents, and the decisions in force."""
        with self._database.reading() as connection:
            read, recorded = rule_facts(connection, ids), decisions_in_force(connection, ids)
        decided = {id_: [one.decision for one in of_document] for id_, of_document in recorded.items()}
        return {id_: (read.get(id_, ()), decided.get(id_, ())) for id_ in ids}

    def replace_extracted(
        self, document_id: str, reading: int, read: Sequence[Fact], clauses: Sequence[Clause] = ()
    ) -> bool:
        """Replace the extracted facts and clauses of a document; returns whether they changed.

        :raises UsageError: ``reading``, from which they were extracted, is no longer the newest.
        """
        with self._database.writing() as connection:
            newest = newest_reading_number(connection, document_id)
            if newest != reading:
                raise UsageError(
                    "Document %(id)s already has a reading %(number)s.",
                    "Extract once more.",
                    id=document_id[:12],
                    number=newest,
                )
            before = rule_facts(connection, [document_id]).get(document_id, [])
            has_other_clauses = replace_clauses(connection, document_id, reading, clauses)
            if before == list(read) and not has_other_clauses:
                return False
            replace_facts(connection, document_id, read)
            revise_documents(connection, [document_id])
            counted = {"facts": len(read), "facts_before": len(before), "clauses": len(clauses)}
            append_superseding_event(connection, document_id, {"reading": reading, **counted}, before)
            return True

    def values_like(self, field: str, text: str, *, has_all: bool = False) -> list[str]:
        """Return the values of a field that equal this text but for script, case and diacritics. Unless ``has_all``,
        return the text alone if some document has exactly that."""
        exact = (exists().where(table.c.field == field, table.c.value == text) for table in _TABLES)
        every = union(*(select(table.c.value).where(table.c.field == field) for table in _TABLES))
        wanted = _folded(text)
        with self._database.reading() as connection:
            if not has_all and connection.scalar(select(or_(*exact))):
                return [text]
            return sorted(value for value in connection.execute(every).scalars() if _folded(value) == wanted)

    def linked(
        self,
        numbers: NumberQuery,
        documents: Collection[str] = (),
        keys: Collection[tuple[str, ...]] = (),
        most: int = 0,
    ) -> LinkedDocuments:
        """Return the documents that are linked by numbers, rulings or keys, with one query.

        :param documents: documents whose rulings are returned, too.
        :param keys: amounts, and pairs of CPV code and municipality; those of more than ``most`` documents are ignored.
        """
        ruled = list(documents)
        found = LinkedDocuments({}, {}, {})
        queries: list[Select[Any]] = []
        named = [decided_facts.c.value.in_(ruled)] if ruled else []
        if numbers.patterns:
            like = _numbered(numbers).cte("like")
            queries.append(select(literal(_NUMBER), like.c.value, cast(null(), Text), like.c.document))
            named.append(decided_facts.c.value.in_(select(like.c.document)))
        if named:
            rulings = select(literal(_RULING), decided_facts.c.value, cast(null(), Text), decided_facts.c.document)
            queries.append(rulings.where(decided_facts.c.field == RULING_FIELD, or_(*named)))
        queries += _of_keys(keys, most)
        if queries:
            with self._database.reading() as connection:
                for which, value, place, document in connection.execute(union_all(*queries)):
                    if which == _KEY:
                        found.by_key.setdefault((value,) if place is None else (value, place), set()).add(document)
                    else:
                        (found.by_number, found.rulings)[which].setdefault(value, set()).add(document)
        return found

    def values_of(self, ids: Iterable[str], *fields: str) -> dict[str, set[str]]:
        """Return all values of these fields that were ever stated for each of these documents, omitting documents
        without any."""
        found: dict[str, set[str]] = {}
        with self._database.reading() as connection:
            for batch in batches(ids):
                # Wrapped in a function, so that SQLite does not choose the index of the field and read all of its
                # facts.
                query = union(
                    *(
                        select(table.c.document, table.c.value).where(
                            table.c.document.in_(batch), func.coalesce(table.c.field, "").in_(fields)
                        )
                        for table in _TABLES
                    )
                )
                for document, value in connection.execute(query):
                    found.setdefault(document, set()).add(value)
        return found

    def documents_of_kinds(
        self, kinds: Collection[str], body: tuple[str, str] | None = None, times: Iterable[tuple[str, str]] = ()
    ) -> set[str]:
        """Return documents of these kinds, optionally dated within one of these periods and with a field value.

        :param body: the field, municipality or buyer, and its value.
        :param times: the first and the last day of each (ISO).
        """
        sets = [_documents("kind", lambda value: value.in_(kinds))]
        if body is not None:
            field, name = body
            sets.append(_documents(field, lambda value: value == name))
        if within := list(times):
            sets.append(_documents("date", lambda value: or_(*(value.between(*days) for days in within))))
        query = select(documents.c.id).where(*(documents.c.id.in_(one) for one in sets))
        with self._database.reading() as connection:
            return set(connection.scalars(query))


class Decisions(Repository):
    """Decisions of persons on facts. No method needs the writer lock: each is one short transaction, so that facts can
    be corrected while documents are being added."""

    in_force = in_transaction(decisions_in_force)

    def history(self, document_id: str) -> tuple[Event, ...]:
        """Return the events of every decision on a document and of every undo, in order."""
        with self._database.reading() as connection:
            found = events_of(connection, document_id, EventName.METADATA_MODIFICATION)
        return tuple(event for event in found if "field" in event.detail)

    def record(self, wanted: Sequence[Decision], *, try_only: bool = False) -> list[FieldChange | UsageError]:
        """Record decisions atomically: none if one is refused. ``try_only`` is a dry run.

        :returns: for each the resulting change, or the error.
        """
        if try_only:
            with self._database.reading() as connection:
                return [outcome for _, outcome in _tried(connection, wanted)]
        with self._database.writing() as connection:
            tried = _tried(connection, wanted)
            possible = [(decision, outcome) for decision, outcome in tried if isinstance(outcome, FieldChange)]
            if len(possible) < len(tried):
                return [outcome for _, outcome in tried]
            revise_documents(connection, {change.document for _, change in possible if change.is_news})
            return [_record(connection, *one) if one[1].is_news else one[1] for one in possible]

    def undo(self, document_id: str, event: int | None, by: str) -> FieldChange:
        """Undo a decision on a document, the last one unless ``event`` names another.

        :raises UsageError: there is no such decision, or a later one on the same field is in force.
        """
        with self._database.writing() as connection:
            return _undo(connection, document_id, event, by)

    def undo_all(self, events: Sequence[tuple[str, int]], by: str) -> list[FieldChange]:
        """Undo decisions, each named by document and event, atomically. Errors as for :meth:`undo`."""
        with self._database.writing() as connection:
            return [_undo(connection, *one, by) for one in events]


def _undo(connection: Connection, document_id: str, event: int | None, by: str) -> FieldChange:
    in_force = decisions_in_force(connection, [document_id]).get(document_id, [])
    recorded = _to_undo(document_id, in_force, event)
    field = recorded.decision.field
    read = rule_facts(connection, [document_id]).get(document_id, [])
    before = settled(read, (other.decision for other in in_force))
    after = settled(read, (other.decision for other in in_force if other is not recorded))
    change = FieldChange(document_id, field, of_field(before, field), of_field(after, field))
    detail = {"action": "undo", "undoes": recorded.event, **_detail(change, by)}
    undone_by = append_event(connection, EventName.METADATA_MODIFICATION, document_id, detail)
    connection.execute(update(decisions).where(decisions.c.event == recorded.event).values(undone_by=undone_by))
    revise_documents(connection, [document_id])
    return replace(change, event=undone_by)


def _stated(fields: Collection[str], condition: Condition) -> CompoundSelect[Any]:
    """Select the documents for which a rule or a person stated a value of these fields that meets a condition."""
    return union(
        *(
            select(table.c.value, table.c.document).where(table.c.field.in_(fields), condition(table.c.value))
            for table in _TABLES
        )
    )


def _numbered(numbers: NumberQuery) -> CompoundSelect[Any]:
    def is_like(value: Column[str]) -> ColumnElement[bool]:
        return or_(*(value.like(pattern) for pattern in numbers.patterns))

    if numbers.after is None:
        return _stated(NUMBER_FIELDS, is_like)
    changed = select(documents.c.id).where(tuple_(documents.c.sequence, documents.c.id) > numbers.after)
    return union(
        *_stated(NUMBER_FIELDS, lambda value: value.in_(numbers.printed)).selects,
        *(
            # The field is wrapped, so that SQLite does not choose the index of it and read all of its facts.
            select(table.c.value, table.c.document).where(
                table.c.document.in_(changed),
                func.coalesce(table.c.field, "").in_(NUMBER_FIELDS),
                is_like(table.c.value),
            )
            for table in _TABLES
        ),
    )


def _of_keys(keys: Collection[tuple[str, ...]], most: int) -> Iterator[Select[Any]]:
    """Yield queries for the documents of rare keys: amounts, and CPV codes with a municipality."""
    sums = [key[0] for key in keys if len(key) == 1]
    codes = [key for key in keys if len(key) > 1]
    if sums:
        same = _stated(("amount",), lambda value: value.in_(sums)).cte("same_sum")
        few = select(same.c.value).group_by(same.c.value).having(func.count() <= most)
        yield select(literal(_KEY), same.c.value, cast(null(), Text), same.c.document).where(same.c.value.in_(few))
    if codes:
        code = _stated(("cpv",), lambda value: value.in_({key[0] for key in codes})).cte("same_code")
        place = _stated(("municipality",), lambda value: value.in_({key[1] for key in codes})).cte("same_place")
        both = select(code.c.value, place.c.value.label("place"), code.c.document).join(
            place, place.c.document == code.c.document
        )
        there = both.cte("same_there")
        few_there = select(there.c.value, there.c.place).group_by(there.c.value, there.c.place)
        few_there = few_there.having(func.count() <= most)
        is_wanted = tuple_(there.c.value, there.c.place).in_(few_there)
        yield select(literal(_KEY), there.c.value, there.c.place, there.c.document).where(is_wanted)


def _documents(field: str, condition: Condition) -> Select[Any]:
    return select(_stated((field,), condition).subquery().c.document)


def _folded(text: str) -> str:
    return " ".join(map(fold, text.split()))


def _tried(connection: Connection, wanted: Sequence[Decision]) -> list[tuple[Decision, FieldChange | UsageError]]:
    """Try decisions one after another; return each, with its evidence, and the resulting change or the error."""
    ids = {decision.document for decision in wanted}
    known = facts_by_document(connection, ids)
    in_force = decisions_in_force(connection, ids)
    decided = {(id_, one.decision.field) for id_, of_document in in_force.items() for one in of_document}
    tried: list[tuple[Decision, FieldChange | UsageError]] = []
    for decision in wanted:
        before = known.get(decision.document, ())
        try:
            firm = grounded(decision, before)
        except UsageError as error:
            tried.append((decision, error))
            continue
        after = known[decision.document] = settled(before, [firm])
        of_before, of_after = of_field(before, decision.field), of_field(after, decision.field)
        # A decision that a field is empty is recorded even if it is: a later rule might extract a value.
        is_news = of_before != of_after or (not of_after and (decision.document, decision.field) not in decided)
        decided.add((decision.document, decision.field))
        tried.append((firm, FieldChange(decision.document, decision.field, of_before, of_after, is_news)))
    return tried


def _record(connection: Connection, decision: Decision, change: FieldChange) -> FieldChange:
    detail = {"action": decision.action, "old": decision.old, **_detail(change, decision.by)}
    event = append_event(connection, EventName.METADATA_MODIFICATION, decision.document, detail)
    row = {name: getattr(decision, name) for name in ("document", "field", "action", "old", "by")}
    connection.execute(insert(decisions).values(row | {"event": event, "at": datetime.now(UTC)}))
    if decision.facts:
        rows = [
            {"event": event, "ordinal": ordinal} | fact_columns(decision.document, fact)
            for ordinal, fact in enumerate(decision.facts)
        ]
        connection.execute(insert(decided_facts), rows)
    return replace(change, event=event)


def _to_undo(document_id: str, in_force: Sequence[Recorded], event: int | None) -> Recorded:
    named = [recorded for recorded in in_force if event in (None, recorded.event)]
    if not named:
        known = ", ".join(f"{recorded.event} ({recorded.decision.field})" for recorded in in_force)
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
        for recorded in in_force
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


def _detail(change: FieldChange, by: str) -> Mapping[str, object]:
    return {
        "field": change.field,
        "by": by,
        "before": [_logged(fact) for fact in change.before],
        "after": [_logged(fact) for fact in change.after],
    }


def _logged(fact: Fact) -> dict[str, object]:
    span = None if fact.span is None else [fact.span.reading, fact.span.first, fact.span.last]
    logged = {"value": fact.value, "words": span, "method": fact.method, "confidence": fact.confidence}
    return logged | {"status": fact.status, "details": dict(fact.details)}
