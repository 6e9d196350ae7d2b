"""Queries on readings: their pages, and the packed words of each page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, insert, select, tuple_

from archive.errors import CatalogError, UnknownDocument, UsageError
from archive.model import Page, Reading, TextSource
from archive.quality import FAIR_CONFIDENCE, GOOD_CONFIDENCE, Tally, grade
from archive.store.database import Database, batches
from archive.store.tables import documents, page_words, pages, readings
from archive.store.wordpack import pack, unpack
from archive.words import Words

_PAGES_AT_ONCE = 32


def insert_reading(connection: Connection, reading: Reading, words: Sequence[Words]) -> None:
    """Add a reading with its pages and their words."""
    key = {"document": reading.document, "reading": reading.number}
    connection.execute(
        insert(readings).values(
            document=reading.document,
            number=reading.number,
            created_at=reading.created_at,
            agent=dict(reading.agent),
            language=reading.language,
        )
    )
    if reading.pages:
        connection.execute(insert(pages), [key | asdict(page) for page in reading.pages])
        connection.execute(
            insert(page_words),
            [
                key | {"page": page.number, "packed": pack(of_page)}
                for page, of_page in zip(reading.pages, words, strict=True)
            ],
        )


def one(connection: Connection, document_id: str, number: int | None) -> Reading:
    """Reading ``number`` of a document, or its newest.

    :raises UnknownDocument: there is no such document.
    :raises UsageError: the document has no such reading.
    """
    chosen = number_of(connection, document_id, number)
    (found,) = _load(
        connection,
        select(readings).where(readings.c.document == document_id, readings.c.number == chosen),
        select(pages).where(pages.c.document == document_id, pages.c.reading == chosen),
    )
    return found


def number_of(connection: Connection, document_id: str, number: int | None) -> int:
    """The number of a document's newest reading, or ``number`` if it has such a reading. Errors as for :func:`one`."""
    newest_of_it = newest_number(connection, document_id)
    chosen = newest_of_it if number is None else number
    if not 1 <= chosen <= newest_of_it:
        raise UsageError("Document %(id)s has no reading %(number)s.", id=document_id, number=chosen)
    return chosen


def some(connection: Connection, named: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Reading]:
    """Readings by document and number, two queries a batch; what there is none of is left out."""
    found: dict[tuple[str, int], Reading] = {}
    for batch in batches(named):
        loaded = _load(
            connection,
            select(readings).where(tuple_(readings.c.document, readings.c.number).in_(batch)),
            select(pages).where(tuple_(pages.c.document, pages.c.reading).in_(batch)),
        )
        found |= {(reading.document, reading.number): reading for reading in loaded}
    return found


def newest(connection: Connection, ids: Iterable[str]) -> dict[str, Reading]:
    """The newest reading of each of these documents, two queries a batch; unknown ids are left out."""
    found: dict[str, Reading] = {}
    of_reading = and_(documents.c.id == readings.c.document, documents.c.reading == readings.c.number)
    of_page = and_(documents.c.id == pages.c.document, documents.c.reading == pages.c.reading)
    for batch in batches(ids):
        loaded = _load(
            connection,
            select(readings).join(documents, of_reading).where(documents.c.id.in_(batch)),
            select(pages).join(documents, of_page).where(documents.c.id.in_(batch)),
        )
        found |= {reading.document: reading for reading in loaded}
    return found


def newest_languages(connection: Connection, ids: Iterable[str]) -> dict[str, str | None]:
    """The language of each document's newest reading, without its pages; unknown ids are left out."""
    found: dict[str, str | None] = {}
    of_reading = and_(documents.c.id == readings.c.document, documents.c.reading == readings.c.number)
    for batch in batches(ids):
        query = select(documents.c.id, readings.c.language).join(documents, of_reading).where(documents.c.id.in_(batch))
        rows: Iterable[Any] = connection.execute(query).all()
        found.update(map(tuple, rows))
    return found


