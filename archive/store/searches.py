"""Saved searches, their alerts on newer documents, and the documents that they were run on.

A document is *unchecked* while the index holds a revision of it that the saved searches were not run on. The result of
a check and its completion are recorded in one transaction, and a search has at most one row per document, so
interrupted or concurrent checks neither lose nor repeat an alert.

Nothing is recorded in the event log: it is about documents, and the queries of a reporter are private.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, func, insert, or_, select, union_all, update

from archive.errors import UnknownSearch, UsageError
from archive.store.checkpoints import ALERTS, advance, checkpoint, is_after
from archive.store.sql.database import Repository, batches, grouped, in_transaction, rows_among
from archive.store.sql.tables import alert_checks, digest_searches, digests, documents, index_records, saved_searches
from archive.store.sql.tables import saved_search_hits as hits

LONGEST_NAME = 200
"""Most characters of the name of a saved search."""

_CHECKED = f"{ALERTS}checked"
"""Checkpoint of the documents on which the saved searches were run."""

_CHECK_OF_RECORD = alert_checks.c.document == index_records.c.document


class HitState(StrEnum):
    """The state of a pair of search and document."""

    FOUND = "found"
    """The document matched when it was checked: an alert."""
    KNOWN = "known"
    """The document matched before it was read again or corrected: no alert."""
    MISSED = "missed"
    """The search failed when the document was added; it is run again at the next check."""


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A stored query. ``id`` is a random UUID without hyphens, which is never reused.

    ``found`` counts its alerts, ``unread`` those not marked as read, ``missed`` the documents on which it failed, for
    the reason in ``trouble``.
    """

    id: str
    name: str
    parameters: Mapping[str, Any]
    created_at: datetime
    trouble: str | None
    found: int
    unread: int
    missed: int


@dataclass(frozen=True, slots=True)
class SavedHit:
    """An alert: a document that a saved search found, and when. ``read_at`` is None until it is marked as read."""

    document: str
    found_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """The result of a search on the documents that were ``asked`` about: those ``found``, or the ``trouble`` why it
    failed."""

    asked: Collection[str]
    found: Collection[str]
    trouble: str | None = None


def _all(connection: Connection) -> tuple[SavedSearch, ...]:
    """Return all saved searches, by name."""

    def tally(*conditions: Any) -> Any:
        return func.count(hits.c.document).filter(and_(*conditions))

    query = (
        select(
            saved_searches,
            tally(hits.c.state == HitState.FOUND).label("found"),
            tally(hits.c.state == HitState.FOUND, hits.c.read_at.is_(None)).label("unread"),
            tally(hits.c.state == HitState.MISSED).label("missed"),
        )
        .outerjoin(hits, hits.c.search == saved_searches.c.id)
        .group_by(*saved_searches.c)
        .order_by(saved_searches.c.name)
    )
    return tuple(SavedSearch(**row._asdict()) for row in connection.execute(query))


class Searches(Repository):
    """Saved searches. No method needs the writer lock: each is one short transaction, so that a search can be saved
    while documents are being added."""

    def save(self, name: str, parameters: Mapping[str, Any]) -> SavedSearch:
        """Save a search. It is run on documents that are added from now on.

        :raises UsageError: the name is empty, too long, of more than one line, or taken.
        """
        wanted = name.strip()
        if not wanted or len(wanted) > LONGEST_NAME or not wanted.isprintable():
            raise UsageError(
                "A saved search needs a name of 1 to %(most)s characters on one line.",
                "Give it another name.",
                most=LONGEST_NAME,
            )
        saved = SavedSearch(uuid.uuid4().hex, wanted, dict(parameters), datetime.now(UTC), None, 0, 0, 0)
        row = asdict(saved)
        with self._database.writing() as connection:
            if connection.scalar(select(saved_searches.c.id).where(saved_searches.c.name == wanted)) is not None:
                raise UsageError(
                    "There is already a saved search named %(name)s.",
                    "Take another name, or remove that one.",
                    name=repr(wanted),
                )
            connection.execute(
                insert(saved_searches).values({column.name: row[column.name] for column in saved_searches.c})
            )
        return saved

    all = in_transaction(_all)

    def get(self, key: str) -> SavedSearch:
        """Return the saved search of this id or name.

        :raises UnknownSearch: there is none.
        """
        wanted = or_(saved_searches.c.id == key, saved_searches.c.name == key.strip())
        with self._database.reading() as connection:
            if (id_ := connection.scalar(select(saved_searches.c.id).where(wanted))) is None:
                raise UnknownSearch(
                    "There is no saved search %(name)s.", "See all of them with: dosije saved list", name=repr(key)
                )
            return next(search for search in _all(connection) if search.id == id_)

    def remove(self, search_id: str) -> None:
        """Delete a search and its alerts; an unknown id is no error."""
        with self._database.writing() as connection:
            connection.execute(delete(hits).where(hits.c.search == search_id))
            connection.execute(delete(digest_searches).where(digest_searches.c.search == search_id))
            connection.execute(delete(saved_searches).where(saved_searches.c.id == search_id))

    def hits(
        self,
        search_id: str,
        *,
        unread_only: bool = False,
        limit: int | None = None,
        span: tuple[datetime, datetime] | None = None,
    ) -> tuple[SavedHit, ...]:
        """Return the alerts of a search, all or those in ``span`` (exclusive start, inclusive end), the newest
        first."""
        query = (
            select(hits.c.document, hits.c.found_at, hits.c.read_at)
            .where(hits.c.search == search_id, hits.c.state == HitState.FOUND)
            .order_by(hits.c.found_at.desc(), hits.c.document)
            .limit(limit)
        )
        if unread_only:
            query = query.where(hits.c.read_at.is_(None))
        if span:
            query = query.where(hits.c.found_at > span[0], hits.c.found_at <= span[1])
        with self._database.reading() as connection:
            return tuple(SavedHit(**row._asdict()) for row in connection.execute(query))

    def mark_read(self, search_id: str, until: datetime) -> int:
        """Mark the alerts of a search up to a time as read; returns how many were unread. Alerts on hidden documents
        stay unread."""
        unread = (hits.c.search == search_id, hits.c.read_at.is_(None))
        found = select(hits.c.document).where(*unread, hits.c.state == HitState.FOUND, hits.c.found_at <= until)
        with self._database.reading() as connection:
            ids = list(connection.scalars(found))
        marked = 0
        with self._database.writing() as connection:
            for some in batches(ids):
                of_some = update(hits).where(*unread, hits.c.document.in_(some))
                marked += connection.execute(of_some.values(read_at=datetime.now(UTC))).rowcount
        return marked


