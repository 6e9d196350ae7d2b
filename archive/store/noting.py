"""The part of the catalog that keeps the notes persons make on what stands in documents."""

from __future__ import annotations

from archive.annotations import Annotation, Change, Target
from archive.store import annotations as annotation_queries
from archive.store.sql.database import Database


class Noting:
    """Methods of :class:`archive.store.catalog.Catalog`, kept apart for their number.

    None of them needs the archive's writer lock: each is one short transaction of the database. A ``key`` is an id or
    a prefix of one (8 digits or more).
    """

    _database: Database

    def annotate(self, target: Target, note: str, by: str) -> Annotation:
        """Keep a note that ``by`` makes."""
        with self._database.writing() as connection:
            return annotation_queries.add(connection, target, note, by)

    def edit_annotation(self, key: str, note: str, by: str) -> Annotation:
        """Change a note; what it was before stays in the event log.

        :raises UnknownAnnotation: there is no such annotation.
        :raises UsageError: it was removed.
        """
        known = self.annotation(key)
        with self._database.writing() as connection:
            return annotation_queries.edit(connection, known.id, note, by)

    def remove_annotation(self, key: str, by: str) -> Annotation:
        """Take a note away from its document; it is kept and can still be named. Errors as for editing."""
        known = self.annotation(key)
        with self._database.writing() as connection:
            return annotation_queries.remove(connection, known.id, by)

    def annotation(self, key: str) -> Annotation:
        """One annotation, even if it was removed.

        :raises UnknownAnnotation: there is none, or several.
        """
        with self._database.reading() as connection:
            return annotation_queries.one(connection, key)

    def annotations(self, document_id: str | None = None) -> tuple[Annotation, ...]:
        """The annotations of a document, or of all, in the order in which they stand, without those removed."""
        with self._database.reading() as connection:
            return annotation_queries.listed(connection, document_id)

    def annotation_changes(self, annotation: Annotation) -> tuple[Change, ...]:
        """Who did what to an annotation, the first first."""
        with self._database.reading() as connection:
            return annotation_queries.changes(connection, annotation)
