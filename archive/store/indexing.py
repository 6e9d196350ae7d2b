"""The revision of each document that a generation of a search index holds.

A record is written after the index is durable, so a document with a record is in the index, and one without may be.
Generations of an index other than that of documents have its name and a slash as prefix. The checkpoint of a generation
(:mod:`archive.store.checkpoints`) is before the first document that is due. The vendors that an index names are as of
an event.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, text

from archive.model.fields import VENDOR_FIELDS
from archive.store.checkpoints import advance, forget_checkpoints, go_back, in_sequence, is_after
from archive.store.events import Event, EventName, events_after
from archive.store.sql.database import Database, Repository, batches, in_transaction, rows_among
from archive.store.sql.tables import checkpoints, documents, index_records, meta, vendor_prints, vendors

VENDORS_AS_OF = "vendors_as_of"
"""Property of the archive: the last event that the vendors take into account, and the version of the rules."""

VENDORS_FINDING = "vendors_finding"
"""Property of the archive: the process that is rebuilding all vendors; the last one to begin."""

VENDOR_RULES = 1
"""Version of the rules that group names to vendors. A change makes all vendors be rebuilt: raise it whenever
:mod:`archive.vendors` gives other results.
"""

_BY_RULES = " by rules "

CHANGE_VENDORS = (
    EventName.INGESTION,
    EventName.METADATA_EXTRACTION,
    EventName.METADATA_MODIFICATION,
    EventName.POLICY_ASSIGNMENT,
)
"""Events that can change vendors."""


_KEY = re.compile("[0-9a-f]{32}")


def is_key(value: str) -> bool:
    """Return whether a vendor value of an index is a key; a vendor that is not identified yet is indexed by its printed
    name."""
    return _KEY.fullmatch(value) is not None


def revisions_of(connection: Connection, ids: Iterable[str] | None = None) -> dict[str, int]:
    """Return the revision of every document, or of those with these ids: what a complete index holds."""
    rows = rows_among(connection, select(documents.c.id, documents.c.revision), documents.c.id, ids)
    return {row.id: row.revision for row in rows}


def vendors_as_of(connection: Connection) -> int | None:
    """Return the last event that the vendors take into account; None if all must be rebuilt, for the first time or
    because of other rules."""
    as_of = connection.scalar(select(meta.c.value).where(meta.c.key == VENDORS_AS_OF))
    number, _, rules = (as_of or "").partition(_BY_RULES)
    return int(number) if rules == str(VENDOR_RULES) else None


def set_vendors_as_of(connection: Connection, number: int) -> None:
    """Record the last event that the vendors take into account."""
    connection.execute(delete(meta).where(meta.c.key == VENDORS_AS_OF))
    connection.execute(insert(meta).values(key=VENDORS_AS_OF, value=f"{number}{_BY_RULES}{VENDOR_RULES}"))


def vendors_are_identified(connection: Connection) -> bool:
    """Return whether the vendors take every event into account."""
    return not any(map(is_of_vendors, events_after(connection, vendors_as_of(connection) or 0, CHANGE_VENDORS)))


def is_of_vendors(event: Event) -> bool:
    """Return whether an event can change vendors. Which collections are private affects the displayed name of a
    firm."""
    if event.name == EventName.POLICY_ASSIGNMENT:
        return "collection" in event.detail
    return "annotation" not in event.detail and event.detail.get("field", "vendor") in VENDOR_FIELDS


class Indexing(Repository):
    """What each generation of an index holds. ``index`` None stands for the index of documents."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._called: tuple[str, dict[str, str]] = ("", {})

    def due(self, generation: str) -> Iterator[str]:
        """Yield ids of the due documents: those that ``generation`` lacks or holds at another revision, in the order of
        their changes.

        They are read in batches, so they may be indexed and marked while the iterator is in use.
        """
        joined = select(documents.c.id).outerjoin(index_records, _of_generation(generation)).where(_IS_DUE)
        return (row.id for row in in_sequence(self._database, generation, joined))

    def is_due(self, document_id: str, generation: str) -> bool:
        """Return whether ``generation`` lacks a document or holds it at another revision."""
        is_held = select(index_records.c.revision == documents.c.revision)
        query = is_held.join_from(documents, index_records, _of_generation(generation))
        with self._database.reading() as connection:
            return not connection.scalar(query.where(documents.c.id == document_id))

    def count_due(self, generation: str) -> int:
        """Count the due documents. Cached until the catalog changes, because every answer shows the count."""
        with self._database.reading() as connection:
            return self._database.cached(connection, f"due {generation}", lambda: _count_due(connection, generation))

    def count_not_indexed(self) -> int:
        """Count the documents that the newest index known to the catalog lacks, or holds at another revision. For pages
        that must not wait for a search server."""

        def count() -> int:
            newest = select(func.max(checkpoints.c.name)).where(_of_index(None))
            return _count_due(connection, connection.scalar(newest) or "")

        with self._database.reading() as connection:
            return self._database.cached(connection, "not indexed", count)

    def is_elsewhere(self, generation: str, index: str | None = None) -> bool:
        """Return whether documents are recorded in another generation of an index."""
        others = select(checkpoints.c.name).where(_of_index(index), checkpoints.c.name != generation).limit(1)
        with self._database.reading() as connection:
            return connection.scalar(others) is not None

    def mark(self, generation: str, revisions: Mapping[str, int], holds: str | None = None) -> None:
        """Record that ``generation`` durably holds these documents at these revisions.

        :param holds: the fingerprint of its content now, for :meth:`recorded`.
        """
        if not revisions:
            return
        with self._database.writing() as connection:
            for ids in batches(revisions):
                rows = [{"generation": generation, "document": id_, "revision": revisions[id_]} for id_ in ids]
                connection.execute(_MARK, rows)
            marked = select(index_records.c.revision).where(_of_generation(generation)).scalar_subquery()
            undone = select(documents.c.sequence).where(func.coalesce(marked, -1) != documents.c.revision)
            for ids in batches(revisions):
                # Marked at an outdated revision: the document is due again.
                go_back(connection, generation, undone.where(documents.c.id.in_(ids)))
            advance(connection, generation, undone, holds=holds)

    def vendors_called(self, keys: Iterable[str]) -> dict[str, str]:
        """Return the names of the vendors with these keys, and perhaps of others; unknown keys are omitted. Cached,
        because the facets of two searches share most vendors."""
        to_vendors = select(vendor_prints.c.id, vendor_prints.c.vendor)
        to_names = select(vendors.c.id, vendors.c.name)
        with self._database.reading() as connection:
            known = self._database.cached(connection, "vendors called", partial(self._kept_names, connection))
            if news := [key for key in set(keys).difference(known) if is_key(key)]:
                with self._database.whole.reading() as whole:
                    ids = {row.id: row.vendor for row in rows_among(whole, to_vendors, vendor_prints.c.id, news)}
                rows = rows_among(connection, to_names, vendors.c.id, dict.fromkeys(ids.values()))
                names = {row.id: row.name for row in rows}
                known.update((key, names.get(ids.get(key, ""), "")) for key in news)
            return known

    def _kept_names(self, connection: Connection) -> dict[str, str]:
        """Return the cached names. They are valid until the vendors change; with hidden collections, or while vendors
        are being rebuilt, until the catalog changes."""
        query = select(meta.c.key, meta.c.value).where(meta.c.key.in_((VENDORS_AS_OF, VENDORS_FINDING)))
        known = {row.key: row.value for row in connection.execute(query)}
        if self._database.whole is not self._database or known.keys() != {VENDORS_AS_OF}:
            return {}
        kept = self._called
        if kept[0] != known[VENDORS_AS_OF]:
            kept = self._called = (known[VENDORS_AS_OF], {})
        return kept[1]

    def recorded(self, generation: str) -> str | None:
        """Return the fingerprint of ``generation`` when it was last marked; None if unknown."""
        holds = select(checkpoints.c.holds).where(checkpoints.c.name == generation)
        with self._database.reading() as connection:
            return connection.scalar(holds)

    def forget_generations(self, keep: str, index: str | None = None) -> None:
        """Remove the records of every generation of an index but ``keep``."""
        with self._database.writing() as connection:
            others = (_of_index(index), checkpoints.c.name != keep)
            _forget(connection, connection.scalars(select(checkpoints.c.name).where(*others)).all())

    def forget(self, generation: str) -> None:
        """Remove the records of one generation; records of another home's index of the same catalog are kept."""
        with self._database.writing() as connection:
            _forget(connection, [generation])

    revisions = in_transaction(revisions_of)
    vendors_are_identified = in_transaction(vendors_are_identified)


