"""Queries on collections that only their members see."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, delete, insert, select

from archive.access.records import Sharing, name_key
from archive.access.roles import Role
from archive.errors import UsageError
from archive.store import documents as document_queries
from archive.store import events, users
from archive.store.access_tables import collection_members, collections
from archive.store.access_tables import users as user_rows
from archive.store.events import EventName
from archive.store.job_tables import jobs
from archive.store.tables import documents
from archive.store.vendor_tables import vendor_mentions


def share(connection: Connection, name: str, is_private: bool, members: Collection[str], by: str) -> Sharing:
    """Have a collection be private to these members, or public. It need not hold documents yet.

    :raises archive.errors.UnknownUser: there is no such member.
    """
    called = [users.one(connection, member).name for member in members] if is_private else []
    before = {one.name: one for one in every(connection)}.get(name)
    after = Sharing(name, is_private, tuple(sorted(called)))
    if before != after:
        connection.execute(delete(collection_members).where(collection_members.c.collection == name))
        connection.execute(delete(collections).where(collections.c.name == name))
        connection.execute(insert(collections).values(name=name, is_private=is_private))
        rows = [{"collection": name, "user": key} for key in sorted({name_key(one) for one in called})]
        if rows:
            connection.execute(insert(collection_members), rows)
        told = {"action": "share collection", "collection": name, "private": is_private, "members": sorted(called)}
        events.append(connection, EventName.POLICY_ASSIGNMENT, None, {**told, "by": by})
        _revise_namesakes(connection, name)
    return after


def every(connection: Connection) -> list[Sharing]:
    """The collections that somebody made private or public, by name."""
    members: dict[str, list[str]] = {}
    query = select(collection_members.c.collection, user_rows.c.name).join(
        user_rows, user_rows.c.key == collection_members.c.user
    )
    for row in connection.execute(query.where(user_rows.c.removed_at.is_(None)).order_by(user_rows.c.name)):
        members.setdefault(row.collection, []).append(row.name)
    rows = connection.execute(select(collections).order_by(collections.c.name))
    return [Sharing(row.name, row.is_private, tuple(members.get(row.name, ()))) for row in rows]


def hidden_from(connection: Connection, name: str | None, role: Role | None) -> frozenset[str]:
    """The collections that a user does not see; of nobody in particular, every private one."""
    query = select(collections.c.name).where(collections.c.is_private)
    if role is Role.ADMIN:
        return frozenset()
    if name is not None:
        theirs = select(collection_members.c.collection).where(collection_members.c.user == name_key(name))
        query = query.where(collections.c.name.not_in(theirs))
    return frozenset(connection.scalars(query))


def private(connection: Connection) -> frozenset[str]:
    """The collections that are private."""
    return hidden_from(connection, None, None)


def private_documents(connection: Connection) -> frozenset[str]:
    """The documents of private collections."""
    return frozenset(connection.scalars(select(documents.c.id).where(documents.c.collection.in_(private(connection)))))


def _revise_namesakes(connection: Connection, name: str) -> None:
    """Have search learn of every document that names a vendor of this collection: what it is called may change."""
    theirs = (
        select(vendor_mentions.c.vendor)
        .join(documents, documents.c.id == vendor_mentions.c.document)
        .where(documents.c.collection == name)
    )
    naming = select(vendor_mentions.c.document).where(vendor_mentions.c.vendor.in_(theirs)).distinct()
    document_queries.revise(connection, list(connection.scalars(naming)))


def refuse_unknown(connection: Connection, name: str, others: Iterable[str]) -> None:
    """Refuse a collection that there is not: none of ``others``, and without documents, jobs and rules of its own.

    :raises UsageError: there is none of this name.
    """
    queries = (
        select(documents.c.id).where(documents.c.collection == name),
        select(jobs.c.id).where(jobs.c.collection == name),
        select(collections.c.name).where(collections.c.name == name),
    )
    if name not in others and all(connection.scalar(query.limit(1)) is None for query in queries):
        raise UsageError("There is no collection %(name)s.", "Ask an admin to make it.", name=repr(name))
