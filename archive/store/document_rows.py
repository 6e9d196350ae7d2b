"""Rows of documents and readings: queries and inserts that several repositories share within one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Text,
    and_,
    exists,
    func,
    insert,
    literal,
    select,
    type_coerce,
    update,
)

from archive.errors import CatalogError, UnknownDocument, UsageError
from archive.model import Document, Page, Reading, Span, TextSource, Words
from archive.model.quality import FAIR_CONFIDENCE, GOOD_CONFIDENCE, Tally, grade
from archive.store.checkpoints import next_sequence
from archive.store.sql.database import batches, grouped, of_row
from archive.store.sql.tables import decisions, documents, page_words, pages, readings, sources
from archive.store.sql.wordpack import pack, unpack
from archive.text.anchoring import Passage, passage_of

WHOLE_DOCUMENT = select(*(documents.c[name] for name in Document.__dataclass_fields__))
_OF_NEWEST_READING = and_(documents.c.id == readings.c.document, documents.c.reading == readings.c.number)
_OF_NEWEST_PAGES = and_(documents.c.id == pages.c.document, documents.c.reading == pages.c.reading)

_HAS_DECISIONS = exists().where(decisions.c.document == documents.c.id)


def is_known(connection: Connection, document_id: str) -> bool:
    """Return whether there is a document of this id."""
    return connection.scalar(select(documents.c.id).where(documents.c.id == document_id)) is not None


def documents_by_id(connection: Connection, ids: Iterable[str]) -> dict[str, Document]:
    """Return the documents of these ids; unknown ids are omitted."""
    found: dict[str, Document] = {}
    for batch in batches(ids):
        rows: Iterable[Any] = connection.execute(WHOLE_DOCUMENT.where(documents.c.id.in_(batch))).all()
        found |= {row[0]: Document(*row) for row in rows}
    return found


def revise_documents(connection: Connection, ids: Iterable[str]) -> None:
    """Give these documents a new revision and sequence number, so that they are reindexed."""
    for batch in batches(ids):
        of_batch = update(documents).where(documents.c.id.in_(batch))
        changed = {"revision": documents.c.revision + 1, "sequence": next_sequence(connection)}
        connection.execute(of_batch.values(changed))


def note_changes(connection: Connection, ids: Iterable[str]) -> None:
    """Give these documents a new sequence number only: a change of data that is not indexed."""
    for batch in batches(ids):
        of_batch = update(documents).where(documents.c.id.in_(batch))
        connection.execute(of_batch.values(sequence=next_sequence(connection)))


def insert_source(connection: Connection, document_id: str, path: str) -> bool:
    """Add a source path to a document; returns whether it was new."""
    known = select(sources.c.path).where(sources.c.document == document_id, sources.c.path == path)
    if connection.scalar(known) is not None:
        return False
    connection.execute(insert(sources).values(document=document_id, path=path, seen_at=datetime.now(UTC)))
    return True


def insert_reading(connection: Connection, reading: Reading, words: Sequence[Words]) -> None:
    """Add a reading with its pages and their words."""
    row = {name: getattr(reading, name) for name in ("document", "number", "created_at", "language")}
    connection.execute(insert(readings).values(**row, agent=dict(reading.agent)))
    if reading.pages:
        key = {"document": reading.document, "reading": reading.number}
        packed = [
            key | {"page": page.number, "packed": pack(of_page)}
            for page, of_page in zip(reading.pages, words, strict=True)
        ]
        connection.execute(insert(pages), [key | asdict(page) for page in reading.pages])
        connection.execute(insert(page_words), packed)


def newest_reading_number(connection: Connection, document_id: str) -> int:
    """Return the number of a document's newest reading.

    :raises UnknownDocument: there is no such document.
    """
    number: int | None = connection.scalar(select(documents.c.reading).where(documents.c.id == document_id))
    if number is None:
        raise UnknownDocument("There is no document %(id)s.", id=document_id)
    return number


def reading_number(connection: Connection, document_id: str, number: int | None) -> int:
    """Return ``number`` if the document has such a reading, or the number of its newest one for None.

    :raises UnknownDocument: there is no such document.
    :raises UsageError: the document has no such reading.
    """
    newest = newest_reading_number(connection, document_id)
    chosen = newest if number is None else number
    if not 1 <= chosen <= newest:
        raise UsageError("Document %(id)s has no reading %(number)s.", id=document_id, number=chosen)
    return chosen


_LARGEST_BITS = 31
"""Bits of the largest integer that both databases compare with a reading number."""


def reading_of(connection: Connection, document_id: str, number: int | None = None) -> Reading:
    """Return a reading of a document, or its newest. Errors as for :func:`reading_number`."""
    if number is not None and number.bit_length() > _LARGEST_BITS:
        reading_number(connection, document_id, number)
    wanted = documents.c.reading if number is None else literal(number)
    is_it = documents.c.id == document_id, readings.c.number == wanted, wanted <= documents.c.reading
    found = load_readings(connection, *is_it)
    if not found:
        number = reading_number(connection, document_id, number)
        raise UsageError("Document %(id)s has no reading %(number)s.", id=document_id, number=number)
    return found[0]


def newest_readings(connection: Connection, ids: Iterable[str]) -> dict[str, Reading]:
    """Return the newest reading of each of these documents, one query per batch; unknown ids are omitted."""
    found: dict[str, Reading] = {}
    for batch in batches(ids):
        loaded = load_readings(connection, documents.c.id.in_(batch), _OF_NEWEST_READING)
        found |= {reading.document: reading for reading in loaded}
    return found


@dataclass(frozen=True, slots=True)
class Overview:
    """A document with the sequence number of its last change, the language of its newest reading, whether it has
    decisions, and its pages and words counted by quality."""

    document: Document
    sequence: int
    language: str | None
    has_decisions: bool
    tallies: list[Tally]


def newest_overviews(connection: Connection, ids: Iterable[str]) -> dict[str, Overview]:
    """Return an overview of each of these documents, one query per batch; unknown ids are omitted.

    The database groups the pages that get the same :func:`archive.model.quality.grade`, so that a document of a
    thousand pages comes as a few rows.
    """
    found: dict[str, Overview] = {}
    has_words, is_flawed = pages.c.word_count > 0, pages.c.note.is_not(None)
    levels = [pages.c.confidence >= level for level in (FAIR_CONFIDENCE, GOOD_CONFIDENCE)]
    alike = (pages.c.document, pages.c.source, has_words.label("has_words"), is_flawed.label("is_flawed"))
    counted = (func.min(pages.c.confidence).label("confidence"), func.count().label("pages"))
    words = func.sum(pages.c.word_count).label("words")
    of_pages = (
        select(*alike, *counted, words).join(documents, _OF_NEWEST_PAGES).group_by(*alike[:2], *alike[2:], *levels)
    )
    for batch in batches(ids):
        tally = of_pages.where(documents.c.id.in_(batch)).subquery()
        query = (
            select(
                *WHOLE_DOCUMENT.selected_columns,
                documents.c.sequence,
                readings.c.language,
                _HAS_DECISIONS,
                *tally.c[1:],
            )
            .join(readings, _OF_NEWEST_READING)
            .outerjoin(tally, tally.c.document == documents.c.id)
        )
        rows: Iterable[Any] = connection.execute(query.where(documents.c.id.in_(batch))).all()
        for *row, sequence, language, has_decisions, source, worded, flawed, confidence, count, word_count in rows:
            if row[0] not in found:
                found[row[0]] = Overview(Document(*row), sequence, language, bool(has_decisions), [])
            if source is not None:
                quality = grade(TextSource(source), confidence, has_words=bool(worded), is_flawed=bool(flawed))
                found[row[0]].tallies.append(Tally(quality, count, int(word_count)))
    return found


def words_of_page(connection: Connection, document_id: str, page: int, reading: int | None = None) -> Words:
    """Return the words of a page in one reading, or in the newest.

    :raises UnknownDocument: there is no such document.
    :raises UsageError: the document has no such reading, or the reading no such page.
    :raises CatalogError: the packed words are damaged.
    """
    newest = select(documents.c.reading).where(documents.c.id == document_id).scalar_subquery()
    row = connection.execute(
        select(page_words.c.page, page_words.c.packed).where(
            page_words.c.document == document_id,
            page_words.c.reading == (newest if reading is None else reading),
            page_words.c.page == page,
        )
    ).first()
    if row is None:
        number = reading_of(connection, document_id, reading).number
        raise UsageError(
            "Reading %(number)s of document %(id)s has no page %(page)s.", number=number, id=document_id, page=page
        )
    return unpacked(document_id, row.page, row.packed)


def passage_at(connection: Connection, span: Span) -> Passage:
    """Return the words of a span with their context."""
    reading = reading_of(connection, span.document, span.reading)
    return passage_of(reading, span, lambda page: words_of_page(connection, span.document, page, span.reading).texts)


def unpacked(document_id: str, page: int, packed: bytes) -> Words:
    """Unpack the words of a page.

    :raises CatalogError: they are damaged.
    """
    try:
        return unpack(packed)
    except CatalogError as error:
        raise CatalogError(
            "Document %(id)s, page %(page)s: %(our_message)s",
            error.remedy,
            id=document_id,
            page=page,
            our_message=error.message,
        ) from error


_READINGS = (
    select(readings.c.document, readings.c.number.label("reading"), readings.c.created_at)
    .add_columns(type_coerce(readings.c.agent, Text).label("agent"), readings.c.language.label("main_language"))
    .add_columns(*(pages.c[name] for name in Page.__dataclass_fields__))
    .select_from(documents)
    .join(readings, readings.c.document == documents.c.id)
    .outerjoin(pages, and_(pages.c.document == readings.c.document, pages.c.reading == readings.c.number))
    .order_by(readings.c.document, readings.c.number, pages.c.number)
)


def load_readings(connection: Connection, *conditions: ColumnElement[bool]) -> list[Reading]:
    """Return the readings, with their pages, that meet conditions on readings and documents."""
    rows = connection.execute(_READINGS.where(*conditions))
    by_reading = grouped(((row.document, row.reading), row) for row in rows)
    return [
        Reading(
            document=document,
            number=number,
            created_at=rows[0].created_at,
            agent=MappingProxyType(json.loads(rows[0].agent)),
            language=rows[0].main_language,
            pages=tuple(page_of(row) for row in rows if row.number is not None),
        )
        for (document, number), rows in by_reading.items()
    ]


def page_of(row: Row[Any]) -> Page:
    """Build a page from its row."""
    return of_row(Page, row, source=TextSource(row.source))
