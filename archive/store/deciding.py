"""The part of the catalog that takes persons' word on facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection

from archive.decisions import Change, Decision, Recorded, grounded, of_field, settled
from archive.errors import UsageError
from archive.model import Clause, Fact
from archive.store import clauses as clause_queries
from archive.store import decisions, documents, doubts, events, facts, readings, superseded
from archive.store.database import Database
from archive.store.events import Event, EventName


class Deciding:
    """Methods of :class:`archive.store.catalog.Catalog`, kept apart for their number.

    None of them needs the archive's writer lock: each is one short transaction of the database, so a fact can be
    corrected while documents are being added.
    """

    _database: Database

    def facts(self, document_id: str) -> tuple[Fact, ...]:
        """The facts of a document: what rules read, as far as no person knows better, and what persons say."""
        return self.facts_of([document_id]).get(document_id, ())

    def facts_of(self, ids: Iterable[str]) -> dict[str, tuple[Fact, ...]]:
        """The facts of each of these documents; a document without any is left out."""
        with self._database.reading() as connection:
            return decisions.facts_by_document(connection, ids)

    def rule_facts(self, document_id: str) -> tuple[Fact, ...]:
        """What rules read in a document, whatever persons say of it."""
        with self._database.reading() as connection:
            return tuple(facts.rule_facts(connection, [document_id]).get(document_id, ()))

    def decisions(self, ids: Iterable[str]) -> dict[str, list[Recorded]]:
        """The decisions on each of these documents that hold, in the order they were made."""
        with self._database.reading() as connection:
            return decisions.holding(connection, ids)

    def modifications(self, document_id: str) -> tuple[Event, ...]:
        """Every decision on a document and every undoing of one, as the event log tells of them, the first first."""
        with self._database.reading() as connection:
            told = events.of_document(connection, document_id, EventName.METADATA_MODIFICATION)
        return tuple(event for event in told if "field" in event.detail)

    def decide(self, wanted: Sequence[Decision], *, try_only: bool = False) -> list[Change | UsageError]:
        """Record decisions, all of them or, if one of them cannot be, none; ``try_only`` records none either way.

        :returns: what becomes of each: the change, or why it cannot be.
        """
        if try_only:
            with self._database.reading() as connection:
                return [outcome for _, outcome in _tried(connection, wanted)]
        with self._database.writing() as connection:
            tried = _tried(connection, wanted)
            possible = [(decision, outcome) for decision, outcome in tried if isinstance(outcome, Change)]
            if len(possible) < len(tried):
                return [outcome for _, outcome in tried]
            documents.revise(connection, {change.document for _, change in possible if change.is_news})
            return [
                decisions.record(connection, decision, change) if change.is_news else change
                for decision, change in possible
            ]

    def undo(self, document_id: str, event: int | None, by: str) -> Change:
        """Take back a decision on a document, the last one unless ``event`` names another.

        :raises UsageError: there is none, or a later one on the same field holds.
        """
        with self._database.writing() as connection:
            change = decisions.undo(connection, document_id, event, by)
            documents.revise(connection, [document_id])
            return change

    def replace_extracted(
        self, document_id: str, reading: int, read: Sequence[Fact], clauses: Sequence[Clause] = ()
    ) -> bool:
        """Put the facts and clauses that rules read now in a document in the place of those of before.

        Returns whether they differ.

        :raises UsageError: ``reading``, in which they read it, is not the newest any more.
        """
        with self._database.writing() as connection:
            newest = readings.newest_number(connection, document_id)
            if newest != reading:
                raise UsageError(
                    "Document %(id)s has a reading %(number)s by now.",
                    "Extract once more.",
                    id=document_id[:12],
                    number=newest,
                )
            before = facts.rule_facts(connection, [document_id]).get(document_id, [])
            has_other_clauses = clause_queries.replace_clauses(connection, document_id, reading, clauses)
            if before == list(read) and not has_other_clauses:
                return False
            facts.replace_facts(connection, document_id, read)
            documents.revise(connection, [document_id])
            counted = {"facts": len(read), "facts_before": len(before), "clauses": len(clauses)}
            detail = {"reading": reading, **counted}
            superseded.append(connection, document_id, detail, before)
            return True

    def doubtful_documents(self, least_confidence: float, needed: Mapping[str, Sequence[str]]) -> list[str]:
        """Documents of which some fact may be worth a look; see :func:`archive.store.doubts.candidates`."""
        with self._database.reading() as connection:
            return doubts.candidates(connection, least_confidence, needed)

    def values_alike(self, field: str, text: str) -> list[str]:
        """The values of a field that differ from this text in script, capitals and diacritics at most; the text alone
        where some document has exactly that. None that no document has."""
        with self._database.reading() as connection:
            return facts.values_alike(connection, field, text)

    def documents_by_value(self, fields: Sequence[str]) -> dict[tuple[str, str], int]:
        """In how many documents rules read the same value of one of these fields, where it is more than one."""
        with self._database.reading() as connection:
            return facts.documents_by_value(connection, fields)


def _tried(connection: Connection, wanted: Sequence[Decision]) -> list[tuple[Decision, Change | UsageError]]:
    """Each decision, grounded, with what it does to the facts as those before it leave them, or why it cannot."""
    ids = {decision.document for decision in wanted}
    known = decisions.facts_by_document(connection, ids)
    standing = decisions.holding(connection, ids)
    decided = {(id_, one.decision.field) for id_, of_document in standing.items() for one in of_document}
    tried: list[tuple[Decision, Change | UsageError]] = []
    for decision in wanted:
        before = known.get(decision.document, ())
        try:
            firm = grounded(decision, before)
        except UsageError as error:
            tried.append((decision, error))
            continue
        after = known[decision.document] = settled(before, [firm])
        of_before, of_after = of_field(before, decision.field), of_field(after, decision.field)
        # That a field is empty is news as long as nobody has said so: rules might find something in it one day.
        is_news = of_before != of_after or (not of_after and (decision.document, decision.field) not in decided)
        decided.add((decision.document, decision.field))
        tried.append((firm, Change(decision.document, decision.field, of_before, of_after, is_news)))
    return tried
