"""Queries on containers and their members: which document lies where in which e-mail or archive.

A container's row for a member is there from the moment the container is. It has no document until the member has
become one; while there is no failure for it either, the member is *due*, and the next run reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Select, and_, delete, func, insert, select, update

from archive.store.sql.tables import failures, members


@dataclass(frozen=True, slots=True)
class Member:
    """What a container holds at ``path``: a document, or the ``reason`` why it is none; with neither, it is due."""

    path: str
    document: str | None
    reason: str | None

    @property
    def is_due(self) -> bool:
        """Whether it has still to be read."""
        return self.document is None and self.reason is None


@dataclass(frozen=True, slots=True)
class Membership:
    """One of the places where a document lies inside another: at ``path`` in ``container``."""

    container: str
    path: str


OF_MEMBER = and_(failures.c.container == members.c.container, failures.c.member == members.c.path)
"""Joins a member to its failure."""


def insert_members(connection: Connection, container: str, paths: Sequence[str]) -> None:
    """Name what a new container holds; all of it is due."""
    rows = [{"container": container, "path": path, "ordinal": ordinal} for ordinal, path in enumerate(paths)]
    if rows:
        connection.execute(insert(members), rows)


def resolve(connection: Connection, container: str, path: str, document: str) -> bool:
    """Record what a member has become, and that it does not fail any more; returns whether that was news."""
    place = and_(members.c.container == container, members.c.path == path)
    known = connection.execute(select(members.c.document).where(place)).first()
    if known is not None and known.document == document:
        return False
    if known is None:
        ordinal = select(func.count()).where(members.c.container == container).scalar_subquery()
        connection.execute(insert(members).values(container=container, path=path, ordinal=ordinal, document=document))
    else:
        connection.execute(update(members).where(place).values(document=document))
    connection.execute(delete(failures).where(failures.c.container == container, failures.c.member == path))
    return True


def members_of(connection: Connection, container: str) -> tuple[Member, ...]:
    """What a container holds, in its order."""
    query = (
        select(members.c.path, members.c.document, failures.c.reason)
        .outerjoin(failures, OF_MEMBER)
        .where(members.c.container == container)
        .order_by(members.c.ordinal, members.c.path)
    )
    return tuple(Member(row.path, row.document, row.reason) for row in connection.execute(query))


def containers_of(connection: Connection, document: str) -> tuple[Membership, ...]:
    """Where a document lies inside others."""
    query = (
        select(members.c.container, members.c.path)
        .where(members.c.document == document)
        .order_by(members.c.container, members.c.ordinal)
    )
    return tuple(Membership(row.container, row.path) for row in connection.execute(query))


def unfinished(connection: Connection) -> tuple[str, ...]:
    """The containers that have members which are due."""
    due: Select[tuple[str]] = (
        select(members.c.container)
        .distinct()
        .outerjoin(failures, OF_MEMBER)
        .where(members.c.document.is_(None), failures.c.path.is_(None))
        .order_by(members.c.container)
    )
    return tuple(connection.scalars(due))
