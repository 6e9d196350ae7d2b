"""E-mail digests of saved searches: recipient, period, and the time up to which alerts were sent.

Each mail covers an interval. The end of the interval is recorded before the mail is composed, and the delivery after
the server accepted it. A sender that is killed sends the same mail again, with the same Message-ID: no mail is lost,
and one may be delivered twice if the sender dies between the server's answer and its record.

Alerts are recorded by one writer at a time, and an interval ends before the current writer began, so all alerts in it
are committed. Where the clock was set back, alerts and intervals go on after those of before it was.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from archive.access.secrets import new_secret
from archive.errors import UnknownDigest
from archive.store.sql.database import Repository, grouped
from archive.store.sql.tables import digest_searches, digests, saved_search_hits


class Period(StrEnum):
    """How often a digest is sent."""

    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Digest:
    """The digest of one reader: ``reader`` is the key of a user, empty where nobody logs in.

    Alerts up to ``sent_until`` were sent; ``sending_until`` is the end of the interval that is being sent, None between
    two mails. ``secret`` authorizes to stop it. ``trouble`` says why the last mail was not sent.
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
    """The digests, at most one per reader."""

    def all(self) -> list[Digest]:
        """Return all digests, by reader."""
        with self._database.reading() as connection:
            return _load(connection)

    def of_reader(self, reader: str) -> Digest | None:
        """Return the digest of a reader, if there is one."""
        with self._database.reading() as connection:
            return next(iter(_load(connection, digests.c.reader == reader)), None)

    def of_secret(self, secret: str) -> Digest:
        """Return the digest that a mail with this secret belongs to.

        :raises UnknownDigest: there is none, or it was stopped.
        """
        with self._database.reading() as connection:
            found = _load(connection, digests.c.secret == secret)
        if not found:
            raise UnknownDigest("No mail is sent under this address.", "It has already been stopped.")
        return found[0]

    def keep(self, reader: str, address: str, period: Period, language: str, searches: Collection[str]) -> Digest:
        """Create or change the digest of a reader. Searches that do not exist any more are ignored."""
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
        """Stop a digest; one that does not exist is no error."""
        with self._database.writing() as connection:
            connection.execute(delete(digest_searches).where(digest_searches.c.digest == digest_id))
            connection.execute(delete(digests).where(digests.c.id == digest_id))

    def begin(self, digest_id: str, until: datetime) -> tuple[datetime, datetime] | None:
        """Begin a mail of what was found up to a past time, or until now if the clock was set back since; returns its
        interval, which is the earlier one if a begun mail was never recorded as sent. None if the digest was
        stopped."""
        is_idle = (digests.c.id == digest_id, digests.c.sending_until.is_(None))
        of_it = digest_searches.c.digest == digest_id
        found = select(func.max(saved_search_hits.c.found_at)).where(
            saved_search_hits.c.search == digest_searches.c.search, of_it
        )
        with self._database.writing() as connection:
            sent = connection.scalar(select(digests.c.sent_until).where(digests.c.id == digest_id))
            if sent and sent > until:
                until = max(sent, connection.scalar(found) or sent)
            connection.execute(update(digests).where(*is_idle).values(sending_until=until))
            row = connection.execute(select(digests).where(digests.c.id == digest_id)).first()
        return None if row is None else (row.sent_until, row.sending_until)

    def sent(self, digest_id: str, until: datetime) -> None:
        """Record that the mail of the interval that ends then was accepted, or that there was nothing to send."""
        done = {"sent_until": until, "sending_until": None, "trouble": None}
        of_it = (digests.c.id == digest_id, digests.c.sending_until == until)
        with self._database.writing() as connection:
            connection.execute(update(digests).where(*of_it).values(done))

    def not_sent(self, digest_id: str, reason: str) -> None:
        """Record why a mail was not sent. It is tried again."""
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
