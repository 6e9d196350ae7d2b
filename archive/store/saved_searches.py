"""Queries on saved searches and on the documents that they found after they were saved."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from archive.errors import UnknownSearch, UsageError
from archive.store.database import batches
from archive.store.search_tables import saved_search_hits as hits
from archive.store.search_tables import saved_searches

LONGEST_NAME = 200
"""Characters that the name of a saved search may have."""


class HitState(StrEnum):
    """What a search has to do with a document that has a row with it."""

    FOUND = "found"
    """The document matched when it was checked: that is told."""
    KNOWN = "known"
    """The document matched before it was read again or corrected: that is no news."""
    MISSED = "missed"
    """The search could not be run when the document came; it is run on it at the next check."""


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A stored query. ``id`` is a random UUID without hyphens, which is never given to another search.

    ``found`` counts the documents that it found since it was saved, ``unread`` those of them that nobody has marked as
    read, ``missed`` those that it could not be run on, because of ``trouble``.
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
    """A document that a saved search found, and when. ``read_at`` is None while nobody has marked it as read."""

    document: str
    found_at: datetime
    read_at: datetime | None


def save(connection: Connection, name: str, parameters: Mapping[str, Any]) -> SavedSearch:
    """Keep a search under a name of its own.

    :raises UsageError: the name is empty, too long, of more than one line, or taken.
    """
    wanted = name.strip()
    if not wanted or len(wanted) > LONGEST_NAME or not wanted.isprintable():
        raise UsageError(
            "A saved search needs a name of 1 to %(most)s characters on one line.",
            "Give it another name.",
            most=LONGEST_NAME,
        )
    if connection.scalar(select(saved_searches.c.id).where(saved_searches.c.name == wanted)) is not None:
        raise UsageError(
            "There is already a saved search named %(name)s.",
            "Take another name, or remove that one.",
            name=repr(wanted),
        )
    saved = SavedSearch(uuid.uuid4().hex, wanted, dict(parameters), datetime.now(UTC), None, 0, 0, 0)
    row = asdict(saved)
    connection.execute(insert(saved_searches).values({column.name: row[column.name] for column in saved_searches.c}))
    return saved


def every(connection: Connection) -> tuple[SavedSearch, ...]:
    """All saved searches, by name."""

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


def one(connection: Connection, key: str) -> SavedSearch:
    """The saved search of this id or name.

    :raises UnknownSearch: there is none.
    """
    wanted = or_(saved_searches.c.id == key, saved_searches.c.name == key.strip())
    if (id_ := connection.scalar(select(saved_searches.c.id).where(wanted))) is None:
        raise UnknownSearch(
            "There is no saved search %(name)s.", "See all of them with: dosije saved list", name=repr(key)
        )
    return next(search for search in every(connection) if search.id == id_)


def remove(connection: Connection, search_id: str) -> None:
    """Forget a search and all that it found."""
    connection.execute(delete(hits).where(hits.c.search == search_id))
    connection.execute(delete(saved_searches).where(saved_searches.c.id == search_id))


def found(connection: Connection, search_id: str, unread_only: bool, limit: int | None) -> tuple[SavedHit, ...]:
    """The documents that a search found, the last found first, all of them unless there is a ``limit``."""
    query = (
        select(hits.c.document, hits.c.found_at, hits.c.read_at)
        .where(hits.c.search == search_id, hits.c.state == HitState.FOUND)
        .order_by(hits.c.found_at.desc(), hits.c.document)
        .limit(limit)
    )
    if unread_only:
        query = query.where(hits.c.read_at.is_(None))
    return tuple(SavedHit(**row._asdict()) for row in connection.execute(query))


def unread(connection: Connection, search_id: str, until: datetime) -> list[str]:
    """The documents that a search found up to a moment and that nobody has marked as read."""
    found = (hits.c.search == search_id, hits.c.state == HitState.FOUND, hits.c.read_at.is_(None))
    return list(connection.scalars(select(hits.c.document).where(*found, hits.c.found_at <= until)))


def mark_read(connection: Connection, search_id: str, ids: Iterable[str]) -> int:
    """Mark what a search found of these documents as read; returns how many were news."""
    marked = 0
    for some in batches(ids):
        news = (hits.c.search == search_id, hits.c.document.in_(some), hits.c.read_at.is_(None))
        marked += connection.execute(update(hits).where(*news).values(read_at=datetime.now(UTC))).rowcount
    return marked
