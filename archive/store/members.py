"""Containers and their members, and the inputs that failed.

The row of a member is inserted with its container. Its document is empty until the member was added; while it has no
failure either, the member is *due*, and the next run reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from archive.errors import UnknownDocument
from archive.store.document_rows import is_known
from archive.store.events import EventName, append_event
from archive.store.sql.database import Repository, in_transaction
from archive.store.sql.tables import failures, members


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a container at ``path``: its document, or the ``reason`` why it could not be added; with neither, it
    is due."""

    path: str
    document: str | None
    reason: str | None

    @property
    def is_due(self) -> bool:
        """Whether it is still to be read."""
        return self.document is None and self.reason is None


@dataclass(frozen=True, slots=True)
class Membership:
    """A place where a document is inside another: at ``path`` in ``container``."""

    container: str
    path: str


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that could not be added. ``sha256`` is None if its bytes could not be read.

    ``attempts`` is counted by the catalog; a given value is ignored. The failure of a member names the container and
    the member; its ``path`` is the container's path, ``!/``, and the member's path.
    """

    path: str
    sha256: str | None
    reason: str
    remedy: str | None
    failed_at: datetime
    attempts: int = 1
    container: str | None = None
    member: str | None = None


OF_MEMBER = and_(failures.c.container == members.c.container, failures.c.member == members.c.path)
"""Join condition of members and failures."""

IS_DUE = and_(members.c.document.is_(None), failures.c.path.is_(None))
"""Whether a member, so joined, is due."""


class Members(Repository):
    """Members of containers."""

    def add(self, container_id: str, document_id: str, path: str) -> None:
        """Record the document of the member at ``path``, and clear a failure of that member.

        Idempotent. The same document may lie in many containers, and twice in one.

        :raises UnknownDocument: one of the two does not exist.
        """
        with self._database.writing() as connection:
            for id_ in (container_id, document_id):
                if not is_known(connection, id_):
                    raise UnknownDocument("There is no document %(id)s.", id=id_)
            if _resolve(connection, container_id, path, document_id):
                place = {"container": container_id, "path": path}
                append_event(connection, EventName.CAPTURE, document_id, place)

    def of(self, container_id: str) -> tuple[Member, ...]:
        """Return the members of a container, in its order; empty for another document."""
        query = (
            select(members.c.path, members.c.document, failures.c.reason)
            .outerjoin(failures, OF_MEMBER)
            .where(members.c.container == container_id)
            .order_by(members.c.ordinal, members.c.path)
        )
        with self._database.reading() as connection:
            return tuple(Member(row.path, row.document, row.reason) for row in connection.execute(query))

    def containers(self, document_id: str) -> tuple[Membership, ...]:
        """Return the containers that a document is in, with its path in each."""
        query = (
            select(members.c.container, members.c.path)
            .where(members.c.document == document_id)
            .order_by(members.c.container, members.c.ordinal)
        )
        with self._database.reading() as connection:
            return tuple(Membership(row.container, row.path) for row in connection.execute(query))

    def unfinished(self) -> tuple[str, ...]:
        """Return the containers with due members, left by an interrupted run."""
        due = select(members.c.container).distinct().outerjoin(failures, OF_MEMBER).where(IS_DUE)
        with self._database.reading() as connection:
            return tuple(connection.scalars(due.order_by(members.c.container)))


def all_failures(connection: Connection) -> tuple[Failure, ...]:
    """Return all failures, by path."""
    return tuple(Failure(**row._asdict()) for row in connection.execute(select(failures).order_by(failures.c.path)))


class Failures(Repository):
    """Inputs that could not be added, by path."""

    def record(self, *several: Failure) -> None:
        """Record failures, all in one transaction, in place of the earlier ones of the same paths, and count them."""
        with self._database.writing() as connection:
            for failure in several:
                attempts = connection.scalar(select(failures.c.attempts).where(failures.c.path == failure.path)) or 0
                clear_failure(connection, failure.path)
                connection.execute(insert(failures).values(asdict(replace(failure, attempts=attempts + 1))))

    def get(self, path: str) -> Failure | None:
        """Return the failure of a path."""
        with self._database.reading() as connection:
            row = connection.execute(select(failures).where(failures.c.path == path)).first()
        return Failure(**row._asdict()) if row else None

    all = in_transaction(all_failures)

    def clear(self, path: str) -> None:
        """Delete the failure of a path, if there is one."""
        with self._database.writing() as connection:
            clear_failure(connection, path)


def insert_members(connection: Connection, container: str, paths: Sequence[str]) -> None:
    """Insert the members of a new container, all of them due."""
    rows = [{"container": container, "path": path, "ordinal": ordinal} for ordinal, path in enumerate(paths)]
    if rows:
        connection.execute(insert(members), rows)


def clear_failure(connection: Connection, path: str) -> None:
    """Delete the failure of a path, if there is one."""
    connection.execute(delete(failures).where(failures.c.path == path))


def _resolve(connection: Connection, container: str, path: str, document: str) -> bool:
    """Record the document of a member and delete its failure; returns whether it was new."""
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
