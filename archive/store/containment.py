"""The part of the catalog that knows which document lies in which container."""

from __future__ import annotations

from archive.errors import UnknownDocument
from archive.store import documents, events, members
from archive.store.database import Database
from archive.store.events import EventName
from archive.store.members import Member, Membership


class Containment:
    """Methods of :class:`archive.store.catalog.Catalog`, kept apart for their number."""

    _database: Database

    def add_member(self, container_id: str, document_id: str, path: str) -> None:
        """Record that the container holds this document at ``path``. A failure recorded for that member is cleared.

        Recording it again changes nothing. The same document may lie in many containers, and twice in one.

        :raises UnknownDocument: one of the two is not there.
        """
        with self._database.writing() as connection:
            for id_ in (container_id, document_id):
                if not documents.is_known(connection, id_):
                    raise UnknownDocument("There is no document %(id)s.", id=id_)
            if members.resolve(connection, container_id, path, document_id):
                place = {"container": container_id, "path": path}
                events.append(connection, EventName.CAPTURE, document_id, place)

    def members(self, container_id: str) -> tuple[Member, ...]:
        """What a container holds, in its order; nothing for a document that is no container."""
        with self._database.reading() as connection:
            return members.members_of(connection, container_id)

    def containers(self, document_id: str) -> tuple[Membership, ...]:
        """The places inside other documents where this one lies."""
        with self._database.reading() as connection:
            return members.containers_of(connection, document_id)

    def unfinished_containers(self) -> tuple[str, ...]:
        """The containers with members that were neither read nor failed, because a run ended before."""
        with self._database.reading() as connection:
            return members.unfinished(connection)
