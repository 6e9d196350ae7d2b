"""Digests: what is sent by mail of saved searches, to whom, how often, and up to which moment it was sent.

Each mail is of a span of time. Its end is recorded before the mail is made, and that it was sent after the server took
it. So a sender that is killed sends the very same mail again, with the same Message-ID: none is lost, and one may come
twice if the sender dies between the server's answer and its record.

Documents are found and recorded by one writer at a time, and the end of a span is a moment before its writer began: all
that was found up to then is there to be read.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from archive.access.secrets import new_secret
from archive.errors import UnknownDigest
from archive.store.sql.database import Repository, grouped
from archive.store.sql.tables import digest_searches, digests


class Period(StrEnum):
    """How often a digest is sent."""

    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Digest:
    """What one reader is sent: ``reader`` is the key of a user, empty where nobody logs in.

    Sent was what was found up to ``sent_until``; ``sending_until`` is the end of what is being sent, None between two
    mails. Whoever knows ``secret`` may stop it. ``trouble`` says why the last mail did not go out.
    """

    id: str
    reader: str
    address: str
    period: Period
    language: str
    secret: str
    created_at: datetime
    sent_until: datetime
    sending_until: datetime | None
    trouble: str | None
    searches: frozenset[str]


class Digests(Repository):
    """The digests, at most one a reader."""

    def all(self) -> list[Digest]:
        """Return all of them, by reader."""
        with self._database.reading() as connection:
            return _load(connection)

    def of_reader(self, reader: str) -> Digest | None:
        """Return the digest of a reader, if there is one."""
        with self._database.reading() as connection:
            return next(iter(_load(connection, digests.c.reader == reader)), None)

    def of_secret(self, secret: str) -> Digest:
        """Return the digest that a mail with this secret belongs to.

        :raises UnknownDigest: there is none, or no more.
        """
        with self._database.reading() as connection:
            found = _load(connection, digests.c.secret == secret)
        if not found:
            raise UnknownDigest("No mail is sent under this address.", "It was stopped already.")
        return found[0]

    def keep(self, reader: str, address: str, period: Period, language: str, searches: Collection[str]) -> Digest:
        """Send a reader what these searches find from now on, or go on with what is sent to them by what is said now.
        Searches that are gone are left out."""
        now, said = datetime.now(UTC), {"address": address, "period": period, "language": language, "trouble": None}
        with self._database.writing() as connection:
            known = connection.scalar(select(digests.c.id).where(digests.c.reader == reader))
            id_ = known or uuid.uuid4().hex
            if known:
                connection.execute(update(digests).where(digests.c.id == id_).values(said))
            else:
                row = {"id": id_, "reader": reader, "secret": new_secret(), "created_at": now, "sent_until": now}
                connection.execute(insert(digests).values(row | said))
            connection.execute(delete(digest_searches).where(digest_searches.c.digest == id_))
            if searches:
                connection.execute(insert(digest_searches), [{"digest": id_, "search": one} for one in searches])
            return _load(connection, digests.c.id == id_)[0]

    def remove(self, digest_id: str) -> None:
        """Send it no more; one that is gone is no error."""
        with self._database.writing() as connection:
            connection.execute(delete(digest_searches).where(digest_searches.c.digest == digest_id))
            connection.execute(delete(digests).where(digests.c.id == digest_id))

    def begin(self, digest_id: str, until: datetime) -> tuple[datetime, datetime] | None:
        """Begin to send what was found up to a moment that has passed; returns the span of the mail. If one was begun
        and not recorded as sent, that one is sent again. None if the digest is gone."""
        is_idle = (digests.c.id == digest_id, digests.c.sending_until.is_(None))
        with self._database.writing() as connection:
            connection.execute(update(digests).where(*is_idle).values(sending_until=until))
            row = connection.execute(select(digests).where(digests.c.id == digest_id)).first()
        return None if row is None else (row.sent_until, row.sending_until)

    def sent(self, digest_id: str, until: datetime) -> None:
        """Record that the mail of the span that ends then was taken, or that there was nothing to tell."""
        done = {"sent_until": until, "sending_until": None, "trouble": None}
        of_it = (digests.c.id == digest_id, digests.c.sending_until == until)
        with self._database.writing() as connection:
            connection.execute(update(digests).where(*of_it).values(done))

    def not_sent(self, digest_id: str, reason: str) -> None:
        """Record why a mail did not go out. It is tried again."""
        with self._database.writing() as connection:
            connection.execute(update(digests).where(digests.c.id == digest_id).values(trouble=reason))


def _load(connection: Connection, *conditions: Any) -> list[Digest]:
    rows = connection.execute(select(digests).where(*conditions).order_by(digests.c.reader)).all()
    chosen = select(digest_searches.c.digest, digest_searches.c.search)
    searches: dict[str, list[str]] = grouped(tuple(row) for row in connection.execute(chosen))
    return [
        Digest(**{**row._asdict(), "period": Period(row.period), "searches": frozenset(searches.get(row.id, ()))})
        for row in rows
    ]
