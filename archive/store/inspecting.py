"""Looking through all that the catalog holds of one document: does it make sense, and what are its digests?

Digests are SHA-256 over named columns, so that a column that is added later does not change them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from archive.errors import CatalogError
from archive.model import Reading
from archive.store import readings
from archive.store.sql.tables import (
    clauses,
    decided_facts,
    decisions,
    documents,
    facts,
    notes,
    page_words,
    pages,
    sources,
    superseded_facts,
)
from archive.store.sql.tables import readings as readings_table
from archive.store.sql.wordpack import unpack

_RECORD = ("filename", "media_type", "size", "collection", "added_at", "reading", "page_count", "word_count")
_READING = ("number", "created_at", "agent", "language")
_PAGE = ("number", "first_word", "word_count", "width", "height", "source", "confidence", "language", "script",
         "reason", "note")  # fmt: skip
_FACT = ("ordinal", "field", "value", "reading", "first_word", "last_word", "method", "confidence", "status", "details")
_NOTE = ("id", "reading", "first_word", "last_word", "made_reading", "made_first", "made_last")
_DECISION = ("event", "field", "action", "old", "by", "undone_by")
_CLAUSE = ("reading", "eid", "ordinal", "label", "heading", "topic", "parent", "first_word", "last_word", "level",
           "confidence", "counted")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """Something of a document that does not make sense. ``reading`` is the number of the reading whose words or pages
    are damaged; None if the fault lies in what points into readings."""

    text: str
    reading: int | None


@dataclass(slots=True)
class Inspected:
    """What was found. ``digests`` are those of ``record``, ``facts``, ``decisions`` and ``clauses``; ``superseded``
    those of the facts that were put aside, by event; ``paths`` are those that its bytes came from."""

    revision: int
    newest: int
    faults: list[Fault] = field(default_factory=list)
    reading_digests: dict[int, str] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    superseded: dict[int, str] = field(default_factory=dict)
    paths: frozenset[str] = frozenset()
    pages: int = 0
    words: int = 0


def inspect(connection: Connection, document_id: str) -> Inspected | None:
    """Look through one document in one state of the catalog; None if there is none of this id.

    :raises ValueError: a row holds values that make no sense.
    :raises TypeError: the same; SQLite's columns take values of any type.
    """
    record = connection.execute(select(documents).where(documents.c.id == document_id)).first()
    if record is None:
        return None
    found = Inspected(record.revision, record.reading)
    rows = _rows(connection, readings_table, document_id, _READING, "number")
    if [row.number for row in rows] != list(range(1, record.reading + 1)):
        found.faults.append(Fault(f"it should have readings 1 to {record.reading} and has not", record.reading))
    lengths: dict[int, int] = {}
    for row in rows:
        lengths[row.number] = _inspect_reading(connection, document_id, row, found)
    if lengths and lengths.get(record.reading) != record.word_count:
        counted = f"its newest reading has {lengths.get(record.reading)} words and not {record.word_count}"
        found.faults.append(Fault(counted, record.reading))
    _inspect_pointers(connection, document_id, record, lengths, found)
    for row in _rows(connection, superseded_facts, document_id, ("event", "packed"), "event"):
        found.superseded[row.event] = hashlib.sha256(row.packed).hexdigest()
    found.paths = frozenset(connection.scalars(select(sources.c.path).where(sources.c.document == document_id)))
    return found


def _inspect_reading(connection: Connection, document_id: str, row: Row[Any], found: Inspected) -> int:
    """Add the faults and the digest of a reading; returns how many words its pages announce."""
    try:
        reading: Reading = readings.one(connection, document_id, row.number)
        announced = [page.word_count for page in reading.pages]
    except ValueError as error:
        found.faults.append(Fault(f"the pages of reading {row.number} make no sense: {error}", row.number))
        announced = []
    digest = hashlib.sha256(_line(row))
    query = (
        select(*(pages.c[name] for name in _PAGE), page_words.c.packed)
        .outerjoin(
            page_words,
            (page_words.c.document == pages.c.document)
            & (page_words.c.reading == pages.c.reading)
            & (page_words.c.page == pages.c.number),
        )
        .where(pages.c.document == document_id, pages.c.reading == row.number)
        .order_by(pages.c.number)
    )
    for page in connection.execute(query):
        packed = page.packed or b""
        digest.update(_line(page[:-1]))
        digest.update(hashlib.sha256(packed).digest())
        found.pages += 1
        found.words += page.word_count
        if fault := _fault_of_words(packed, page.word_count):
            found.faults.append(Fault(f"page {page.number} of reading {row.number}: {fault}", row.number))
    found.reading_digests[row.number] = digest.hexdigest()
    return sum(announced)


def _fault_of_words(packed: bytes, count: int) -> str | None:
    try:
        words = unpack(packed)
    except CatalogError as error:
        return error.message
    except ValueError as error:
        return f"Packed words make no sense: {error}."
    return None if len(words) == count else f"{count} words are announced and {len(words)} are there"


def _inspect_pointers(
    connection: Connection, document_id: str, record: Row[Any], lengths: Mapping[int, int], found: Inspected
) -> None:
    """Add the digests of what is known about a document, and a fault for each span that leads out of its reading."""
    read = _rows(connection, facts, document_id, _FACT, "ordinal")
    decided = _rows(connection, decided_facts, document_id, ("event", *_FACT), "event", "ordinal")
    made = _rows(connection, decisions, document_id, _DECISION, "event")
    numbered = _rows(connection, clauses, document_id, _CLAUSE, "reading", "ordinal")
    found.digests = {
        "record": _digest([[getattr(record, name) for name in _RECORD]]),
        "facts": _digest(read),
        "decisions": _digest([*made, *decided]),
        "clauses": _digest(numbered),
    }
    noted = _rows(connection, notes, document_id, _NOTE, "id")
    damaged = {fault.reading for fault in found.faults}
    for name, reading, first, last in _spans([*read, *decided], numbered, noted):
        if reading not in damaged and not 0 <= first <= last < lengths.get(reading, 0):
            at = f"words {first} to {last} of reading {reading}"
            found.faults.append(Fault(f"{name} points at {at}, which are not there", None))


def _spans(
    of_facts: Iterable[Row[Any]], of_clauses: Iterable[Row[Any]], of_notes: Iterable[Row[Any]]
) -> Iterator[tuple[str, int, int, int]]:
    """Whatever points at words: what it is called, the reading, the first and the last word."""
    for row in of_facts:
        if row.reading is not None:
            yield f"the {row.field} {row.value!r}", row.reading, row.first_word, row.last_word
    for row in of_clauses:
        yield f"the clause {row.eid}", row.reading, row.first_word, row.last_word
    for row in of_notes:
        # One that was made on a box has no words.
        if row.first_word is not None:
            yield f"the annotation {row.id}", row.reading, row.first_word, row.last_word
            yield f"the annotation {row.id}", row.made_reading, row.made_first, row.made_last


def _rows(
    connection: Connection, table: Table, document_id: str, columns: Sequence[str], *order: str
) -> Sequence[Row[Any]]:
    query = select(*(table.c[name] for name in columns)).where(table.c.document == document_id)
    return connection.execute(query.order_by(*(table.c[name] for name in order))).all()


def _digest(rows: Iterable[Sequence[Any]]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(_line(row))
    return digest.hexdigest()


def _line(row: Sequence[Any]) -> bytes:
    # Moments are the only values that JSON does not know.
    return json.dumps(list(row), ensure_ascii=False, sort_keys=True, default=str).encode() + b"\n"
