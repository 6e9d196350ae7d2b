"""What readers mark on documents: a star, that they were read, tags. Each reader's marks are their own.

A row has all marks of a reader on a document as they were from then on; rows are added and never altered.
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
    """The marks of readers. None needs the archive's writer lock."""

    def of(self, reader: str, documents: Collection[str] | None = None) -> dict[str, Marks]:
        """Return what a reader has marked, by document; of these documents, or of all."""
        newest = (
            select(func.max(reader_marks.c.event))
            .where(reader_marks.c.reader == name_key(reader))
            .group_by(reader_marks.c.document)
        )
        query = select(reader_marks).where(reader_marks.c.event.in_(newest)).order_by(reader_marks.c.event)
        with self._database.reading() as connection:
            if documents is None:
                rows = list(connection.execute(query))
            else:
                rows = list(rows_among(connection, query, reader_marks.c.document, documents))
        told = {row.document: _marks(row.detail) for row in rows}
        return {document: marks for document, marks in told.items() if marks != Marks()}

    def change(
        self,
        reader: str,
        document: str,
        *,
        is_starred: bool | None = None,
        is_read: bool | None = None,
        tag: str | None = None,
        untag: str | None = None,
    ) -> Marks:
        """Change marks of a reader on a document; what is None stays as it is.

        :raises UsageError: a tag is empty or too long, or there are too many.
        """
        added, gone = (None if one is None else checked_tag(one) for one in (tag, untag))
        with self._database.writing() as connection:
            before = _newest(connection, name_key(reader), document)
            tags = {*before.tags, *([added] if added else [])} - {gone}
            after = replace(
                before,
                is_starred=before.is_starred if is_starred is None else is_starred,
                is_read=before.is_read if is_read is None else is_read,
                tags=tuple(sorted(tags)),
            )
            if len(tags) > MOST_TAGS:
                raise UsageError("A document has at most %(most)s tags.", "Take one away.", most=MOST_TAGS)
            if after != before:
                _record(connection, name_key(reader), document, after)
        return after


def _newest(connection: Connection, key: str, document: str) -> Marks:
    query = select(reader_marks.c.detail).where(reader_marks.c.reader == key, reader_marks.c.document == document)
    detail = connection.scalar(query.order_by(reader_marks.c.event.desc()).limit(1))
    return Marks() if detail is None else _marks(detail)


def _record(connection: Connection, key: str, document: str, marks: Marks) -> None:
    detail = {"starred": marks.is_starred, "read": marks.is_read, "tags": list(marks.tags)}
    row = {"reader": key, "batch": uuid.uuid4().hex, "document": document, "detail": detail}
    event = append_event(connection, EventName.APPRAISAL, None, sealed(row, MARK_ROW))
    connection.execute(insert(reader_marks).values(row | {"event": event, "at": datetime.now(UTC)}))


def _marks(detail: Mapping[str, object]) -> Marks:
    tags = detail["tags"]
    assert isinstance(tags, list)
    return Marks(bool(detail["starred"]), bool(detail["read"]), tuple(map(str, tags)))
