"""Collections of documents, and the access rules of private ones."""

from __future__ import annotations

from collections.abc import Collection as AnyCollection

from sqlalchemy import Connection, delete, func, insert, select

from archive.access.records import Collection, Role, Sharing, User, name_key
from archive.errors import UsageError
from archive.store.document_rows import revise_documents
from archive.store.events import EventName, append_event
from archive.store.sql.database import Repository, grouped, in_transaction
from archive.store.sql.tables import (
    collection_members,
    collections,
    document_totals,
    documents,
    jobs,
    page_totals,
    users,
    vendor_mentions,
)
from archive.store.users import user_named


def _sharings(connection: Connection) -> list[Sharing]:
    """Return the collections with an access rule, by name."""
    query = select(collection_members.c.collection, users.c.name).join(users, users.c.key == collection_members.c.user)
    named = connection.execute(query.where(users.c.removed_at.is_(None)).order_by(users.c.name))
    members = grouped((row.collection, row.name) for row in named)
    rows = connection.execute(select(collections).order_by(collections.c.name))
    return [Sharing(row.name, row.is_private, tuple(members.get(row.name, ()))) for row in rows]


class Collections(Repository):
    """Collections and their access rules."""

    def all(self) -> list[Collection]:
        """Return every collection that has documents, by name."""
        totals = document_totals.c
        pages = select(func.sum(page_totals.c.pages)).where(page_totals.c.collection == totals.collection)
        # By date of addition, because the newest document of an active collection is found soonest.
        newest = select(documents.c.added_at).where(documents.c.collection == totals.collection)
        newest = newest.order_by(documents.c.added_at.desc(), documents.c.id.desc()).limit(1)
        counted = (totals.documents, func.coalesce(pages.scalar_subquery(), 0), newest.scalar_subquery())
        query = select(totals.collection, *counted).where(totals.documents > 0).order_by(totals.collection)
        with self._database.reading() as connection:
            rows = connection.execute(query)
            return [Collection(name, count, int(of_pages), last) for name, count, of_pages, last in rows]

    def share(self, name: str, is_private: bool, members: AnyCollection[str], by: str) -> Sharing:
        """Make a collection private to these users and to admins, or public. It need not hold documents yet.

        :raises archive.errors.UnknownUser: there is no such member.
        """
        with self._database.writing() as connection:
            called = [user_named(connection, member).name for member in members] if is_private else []
            before = {one.name: one for one in _sharings(connection)}.get(name)
            after = Sharing(name, is_private, tuple(sorted(called)))
            if before != after:
                connection.execute(delete(collection_members).where(collection_members.c.collection == name))
                connection.execute(delete(collections).where(collections.c.name == name))
                connection.execute(insert(collections).values(name=name, is_private=is_private))
                rows = [{"collection": name, "user": key} for key in sorted({name_key(one) for one in called})]
                if rows:
                    connection.execute(insert(collection_members), rows)
                detail = {"collection": name, "private": is_private, "members": sorted(called), "by": by}
                append_event(connection, EventName.POLICY_ASSIGNMENT, None, {"action": "share collection", **detail})
                _revise_documents_of_same_vendors(connection, name)
            return after

    sharings = in_transaction(_sharings)

    def hidden_from(self, user: User | None) -> frozenset[str]:
        """Return the collections that are hidden from a user; for None, every private one."""
        query = select(collections.c.name).where(collections.c.is_private)
        if user is not None:
            theirs = select(collection_members.c.collection).where(collection_members.c.user == name_key(user.name))
            query = query.where(collections.c.name.not_in(theirs))
        with self._database.reading() as connection:
            if user is not None and user.role is Role.ADMIN:
                return frozenset()
            return frozenset(connection.scalars(query))

    def refuse_unknown(self, name: str, others: AnyCollection[str] = ()) -> None:
        """Raise if a collection is unknown: not in ``others``, and without documents, jobs and access rules.

        :raises UsageError: there is none of this name.
        """
        queries = (
            select(documents.c.id).where(documents.c.collection == name),
            select(jobs.c.id).where(jobs.c.collection == name),
            select(collections.c.name).where(collections.c.name == name),
        )
        with self._database.reading() as connection:
            if name not in others and all(connection.scalar(query.limit(1)) is None for query in queries):
                raise UsageError("There is no collection %(name)s.", "Ask an admin to make it.", name=repr(name))


def private_collections(connection: Connection) -> frozenset[str]:
    """Return the private collections."""
    return frozenset(connection.scalars(select(collections.c.name).where(collections.c.is_private)))


def private_documents(connection: Connection) -> frozenset[str]:
    """Return the documents of private collections."""
    private = private_collections(connection)
    return frozenset(connection.scalars(select(documents.c.id).where(documents.c.collection.in_(private))))


def _revise_documents_of_same_vendors(connection: Connection, name: str) -> None:
    """Mark all documents that name a vendor of this collection for reindexing: the vendor's displayed name may
    change."""
    theirs = (
        select(vendor_mentions.c.vendor)
        .join(documents, documents.c.id == vendor_mentions.c.document)
        .where(documents.c.collection == name)
    )
    naming = select(vendor_mentions.c.document).where(vendor_mentions.c.vendor.in_(theirs)).distinct()
    revise_documents(connection, list(connection.scalars(naming)))
