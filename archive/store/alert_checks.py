"""Queries on which documents the saved searches were run on, and on what came of it.

A document is *unchecked* while the index holds a revision of it that the saved searches were not run on. What a check
found and that it took place are recorded in one transaction, and a search has at most one row with a document: so
whatever is interrupted and whoever checks at the same time, nothing is lost and nothing is told twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from archive.store.saved_searches import HitState
from archive.store.sql.database import batches
from archive.store.sql.tables import alert_checks, documents, index_records, saved_searches
from archive.store.sql.tables import saved_search_hits as hits

_CHECK_OF_RECORD = alert_checks.c.document == index_records.c.document


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """What a search said of the documents ``asked`` about: those ``found``, or the ``trouble`` why it could not say."""

    asked: Collection[str]
    found: Collection[str]
    trouble: str | None = None


def unchecked(connection: Connection, generation: str, limit: int) -> dict[str, int]:
    """At most ``limit`` unchecked documents with the revisions that index ``generation`` holds."""
    query = (
        select(index_records.c.document, index_records.c.revision)
        .outerjoin(alert_checks, _CHECK_OF_RECORD)
        .where(
            index_records.c.generation == generation,
            or_(alert_checks.c.revision.is_(None), alert_checks.c.revision != index_records.c.revision),
        )
        .limit(limit)
    )
    return {row.document: row.revision for row in connection.execute(query)}


def checked_but_changed(connection: Connection, generation: str, ids: Iterable[str]) -> set[str]:
    """Those of ``ids`` that index ``generation`` holds as they were checked, and the catalog does not any more."""
    query = (
        select(index_records.c.document)
        .join(alert_checks, and_(_CHECK_OF_RECORD, alert_checks.c.revision == index_records.c.revision))
        .join(documents, documents.c.id == index_records.c.document)
        .where(index_records.c.generation == generation, documents.c.revision != index_records.c.revision)
    )
    return {
        id_ for batch in batches(ids) for id_ in connection.scalars(query.where(index_records.c.document.in_(batch)))
    }


def missed(connection: Connection, limit: int) -> dict[str, list[str]]:
    """At most ``limit`` pairs of a search and a document on which it could not be run, by search."""
    query = select(hits.c.search, hits.c.document).where(hits.c.state == HitState.MISSED).limit(limit)
    by_search: dict[str, list[str]] = {}
    for row in connection.execute(query):
        by_search.setdefault(row.search, []).append(row.document)
    return by_search


def record_known(connection: Connection, search_id: str, ids: Collection[str]) -> None:
    """Record that these documents match a search already, where nothing is recorded of the two."""
    if _is_saved(connection, search_id):
        _insert(connection, search_id, ids, HitState.KNOWN)


def record_checks(connection: Connection, revisions: Mapping[str, int], answers: Mapping[str, CheckAnswer]) -> None:
    """Record that the saved searches were run on these revisions of documents, and what each search said."""
    for search_id, answer in answers.items():
        # The search may have been removed while it ran.
        if _is_saved(connection, search_id):
            _record_answer(connection, search_id, answer)
    for ids in batches(revisions):
        connection.execute(delete(alert_checks).where(alert_checks.c.document.in_(ids)))
        connection.execute(insert(alert_checks), [{"document": id_, "revision": revisions[id_]} for id_ in ids])


def _record_answer(connection: Connection, search_id: str, answer: CheckAnswer) -> None:
    missing = and_(hits.c.search == search_id, hits.c.state == HitState.MISSED)
    if answer.trouble is None:
        for ids in batches(answer.asked):
            connection.execute(delete(hits).where(missing, hits.c.document.in_(ids)))
        _insert(connection, search_id, answer.found, HitState.FOUND)
    else:
        _insert(connection, search_id, answer.asked, HitState.MISSED)
    if answer.trouble or connection.scalar(select(hits.c.document).where(missing).limit(1)) is None:
        changed = and_(saved_searches.c.id == search_id, saved_searches.c.trouble.is_distinct_from(answer.trouble))
        connection.execute(update(saved_searches).where(changed).values(trouble=answer.trouble))


def _insert(connection: Connection, search_id: str, ids: Collection[str], state: HitState) -> None:
    now = datetime.now(UTC)
    for batch in batches(ids):
        with_row = select(hits.c.document).where(hits.c.search == search_id, hits.c.document.in_(batch))
        recorded = set(connection.scalars(with_row))
        rows = [
            {"search": search_id, "document": id_, "state": str(state), "found_at": now}
            for id_ in batch
            if id_ not in recorded
        ]
        if rows:
            connection.execute(insert(hits), rows)


def _is_saved(connection: Connection, search_id: str) -> bool:
    return connection.scalar(select(saved_searches.c.id).where(saved_searches.c.id == search_id)) is not None
