"""The messages of mailboxes that were dealt with, by the numbers of their server (RFC 9051: UIDVALIDITY and UID).

A message is recorded after it was added or refused, never before: whoever is killed in between fetches it again, and
its bytes tell that it is there already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select

from archive.store.sql.database import Repository, batches
from archive.store.sql.tables import mail_messages


@dataclass(frozen=True, slots=True)
class TakenMessage:
    """A message that was dealt with: the document that it is, or the reason why it is none."""

    uid: int
    document: str | None
    reason: str | None


class MailMessages(Repository):
    """What became of the messages of mailboxes. A mailbox whose server numbered it anew has another ``validity``."""

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