def _forget(connection: Connection, generations: Sequence[str]) -> None:
    connection.execute(delete(index_records).where(index_records.c.generation.in_(generations)))
    forget_checkpoints(connection, checkpoints.c.name.in_(generations))


# While a new index is marked as a whole, PostgreSQL has no statistics of these rows yet, and would read all of them for
# each batch that names several. So a row is written or looked up by its key alone.
_MARK = text(
    "INSERT INTO index_records (generation, document, revision) VALUES (:generation, :document, :revision) "
    "ON CONFLICT (generation, document) DO UPDATE SET revision = excluded.revision"
)

_IS_DUE = or_(index_records.c.revision.is_(None), index_records.c.revision != documents.c.revision)


def _of_generation(generation: str) -> ColumnElement[bool]:
    return and_(index_records.c.document == documents.c.id, index_records.c.generation == generation)


def _of_index(index: str | None) -> ColumnElement[bool]:
    name = checkpoints.c.name
    return name.not_like("%/%") if index is None else name.like(f"{index}/%")


def _count_due(connection: Connection, generation: str) -> int:
    joined = documents.outerjoin(index_records, _of_generation(generation))
    is_due = (is_after(generation), _IS_DUE)
    return connection.scalar(select(func.count()).select_from(joined).where(*is_due)) or 0