class Alerts(Repository):
    """Checks: the documents on which the saved searches were run, and their results."""

    def unchecked(self, generation: str) -> dict[str, int]:
        """Return a batch of unchecked documents with their revisions in index ``generation``; empty if all are
        checked."""
        with self._database.reading() as connection:
            query = _unchecked(generation).where(is_after(_CHECKED))
            rows = connection.execute(query.order_by(documents.c.sequence).limit(self._database.batch_size))
            return {row.id: row.revision for row in rows}

    def catch_up(self, generation: str) -> None:
        """Record the checkpoint up to which all documents of index ``generation`` are checked, unless it is known."""
        with self._database.reading() as connection:
            if checkpoint(connection, _CHECKED) >= checkpoint(connection, generation):
                return
        with self._database.writing() as connection:
            # Documents that are not indexed yet are not checked either.
            most = checkpoint(connection, generation)
            advance(connection, _CHECKED, _unchecked(generation), most)

    def checked_but_changed(self, generation: str, ids: Iterable[str]) -> set[str]:
        """Return those of ``ids`` whose indexed revision in ``generation`` was checked but is outdated in the
        catalog."""
        query = (
            select(index_records.c.document)
            .join(alert_checks, and_(_CHECK_OF_RECORD, alert_checks.c.revision == index_records.c.revision))
            .join(documents, documents.c.id == index_records.c.document)
            .where(index_records.c.generation == generation, documents.c.revision != index_records.c.revision)
        )
        with self._database.reading() as connection:
            return {row.document for row in rows_among(connection, query, index_records.c.document, ids)}

    def missed(self) -> dict[str, list[str]]:
        """Return a batch of documents on which saved searches failed, by search id."""
        query = select(hits.c.search, hits.c.document).where(hits.c.state == HitState.MISSED)
        with self._database.reading() as connection:
            return grouped(tuple(row) for row in connection.execute(query.limit(self._database.batch_size)))

    def record_known(self, found: Mapping[str, Collection[str]]) -> None:
        """Record documents that match already and raise no alert, by search id, unless the pair has a row."""
        with self._database.writing() as connection:
            for search_id, ids in found.items():
                if _is_saved(connection, search_id):
                    _insert(connection, search_id, ids, HitState.KNOWN)

    def record_checks(self, revisions: Mapping[str, int], answers: Mapping[str, CheckAnswer]) -> None:
        """Record that the saved searches were run on these revisions of documents, and the result of each, by search
        id."""
        with self._database.writing() as connection:
            for search_id, answer in answers.items():
                # The search may have been deleted while it ran.
                if _is_saved(connection, search_id):
                    _record_answer(connection, search_id, answer)
            for ids in batches(revisions):
                connection.execute(delete(alert_checks).where(alert_checks.c.document.in_(ids)))
                rows = [{"document": id_, "revision": revisions[id_]} for id_ in ids]
                connection.execute(insert(alert_checks), rows)


def _unchecked(generation: str) -> Select[Any]:
    """Select documents that index ``generation`` holds at a revision that was not checked, with that revision.

    Without joins, so that every database reads documents in the order of their changes.
    """
    of_document = (index_records.c.generation == generation, index_records.c.document == documents.c.id)
    held = select(index_records.c.revision).where(*of_document).scalar_subquery()
    checked = select(alert_checks.c.revision).where(alert_checks.c.document == documents.c.id).scalar_subquery()
    columns = (documents.c.sequence, documents.c.id, held.label("revision"))
    return select(*columns).where(held.is_not(None), checked.is_distinct_from(held))


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


def _after_all_sent(connection: Connection, search_id: str) -> datetime:
    """Return the time of the next alert of a search: now, or just after what was found and sent until now, if the
    clock was set back or another machine's is ahead. So no alert is taken for one that was sent or read before."""
    known: Iterable[datetime | None] = connection.scalars(
        union_all(
            select(func.max(hits.c.found_at)).where(hits.c.search == search_id, hits.c.state == HitState.FOUND),
            select(func.max(digests.c.sent_until)),
            select(func.max(digests.c.sending_until)),
        )
    )
    return max([datetime.now(UTC), *(at + timedelta(microseconds=1) for at in known if at)])


def _insert(connection: Connection, search_id: str, ids: Collection[str], state: HitState) -> None:
    now = _after_all_sent(connection, search_id)
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
