"""The clauses of readings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from sqlalchemy import (
    Connection,
    Row,
    delete,
    func,
    insert,
    not_,
    or_,
    select,
)

from archive.errors import UsageError
from archive.model import Clause, ClauseLevel, Reading, Span
from archive.model.clauses import units
from archive.store.document_rows import reading_number
from archive.store.sql.database import Database, Repository, grouped, of_row, rows_among
from archive.store.sql.tables import clauses, decided_facts, documents, facts
from archive.store.topic_counts import (
    IS_UNCLEAR,
    OF_NEWEST,
    TopicBlocks,
    TopicCounts,
    plain_documents,
)


class Clauses(Repository):
    """The clauses of documents."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.topic_blocks = TopicBlocks()

    def of(
        self, document_id: str, reading: int | None = None, words: tuple[int, int] | None = None
    ) -> tuple[Clause, ...]:
        """Return the clauses of a reading in order, of the newest reading by default.

        :param words: first and last word; only clauses that overlap this range, with their ancestors.
        :raises UnknownDocument: there is no such document.
        :raises UsageError: the document has no such reading.
        """
        with self._database.reading() as connection:
            number = reading_number(connection, document_id, reading)
            return clauses_of_reading(connection, document_id, number, words)

    def in_reading(self, reading: Reading, words: tuple[int, int] | None = None) -> tuple[Clause, ...]:
        """Return the clauses of a reading that is loaded already, with one query. ``words`` as for :meth:`of`."""
        with self._database.reading() as connection:
            return clauses_of_reading(connection, reading.document, reading.number, words)

    def by_document(self, ids: Iterable[str]) -> dict[str, tuple[Clause, ...]]:
        """Return the clauses of the newest reading of each of these documents; documents without clauses are
        omitted."""
        query = select(clauses).join(documents, OF_NEWEST).order_by(clauses.c.document, clauses.c.ordinal)
        with self._database.reading() as connection:
            rows = rows_among(connection, query, documents.c.id, ids)
            found = grouped((row.document, _clause(row)) for row in rows)
        return {id_: tuple(listed) for id_, listed in found.items()}

    def topics_of(self, ids: Iterable[str]) -> dict[str, dict[str | None, int]]:
        """Count the clauses of the newest reading of each of these documents by topic; documents without clauses are
        omitted."""
        query = (
            select(clauses.c.document, clauses.c.topic, func.count())
            .join(documents, OF_NEWEST)
            .group_by(clauses.c.document, clauses.c.topic)
        )
        with self._database.reading() as connection:
            rows = list(rows_among(connection, query, documents.c.id, ids))
        return {id_: dict(counts) for id_, counts in grouped((row[0], (row[1], row[2])) for row in rows).items()}

    def count_unclear(self, ids: Iterable[str]) -> int:
        """Count the units without a topic in the newest readings of these documents."""
        query = select(func.count()).select_from(clauses).join(documents, OF_NEWEST).where(*IS_UNCLEAR)
        with self._database.reading() as connection:
            return sum(count for (count,) in rows_among(connection, query, documents.c.id, ids))

    def count_topics(self, kinds: Collection[str]) -> TopicCounts:
        """Count the documents of these kinds, in how many of them each topic is, and which have no clauses. Kept for
        all threads; after a change a part is counted again."""
        with self._database.reading() as connection:
            return self.topic_blocks.count(connection, kinds)

    def lacking(self, kinds: Collection[str], topics: Collection[str], most: int) -> list[tuple[str, str]]:
        """Return the titles and ids of documents of these kinds that have clauses and none on these topics, or, where
        no topic is named, no clauses; in that order, at most so many. Of those that :meth:`count_topics` counts."""
        plain = plain_documents(kinds).subquery()
        of_it = select(clauses.c.eid).join(documents, OF_NEWEST).where(clauses.c.document == plain.c.document)
        lacks = [of_it.exists(), not_(of_it.where(clauses.c.topic.in_(topics)).exists())]
        query = (
            select(plain.c.title, plain.c.document)
            .where(*(lacks if topics else [not_(of_it.exists())]))
            .order_by(plain.c.title, plain.c.document)
            .limit(most)
        )
        with self._database.reading() as connection:
            return [(row[0], row[1]) for row in connection.execute(query)]

    def documents_on(self, topics: Collection[str], kinds: Collection[str], size: int) -> Iterator[list[str]]:
        """Yield the documents with a clause on one of these topics, of which anybody ever said one of these kinds, in
        the order of their ids, so many at a time."""
        said = select(1).where(
            facts.c.document == clauses.c.document, func.coalesce(facts.c.field, "") == "kind", facts.c.value.in_(kinds)
        )
        decided = select(decided_facts.c.document).where(
            decided_facts.c.field == "kind", decided_facts.c.value.in_(kinds)
        )
        query = (
            select(clauses.c.document)
            .distinct()
            .join(documents, OF_NEWEST)
            .where(clauses.c.topic.in_(topics), or_(said.exists(), clauses.c.document.in_(decided)))
            .order_by(clauses.c.document)
            .limit(size)
        )
        last = ""
        while True:
            with self._database.reading() as connection:
                found = list(connection.scalars(query.where(clauses.c.document > last)))
            yield found
            if len(found) < size:
                return
            last = found[-1]

    def get(self, document_id: str, eid: str, reading: int | None = None) -> Clause:
        """Return one clause of a reading, of the newest reading by default.

        :raises UnknownDocument: there is no such document.
        :raises UsageError: the document has no such reading, or the reading no such clause.
        """
        for clause in self.of(document_id, reading):
            if clause.eid == eid:
                return clause
        raise UsageError(
            "Document %(id)s has no clause %(eid)s.",
            "See them with: dosije clauses %(id)s",
            id=document_id[:12],
            eid=repr(eid),
        )

    def unit_revisions(self, ids: Iterable[str] | None = None) -> dict[tuple[str, int, str], int]:
        """Return the revision of the document of every searchable clause (unit), keyed by document, first word and eid
        and grouped by document.

        :param ids: the documents, or None for all.
        """
        query = (
            select(clauses.c.document, clauses.c.first_word, clauses.c.eid, documents.c.revision)
            .join(documents, OF_NEWEST)
            .where(clauses.c.is_unit)
            .order_by(clauses.c.document, clauses.c.ordinal)
        )
        with self._database.reading() as connection:
            rows = rows_among(connection, query, clauses.c.document, ids)
            return {(row.document, row.first_word, row.eid): row.revision for row in rows}

    def documents_of_units(self, ids: Iterable[str] | None, most: int) -> set[str] | None:
        """Return which of these documents, or of all, have units; None if there are more than ``most`` units."""
        query = select(clauses.c.document).join(documents, OF_NEWEST).where(clauses.c.is_unit).limit(most + 1)
        with self._database.reading() as connection:
            found = [row.document for row in islice(rows_among(connection, query, clauses.c.document, ids), most + 1)]
        return None if len(found) > most else set(found)


