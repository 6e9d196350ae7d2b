"""Which revision of each document the search index of a generation holds.

A record is written after the index is durable, so a document without a record may be in the index, but a document with
one is. The generations of an index other than that of documents have its name and a slash before theirs. Vendors, which
an index names, are as of an event.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select

from archive.model.fields import VENDOR_FIELDS
from archive.store.events import Event, EventName, events_after
from archive.store.sql.database import Repository, batches, in_transaction
from archive.store.sql.tables import documents, index_records, meta

VENDORS_AS_OF = "vendors_as_of"
"""The property of the archive with the last event that the vendors take into account."""

_CHANGE_VENDORS = (
    EventName.INGESTION,
    EventName.METADATA_EXTRACTION,
    EventName.METADATA_MODIFICATION,
    EventName.POLICY_ASSIGNMENT,
)
"""The events that can change vendors."""


def revisions_of_all(connection: Connection) -> dict[str, int]:
    """Return every document with its revision: what a complete index holds."""
    return {row.id: row.revision for row in connection.execute(select(documents.c.id, documents.c.revision))}


def vendors_are_identified(connection: Connection) -> bool:
    """Whether the vendors take every event into account."""
    as_of = connection.scalar(select(meta.c.value).where(meta.c.key == VENDORS_AS_OF))
    return not any(_is_of_vendors(event) for event in events_after(connection, int(as_of or 0), _CHANGE_VENDORS))


def _is_of_vendors(event: Event) -> bool:
    """Whether an event can change vendors. Which collections are private changes the name of a firm."""
    if event.name == EventName.POLICY_ASSIGNMENT:
        return "collection" in event.detail
    return "annotation" not in event.detail and event.detail.get("field", "vendor") in VENDOR_FIELDS


class Indexing(Repository):
    """What each generation of an index holds. ``index`` None stands for the index of documents."""

    def due(self, generation: str) -> Iterator[str]:
        """Yield ids of documents that ``generation`` lacks or holds at another revision, in the order of their ids.

        They are read in batches, so they may be indexed and marked while the iterator is still at work.
        """
        batch_size = self._database.batch_size
        query = (
            select(documents.c.id)
            .outerjoin(index_records, _of_generation(generation))
            .where(_IS_DUE)
            .order_by(documents.c.id)
            .limit(batch_size)
        )
        last = ""
        while True:
            with self._database.reading() as connection:
                batch = connection.scalars(query.where(documents.c.id > last)).all()
            yield from batch
            if len(batch) < batch_size:
                return
            last = batch[-1]

    def is_due(self, document_id: str, generation: str) -> bool:
        """Whether ``generation`` lacks a document or holds it at another revision."""
        is_held = select(index_records.c.revision == documents.c.revision)
        query = is_held.join_from(documents, index_records, _of_generation(generation))
        with self._database.reading() as connection:
            return not connection.scalar(query.where(documents.c.id == document_id))

    def count_due(self, generation: str) -> int:
        """Count those documents. Every answer asks, so they are counted only when the catalog has changed."""
        with self._database.reading() as connection:
            return self._database.cached(connection, f"due {generation}", lambda: _count_due(connection, generation))

    def count_not_indexed(self) -> int:
        """Count the documents that the newest index known to the catalog lacks, or holds at another revision. For pages
        that do not ask the index, and must not wait for a server that does not answer."""

        def count() -> int:
            newest = select(func.max(index_records.c.generation)).where(_of_index(None))
            return _count_due(connection, connection.scalar(newest) or "")

        with self._database.reading() as connection:
            return self._database.cached(connection, "not indexed", count)

    def is_elsewhere(self, generation: str, index: str | None = None) -> bool:
        """Whether documents are recorded in another generation of an index."""
        name = index_records.c.generation
        others = select(name).where(_of_index(index), name != generation).limit(1)
        with self._database.reading() as connection:
            return connection.scalar(others) is not None

    def mark(self, generation: str, revisions: Mapping[str, int]) -> None:
        """Record that ``generation`` durably holds these documents at these revisions."""
        with self._database.writing() as connection:
            for ids in batches(revisions):
                of_batch = (index_records.c.generation == generation, index_records.c.document.in_(ids))
                rows = [{"generation": generation, "document": id_, "revision": revisions[id_]} for id_ in ids]
                connection.execute(delete(index_records).where(*of_batch))
                connection.execute(insert(index_records), rows)

    def forget_generations(self, keep: str, index: str | None = None) -> None:
        """Remove the records of every generation of an index but ``keep``."""
        others = (_of_index(index), index_records.c.generation != keep)
        with self._database.writing() as connection:
            connection.execute(delete(index_records).where(*others))

    revisions = in_transaction(revisions_of_all)
    vendors_are_identified = in_transaction(vendors_are_identified)


_IS_DUE = or_(index_records.c.revision.is_(None), index_records.c.revision != documents.c.revision)


def _of_generation(generation: str) -> ColumnElement[bool]:
    return and_(index_records.c.document == documents.c.id, index_records.c.generation == generation)


def _of_index(index: str | None) -> ColumnElement[bool]:
    name = index_records.c.generation
    return name.not_like("%/%") if index is None else name.like(f"{index}/%")


def _count_due(connection: Connection, generation: str) -> int:
    joined = documents.outerjoin(index_records, _of_generation(generation))
    return connection.scalar(select(func.count()).select_from(joined).where(_IS_DUE)) or 0
