"""An IMAP mailbox: every message is added byte for byte, and stays in the mailbox unchanged.

Messages are not parsed here: a fetched message is a file that the sandbox reads like any other. Added messages are
recorded by UIDVALIDITY and UID (:mod:`archive.store.exchange.taken`).

::

    HOME/mail/MAILBOX/VALIDITY/UID/e-mail 2026-11-28 UID.eml    fetched, until it is a document; one that failed stays
"""

from __future__ import annotations

import hashlib
import shutil
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from imapclient import SEEN, IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from archive.access.rules import LOOPBACK, choice
from archive.archive import Archive
from archive.config import Settings, password
from archive.errors import ArchiveBusy, MailboxFailed, UsageError, storage_error
from archive.store.exchange.taken import TakenMessage
from archive.system.files import make_folders, replacing
from indexer.ingest.inputs import INSIDE, readable
from indexer.ingest.progress import NOTHING, AddOptions, FileReport, Progress, Summary
from indexer.ingest.run import add

SECURITY = ("tls", "starttls", "none")

AT_ONCE, BYTES_AT_ONCE = 20, 64 << 20
"""Maximum number and total size of messages fetched before they are added."""

SIZES_AT_ONCE = 500

FIRST_PAUSE, LONGEST_PAUSE = 5.0, 600.0
"""Seconds before a retry after a server failure; doubled after each failure, up to the second value."""

_TIMEOUT = SocketTimeout(connect=30, read=120)


@dataclass(frozen=True, slots=True)
class MailAccount:
    """A mailbox with its credentials; ``marks`` says whether added messages are marked as seen."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    security: str
    marks: bool

    @classmethod
    def of(cls, settings: Settings) -> MailAccount:
        """Return the account of the settings.

        :raises UsageError: they name none, or its password is missing.
        """
        host, user = settings.text("imap_host"), settings.text("imap_user")
        if not host or not user:
            raise UsageError("No mailbox is set.", "Set imap_host and imap_user: docs/operations.md says how.")
        security = choice(settings, "imap_security", SECURITY)
        if security == "none" and host not in LOOPBACK:
            raise UsageError("The password of a mailbox goes over TLS only.", "Set imap_security to tls or starttls.")
        return cls(
            host,
            settings.number("imap_port"),
            user,
            password(settings, "imap"),
            settings.text("imap_folder"),
            security,
            settings.number("imap_mark_seen") == 1,
        )

    @property
    def name(self) -> str:
        """The name in the catalog; each IMAP folder is a mailbox of its own."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"


