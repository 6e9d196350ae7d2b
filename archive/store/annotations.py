"""Annotations. Every change of one is an event of the log; none is ever deleted."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from archive.errors import ChangedMeanwhile, UnknownAnnotation, UsageError
from archive.model import Box, Reading, Span
from archive.model.annotations import Annotation, AnnotationAction, AnnotationChange, How, Target, change_of
from archive.store.document_rows import passage_at
from archive.store.events import EventName, append_event, events_of
from archive.store.sql.database import Repository, in_transaction, of_row
from archive.store.sql.tables import notes
from archive.text.anchoring import Finder

SHORTEST_PREFIX = 8
"""Fewest hexadecimal digits of an id prefix that names an annotation."""

# Annotations on a box sort first on their page; explicitly, because databases order NULL differently.
_IN_ORDER = (notes.c.document, notes.c.page, notes.c.first_word.nulls_first(), notes.c.created_at)


def _one(connection: Connection, key: str) -> Annotation:
    """Return one annotation, even a removed one."""
    found: Sequence[Row[Any]] = ()
    if len(key) >= SHORTEST_PREFIX and key.isalnum():
        query = select(notes).where(notes.c.id.startswith(key.lower())).limit(2)
        found = connection.execute(query).all()
    if len(found) != 1:
        message = "There is more than one annotation %(id)s." if found else "There is no annotation %(id)s."
        raise UnknownAnnotation(message, "See them with: dosije annotations", id=repr(key[:40]))
    return _annotation(found[0])


def _in_order(connection: Connection, document_id: str | None = None) -> tuple[Annotation, ...]:
    """Return the annotations of a document, or of all, in page order, without removed ones."""
    query = select(notes).where(notes.c.removed_at.is_(None)).order_by(*_IN_ORDER)
    if document_id is not None:
        query = query.where(notes.c.document == document_id)
    return tuple(map(_annotation, connection.execute(query)))


class Annotations(Repository):
    """Annotations of documents. No method needs the writer lock: each is one short transaction.

    A ``key`` is an id or a prefix of one (8 digits or more).
    """

    def add(self, target: Target, note: str, by: str) -> Annotation:
        """Add an annotation."""
        made = Annotation(uuid.uuid4().hex, target, target, None, note, by, datetime.now(UTC))
        row = {
            "id": made.id,
            "document": target.document,
            "made_reading": target.reading,
            "made_page": target.page,
            "made_first": target.span and target.span.first,
            "made_last": target.span and target.span.last,
            "made_quote": target.quote,
            **_box_columns(target.box),
            **_place_columns(target, None),
            "note": note,
            "by": by,
            "created_at": made.created_at,
        }
        with self._database.writing() as connection:
            connection.execute(insert(notes).values(row))
            _log(connection, made, AnnotationAction.ANNOTATE, by, {"note": note, **_logged(target)})
        return made

    def edit(self, key: str, note: str, by: str, was: str | None = None) -> Annotation:
        """Change the note of an annotation; the event log keeps the earlier one. Does nothing if the note is equal.

        :param was: the note that the person saw.
        :raises ChangedMeanwhile: it is another one by now.
        :raises UnknownAnnotation: there is no such annotation.
        :raises UsageError: it was removed.
        """
        known = self.get(key)
        with self._database.writing() as connection:
            present = _present(connection, known.id)
            if present.note != note:
                if was is not None and was != present.note:
                    raise ChangedMeanwhile("This text was changed while you wrote.")
                _update(connection, known.id, {"note": note, "changed_at": datetime.now(UTC), "changed_by": by})
                _log(connection, present, AnnotationAction.EDIT, by, {"note": note, "before": present.note})
            return _one(connection, known.id)

    def remove(self, key: str, by: str) -> Annotation:
        """Mark an annotation as removed; it can still be looked up by its key. Errors as for :meth:`edit`."""
        known = self.get(key)
        with self._database.writing() as connection:
            present = _present(connection, known.id)
            _update(connection, known.id, {"removed_at": datetime.now(UTC), "removed_by": by})
            _log(connection, present, AnnotationAction.REMOVE, by, {"before": present.note})
            return _one(connection, known.id)

    get = in_transaction(_one)
    all = in_transaction(_in_order)

    def changes(self, annotation: Annotation) -> tuple[AnnotationChange, ...]:
        """Return the change history of an annotation, in order."""
        with self._database.reading() as connection:
            found = events_of(connection, annotation.document, EventName.METADATA_MODIFICATION)
        return tuple(
            change_of(event.number, event.at, event.detail)
            for event in found
            if event.detail.get("annotation") == annotation.id
        )


def carry_over_annotations(
    connection: Connection, reading: Reading, finder: Finder
) -> tuple[int, tuple[Annotation, ...]]:
    """Anchor each annotation of a document in a new reading.

    :returns: how many were anchored, and those that were not, which keep their previous target.
    """
    count, left = 0, []
    for annotation in _in_order(connection, reading.document):
        found = _reanchored(connection, annotation.made_on, reading, finder)
        if found is None:
            left.append(annotation)
        else:
            _update(connection, annotation.id, _place_columns(*found))
            count += 1
    return count, tuple(left)


def _reanchored(
    connection: Connection, made_on: Target, reading: Reading, finder: Finder
) -> tuple[Target, How | None] | None:
    if made_on.span is None:
        # A page has the same image in every reading, but a reading may have no image for it.
        has_page = made_on.page <= len(reading.pages) and not reading.pages[made_on.page - 1].is_flowing
        if not has_page:
            return None
        return Target(reading.document, reading.number, made_on.page, None, made_on.box, ""), None
    place = finder.find(passage_at(connection, made_on.span))
    if place is None:
        return None
    span = Span(reading.document, reading.number, place.first, place.last)
    page, quote = reading.page_of_word(place.first).number, " ".join(finder.text(place))
    return Target(reading.document, reading.number, page, span, None, quote), place.how


def _present(connection: Connection, key: str) -> Annotation:
    annotation = _one(connection, key)
    if annotation.removed_at is not None:
        raise UsageError(
            "Annotation %(id)s was removed by %(by)s.",
            "Make another one.",
            id=annotation.id[:12],
            by=annotation.removed_by,
        )
    return annotation


def _update(connection: Connection, id_: str, values: Mapping[str, object]) -> None:
    connection.execute(update(notes).where(notes.c.id == id_).values(values))


def _log(
    connection: Connection, annotation: Annotation, action: AnnotationAction, by: str, more: Mapping[str, object]
) -> None:
    detail = {"action": str(action), "annotation": annotation.id, "by": by, **more}
    append_event(connection, EventName.METADATA_MODIFICATION, annotation.document, detail)


def _logged(target: Target) -> dict[str, object]:
    if target.span:
        return {"words": [target.reading, target.span.first, target.span.last], "quote": target.quote}
    return {"page": target.page, "box": list(_box_columns(target.box).values())}


def _box_columns(box: Box | None) -> dict[str, float]:
    return {} if box is None else {"x0": box.x0, "y0": box.y0, "x1": box.x1, "y1": box.y1}


def _place_columns(target: Target, how: How | None) -> dict[str, object]:
    return {
        "reading": target.reading,
        "page": target.page,
        "first_word": target.span and target.span.first,
        "last_word": target.span and target.span.last,
        "quote": target.quote,
        "how": how and str(how),
    }


def _annotation(row: Row[Any]) -> Annotation:
    box = None if row.x0 is None else Box(row.x0, row.y0, row.x1, row.y1)

    def target(reading: int, page: int, first: int | None, last: int | None, quote: str) -> Target:
        span = None if first is None or last is None else Span(row.document, reading, first, last)
        return Target(row.document, reading, page, span, box, quote)

    return of_row(
        Annotation,
        row,
        made_on=target(row.made_reading, row.made_page, row.made_first, row.made_last, row.made_quote),
        target=target(row.reading, row.page, row.first_word, row.last_word, row.quote),
        how=None if row.how is None else How(row.how),
    )
