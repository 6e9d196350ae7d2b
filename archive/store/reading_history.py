"""The part of the catalog that keeps the readings of documents, each of them for good."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection

from archive.model import Clause, Fact, Reading
from archive.store import annotations as annotation_queries
from archive.store import clauses as clause_queries
from archive.store import decisions, documents, poor_pages, readings, superseded
from archive.store.decisions import Carried
from archive.store.facts import replace_facts, rule_facts
from archive.store.poor_pages import PoorPage
from archive.store.sql.database import Database
from archive.text.carrying import Finder
from archive.words import Words


class ReadingHistory:
    """Methods of :class:`archive.store.catalog.Catalog`, kept apart for their number."""

    _database: Database

    def add_reading(
        self, reading: Reading, words: Sequence[Words], facts: Sequence[Fact], clauses: Sequence[Clause] = ()
    ) -> Carried:
        """Add the next reading of a document: all of it or nothing. The readings before it stay as they are.

        ``facts`` are what rules read in it; they take the place of what rules read before. What a person confirmed,
        corrected or noted stays. Its span is found again in the new reading by its words, or stays in the reading it
        was made in. The document's revision grows.

        :returns: what became of those spans.
        :raises UnknownDocument: there is no such document.
        :raises ValueError: the parts contradict each other, or the reading's number is not the next.
        """
        refuse_contradictions(reading, words, facts, clauses)
        with self._database.writing() as connection:
            newest = readings.newest_number(connection, reading.document)
            if reading.number != newest + 1:
                raise ValueError(f"reading {reading.number} of {reading.document} does not follow reading {newest}")
            readings.insert_reading(connection, reading, words)
            documents.point_to_reading(connection, reading)
            before = rule_facts(connection, [reading.document]).get(reading.document, [])
            replace_facts(connection, reading.document, facts)
            clause_queries.insert_clauses(connection, reading.document, reading.number, clauses)
            carried = _carry_over(connection, reading, words)
            read = {"reading": reading.number, "pages": len(reading.pages), "words": reading.word_count}
            found = {"facts": len(facts), "clauses": len(clauses)}
            left = len(carried.left) + len(carried.notes_left)
            spans = {"spans_carried_over": carried.count, "spans_left": left}
            superseded.append(connection, reading.document, read | found | spans, before)
        return carried

    def reading(self, document_id: str, number: int | None = None) -> Reading:
        """A reading of a document, the newest by default.

        :raises UnknownDocument: there is no such document.
        :raises UsageError: the document has no such reading.
        """
        with self._database.reading() as connection:
            return readings.one(connection, document_id, number)

    def readings(self, ids: Iterable[str]) -> dict[str, Reading]:
        """The newest reading of each of these documents; unknown ids are left out."""
        with self._database.reading() as connection:
            return readings.newest(connection, ids)

    def named_readings(self, named: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Reading]:
        """Readings by document and number; what there is none of is left out."""
        with self._database.reading() as connection:
            return readings.some(connection, named)

    def words(self, document_id: str, page: int, reading: int | None = None) -> Words:
        """The words of a page, in the newest reading by default.

        :raises UnknownDocument: there is no such document.
        :raises UsageError: there is no such reading or page.
        """
        with self._database.reading() as connection:
            return readings.words_of_page(connection, document_id, page, reading)

    def words_of(self, places: Iterable[tuple[str, int, int]]) -> dict[tuple[str, int, int], Words]:
        """The words of pages, each named by document, reading and number; what there is none of is left out."""
        with self._database.reading() as connection:
            return readings.words_of_pages(connection, places)

    def words_on(self, reading: Reading, pages: Iterable[int]) -> dict[int, Words]:
        """The words of some pages of a reading, by the numbers of the pages."""
        found = self.words_of((reading.document, reading.number, page) for page in pages)
        return {page: words for (_, _, page), words in found.items()}

    def all_words(self, document_id: str, reading: int | None = None) -> Iterator[Words]:
        """The words of every page in order, read as the caller goes on. Errors as in :meth:`reading`."""
        return readings.words_by_page(self._database, document_id, reading)

    def poor_pages(self, limit: int) -> tuple[PoorPage, ...]:
        """The pages of newest readings that can be relied on least, the worst first; good pages are not among them."""
        with self._database.reading() as connection:
            return poor_pages.worst(connection, limit)


def _carry_over(connection: Connection, reading: Reading, words: Sequence[Words]) -> Carried:
    finder = Finder([of_page.texts for of_page in words])
    facts = decisions.carry_over(connection, reading, finder)
    count, left = annotation_queries.carry_over(connection, reading, finder)
    return Carried(facts.count + count, facts.left, left)


def refuse_contradictions(
    reading: Reading, words: Sequence[Words], facts: Sequence[Fact], clauses: Sequence[Clause]
) -> None:
    """Nothing half-true may enter: what is stored is never changed afterwards.

    :raises ValueError: words, facts or clauses are not those of the reading.
    """
    if reading.created_at.tzinfo is None:
        raise ValueError(f"the moment of reading {reading.number} of {reading.document} needs its time zone")
    if [page.word_count for page in reading.pages] != [len(of_page) for of_page in words]:
        raise ValueError(f"{reading.document} has other words on its pages than its reading says")
    named = (reading.document, reading.number)
    spans = [(fact.field, fact.span) for fact in facts] + [(clause.eid, clause.span) for clause in clauses]
    for what, span in spans:
        if span and ((span.document, span.reading) != named or span.last >= reading.word_count):
            raise ValueError(f"the {what} of {reading.document} points outside of its reading")
    if len({clause.eid for clause in clauses}) < len(clauses):
        raise ValueError(f"two clauses of {reading.document} have the same eid")