class MailboxWatch:
    """A watch that adds the messages of a mailbox.

    ``report`` is called with the result for each message and attachment, ``tell`` with other messages.
    """

    def __init__(
        self,
        archive: Archive,
        account: MailAccount,
        adding: AddOptions,
        report: Callable[[FileReport], None],
        tell: Callable[[str], None],
    ) -> None:
        self._archive, self._account, self._adding = archive, account, adding
        self._report, self._tell = report, tell
        self._most = archive.settings.number("imap_max_bytes")
        self._retries = adding.retries

    def once(self, progress: Progress | None = None) -> Summary:
        """Add all new messages, and return the totals.

        :raises MailboxFailed: the server cannot be reached, rejects the login, or fails.
        :raises ArchiveBusy: another process is writing.
        """
        with _translated(self._account), _connected(self._account) as client:
            validity, due = self._due(client)
            summary = NOTHING
            for batch in self._fetched(client, validity, due):
                summary += self._add(client, validity, batch, progress)
        # Failed messages are retried once, not at every check.
        self._retries = False
        return summary

    def forever(self, every: float, progress: Progress | None = None) -> NoReturn:
        """Check every ``every`` seconds until the process is stopped; less often while the server fails."""
        pause, told = FIRST_PAUSE, ""
        while True:
            try:
                self.once(progress)
            except (MailboxFailed, ArchiveBusy) as error:
                if str(error) != told:
                    self._tell(f"{error} It is tried again.")
                told = str(error)
                time.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
                continue
            if told:
                self._tell("It works again.")
            pause, told = FIRST_PAUSE, ""
            time.sleep(every)

    def _due(self, client: IMAPClient) -> tuple[int, list[int]]:
        """Return the UIDVALIDITY of the mailbox, and the UIDs of new messages, oldest first."""
        validity = int(client.select_folder(self._account.folder, readonly=not self._account.marks)[b"UIDVALIDITY"])
        known = self._archive.catalog.mail_messages.taken(self._account.name, validity)
        if self._retries:
            known -= self._archive.catalog.mail_messages.refused(self._account.name, validity)
        return validity, sorted(set(client.search(["ALL"])) - known)

    def _fetched(self, client: IMAPClient, validity: int, due: list[int]) -> Iterator[dict[int, Path]]:
        """Fetch messages into files, and yield them in batches.

        A message that the server fails to deliver is left for the next time; one that is too large is refused.
        """
        batch: dict[int, Path] = {}
        size = 0
        for first in range(0, len(due), SIZES_AT_ONCE):
            told = client.fetch(due[first : first + SIZES_AT_ONCE], ["RFC822.SIZE", "INTERNALDATE"])
            for uid, known in sorted(told.items()):
                if known[b"RFC822.SIZE"] > self._most:
                    self._refuse(validity, uid, known[b"RFC822.SIZE"])
                elif path := self._fetch(client, validity, uid, known.get(b"INTERNALDATE")):
                    batch[uid] = path
                    size += known[b"RFC822.SIZE"]
                if len(batch) >= AT_ONCE or size > BYTES_AT_ONCE:
                    yield batch
                    batch, size = {}, 0
        if batch:
            yield batch

    def _fetch(self, client: IMAPClient, validity: int, uid: int, received: datetime | None) -> Path | None:
        """Store a message in a file; None if the server does not deliver it."""
        try:
            content = client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]")
        except IMAPClientError as error:
            # An error of the connection is handled by the caller.
            if isinstance(error, IMAPClient.AbortError):
                raise
            self._tell(f"{self._account.host} does not give message {uid}: {error}. It is tried again the next time.")
            return None
        if not isinstance(content, bytes):
            return None  # It was deleted in the meantime.
        if len(content) > self._most:
            self._refuse(validity, uid, len(content))
            return None
        day = f"{received:%Y-%m-%d} " if received else ""
        path = self._folder(validity, uid) / f"e-mail {day}{uid}.eml"
        make_folders(path.parent)
        with replacing(path) as file:
            file.write(content)
        return path

    def _folder(self, validity: int, uid: int) -> Path:
        mailbox = hashlib.sha256(self._account.name.encode()).hexdigest()[:12]
        return self._archive.home / "mail" / mailbox / str(validity) / str(uid)

    def _refuse(self, validity: int, uid: int, size: int) -> None:
        reason = f"The message has {size:,} bytes; at most {self._most:,} are fetched (imap_max_bytes)."
        self._report(FileReport(f"{self._account.name} {uid}", "failed", None, None, reason))
        self._record(validity, [TakenMessage(uid, None, reason)])

    def _add(self, client: IMAPClient, validity: int, batch: dict[int, Path], progress: Progress | None) -> Summary:
        """Add fetched messages, record their outcomes, and delete the files of those that are documents."""
        reports: dict[str, FileReport] = {}

        def report(one: FileReport) -> None:
            if INSIDE not in one.path:
                reports[one.path] = one
            self._report(one)

        try:
            summary = add(self._archive, list(batch.values()), self._adding, report, progress or Progress())
        except OSError as error:
            raise storage_error(error) from error  # An error of our disk, not of the server.
        if self._archive.index_trouble:
            self._tell(f"{self._archive.index_trouble} What was read is kept, and is indexed later.")
        taken = [
            TakenMessage(uid, one.id, one.reason) for uid, path in batch.items() if (one := reports[readable(path)])
        ]
        self._record(validity, taken)
        for message in taken:
            if message.document:
                shutil.rmtree(self._folder(validity, message.uid), ignore_errors=True)
        if self._account.marks:
            client.add_flags([message.uid for message in taken], [SEEN], silent=True)
        return summary

    def _record(self, validity: int, messages: Iterable[TakenMessage]) -> None:
        self._archive.catalog.mail_messages.record(self._account.name, validity, list(messages))


@contextmanager
def _connected(account: MailAccount) -> Iterator[IMAPClient]:
    """Log in to the server, and out at the end. Certificates are verified."""
    context = ssl.create_default_context()
    client = IMAPClient(
        account.host, account.port, ssl=account.security == "tls", ssl_context=context, timeout=_TIMEOUT
    )
    try:
        if account.security == "starttls":
            client.starttls(context)
        client.login(account.user, account.password)
        yield client
    finally:
        with suppress(IMAPClientError, OSError):
            client.logout()


@contextmanager
def _translated(account: MailAccount) -> Iterator[None]:
    """Turn errors of the server into a :class:`MailboxFailed` with a remedy."""
    try:
        yield
    except LoginError as error:
        raise MailboxFailed(
            "%(host)s refused the log-in of %(user)s: %(error)s.",
            "Check imap_user and the password.",
            host=account.host,
            user=account.user,
            error=error,
        ) from error
    except ssl.SSLCertVerificationError as error:
        raise MailboxFailed(
            "The certificate of %(host)s is not trusted: %(error)s.",
            "Check imap_host; name the file of your own authority in SSL_CERT_FILE.",
            host=account.host,
            error=error.verify_message,
        ) from error
    except (IMAPClientError, OSError) as error:
        raise MailboxFailed(
            "The mailbox at %(host)s:%(port)s failed: %(error)s.",
            "Check imap_host, imap_port and imap_folder.",
            host=account.host,
            port=account.port,
            error=error,
        ) from error
