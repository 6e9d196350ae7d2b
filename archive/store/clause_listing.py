"""The part of the catalog that knows the clauses of documents."""

from __future__ import annotations

from collections.abc import Iterable

from archive.errors import UsageError
from archive.model import Clause
from archive.store import clauses, readings
from archive.store.database import Database


class ClauseListing:
    """Methods of :class:`archive.store.catalog.Catalog`, kept apart for their number."""

    _database: Database

    def clauses(
        self, document_id: str, reading: int | None = None, words: tuple[int, int] | None = None
    ) -> tuple[Clause, ...]:
        """The clauses of a reading in the order in which they stand, of the newest reading by default.

        :param words: only clauses with one of the words from the first of these to the last; of a clause, this also
            gives those around it.
        :raises UnknownDocument: there is no such document.
        :raises UsageError: the document has no such reading.
        """
        with self._database.reading() as connection:
            number = readings.number_of(connection, document_id, reading)
            return clauses.of_reading(connection, document_id, number, words)

    def clauses_of(self, ids: Iterable[str]) -> dict[str, tuple[Clause, ...]]:
        """The clauses of the newest reading of each of these documents; a document without any is left out."""
        with self._database.reading() as connection:
            return clauses.newest(connection, ids)

    def clause(self, document_id: str, eid: str, reading: int | None = None) -> Clause:
        """One clause of a reading, of the newest reading by default.

        :raises UnknownDocument: there is no such document.
        :raises UsageError: the document has no such reading, or the reading no such clause.
        """
        for clause in self.clauses(document_id, reading):
            if clause.eid == eid:
                return clause
        raise UsageError(
            "Document %(id)s has no clause %(eid)s.",
            "See them with: dosije clauses %(id)s",
            id=document_id[:12],
            eid=repr(eid),
        )

    def unit_revisions(self) -> dict[tuple[str, int, str], int]:
        """Every clause that is searched by itself, by document, first word and eid, with the document's revision."""
        with self._database.reading() as connection:
            return clauses.unit_revisions(connection)
