"""The part of the catalog that knows what each generation of an index holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from archive.store import index_records
from archive.store.sql.database import Database


class Indexed:
    """Methods of :class:`archive.store.catalog.Catalog`, kept apart for their number."""

    _database: Database

    def due(self, generation: str) -> Iterator[str]:
        """Ids of documents that index ``generation`` lacks or holds at another revision.

        They may be indexed and marked while the iterator is still at work.
        """
        return index_records.due(self._database, generation)

    def is_due(self, document_id: str, generation: str) -> bool:
        """Whether index ``generation`` lacks a document or holds it at another revision."""
        with self._database.reading() as connection:
            return index_records.is_due(connection, document_id, generation)

    def count_due(self, generation: str) -> int:
        """How many documents those are. Every answer asks, so they are counted only when the catalog has changed."""
        with self._database.reading() as connection:
            return self._database.remembered(
                connection, f"due {generation}", lambda: index_records.count_due(connection, generation)
            )

    def count_not_indexed(self) -> int:
        """How many documents the newest index that the catalog knows of lacks, or holds at another revision. For pages
        that do not ask the index, and must not wait for a server that does not answer."""

        def count() -> int:
            return index_records.count_due(connection, index_records.newest_generation(connection))

        with self._database.reading() as connection:
            return self._database.remembered(connection, "not indexed", count)

    def is_indexed_elsewhere(self, generation: str, index: str | None = None) -> bool:
        """Whether documents are recorded in another generation of an index, of that of documents by default."""
        with self._database.reading() as connection:
            return index_records.is_elsewhere(connection, generation, index)

    def mark_indexed(self, generation: str, revisions: Mapping[str, int]) -> None:
        """Record that index ``generation`` durably holds these documents at these revisions."""
        with self._database.writing() as connection:
            index_records.mark(connection, generation, revisions)

    def forget_generations(self, keep: str, index: str | None = None) -> None:
        """Drop what is recorded about every generation but ``keep`` of an index, of that of documents by default."""
        with self._database.writing() as connection:
            index_records.forget_all_but(connection, keep, index)

    def revisions(self) -> dict[str, int]:
        """Every document with its revision: what a complete index holds."""
        with self._database.reading() as connection:
            return index_records.revisions(connection)
