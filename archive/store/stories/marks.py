"""Marks of readers on documents: a star, read, tags. They are private to each reader.

A row has all marks of a reader on a document from that time on; rows are append-only.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection, func, insert, select

from archive.access.records import name_key
from archive.errors import UsageError
from archive.store.events import EventName, append_event
from archive.store.sql.database import Repository, rows_among
from archive.store.sql.tables import reader_marks
from archive.store.stories.changes import MARK_ROW, sealed
from archive.store.stories.story import MOST_TAGS, Marks, checked_tag


class ReaderMarks(Repository):
    """The marks of readers. No method needs the writer lock."""

    def of(self, reader: str, documents: Collection[str]) -> dict[str, Marks]:
        """Return a reader's marks on these documents, by document."""
        with self._database.reading() as connection:
            return _newest(connection, name_key(reader), documents)

    def put(self, reader: str, document: str, marks: Marks) -> None:
        """Replace the marks of a reader on a document.

        :raises UsageError: a tag is empty or too long, or there are too many.
        """
        wanted = replace(marks, tags=tuple(sorted({checked_tag(tag) for tag in marks.tags})))
        if len(wanted.tags) > MOST_TAGS:
            raise UsageError("A document has at most %(most)s tags.", "Remove one.", most=MOST_TAGS)
        with self._database.writing() as connection:
            if wanted != _newest(connection, name_key(reader), [document]).get(document, Marks()):
                _record(connection, name_key(reader), document, wanted)


def _newest(connection: Connection, key: str, documents: Collection[str]) -> dict[str, Marks]:
    later = reader_marks.alias()
    newest = (
        select(func.max(later.c.event))
        .where(later.c.reader == key, later.c.document == reader_marks.c.document)
        .scalar_subquery()
    )
    query = select(reader_marks).where(reader_marks.c.reader == key, reader_marks.c.event == newest)
    rows = rows_among(connection, query, reader_marks.c.document, documents)
    told = {row.document: _marks(row.detail) for row in rows}
    return {document: marks for document, marks in told.items() if marks != Marks()}


def _record(connection: Connection, key: str, document: str, marks: Marks) -> None:
    detail = {"starred": marks.is_starred, "read": marks.is_read, "tags": list(marks.tags)}
    row = {"reader": key, "batch": uuid.uuid4().hex, "document": document, "detail": detail}
    event = append_event(connection, EventName.APPRAISAL, None, sealed(row, MARK_ROW))
    connection.execute(insert(reader_marks).values(row | {"event": event, "at": datetime.now(UTC)}))


def _marks(detail: Mapping[str, object]) -> Marks:
    tags = detail["tags"]
    assert isinstance(tags, list)
    return Marks(bool(detail["starred"]), bool(detail["read"]), tuple(map(str, tags)))
