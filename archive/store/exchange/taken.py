"""What came in by itself and was dealt with: the files of watched folders, and the messages of mailboxes.

Each is recorded after it was added or refused, never before: whoever is killed in between looks at it again, and its
bytes tell that it is there already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select

from archive.store.sql.database import Repository, batches, rows_among
from archive.store.sql.tables import mail_messages, watched_files


@dataclass(frozen=True, slots=True)
class SeenFile:
    """By what a file is known to have changed: its bytes counted, and when it was modified, in nanoseconds."""

    size: int
    modified: int


class WatchedFiles(Repository):
    """What is known of the files of watched folders, by their places."""

    def known(self, places: Iterable[str]) -> dict[str, SeenFile]:
        """Return those of these places that were dealt with, each as its file was then."""
        with self._database.reading() as connection:
            rows = rows_among(connection, select(watched_files), watched_files.c.place, places)
            return {row.place: SeenFile(row.size, row.modified) for row in rows}

    def record(self, states: Mapping[str, SeenFile]) -> None:
        """Record that these files were dealt with as they were."""
        rows = [{"place": place, "size": one.size, "modified": one.modified} for place, one in states.items()]
        with self._database.writing() as connection:
            for some in batches(states):
                connection.execute(delete(watched_files).where(watched_files.c.place.in_(some)))
            if rows:
                connection.execute(insert(watched_files), rows)

    def forget(self, places: Iterable[str]) -> None:
        """Have these files looked at again."""
        with self._database.writing() as connection:
            for some in batches(places):
                connection.execute(delete(watched_files).where(watched_files.c.place.in_(some)))


@dataclass(frozen=True, slots=True)
class TakenMessage:
    """A message that was dealt with: the document that it is, or the reason why it is none."""

    uid: int
    document: str | None
    reason: str | None


class MailMessages(Repository):
    """What became of the messages of mailboxes, by the numbers of their server (RFC 9051: UIDVALIDITY and UID). A
    mailbox whose server numbered it anew has another ``validity``."""

    def taken(self, mailbox: str, validity: int) -> set[int]:
        """Return the numbers of the messages that were dealt with."""
        of_it = (mail_messages.c.mailbox == mailbox, mail_messages.c.validity == validity)
        with self._database.reading() as connection:
            return set(connection.scalars(select(mail_messages.c.uid).where(*of_it)))

    def refused(self, mailbox: str, validity: int) -> set[int]:
        """Return the numbers of those that are no documents."""
        of_it = (mail_messages.c.mailbox == mailbox, mail_messages.c.validity == validity)
        refused = select(mail_messages.c.uid).where(*of_it, mail_messages.c.document.is_(None))
        with self._database.reading() as connection:
            return set(connection.scalars(refused))

    def record(self, mailbox: str, validity: int, messages: Sequence[TakenMessage]) -> None:
        """Record what became of messages; what was recorded of them before gives way."""
        of_it = {"mailbox": mailbox, "validity": validity, "taken_at": datetime.now(UTC)}
        named = (mail_messages.c.mailbox == mailbox, mail_messages.c.validity == validity)
        with self._database.writing() as connection:
            for uids in batches(message.uid for message in messages):
                connection.execute(delete(mail_messages).where(*named, mail_messages.c.uid.in_(uids)))
            if messages:
                connection.execute(insert(mail_messages), [of_it | asdict(message) for message in messages])
