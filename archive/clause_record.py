"""The clauses of a document as JSON: what ``dosije clauses --json`` and ``/api/v1/documents/<id>/clauses`` give."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from archive.body import PagePart, body_in
from archive.model import Clause, Reading
from archive.store.catalog import Catalog
from archive.text.running_lines import RunningLines


def clause_records(catalog: Catalog, document_id: str, reading_number: int | None = None) -> list[dict[str, Any]]:
    """The clause tree of a reading, the newest by default, in the order in which the clauses stand (design, section 4).

    ``pages`` and ``words`` are the first and the last one. ``counted`` says that a number was counted by machine and
    is not printed. ``text`` holds all of a clause with those inside it, but for running heads, feet and page numbers.

    :raises archive.errors.UnknownDocument: there is no single such document.
    :raises archive.errors.UsageError: the document has no such reading.
    """
    document = catalog.documents.find(document_id)
    reading = catalog.readings.get(document.id, reading_number)
    clauses = catalog.clauses.of(document.id, reading.number)
    if not clauses:
        return []
    words = dict(enumerate(catalog.readings.all_words(document.id, reading.number), start=1))
    running = RunningLines.of(words)
    return [_record(clause, reading, body_in(reading, clause.span, words, running)) for clause in clauses]


def _record(clause: Clause, reading: Reading, body: Iterable[PagePart]) -> dict[str, Any]:
    span = clause.span
    return {
        "eid": clause.eid,
        "label": clause.label,
        "heading": clause.heading,
        "topic": clause.topic,
        "parent": clause.parent,
        "level": str(clause.level),
        "pages": [reading.page_of_word(span.first).number, reading.page_of_word(span.last).number],
        "words": [span.first, span.last],
        "confidence": clause.confidence,
        "counted": clause.counted,
        "text": " ".join(text for part in body for text in part.texts),
    }