def insert_clauses(connection: Connection, document_id: str, reading: int, found: Sequence[Clause]) -> None:
    """Add the clauses of a reading, in order."""
    unit_eids = {clause.eid for clause in units(found)}
    rows = [
        {
            "document": document_id,
            "reading": reading,
            "ordinal": ordinal,
            "eid": clause.eid,
            "label": clause.label,
            "heading": clause.heading,
            "topic": clause.topic,
            "parent": clause.parent,
            "first_word": clause.span.first,
            "last_word": clause.span.last,
            "level": str(clause.level),
            "confidence": clause.confidence,
            "counted": clause.counted,
            "is_unit": clause.eid in unit_eids,
        }
        for ordinal, clause in enumerate(found)
    ]
    if rows:
        connection.execute(insert(clauses), rows)


def replace_clauses(connection: Connection, document_id: str, reading: int, found: Sequence[Clause]) -> bool:
    """Replace the clauses of a reading; returns whether they changed."""
    if clauses_of_reading(connection, document_id, reading) == tuple(found):
        return False
    connection.execute(delete(clauses).where(clauses.c.document == document_id, clauses.c.reading == reading))
    insert_clauses(connection, document_id, reading, found)
    return True


def clauses_of_reading(
    connection: Connection, document_id: str, reading: int, words: tuple[int, int] | None = None
) -> tuple[Clause, ...]:
    """Return the clauses of a reading in order; only those that overlap ``words``, if given."""
    query = select(clauses).where(clauses.c.document == document_id, clauses.c.reading == reading)
    if words is not None:
        query = query.where(clauses.c.first_word <= words[1], clauses.c.last_word >= words[0])
    return tuple(_clause(row) for row in connection.execute(query.order_by(clauses.c.ordinal)))


def _clause(row: Row[tuple[object, ...]]) -> Clause:
    span = Span(row.document, row.reading, row.first_word, row.last_word)
    return of_row(Clause, row, span=span, level=ClauseLevel(row.level))