def newest_tallies(connection: Connection, ids: Iterable[str]) -> dict[str, list[Tally]]:
    """How many pages and words of each document's newest reading have which quality; unknown ids are left out.

    The database puts together pages that :func:`archive.quality.grade` cannot tell apart, so that a document of a
    thousand pages comes as a few rows.
    """
    found: dict[str, list[Tally]] = {}
    of_page = and_(documents.c.id == pages.c.document, documents.c.reading == pages.c.reading)
    has_words, is_flawed = pages.c.word_count > 0, pages.c.note.is_not(None)
    levels = [pages.c.confidence >= level for level in (FAIR_CONFIDENCE, GOOD_CONFIDENCE)]
    alike = (pages.c.document, pages.c.source, has_words, is_flawed)
    counted = (func.min(pages.c.confidence), func.count(), func.sum(pages.c.word_count))
    for batch in batches(ids):
        query = select(*alike, *counted).join(documents, of_page).where(documents.c.id.in_(batch))
        rows: Iterable[Any] = connection.execute(query.group_by(*alike, *levels)).all()
        for id_, source, worded, flawed, confidence, count, words in rows:
            quality = grade(TextSource(source), confidence, has_words=bool(worded), is_flawed=bool(flawed))
            found.setdefault(id_, []).append(Tally(quality, count, int(words)))
    return found


def newest_number(connection: Connection, document_id: str) -> int:
    """The number of a document's newest reading.

    :raises UnknownDocument: there is no such document.
    """
    number: int | None = connection.scalar(select(documents.c.reading).where(documents.c.id == document_id))
    if number is None:
        raise UnknownDocument("There is no document %(id)s.", id=document_id)
    return number


def words_of_page(connection: Connection, document_id: str, page: int, reading: int | None) -> Words:
    """The words of a page in one reading, or in the newest.

    :raises UnknownDocument: there is no such document.
    :raises UsageError: the document has no such reading, or the reading no such page.
    :raises CatalogError: the packed words are damaged.
    """
    newest_reading = select(documents.c.reading).where(documents.c.id == document_id).scalar_subquery()
    row = connection.execute(
        select(page_words.c.page, page_words.c.packed).where(
            page_words.c.document == document_id,
            page_words.c.reading == (newest_reading if reading is None else reading),
            page_words.c.page == page,
        )
    ).first()
    if row is None:
        number = one(connection, document_id, reading).number
        raise UsageError(
            "Reading %(number)s of document %(id)s has no page %(page)s.", number=number, id=document_id, page=page
        )
    return _unpacked(document_id, row.page, row.packed)


def words_of_pages(connection: Connection, places: Iterable[tuple[str, int, int]]) -> dict[tuple[str, int, int], Words]:
    """The words of pages, each named by document, reading and number, one query a batch; what there is none of is left
    out.

    :raises CatalogError: packed words are damaged.
    """
    found: dict[tuple[str, int, int], Words] = {}
    place = tuple_(page_words.c.document, page_words.c.reading, page_words.c.page)
    for batch in batches(places):
        for row in connection.execute(select(page_words).where(place.in_(batch))):
            found[row.document, row.reading, row.page] = _unpacked(row.document, row.page, row.packed)
    return found


def words_by_page(database: Database, document_id: str, reading: int | None) -> Iterator[Words]:
    """The words of each page in order, some pages at a time, so that a long document never lies in memory whole.

    :raises UnknownDocument: there is no such document.
    :raises UsageError: the document has no such reading.
    :raises CatalogError: packed words are damaged.
    """
    with database.reading() as connection:
        number = one(connection, document_id, reading).number
    query = (
        select(page_words.c.page, page_words.c.packed)
        .where(page_words.c.document == document_id, page_words.c.reading == number)
        .order_by(page_words.c.page)
        .limit(_PAGES_AT_ONCE)
    )
    last = 0
    while True:
        with database.reading() as connection:
            batch = connection.execute(query.where(page_words.c.page > last)).all()
        for row in batch:
            yield _unpacked(document_id, row.page, row.packed)
        if len(batch) < _PAGES_AT_ONCE:
            return
        last = batch[-1].page


def _unpacked(document_id: str, page: int, packed: bytes) -> Words:
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


def _load(connection: Connection, of_readings: Select[Any], of_pages: Select[Any]) -> list[Reading]:
    by_reading: dict[tuple[str, int], list[Page]] = {}
    for row in connection.execute(of_pages.order_by(pages.c.document, pages.c.reading, pages.c.number)):
        by_reading.setdefault((row.document, row.reading), []).append(page_of(row))
    return [
        Reading(
            document=row.document,
            number=row.number,
            created_at=row.created_at,
            agent=MappingProxyType(row.agent),
            language=row.language,
            pages=tuple(by_reading.get((row.document, row.number), ())),
        )
        for row in connection.execute(of_readings)
    ]


def page_of(row: Row[Any]) -> Page:
    """The page that a row of its table tells of."""
    return Page(
        number=row.number,
        first_word=row.first_word,
        word_count=row.word_count,
        width=row.width,
        height=row.height,
        source=TextSource(row.source),
        confidence=row.confidence,
        language=row.language,
        script=row.script,
        reason=row.reason,
        note=row.note,
    )
