"""Immutable readings of documents: their pages and the words of each page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, select, tuple_, update

from archive.model import Clause, Fact, Reading, Span, Words
from archive.store.annotations import carry_over_annotations
from archive.store.clauses import insert_clauses
from archive.store.document_rows import (
    insert_reading,
    load_readings,
    newest_reading_number,
    newest_readings,
    reading_number,
    reading_of,
    revise_documents,
    unpacked,
    words_of_page,
)
from archive.store.fact_rows import Carried, append_superseding_event, carry_over_facts, replace_facts, rule_facts
from archive.store.sql.database import Repository, batches, grouped, in_transaction, rows_among
from archive.store.sql.tables import documents, page_words, pages, readings
from archive.store.sql.totals import put_in, take_out
from archive.text.anchoring import Finder

_PAGES_AT_ONCE = 32


class Readings(Repository):
    """The readings of documents."""

    def add(
        self, reading: Reading, words: Sequence[Words], facts: Sequence[Fact], clauses: Sequence[Clause] = ()
    ) -> Carried:
        """Add the next reading of a document, atomically. Earlier readings are unchanged.

        The extracted ``facts`` replace earlier ones. Decided facts and annotations are anchored in the new reading;
        those that cannot be stay in their reading. The document's revision is incremented.

        :returns: the result of anchoring.
        :raises UnknownDocument: there is no such document.
        :raises ValueError: the parts are inconsistent, or the reading's number is not the next.
        """
        refuse_contradictions(reading, words, facts, clauses)
        with self._database.writing() as connection:
            newest = newest_reading_number(connection, reading.document)
            if reading.number != newest + 1:
                raise ValueError(f"reading {reading.number} of {reading.document} does not follow reading {newest}")
            insert_reading(connection, reading, words)
            _point_to(connection, reading)
            before = rule_facts(connection, [reading.document]).get(reading.document, [])
            replace_facts(connection, reading.document, facts)
            insert_clauses(connection, reading.document, reading.number, clauses)
            carried = _carry_over(connection, reading, words)
            read = {"reading": reading.number, "pages": len(reading.pages), "words": reading.word_count}
            found = {"facts": len(facts), "clauses": len(clauses)}
            left = len(carried.left) + len(carried.notes_left)
            spans = {"spans_carried_over": carried.count, "spans_left": left}
            append_superseding_event(connection, reading.document, read | found | spans, before)
        return carried

    get = in_transaction(reading_of)
    newest = in_transaction(newest_readings)

    def named(self, named: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Reading]:
        """Return readings by document and number, one query per batch; unknown ones are omitted."""
        found: dict[tuple[str, int], Reading] = {}
        with self._database.reading() as connection:
            for batch in batches(named):
                loaded = load_readings(connection, tuple_(readings.c.document, readings.c.number).in_(batch))
                found |= {(reading.document, reading.number): reading for reading in loaded}
        return found

    def page_numbers(self, spans: Iterable[Span]) -> dict[Span, int]:
        """Return the number of the page on which each of these spans begins, one query per batch; spans of unknown
        readings are omitted."""
        wanted = grouped(((span.document, span.reading), span) for span in spans)
        columns = pages.c.document, pages.c.reading, pages.c.number, pages.c.first_word, pages.c.word_count
        found: dict[Span, int] = {}
        with self._database.reading() as connection:
            rows = rows_among(connection, select(*columns), tuple_(pages.c.document, pages.c.reading), wanted)
            for document, reading, number, first, count in rows:
                here = (span for span in wanted[document, reading] if first <= span.first < first + count)
                found.update(dict.fromkeys(here, number))
        return found

    words = in_transaction(words_of_page)

    def words_of_pages(self, places: Iterable[tuple[str, int, int]]) -> dict[tuple[str, int, int], Words]:
        """Return the words of pages by document, reading and page number, one query per batch; unknown pages are
        omitted.

        :raises CatalogError: packed words are damaged.
        """
        place = tuple_(page_words.c.document, page_words.c.reading, page_words.c.page)
        with self._database.reading() as connection:
            return {
                (row.document, row.reading, row.page): unpacked(row.document, row.page, row.packed)
                for row in rows_among(connection, select(page_words), place, places)
            }

    def words_on(self, reading: Reading, numbers: Iterable[int]) -> dict[int, Words]:
        """Return the words of some pages of a reading, by page number."""
        found = self.words_of_pages((reading.document, reading.number, page) for page in numbers)
        return {page: words for (_, _, page), words in found.items()}

    def all_words(self, document_id: str, reading: int | None = None) -> Iterator[Words]:
        """Yield the words of every page in order, loaded in batches of pages, so that a long document is never in
        memory as a whole. Errors as for :meth:`get`."""
        with self._database.reading() as connection:
            number = reading_number(connection, document_id, reading)
        query = (
            select(page_words.c.page, page_words.c.packed)
            .where(page_words.c.document == document_id, page_words.c.reading == number)
            .order_by(page_words.c.page)
            .limit(_PAGES_AT_ONCE)
        )
        last = 0
        while True:
            with self._database.reading() as connection:
                batch = connection.execute(query.where(page_words.c.page > last)).all()
            for row in batch:
                yield unpacked(document_id, row.page, row.packed)
            if len(batch) < _PAGES_AT_ONCE:
                return
            last = batch[-1].page


def refuse_contradictions(
    reading: Reading, words: Sequence[Words], facts: Sequence[Fact], clauses: Sequence[Clause]
) -> None:
    """Check that words, facts and clauses are consistent with a reading; once stored, it is never changed.

    :raises ValueError: they are inconsistent.
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


def _point_to(connection: Connection, reading: Reading) -> None:
    """Make a reading the newest of its document, with a new revision."""
    take_out(connection, reading.document)
    counted = {"page_count": len(reading.pages), "word_count": reading.word_count}
    of_document = update(documents).where(documents.c.id == reading.document)
    connection.execute(of_document.values(reading=reading.number, **counted))
    put_in(connection, reading.document)
    revise_documents(connection, [reading.document])


def _carry_over(connection: Connection, reading: Reading, words: Sequence[Words]) -> Carried:
    finder = Finder([of_page.texts for of_page in words])
    facts = carry_over_facts(connection, reading, finder)
    count, left = carry_over_annotations(connection, reading, finder)
    return Carried(facts.count + count, facts.left, left)
